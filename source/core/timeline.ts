import {decodeGauge, gaugeMean} from './gauge.ts';
import {
	decodeSnapshot,
	type EncodedSnapshot,
	encodeSnapshot,
	failedIn,
	mergeSnapshots,
	type Snapshot,
} from './snapshot.ts';
import {answeredIn, type Latencies, latenciesOf, rateIn, thousandth} from './summary.ts';

/** A second of a run (or several, in a long one): its figures for charts, and all it takes to merge it again. */
export type TimelineEntry = {
	readonly fromMs: number;
	readonly toMs: number;
	/** Answers per second. */
	readonly rate: number | null;
	readonly latency: Latencies;
	readonly answered: number;
	readonly failed: number;
	readonly snapshot: EncodedSnapshot;
};

/** The most entries a timeline keeps: an hour of seconds. Beyond, neighbours are joined and each covers twice the time. */
export const longestTimeline = 3600;

export const entryOf = (snapshot: Snapshot): TimelineEntry => {
	const rate = rateIn(snapshot);
	return {
		fromMs: thousandth(snapshot.from),
		toMs: thousandth(snapshot.to),
		rate: rate === undefined ? null : thousandth(rate),
		latency: latenciesOf(snapshot.latency, snapshot.waiting),
		answered: answeredIn(snapshot),
		failed: failedIn(snapshot),
		snapshot: encodeSnapshot(snapshot),
	};
};

const joinEntries = (a: TimelineEntry, b: TimelineEntry): TimelineEntry =>
	entryOf(mergeSnapshots(decodeSnapshot(a.snapshot), decodeSnapshot(b.snapshot)));

/** Less than this between two entries is the rounding of clocks; more is a pause. Milliseconds. */
const shortestPause = 1;

/** Half as many entries, each twice as long. No entry spans a pause, so that its time is all measured. */
export const coarsen = (timeline: readonly TimelineEntry[]): TimelineEntry[] => {
	const coarse: TimelineEntry[] = [];
	for (let index = 0; index < timeline.length; index++) {
		const a = timeline[index]!;
		const b = timeline[index + 1];
		if (b === undefined || b.fromMs - a.toMs >= shortestPause) {
			coarse.push(a);
			continue;
		}

		coarse.push(joinEntries(a, b));
		index += 1;
	}

	return coarse;
};

/** Mean of one gauge over an entry; `undefined` where it was not measured. */
export const gaugeAt = (entry: TimelineEntry, name: string): number | undefined => {
	const gauge = entry.snapshot.gauges[name];
	return gauge === undefined ? undefined : gaugeMean(decodeGauge(gauge));
};

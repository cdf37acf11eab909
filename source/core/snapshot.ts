import {decodeGauge, type EncodedGauge, encodeGauge, type Gauges, mergeGauges} from './gauge.ts';
import {
	decodeHistogram,
	type EncodedHistogram,
	emptyHistogram,
	encodeHistogram,
	type Histogram,
	mergeHistograms,
} from './histogram.ts';

/**
 * What happened in a stretch of time. Milliseconds count from the beginning of the run.
 * `offered` counts the operations whose end falls into this stretch's phase: begun in it, or in flight when it began.
 * Over a phase: offered = Σ outcomes + waiting.count + in flight.
 */
export type Snapshot = {
	readonly from: number;
	readonly to: number;
	/** Of every operation that ended with a reply or a timeout. */
	readonly latency: Histogram;
	/** Open loop only: from the actual send, beside `latency` from the intended one. */
	readonly uncorrected?: Histogram;
	/** How long the operations had waited that were in flight when the run ended: censored observations. */
	readonly waiting: Histogram;
	/** Every operation that ended, exactly once: '200', 'timeout', 'ECONNRESET', 'exit 1'. */
	readonly outcomes: Readonly<Record<string, number>>;
	/** The share of `outcomes` that the engine calls a failure. */
	readonly failures: Readonly<Record<string, number>>;
	readonly offered: number;
	readonly bytesIn: number;
	readonly bytesOut: number;
	readonly gauges: Gauges;
};

/** A Snapshot as JSON. */
export type EncodedSnapshot = Omit<Snapshot, 'latency' | 'uncorrected' | 'waiting' | 'gauges'> & {
	readonly gauges: Readonly<Record<string, EncodedGauge>>;
	readonly latency?: EncodedHistogram | undefined;
	readonly uncorrected?: EncodedHistogram | undefined;
	readonly waiting?: EncodedHistogram | undefined;
};

/** Nothing, at a moment: the neutral element of `mergeSnapshots` there. */
export const emptySnapshot = (at = 0): Snapshot => ({
	from: at,
	to: at,
	latency: emptyHistogram,
	waiting: emptyHistogram,
	outcomes: {},
	failures: {},
	offered: 0,
	bytesIn: 0,
	bytesOut: 0,
	gauges: {},
});

const addCounts = (
	a: Readonly<Record<string, number>>,
	b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => {
	const sum: Record<string, number> = {...a};
	for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
	return sum;
};

/** Both stretches as one; associative. Load threads, seconds, phases and rounds are all joined by this. */
export const mergeSnapshots = (a: Snapshot, b: Snapshot): Snapshot => ({
	from: Math.min(a.from, b.from),
	to: Math.max(a.to, b.to),
	latency: mergeHistograms(a.latency, b.latency),
	...(a.uncorrected || b.uncorrected
		? {uncorrected: mergeHistograms(a.uncorrected ?? emptyHistogram, b.uncorrected ?? emptyHistogram)}
		: {}),
	waiting: mergeHistograms(a.waiting, b.waiting),
	outcomes: addCounts(a.outcomes, b.outcomes),
	failures: addCounts(a.failures, b.failures),
	offered: a.offered + b.offered,
	bytesIn: a.bytesIn + b.bytesIn,
	bytesOut: a.bytesOut + b.bytesOut,
	gauges: mergeGauges(a.gauges, b.gauges),
});

const total = (counts: Readonly<Record<string, number>>): number =>
	Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Operations that ended, well or badly. */
export const endedIn = (snapshot: Snapshot): number => total(snapshot.outcomes);
export const failedIn = (snapshot: Snapshot): number => total(snapshot.failures);

/** Operations begun and not ended; of a whole phase, or of its beginning up to now. */
export const inFlightIn = (snapshot: Snapshot): number => snapshot.offered - endedIn(snapshot) - snapshot.waiting.count;

const encodeUnlessEmpty = (histogram: Histogram | undefined): EncodedHistogram | undefined =>
	histogram === undefined || histogram.count === 0 ? undefined : encodeHistogram(histogram);

export const encodeSnapshot = (snapshot: Snapshot): EncodedSnapshot => ({
	...snapshot,
	latency: encodeUnlessEmpty(snapshot.latency),
	uncorrected: encodeUnlessEmpty(snapshot.uncorrected),
	waiting: encodeUnlessEmpty(snapshot.waiting),
	gauges: Object.fromEntries(Object.entries(snapshot.gauges).map(([name, gauge]) => [name, encodeGauge(gauge)])),
});

export const decodeSnapshot = ({uncorrected, latency, waiting, gauges, ...rest}: EncodedSnapshot): Snapshot => ({
	...rest,
	gauges: Object.fromEntries(Object.entries(gauges).map(([name, gauge]) => [name, decodeGauge(gauge)])),
	latency: latency === undefined ? emptyHistogram : decodeHistogram(latency),
	...(uncorrected === undefined ? {} : {uncorrected: decodeHistogram(uncorrected)}),
	waiting: waiting === undefined ? emptyHistogram : decodeHistogram(waiting),
});

import {decodeGauge, type EncodedGauge, encodeGauge, type Gauges, mergeGauges} from './gauge.ts';
import {
	decodeHistogram,
	type EncodedHistogram,
	emptyHistogram,
	encodeHistogram,
	type Histogram,
	mergeAllHistograms,
	mergeHistograms,
} from './histogram.ts';
import {addCounts, decodeParts, type EncodedPart, encodeParts, mergeParts, type Parts} from './part.ts';
import {type Metrics, mergeMetrics} from './samples.ts';

/** The steps of making a connection: looking up the name, TCP, a tunnel through a proxy, TLS. */
export const setupSteps = ['dns', 'connect', 'tunnel', 'tls'] as const;
export type SetupStep = (typeof setupSteps)[number];

/** How long each step took, of every connection that was made, in microseconds. */
export type Setup = {readonly [Step in SetupStep]?: Histogram};

/**
 * What happened in a stretch of time. Milliseconds count from the beginning of the run.
 * `offered` counts the operations whose end falls into this stretch's phase: begun in it, or in flight when it began.
 * Over a phase: offered = Σ outcomes + waiting.count + in flight.
 */
export type Snapshot = {
	readonly from: number;
	readonly to: number;
	/** How much of the time between counts, where that is not all of it: a pause does not, nor what an engine calls idle; where it told so late, less than nothing. Milliseconds. */
	readonly covered?: number;
	/** Answers that came while the load was paused: they have a latency, but are no throughput of the time that counts. */
	readonly late?: number;
	/** Of every operation that ended with a reply or a timeout. */
	readonly latency: Histogram;
	/** Open loop only: from the actual send, beside `latency` from the intended one. */
	readonly uncorrected?: Histogram;
	/** Of every operation that ended with a reply, up to the first byte of it; absent where the engine does not tell. */
	readonly firstByte?: Histogram;
	/** How long the operations had waited that were in flight when the run ended: censored observations. */
	readonly waiting: Histogram;
	/** Open loop only: the same from the actual send, of those that had been sent. */
	readonly uncorrectedWaiting?: Histogram;
	/** Of the connections that were made; absent where none was, or the engine does not tell. */
	readonly setup?: Setup;
	/** Every operation that ended, exactly once: '200', 'timeout', 'ECONNRESET', 'exit 1'. */
	readonly outcomes: Readonly<Record<string, number>>;
	/** The share of `outcomes` that the engine calls a failure. */
	readonly failures: Readonly<Record<string, number>>;
	readonly offered: number;
	readonly bytesIn: number;
	readonly bytesOut: number;
	readonly gauges: Gauges;
	/** Where an engine tells its operations apart: they add up to the whole. */
	readonly parts?: Parts;
	/** Figures beside latencies. */
	readonly metrics?: Metrics;
};

/** A Snapshot as JSON. */
export type EncodedSnapshot = Omit<Snapshot, HistogramName | 'setup' | 'gauges' | 'parts'> & {
	readonly parts?: Readonly<Record<string, EncodedPart>>;
	readonly gauges: Readonly<Record<string, EncodedGauge>>;
	readonly setup?: {readonly [Step in SetupStep]?: EncodedHistogram | undefined} | undefined;
} & {readonly [Name in HistogramName]?: EncodedHistogram | undefined};

type HistogramName = 'latency' | 'uncorrected' | 'firstByte' | 'waiting' | 'uncorrectedWaiting';
/** Those that only some engines, or some loads, have. */
const optionalHistograms = ['uncorrected', 'firstByte', 'uncorrectedWaiting'] as const;

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

/** How much time the figures of a Snapshot speak for: all of it but the pauses. Milliseconds. */
export const coveredIn = ({from, to, covered}: Pick<Snapshot, 'from' | 'to' | 'covered'>): number =>
	covered ?? to - from;

/** Clocks are kept to the microsecond: less than that is no pause. */
const shortestGap = 0.001;

const timeOf = (a: Snapshot, b: Snapshot): Pick<Snapshot, 'from' | 'to' | 'covered'> => {
	const from = Math.min(a.from, b.from);
	const to = Math.max(a.to, b.to);
	const covered = coveredIn(a) + coveredIn(b);
	return {from, to, ...(Math.abs(covered - (to - from)) < shortestGap ? {} : {covered})};
};

/** Of several histograms by name those that there are, joined. */
const mergeEach = <Name extends string>(
	names: readonly Name[],
	a: {readonly [Each in Name]?: Histogram},
	b: {readonly [Each in Name]?: Histogram},
): {[Each in Name]?: Histogram} => {
	const merged: {[Each in Name]?: Histogram} = {};
	for (const name of names) {
		const [inA, inB] = [a[name], b[name]];
		if (inA !== undefined || inB !== undefined) {
			merged[name] = mergeHistograms(inA ?? emptyHistogram, inB ?? emptyHistogram);
		}
	}

	return merged;
};

/** The steps of all connections of both. */
export const mergeSetups = (a: Setup = {}, b: Setup = {}): Setup => mergeEach(setupSteps, a, b);

/**
 * Both stretches as one; associative. Seconds, phases and rounds are all joined by this: stretches that follow each
 * other, with or without a pause between. Threads run side by side: their time is for who joins them to say.
 */
export const mergeSnapshots = (a: Snapshot, b: Snapshot): Snapshot => ({
	...timeOf(a, b),
	...(a.late === undefined && b.late === undefined ? {} : {late: (a.late ?? 0) + (b.late ?? 0)}),
	latency: mergeHistograms(a.latency, b.latency),
	...mergeEach(optionalHistograms, a, b),
	...(a.setup === undefined && b.setup === undefined ? {} : {setup: mergeSetups(a.setup, b.setup)}),
	waiting: mergeHistograms(a.waiting, b.waiting),
	outcomes: addCounts(a.outcomes, b.outcomes),
	failures: addCounts(a.failures, b.failures),
	offered: a.offered + b.offered,
	bytesIn: a.bytesIn + b.bytesIn,
	bytesOut: a.bytesOut + b.bytesOut,
	gauges: mergeGauges(a.gauges, b.gauges),
	...(a.parts === undefined && b.parts === undefined ? {} : {parts: mergeParts(a.parts, b.parts)}),
	...(a.metrics === undefined && b.metrics === undefined ? {} : {metrics: mergeMetrics(a.metrics, b.metrics)}),
});

/** All of them, as `mergeSnapshots` one after the other would have it; histograms in one piece each. */
export const mergeAllSnapshots = (snapshots: readonly [Snapshot, ...Snapshot[]]): Snapshot => {
	const bare = snapshots.map(
		({uncorrected, firstByte, ...rest}): Snapshot => ({...rest, latency: emptyHistogram, waiting: emptyHistogram}),
	);
	const joined = (name: 'uncorrected' | 'firstByte'): Partial<Snapshot> => {
		const found = snapshots.flatMap((snapshot) => snapshot[name] ?? []);
		return found.length === 0 ? {} : {[name]: mergeAllHistograms(found)};
	};
	return {
		...bare.reduce(mergeSnapshots),
		latency: mergeAllHistograms(snapshots.map(({latency}) => latency)),
		...joined('uncorrected'),
		...joined('firstByte'),
		waiting: mergeAllHistograms(snapshots.map(({waiting}) => waiting)),
	};
};

const total = (counts: Readonly<Record<string, number>>): number =>
	Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Operations that ended, well or badly. */
export const endedIn = ({outcomes}: Pick<Snapshot, 'outcomes'>): number => total(outcomes);
export const failedIn = ({failures}: Pick<Snapshot, 'failures'>): number => total(failures);

/** Operations begun and not ended; of a whole phase, or of its beginning up to now. */
export const inFlightIn = (snapshot: Snapshot): number => snapshot.offered - endedIn(snapshot) - snapshot.waiting.count;

const encodeUnlessEmpty = (histogram: Histogram | undefined): EncodedHistogram | undefined =>
	histogram === undefined || histogram.count === 0 ? undefined : encodeHistogram(histogram);

/** What is empty is left out of the JSON. */
const encodeEach = <Name extends string>(
	names: readonly Name[],
	histograms: {readonly [Each in Name]?: Histogram | undefined},
): {[Each in Name]?: EncodedHistogram | undefined} => {
	const encoded: {[Each in Name]?: EncodedHistogram | undefined} = {};
	for (const name of names) encoded[name] = encodeUnlessEmpty(histograms[name]);
	return encoded;
};

const decodeEach = <Name extends string>(
	names: readonly Name[],
	encoded: {readonly [Each in Name]?: EncodedHistogram | undefined},
): {[Each in Name]?: Histogram} => {
	const histograms: {[Each in Name]?: Histogram} = {};
	for (const name of names) {
		const given = encoded[name];
		if (given !== undefined) histograms[name] = decodeHistogram(given);
	}

	return histograms;
};

const encode = ({
	uncorrected,
	firstByte,
	uncorrectedWaiting,
	latency,
	waiting,
	setup,
	gauges,
	parts,
	...rest
}: Snapshot): EncodedSnapshot => ({
	...rest,
	...(parts === undefined ? {} : {parts: encodeParts(parts)}),
	latency: encodeUnlessEmpty(latency),
	...encodeEach(optionalHistograms, {uncorrected, firstByte, uncorrectedWaiting}),
	waiting: encodeUnlessEmpty(waiting),
	...(setup === undefined ? {} : {setup: encodeEach(setupSteps, setup)}),
	gauges: Object.fromEntries(Object.entries(gauges).map(([name, gauge]) => [name, encodeGauge(gauge)])),
});

/** What was encoded last: whoever does that often reads it at once, and unpacking would cost more than all else. */
let newest: {readonly encoded: EncodedSnapshot; readonly snapshot: Snapshot} | undefined;

export const encodeSnapshot = (snapshot: Snapshot): EncodedSnapshot => {
	newest = {encoded: encode(snapshot), snapshot};
	return newest.encoded;
};

const decode = ({
	uncorrected,
	firstByte,
	uncorrectedWaiting,
	latency,
	waiting,
	setup,
	gauges,
	parts,
	...rest
}: EncodedSnapshot): Snapshot => ({
	...rest,
	...(parts === undefined ? {} : {parts: decodeParts(parts)}),
	gauges: Object.fromEntries(Object.entries(gauges).map(([name, gauge]) => [name, decodeGauge(gauge)])),
	latency: latency === undefined ? emptyHistogram : decodeHistogram(latency),
	...decodeEach(optionalHistograms, {uncorrected, firstByte, uncorrectedWaiting}),
	waiting: waiting === undefined ? emptyHistogram : decodeHistogram(waiting),
	...(setup === undefined ? {} : {setup: decodeEach(setupSteps, setup)}),
});

export const decodeSnapshot = (encoded: EncodedSnapshot): Snapshot =>
	newest?.encoded === encoded ? newest.snapshot : decode(encoded);

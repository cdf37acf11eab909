import {
	decodeHistogram,
	type EncodedHistogram,
	emptyHistogram,
	encodeHistogram,
	type Histogram,
	mergeHistograms,
} from './histogram.ts';
import {mergeRecords} from './merge-records.ts';

/** Some of the operations of a load, by what they do: the requests of one name, reads apart from writes. */
export type Part = {
	readonly latency: Histogram;
	readonly waiting: Histogram;
	readonly outcomes: Readonly<Record<string, number>>;
	readonly failures: Readonly<Record<string, number>>;
	readonly offered: number;
};

/** By name, in the order in which they first came. */
export type Parts = Readonly<Record<string, Part>>;

export type EncodedPart = Omit<Part, 'latency' | 'waiting'> & {
	readonly latency?: EncodedHistogram | undefined;
	readonly waiting?: EncodedHistogram | undefined;
};

export const emptyPart: Part = {
	latency: emptyHistogram,
	waiting: emptyHistogram,
	outcomes: {},
	failures: {},
	offered: 0,
};

/** The counts of both, by name. */
export const addCounts = (
	a: Readonly<Record<string, number>>,
	b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => mergeRecords(a, b, (one, other) => one + other);

const mergePart = (a: Part, b: Part): Part => ({
	latency: mergeHistograms(a.latency, b.latency),
	waiting: mergeHistograms(a.waiting, b.waiting),
	outcomes: addCounts(a.outcomes, b.outcomes),
	failures: addCounts(a.failures, b.failures),
	offered: a.offered + b.offered,
});

export const mergeParts = (a: Parts = {}, b: Parts = {}): Parts => mergeRecords(a, b, mergePart);

const mapped = <From, To>(
	members: Readonly<Record<string, From>>,
	change: (member: From) => To,
): Readonly<Record<string, To>> =>
	Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member)]));

const unlessEmpty = (histogram: Histogram): EncodedHistogram | undefined =>
	histogram.count === 0 ? undefined : encodeHistogram(histogram);

export const encodeParts = (parts: Parts): Readonly<Record<string, EncodedPart>> =>
	mapped(parts, ({latency, waiting, ...rest}) => ({
		...rest,
		latency: unlessEmpty(latency),
		waiting: unlessEmpty(waiting),
	}));

export const decodeParts = (parts: Readonly<Record<string, EncodedPart>>): Parts =>
	mapped(parts, ({latency, waiting, ...rest}) => ({
		...rest,
		latency: latency === undefined ? emptyHistogram : decodeHistogram(latency),
		waiting: waiting === undefined ? emptyHistogram : decodeHistogram(waiting),
	}));

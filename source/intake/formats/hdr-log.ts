import {decodeFromCompressedBase64, JsHistogram} from 'hdr-histogram-js';
import type {Format, TimedOperation} from '../format.ts';
import {textLines} from '../given.ts';

/** Microseconds in one. */
const factors: Readonly<Record<string, number>> = {ns: 0.001, us: 1, ms: 1000};

const header = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"';

/** A line of an interval: a tag perhaps, when it began, how long it was (seconds), its maximum, the histogram. */
const interval = /^(?:Tag=([^,]+),)?([\d.]+),([\d.]+),([\d.]+),(HIST\S+)\s*$/;

type Interval = {
	readonly tag: string | undefined;
	readonly start: number;
	readonly length: number;
	readonly histogram: JsHistogram;
};

const histogramIn = (encoded: string, number: number): JsHistogram => {
	try {
		const histogram = decodeFromCompressedBase64(encoded);
		if (histogram instanceof JsHistogram) return histogram;
	} catch (error) {
		throw new Error(`the histogram of line ${number} cannot be read`, {cause: error});
	}

	throw new Error(`the histogram of line ${number} cannot be read`);
};

/** A year before its start: a moment as early as that counts from the start, as the library's own reader has it. Seconds. */
const tooEarly = 365 * 24 * 3600;

/** When the first interval began, in seconds since 1970. */
const beganIn = (text: string, first: number): number => {
	const momentOf = (name: string): number =>
		Number(new RegExp(`^#\\[${name}: ([\\d.]+)`, 'm').exec(text)?.[1] ?? Number.NaN);
	const [base, start] = [momentOf('BaseTime'), momentOf('StartTime')];
	if (Number.isFinite(base)) return base + first;
	return first < start - tooEarly ? start + first : first > tooEarly ? first : Number.NaN;
};

const intervalsIn = (text: string): readonly Interval[] => {
	const found: Interval[] = [];
	let number = 0;
	for (const line of textLines(text)) {
		number += 1;
		const [whole, tag, start, length, , encoded = ''] = interval.exec(line) ?? [];
		if (whole === undefined) {
			if (/^(?:Tag=|[\d.]+,)/.test(line)) throw new Error(`line ${number} is no whole interval`);
			continue;
		}

		// Older versions of the encoding have other beginnings; whoever wrote them kept other fields.
		if (!encoded.startsWith('HISTF'))
			throw new Error(`line ${number} is encoded as before version 2, which is not read`);
		found.push({tag, start: Number(start), length: Number(length), histogram: histogramIn(encoded, number)});
	}

	return found;
};

function* timedIn(intervals: readonly Interval[], first: number, factor: number): Iterable<TimedOperation> {
	for (const {tag, start, length, histogram} of intervals) {
		// In the middle of it: when each operation ended is not kept.
		const at = (start - first + length / 2) * 1000;
		for (const {count, value} of valuesOf(histogram)) {
			for (let index = 0; index < count; index++) {
				yield {
					outcome: 'recorded',
					failed: false,
					microseconds: value * factor,
					at,
					...(tag === undefined ? {} : {part: tag}),
				};
			}
		}
	}
}

/** The values of a histogram with their counts: the middle of each bucket, within the true minimum and maximum. */
function* valuesOf(histogram: JsHistogram): Iterable<{readonly count: number; readonly value: number}> {
	for (let index = 0; index < histogram.countsArrayLength; index++) {
		const count = histogram.getCountAtIndex(index);
		if (count === 0) continue;
		const lowest = histogram.valueFromIndex(index);
		const middle = histogram.medianEquivalentValue(lowest);
		yield {count, value: Math.max(lowest === 0 ? 0 : histogram.minNonZeroValue, Math.min(middle, histogram.maxValue))};
	}
}

export const hdrLog: Format = {
	name: 'hdr-log',
	about: 'a log of HdrHistogram (.hlog): intervals, perhaps with tags',
	made: 'HistogramLogWriter, jHiccup, cassandra-stress -log hdrfile=FILE, …; --unit says what its values are in',
	recognise: ({text}) => text.includes(header) || /^(?:Tag=[^,\n]+,)?[\d.]+,[\d.]+,[\d.]+,HIST\S+\s*$/m.test(text),
	read: ({text, unit}) => {
		const factor = unit === undefined ? undefined : factors[unit];
		if (factor === undefined) {
			throw new Error(
				'such a log does not say what its values are in: --unit ns (as most tools of Java write it), us or ms',
			);
		}

		const intervals = intervalsIn(text);
		if (intervals.length === 0) return [];
		const first = Math.min(...intervals.map(({start}) => start));
		const end = Math.max(...intervals.map(({start, length}) => start + length));
		const began = beganIn(text, first);
		// To the microsecond: what two neighbours share is one moment.
		const moments = intervals.flatMap(({start, length}) => [start, start + length]);
		const ends = [...new Set(moments.map((moment) => Math.round((moment - first) * 1e6) / 1000))]
			.filter((end) => end > 0)
			.sort((a, b) => a - b);
		return [
			{
				name: 'hdr-log',
				...(Number.isFinite(began) ? {began: new Date(Math.round(began * 1000)).toISOString()} : {}),
				duration: (end - first) * 1000,
				means: 'what the log recorded',
				timed: timedIn(intervals, first, factor),
				...(ends.length === 0 ? {} : {stretches: ends}),
				limits: ['A log of latencies tells neither failures nor what was loaded.'],
			},
		];
	},
};

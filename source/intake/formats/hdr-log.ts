import {decodeFromCompressedBase64, JsHistogram} from 'hdr-histogram-js';
import type {Format, TimedOperation} from '../format.ts';
import {textLines} from '../given.ts';

/** Microseconds in one. */
const factors: Readonly<Record<string, number>> = {ns: 0.001, us: 1, ms: 1000};

const header = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"';

/** A line of an interval: a tag perhaps, when it began, how long it was (seconds), its maximum, the histogram. */
const interval = /^(?:Tag=([^,]+),)?([\d.]+),([\d.]+),([\d.]+),(HISTF\S+)\s*$/;

type Interval = {
	readonly tag: string | undefined;
	readonly start: number;
	readonly length: number;
	readonly encoded: string;
};

const intervalsIn = (text: string): readonly Interval[] => {
	const found: Interval[] = [];
	for (const line of textLines(text)) {
		const [whole, tag, start, length, , encoded = ''] = interval.exec(line) ?? [];
		if (whole !== undefined) found.push({tag, start: Number(start), length: Number(length), encoded});
	}

	return found;
};

function* timedIn(intervals: readonly Interval[], first: number, factor: number): Iterable<TimedOperation> {
	for (const {tag, start, length, encoded} of intervals) {
		// In the middle of it: when each operation ended is not kept.
		const at = (start - first + length / 2) * 1000;
		for (const {count, value} of valuesOf(encoded)) {
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
function* valuesOf(encoded: string): Iterable<{readonly count: number; readonly value: number}> {
	const histogram = decodeFromCompressedBase64(encoded);
	if (!(histogram instanceof JsHistogram)) throw new Error('a histogram of it cannot be read');
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
	recognise: ({text}) =>
		text.includes(header) || interval.test(text.split('\n').find((line) => /HISTF/.test(line)) ?? ''),
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
		const [, startTime] = /^#\[StartTime: ([\d.]+)/m.exec(text) ?? [];
		const base = Number(startTime ?? Number.NaN);
		return [
			{
				name: 'hdr-log',
				...(Number.isFinite(base) ? {began: new Date(base * 1000).toISOString()} : {}),
				duration: (end - first) * 1000,
				means: 'what the log recorded',
				timed: timedIn(intervals, first, factor),
				limits: ['A log of latencies tells neither failures nor what was loaded.'],
			},
		];
	},
};

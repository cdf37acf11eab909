import {decodeHistogram, type EncodedHistogram, type Histogram} from '../../core/histogram.ts';
import {percentiles} from '../../core/summary.ts';
import {formatCount, formatLatencyBound, formatPercent, type LatencyUnit} from '../../core/units.ts';
import {bar} from '../charts/bar.ts';
import {type Line, left, right, span, within} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {isTimed, untimed} from '../timed.ts';
import {type BucketCounts, bucketsOf} from './buckets.ts';

const decoded = new WeakMap<EncodedHistogram, Histogram>();

/** The baseline's latencies, where they are to be seen and known. */
const baselineOf = ({run, overlaid}: View): Histogram | undefined => {
	const encoded = run.began?.baseline?.histogram;
	if (!overlaid || encoded === undefined) return undefined;
	const known = decoded.get(encoded) ?? decodeHistogram(encoded);
	decoded.set(encoded, known);
	return known.count === 0 ? undefined : known;
};

/** What is counted: the measured phase, or before it the warm-up. */
const counted = ({run}: View): Histogram | undefined => (run.total ?? run.warmup)?.latency;

const label = ({from, to}: BucketCounts, unit: LatencyUnit): string => {
	if (from === undefined) return to === undefined ? 'all' : `<${formatLatencyBound(to, unit)}`;
	const start = formatLatencyBound(from, unit);
	return to === undefined ? `≥${start}` : `${start}-${formatLatencyBound(to, unit)}`;
};

/** The percentiles that lie in a bucket. */
const percentilesIn = ({summary}: View, {from, to}: BucketCounts): string =>
	percentiles
		.filter(({key}) => {
			const value = summary.latency[key];
			return value !== null && value >= (from ?? 0) && value < (to ?? Number.POSITIVE_INFINITY);
		})
		.map(({label: name}) => name)
		.join(' ');

const shareColumns = 7;
const countColumns = 12;
const leastBar = 6;
const markColumns = 14;

type Columns = {
	readonly label: number;
	readonly bar: number;
	readonly base: boolean;
	readonly count: boolean;
	readonly sum: boolean;
	readonly marks: boolean;
};

/** Which columns there is room for: the bar keeps a third of the row. */
const columnsOf = (columns: number, labels: number, overlaid: boolean, zoomed: boolean): Columns => {
	const third = Math.max(leastBar, Math.floor(columns / 3));
	let room = columns - labels - 1 - shareColumns;
	const take = (wanted: boolean, width: number): boolean => {
		const fits = wanted && room - width >= third;
		if (fits) room -= width;
		return fits;
	};
	const marks = take(true, markColumns);
	const base = take(overlaid, shareColumns);
	const sum = take(zoomed, shareColumns + 1);
	const count = take(zoomed, countColumns);
	return {label: labels, bar: Math.max(0, room), base, count, sum, marks};
};

/** A bar with the baseline's share as a mark in it. */
const barSpans = (share: number, base: number | undefined, columns: number, view: View): Line => {
	const drawn = [...bar(share, columns, view.charset)];
	if (base === undefined || base === 0 || columns === 0) return [span(drawn.join(''), 'series1')];
	const at = Math.min(columns - 1, Math.max(0, Math.round(base * columns) - 1));
	return [
		span(drawn.slice(0, at).join(''), 'series1'),
		span('│', 'baseline'),
		span(drawn.slice(at + 1).join(''), 'series1'),
	];
};

const draw: Pane['draw'] = (view, {columns, rows}, {zoomed}) => {
	if (columns <= 0 || rows <= 0) return [];
	const {latencyUnit} = view;
	if (!isTimed(view.run)) return untimed({columns, rows});
	const run = counted(view);
	if (run === undefined || run.count === 0) return within([[span('no latencies yet', 'muted')]], {columns, rows});

	const baseline = baselineOf(view);
	const headed = zoomed && rows >= 4;
	const shown = bucketsOf(baseline === undefined ? [run] : [run, baseline], rows - (headed ? 1 : 0));
	const labels = shown.map((bucket) => label(bucket, latencyUnit));
	const wide = columnsOf(columns, Math.max(...labels.map((text) => text.length)), baseline !== undefined, zoomed);
	const shares = shown.map(({counts: [count = 0]}) => count / run.count);
	const bases = shown.map(({counts: [, count = 0]}) => (baseline === undefined ? undefined : count / baseline.count));
	const most = Math.max(...shares, ...bases.map((share) => share ?? 0));
	let below = 0;
	const lines = shown.map((bucket, row): Line => {
		const [count = 0] = bucket.counts;
		const [share, base] = [shares[row]!, bases[row]];
		below += count;
		return [
			span(`${right(labels[row]!, wide.label)} `, 'muted'),
			...barSpans(share / most, base === undefined ? undefined : base / most, wide.bar, view),
			...(wide.count ? [span(right(formatCount(count), countColumns))] : []),
			span(right(formatPercent(share * 100), shareColumns)),
			...(wide.base ? [span(right(formatPercent((base ?? 0) * 100), shareColumns), 'baseline')] : []),
			...(wide.sum ? [span(right(formatPercent((100 * below) / run.count), shareColumns + 1), 'muted')] : []),
			...(wide.marks ? [span(` ${percentilesIn(view, bucket)}`, 'title')] : []),
		];
	});
	const head: Line = [
		span(
			[
				left('', wide.label + 1 + wide.bar),
				wide.count ? right('count', countColumns) : '',
				right('share', shareColumns),
				wide.base ? right('base', shareColumns) : '',
				wide.sum ? right('up to', shareColumns + 1) : '',
			].join(''),
			'muted',
		),
	];
	return within([...(headed ? [head] : []), ...lines], {columns, rows});
};

/** How latencies are spread. */
export const histogram: Pane = {
	name: 'histogram',
	title: 'Histogram',
	latency: true,
	has: isTimed,
	about: 'the share of latencies in each logarithmic bucket, the percentiles in it, and the baseline as a mark',
	least: {columns: 30, rows: 8},
	wants: 12,
	rank: 7,
	draw,
	note: (view) =>
		view.run.total === undefined && view.run.warmup !== undefined ? [span('warm-up: not counted', 'muted')] : [],
	foot: (view) => {
		if (baselineOf(view) === undefined) return [];
		return [span('run ', 'muted'), span('███', 'series1'), span('  baseline ', 'muted'), span('│', 'baseline')];
	},
};

import type {Baseline} from '../../core/event.ts';
import {printable} from '../../core/printable.ts';
import type {Comparison, Verdict} from '../../core/report.ts';
import {resultOf} from '../../core/result.ts';
import {hasBegun, type RunState} from '../../core/run-state.ts';
import type {Summary} from '../../core/summary.ts';
import {
	formatBytes,
	formatChange,
	formatLatency,
	formatPercent,
	formatRate,
	type LatencyUnit,
} from '../../core/units.ts';
import {compareRuns} from '../../stats/compare.ts';
import {clip, type Line, left, outside, right, span, within, wrap} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import type {Token} from '../theme.ts';
import {isTimed} from '../timed.ts';

type Figures = ReadonlyMap<string, Comparison>;

const judged = new WeakMap<RunState['timeline'], readonly [baseline: Baseline, figures: Figures]>();

/**
 * What `benchtop compare` says of the baseline and this run, once it is over: resampling the seconds of two runs takes too
 * long to be done while one is going on, and an interval that is looked at again and again covers less than it says.
 */
const figuresOf = (run: RunState): Figures | undefined => {
	const baseline = run.began?.baseline;
	if (run.ending === undefined || baseline?.timeline === undefined || !hasBegun(run)) return undefined;
	const known = judged.get(run.timeline);
	if (known?.[0] === baseline) return known[1];
	const {id, summary, timeline} = baseline;
	const compared = compareRuns({id, summary, timeline}, resultOf(run));
	const figures = new Map(compared.map((comparison) => [comparison.metric, comparison]));
	judged.set(run.timeline, [baseline, figures]);
	return figures;
};

type Row = {
	readonly label: string;
	/** Its name in a comparison, where there is one. */
	readonly metric?: string;
	/** Rows of a higher rank are left out first. */
	readonly rank: number;
	readonly of: (summary: Summary) => number | null;
	readonly format: (value: number | null, unit: LatencyUnit) => string;
	/** Whether its change is a difference, in percentage points, and no ratio. */
	readonly points?: true;
};

/** CPU time of the target for each answer, in milliseconds. */
const cpuPerOperation = ({resources, throughput}: Summary): number | null => {
	const {cpu} = resources.target;
	return cpu === null || throughput.mean === null || throughput.mean <= 0 ? null : (cpu * 10) / throughput.mean;
};

const rows: readonly Row[] = [
	{label: 'p50', metric: 'p50', rank: 3, of: ({latency}) => latency.p50, format: formatLatency},
	{label: 'p90', metric: 'p90', rank: 6, of: ({latency}) => latency.p90, format: formatLatency},
	{label: 'p99', metric: 'p99', rank: 1, of: ({latency}) => latency.p99, format: formatLatency},
	{label: 'p99.9', rank: 5, of: ({latency}) => latency.p999, format: formatLatency},
	{
		label: 'rate 1/s',
		metric: 'throughput',
		rank: 2,
		of: ({throughput}) => throughput.mean,
		format: (value) => formatRate(value ?? undefined),
	},
	{
		label: 'errors',
		metric: 'error rate',
		rank: 4,
		of: ({successRate}) => (successRate === null ? null : 1 - successRate),
		format: (value) => formatPercent(value === null ? undefined : value * 100),
		points: true,
	},
	{label: 'cpu/op', rank: 7, of: cpuPerOperation, format: formatLatency},
	{
		label: 'peak mem',
		rank: 8,
		of: ({resources}) => resources.target.memoryPeak,
		format: (value) => formatBytes(value ?? undefined),
	},
];

const verdicts = {
	worse: ['▲ worse', 'bad'],
	better: ['▼ better', 'good'],
	same: ['≈ same', 'same'],
	unclear: ['? unclear', 'unsure'],
} as const satisfies Record<Verdict, readonly [words: string, token: Token]>;

const unknown = '–';

const changeText = (change: number | null | undefined, points: boolean): string => {
	if (change === null || change === undefined) return unknown;
	if (!points) return formatChange(change);
	const text = (change * 100).toFixed(2);
	return `${Number(text) > 0 ? '+' : ''}${Number(text) === 0 ? '0.00' : text}pp`;
};

const changeOf = (before: number | null, after: number | null, points: boolean): number | null => {
	if (before === null || after === null) return null;
	if (points) return after - before;
	return before > 0 ? after / before - 1 : null;
};

const intervalOf = (comparison: Comparison | undefined, points: boolean): string => {
	const {low, high} = comparison?.change ?? {low: null, high: null};
	if (low === null || high === null) return unknown;
	// The unit once: both ends have it.
	return `${changeText(low, points).replace(/%|pp/, '')}…${changeText(high, points)}`;
};

const labelColumns = 9;
const figureColumns = 7;
const changeColumns = 9;
const verdictColumns = 10;
const intervalColumns = 14;

const columnsOf = (columns: number) => {
	let room = columns - labelColumns - figureColumns - changeColumns;
	const take = (width: number): boolean => {
		if (room < width) return false;
		room -= width;
		return true;
	};
	const verdict = take(verdictColumns);
	const base = take(figureColumns);
	return {verdict, base, interval: take(intervalColumns)};
};

/** Why there is no interval, in one sentence; `undefined` when there is. */
const reasonOf = (view: View, figures: Figures | undefined): string | undefined => {
	const {run} = view;
	if (run.ending === undefined) return 'The interval comes when the run is over.';
	if (run.began?.baseline?.timeline === undefined) {
		return 'No interval: the seconds of the baseline are too many to be carried along; benchtop compare has it.';
	}

	const p99 = figures?.get('p99');
	if (p99 === undefined || p99.change.low !== null) return undefined;
	if (run.began.baseline.timeline.every(({histogram}) => histogram === null)) {
		return 'No interval of latencies: those of the baseline are too many to be carried along; benchtop compare has it.';
	}

	return /No interval: .*/.exec(p99.because ?? '')?.[0] ?? p99.because;
};

const notes = (view: View, figures: Figures | undefined, {zoomed}: {readonly zoomed: boolean}): string[] => {
	const reason = reasonOf(view, figures);
	const [first] = figures?.values() ?? [];
	return [
		...(reason === undefined ? [] : [reason]),
		...(zoomed
			? [
					first?.because ??
						'One run a side: the change is observed, but how much two runs of the same program differ here is unknown, so it cannot be judged.',
					...[...(figures?.values() ?? [])]
						.filter(({change}) => change.low !== null)
						.map(({metric, change}) => `95 % interval of ${metric}: ${change.covers}.`)
						.filter((_, index, all) => index === 0 || index === all.length - 1),
					'cpu/op: CPU time of the process under test for each answer.',
				]
			: []),
	];
};

const draw: Pane['draw'] = (view, size, {zoomed}) => {
	const {columns, rows: high} = size;
	if (columns <= 0 || high <= 0) return [];
	const {run, summary, latencyUnit} = view;
	const baseline = run.began?.baseline;
	if (baseline === undefined) {
		const text =
			run.began === undefined
				? 'waiting for the run'
				: 'No baseline to be held against. The next run of the same load is held against this one; benchtop baseline set NAME keeps one for good.';
		return within(
			wrap(text, columns, high).map((part): Line => [span(part, 'muted')]),
			size,
		);
	}

	const figures = figuresOf(run);
	const shown = columnsOf(columns);
	const known = rows
		.map((row) => ({row, before: row.of(baseline.summary), after: row.of(summary)}))
		.filter(({row, before, after}) => (row.rank < 7 && isTimed(run)) || (before !== null && after !== null));
	const headed = high >= 3;
	const ranks = known.map(({row}) => row.rank).sort((a, b) => a - b);
	const last = ranks[Math.min(ranks.length, high - (headed ? 1 : 0)) - 1] ?? 0;
	const lines = known
		.filter(({row}) => row.rank <= last)
		.map(({row, before, after}): Line => {
			const points = row.points === true;
			const change = changeOf(before, after, points);
			const comparison = row.metric === undefined ? undefined : figures?.get(row.metric);
			const [words, token] = verdicts[comparison?.verdict ?? 'unclear'];
			return [
				span(left(row.label, labelColumns), row.label === 'p99' ? 'title' : 'text'),
				...(shown.base ? [span(right(row.format(before, latencyUnit), figureColumns), 'baseline')] : []),
				span(right(row.format(after, latencyUnit), figureColumns)),
				span(right(changeText(change, points), changeColumns), change === null ? 'muted' : token),
				...(shown.interval ? [span(right(intervalOf(comparison, points), intervalColumns), 'muted')] : []),
				...(shown.verdict ? [span(` ${change === null ? unknown : words}`, change === null ? 'muted' : token)] : []),
			];
		});
	const head: Line = [
		span(
			[
				left('', labelColumns),
				shown.base ? right('base', figureColumns) : '',
				right('run', figureColumns),
				right('Δ', changeColumns),
				shown.interval ? right('95% interval', intervalColumns) : '',
				shown.verdict ? ' verdict' : '',
			].join(''),
			'muted',
		),
	];
	const table = [...(headed ? [head] : []), ...lines];
	const room = high - table.length;
	const words = notes(view, figures, {zoomed}).flatMap((text) => wrap(printable(text), columns, Math.max(1, room)));
	return within([...table, ...words.map((part): Line => [span(part, 'muted')])], size);
};

/** How far the run is from its baseline, and how sure that is. */
export const deltas: Pane = {
	name: 'deltas',
	title: 'Baseline deltas',
	latency: true,
	about: 'percentiles, throughput, errors and CPU per operation against the baseline, with intervals and verdicts',
	least: {columns: 36, rows: 5},
	wants: 8,
	rank: 8,
	// Of two sides, the first run has none beside it.
	has: ({began}) => began?.plan.side === undefined || began.baseline !== undefined,
	draw,
	note: ({run}) => {
		const {label, round} = run.began?.baseline ?? {};
		if (label === undefined) return [];
		const which = round === undefined ? [] : [span(` round ${round.number} of ${round.of}`, 'muted')];
		return [span('vs ', 'muted'), outside(clip(printable(label), 24)), ...which];
	},
	foot: ({run}) => {
		const baseline = run.began?.baseline;
		if (baseline === undefined) return [];
		const words =
			baseline.round === undefined
				? '? observed; one run a side cannot be judged'
				: '? observed of one round; benchtop compare judges all';
		return [span(words, 'unsure')];
	},
};

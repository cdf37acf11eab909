import type {Charset} from '../../core/charset.ts';
import {printable} from '../../core/printable.ts';
import type {Comparison, Verdict} from '../../core/report.ts';
import {
	formatChange,
	formatLatency,
	formatMeasure,
	formatPercent,
	formatRate,
	type LatencyUnit,
} from '../../core/units.ts';
import type {Standing} from '../../stats/rounds.ts';
import {type IntervalMark, intervalMarks} from '../charts/interval.ts';
import {clip, clipLine, fitting, type Line, left, outside, right, span, within, wrap} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {gatingOf, outcomeOf, standingIn, standingsIn} from '../standing.ts';
import type {Token} from '../theme.ts';

const verdicts = {
	worse: ['▲ worse', 'bad'],
	better: ['▼ better', 'good'],
	same: ['≈ same', 'same'],
	unclear: ['? unclear', 'unsure'],
} as const satisfies Record<Verdict, readonly [words: string, token: Token]>;

const outcomes = {
	fail: ['▲ the candidate is worse', 'bad'],
	pass: ['✓ the candidate is no worse', 'good'],
	inconclusive: ['? it cannot be told', 'unsure'],
} as const;

const marks: Readonly<Record<IntervalMark, string>> = {
	nothing: ' ',
	margin: '┊',
	zero: '│',
	interval: '─',
	estimate: '●',
	beyond: '▶',
};

const labelColumns = 11;
const figureColumns = 10;
const changeColumns = 9;
const verdictColumns = 10;
const leastBar = 8;

const columnsOf = (columns: number) => {
	let room = columns - labelColumns - changeColumns;
	const take = (width: number): boolean => {
		if (room < width) return false;
		room -= width;
		return true;
	};
	const verdict = take(verdictColumns);
	const bar = take(leastBar + 1);
	const figures = take(2 * figureColumns);
	// In its middle is nothing: as many columns on both sides.
	const width = bar ? leastBar + room - ((leastBar + room + 1) % 2) : 0;
	return {verdict, figures, bar: width};
};

const figure = (value: number | null, unit: string, latencyUnit: LatencyUnit): string => {
	switch (unit) {
		case 'ms':
			return formatLatency(value, latencyUnit);
		case '1/s':
			return formatRate(value ?? undefined);
		case '%':
			return formatPercent(value ?? undefined);
		default:
			return printable(formatMeasure(value, unit));
	}
};

const change = ({change: {estimate}, unit}: Comparison): string => {
	if (estimate === null) return '–';
	if (unit !== '%') return formatChange(estimate);
	const text = (estimate * 100).toFixed(2);
	return `${Number(text) > 0 ? '+' : ''}${Number(text) === 0 ? '0.00' : text}pp`;
};

const drawn = (mark: IntervalMark, column: number, charset: Charset): string =>
	mark === 'beyond' ? (column === 0 ? '<' : '>') : charset === 'ascii' && mark === 'zero' ? '|' : marks[mark];

const tokenOf = (mark: IntervalMark, token: Token): Token =>
	mark === 'margin' || mark === 'zero' ? 'muted' : mark === 'nothing' ? 'text' : token;

const barOf = (comparison: Comparison, columns: number, token: Token, charset: Charset): Line => {
	const {estimate, low, high} = comparison.change;
	if (columns <= 0) return [];
	if (estimate === null || comparison.margin === undefined) return [span(' '.repeat(columns))];
	const interval = {
		estimate,
		low: low ?? Number.NEGATIVE_INFINITY,
		high: high ?? Number.POSITIVE_INFINITY,
	};
	return intervalMarks(interval, comparison.margin, columns).map((mark, column) =>
		span(drawn(mark, column, charset), tokenOf(mark, token)),
	);
};

type Columns = ReturnType<typeof columnsOf>;

const rowOf = (comparison: Comparison, {isFinal}: Standing, shown: Columns, view: View): Line => {
	const [words, ofVerdict] = verdicts[comparison.verdict];
	const isShown = comparison.isDisplayed === true;
	// No verdict before its time: an interval that is looked at early errs more often than it says.
	const token: Token = isFinal ? ofVerdict : 'unsure';
	const {base, candidate, unit} = comparison;
	const cell = (value: number | null): string => right(figure(value, unit, view.latencyUnit), figureColumns);
	return [
		span(left(clip(outside(comparison.metric).text, labelColumns - 1), labelColumns), isShown ? 'muted' : 'title'),
		...(shown.figures ? [span(cell(base), 'baseline'), span(cell(candidate))] : []),
		span(right(change(comparison), changeColumns), token),
		...(shown.bar > 0 ? [span(' '), ...barOf(comparison, shown.bar, token, view.charset)] : []),
		...(shown.verdict
			? [span(` ${isFinal ? (isShown ? `(${words})` : words) : 'so far'}`, isFinal ? token : 'muted')]
			: []),
	];
};

const headOf = (shown: Columns): Line => [
	span(
		[
			left('', labelColumns),
			shown.figures ? right('base', figureColumns) + right('candidate', figureColumns) : '',
			right('change', changeColumns),
			shown.bar > 0 ? ` ${left(`${' '.repeat((shown.bar - 1) / 2)}0`, shown.bar)}` : '',
		].join(''),
		'muted',
	),
];

/** What is being measured now, and of which pair. */
const nowLine = ({run}: View, columns: number): Line => {
	const side = run.began?.plan.side;
	const rule = run.began?.plan.suite?.comparison;
	if (side === undefined || rule === undefined) return [];
	const state = run.ending === undefined ? '▶ ' : '■ ';
	return clipLine(
		[
			span(state, run.ending === undefined ? 'good' : 'muted'),
			span(`pair ${side.pair} of ${rule.looks === undefined ? '' : 'at most '}${rule.pairs}: `, 'muted'),
			span(`${side.is} `, side.is === 'base' ? 'baseline' : 'title'),
			outside(side.of),
		],
		columns,
	);
};

const endLine = (standing: Standing): Line => {
	const outcome = outcomeOf(standing);
	if (outcome === undefined) return [];
	const [words, token] = outcomes[outcome];
	return [span(words, token)];
};

const tableOf = (standing: Standing, room: number, columns: number, view: View): readonly Line[] => {
	const shown = columnsOf(columns);
	const gating = gatingOf(standing);
	const rows = [...gating, ...standing.comparisons.filter((each) => !gating.includes(each))];
	const end = endLine(standing);
	const kept = rows.slice(0, Math.max(1, room - 1 - (end.length > 0 ? 1 : 0)));
	// What is left out in want of room is never what decides before what does not.
	return [headOf(shown), ...kept.map((row) => rowOf(row, standing, shown, view)), ...(end.length > 0 ? [end] : [])];
};

const draw: Pane['draw'] = (view, size, {zoomed}) => {
	const {columns, rows} = size;
	if (columns <= 0 || rows <= 0) return [];
	const {run} = view;
	const now = nowLine(view, columns);
	if (now.length === 0) {
		const text =
			run.began === undefined
				? 'waiting for the run'
				: 'This run stands alone: benchtop ab measures two sides in turns.';
		return within(
			wrap(text, columns, rows).map((part): Line => [span(part, 'muted')]),
			size,
		);
	}

	const all = zoomed ? standingsIn(run).filter(({pairs}) => pairs > 0) : [standingIn(run) ?? []].flat();
	if (all.length === 0) {
		const text =
			'The sides are held against each other as soon as both were measured once; the interval needs two pairs.';
		return within(
			[now, ...wrap(text, columns, Math.max(1, rows - 1)).map((part): Line => [span(part, 'muted')])],
			size,
		);
	}

	return within(
		[
			now,
			...all.flatMap((standing) => [
				...(all.length > 1 ? [[outside(standing.benchmark, 'title')]] : []),
				...tableOf(standing, zoomed ? Number.POSITIVE_INFINITY : rows - 1, columns, view),
			]),
		],
		size,
	);
};

/** The sides of a comparison beside each other, and how their intervals close in. */
export const comparison: Pane = {
	name: 'comparison',
	title: 'Comparison',
	latency: true,
	about: 'base and candidate beside each other: the interval of each change closes in, │ no change, ┊ the margin',
	least: {columns: 38, rows: 5},
	wants: 8,
	wantsFor: (run) => 3 + Math.min(9, standingIn(run)?.comparisons.length ?? 5),
	rank: 0,
	has: (run) => run.began?.plan.side !== undefined,
	draw,
	note: ({run}) => {
		const standing = standingIn(run);
		if (standing === undefined) return [];
		const {pairs, most, isFinal} = standing;
		const limit = run.began?.plan.suite?.comparison?.looks === undefined ? `${most}` : `at most ${most}`;
		return [span(`${isFinal ? '' : 'so far, '}after ${pairs} of ${limit} pairs`, isFinal ? 'accent' : 'muted')];
	},
	foot: ({run}) =>
		run.began?.plan.side === undefined
			? []
			: fitting([[span('│ no change', 'muted')], [span('┊ margin', 'muted')], [span('● change', 'muted')]], 34),
};

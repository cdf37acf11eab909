import {commitRangeWords} from '../../core/commit-range.ts';
import {localTime, shortId} from '../../core/run-words.ts';
import {changeVerdict, directionSign, leftOutWords, scoreWords, slopeWords, stepWords} from '../../core/trend-words.ts';
import {formatMeasure} from '../../core/units.ts';
import type {BenchmarkTrend} from '../../stats/benchmark-trend.ts';
import type {DayTrend} from '../../stats/day-trend.ts';
import {type FigureHistory, leastDays, leastForTrend} from '../../stats/figure-history.ts';
import type {Canvas} from '../canvas.ts';
import type {Rectangle} from '../layout.ts';
import type {ListedChange, WholeTrend} from '../library.ts';
import {type Line, outside, span, wrap} from '../line.ts';
import type {Token} from '../theme.ts';
import type {BrowserState} from './browser-state.ts';
import {awaited, putBox, putScrolled, titled} from './framed.ts';
import {insideOf} from './list.ts';
import {titleOfTrend, trendChart} from './run-trend.ts';
import {type Cell, tableLines} from './table.ts';

/** More anomalies than these are counted. */
const mostAnomalies = 20;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const cell = (text: string, style: Token = 'text'): Cell => ({text: outside(text).text, style});

const section = (heading: string, lines: readonly Line[]): readonly Line[] =>
	lines.length === 0 ? [] : [[], [span(heading, 'title')], ...lines];

/** Words in as many rows as they take, behind `indent` columns. */
const said = (text: string, columns: number, style: Token, indent = 2): readonly Line[] =>
	wrap(outside(text).text, Math.max(1, columns - indent), Number.MAX_SAFE_INTEGER).map(
		(row): Line => [span(' '.repeat(indent)), span(row, style)],
	);

const slopeTokens = {rising: 'title', falling: 'title', unclear: 'unsure'} as const satisfies Record<string, Token>;

/** Whether nothing ever varies, or hardly: then there is no slope to tell of. */
const isFlat = ({perDay: {low, high}}: DayTrend): boolean => low === 0 && high === 0;

/** The slope a day, its interval, and how much of it a straight line explains. */
const slopeCells = (trend: DayTrend | undefined, unit: string): readonly [Cell, Cell, Cell] => {
	const nothing = cell('');
	if (trend === undefined) return [cell('–', 'muted'), nothing, nothing];
	if (isFlat(trend)) return [cell('none', 'muted'), nothing, nothing];
	const words = slopeWords(trend.perDay, trend.sharePerDay, unit);
	return [
		cell(`${directionSign(trend.direction)} ${words.estimate}`, slopeTokens[trend.direction]),
		cell(words.ends, 'muted'),
		cell(trend.line?.explained.toFixed(2) ?? '', 'muted'),
	];
};

/** A row for each figure since its last change, and where it changed one more over all runs. */
const figureRows = (histories: readonly FigureHistory[]): ReadonlyArray<readonly Cell[]> =>
	histories.flatMap((history) => {
		const {figure, places, level, recent, overall} = history;
		const since = level?.from ?? 0;
		const row = (name: string, trend: DayTrend | undefined, runs: number, levelText: string): readonly Cell[] => [
			cell(name, 'title'),
			cell(levelText),
			...slopeCells(trend, figure.unit),
			cell(String(runs), 'muted'),
		];
		const name = `${figure.name}${2 * figure.uncertain > places.length ? '?' : ''}`;
		return [
			row(name, recent, places.length - since, formatMeasure(level?.mean, figure.unit)),
			...(since === 0 ? [] : [row('  all runs', overall, places.length, '')]),
		];
	});

const figureColumns = [
	{heading: 'metric'},
	{heading: 'level', right: true},
	{heading: 'per day', right: true},
	{heading: '95% interval'},
	{heading: 'r²', right: true},
	{heading: 'runs', right: true},
] as const;

const changeColumns = [{}, {right: true}, {}, {right: true}, {}, {right: true}, {}] as const;

/** A change with its figures, its commits and all that came with it. */
const changeLines = ({group}: BenchmarkTrend, change: ListedChange, columns: number): readonly Line[] => {
	const {point, commits, possible, differs} = change;
	const at = (place: number) => group.series.runs[place]!;
	const rows = point.figures.map(({figure, change: {difference, change: share, from, to, verdict}}) => {
		const words = stepWords(difference, share, figure.unit);
		const token = verdict === undefined ? 'text' : verdict === 'worse' ? 'bad' : 'good';
		return [
			cell(figure.name),
			cell(words.estimate, token),
			cell(`(${words.ends})`, 'muted'),
			cell(formatMeasure(from, figure.unit)),
			cell('→', 'muted'),
			cell(formatMeasure(to, figure.unit)),
			cell(changeVerdict(verdict), token),
		];
	});
	const [before, after, earliest, latest] = [point.before, point.after, point.earliest, point.latest].map(at);
	return [
		[
			span(`  ${localTime(after!.began)}`, 'accent'),
			span(`  between run ${shortId(before!.id)} and run ${shortId(after!.id)}`, 'muted'),
		],
		...tableLines(changeColumns, rows, columns, {indent: 4, order: [[2], [3, 4, 5]]}),
		...said(commitRangeWords(commits), columns, 'text', 4),
		...(point.earliest === point.latest
			? []
			: said(
					`or with any of ${counted(point.latest - point.earliest + 1, 'run')}, ${localTime(earliest!.began)} … ${localTime(latest!.began)}: ${commitRangeWords(possible)}`,
					columns,
					'muted',
					4,
				)),
		...differs.flatMap((words) => said(`also changed: ${words}`, columns, 'warn', 4)),
	];
};

const changesOf = ({trend, changes}: WholeTrend, columns: number): readonly Line[] => {
	const left = trend.turningPoints.length - changes.length;
	return section('Changes', [
		...changes.flatMap((change) => changeLines(trend, change, columns)),
		...(left > 0 ? said(`and ${left} older: benchtop changes`, columns, 'muted') : []),
	]);
};

const anomalyColumns = [{}, {}, {right: true}, {right: true}, {}] as const;

const anomaliesOf = ({histories, group}: BenchmarkTrend, columns: number): readonly Line[] => {
	const all = histories
		.flatMap(({figure, anomalies}) => anomalies.map((anomaly) => ({figure, ...anomaly})))
		.sort((a, b) => b.place - a.place);
	const rows = all.slice(0, mostAnomalies).map(({figure, place, value, score}) => {
		const run = group.series.runs[place]!;
		const commit = run.commit === null ? '' : ` at ${run.commit.slice(0, 7)}`;
		return [
			cell(localTime(run.began), 'accent'),
			cell(figure.name),
			cell(formatMeasure(value, figure.unit)),
			cell(scoreWords(score), 'warn'),
			cell(`run ${shortId(run.id)}${commit}`, 'muted'),
		];
	});
	return section('Anomalies', [
		...tableLines(anomalyColumns, rows, columns, {indent: 2, order: [[4], [3]]}),
		...(all.length > mostAnomalies ? said(`and ${all.length - mostAnomalies} older`, columns, 'muted') : []),
	]);
};

/** What the figures rest on, and what is left out of them. */
const notesOf = ({histories, group, toldApart}: BenchmarkTrend, columns: number): readonly Line[] => {
	const since = ({places, level}: FigureHistory): number => places.length - (level?.from ?? 0);
	const without = histories.filter(({recent}) => recent === undefined);
	const apart = toldApart.reduce((sum, {series}) => sum + series.runs.length, 0);
	const notes = [
		...(without.some((history) => since(history) < leastForTrend)
			? [`A slope takes ${leastForTrend} runs since the last change.`]
			: []),
		...(without.some((history) => since(history) >= leastForTrend)
			? [`A slope per day takes runs over ${counted(leastDays, 'day')} since the last change.`]
			: []),
		...(without.length < histories.length
			? [
					'Per day: the median of the slopes between all runs (Theil–Sen), since the last change; r² is of least squares.',
				]
			: []),
		...(histories.some(({figure, places}) => 2 * figure.uncertain > places.length)
			? ['? behind a name: rests on too few operations to be relied on.']
			: []),
		...(apart > 0 ? [`${counted(apart, 'run')} of another load or machine are told apart.`] : []),
	];
	const doubts = leftOutWords(group);
	return doubts.length + notes.length === 0
		? []
		: [
				[],
				...doubts.flatMap((words) => said(`! ${words}`, columns, 'warn', 0)),
				...notes.flatMap((words) => said(words, columns, 'muted', 0)),
			];
};

/** All that is to be said of a benchmark over time, in lines of so many columns. */
const reportOf = (whole: WholeTrend, columns: number): readonly Line[] => {
	const {trend} = whole;
	const {runs} = trend.group.series;
	const [first, last] = [runs[0], runs.at(-1)];
	const hosts = trend.group.hostnames.length === 0 ? '' : `, on ${trend.group.hostnames.join(', ')}`;
	const head =
		first === undefined || last === undefined
			? 'No run of it has figures that could stand in a trend.'
			: `${counted(runs.length, 'run')}, ${localTime(first.began)} … ${localTime(last.began)}${hosts}`;
	return [
		...said(head, columns, 'text', 0),
		...(runs.length === 0
			? []
			: [[], ...tableLines(figureColumns, figureRows(trend.histories), columns, {order: [[5], [4], [1], [3]]})]),
		...changesOf(whole, columns),
		...anomaliesOf(trend, columns),
		...notesOf(trend, columns),
	];
};

/** Fewer rows than these are the words' alone. */
const leastRows = 16;

/** A benchmark over all of the history: its course, and below it what is to be said. Returns by how many rows that can be scrolled. */
export const putTrend = (canvas: Canvas, {trend, choices, scroll}: BrowserState, body: Rectangle): number => {
	if (trend === undefined) return 0;
	const {loaded} = trend;
	const columns = Math.max(1, insideOf(body).columns);
	const waiting = awaited(loaded, 'reading all of its runs …', columns);
	if (loaded.state !== 'here' || waiting !== undefined) {
		return putScrolled(canvas, body, titled('Trend'), waiting ?? [], scroll);
	}

	const whole = loaded.value;
	const {x, y, rows} = body;
	const high = rows < leastRows ? 0 : Math.min(20, Math.floor(rows * 0.45));
	const box = {x, y, columns: body.columns, rows: high};
	const chart = high === 0 ? [] : trendChart(whole.trend, trend.id, insideOf(box), choices);
	const title = titled(titleOfTrend(whole.trend, choices.units), whole.trend.benchmark);
	if (chart.length > 0) putBox(canvas, box, {title, lines: chart});
	const top = chart.length > 0 ? high : 0;
	const below = {x, y: y + top, columns: body.columns, rows: rows - top};
	return putScrolled(canvas, below, top > 0 ? titled('Over time') : title, reportOf(whole, columns), scroll);
};

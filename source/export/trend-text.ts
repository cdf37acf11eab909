import {type Charset, toAscii} from '../core/charset.ts';
import {printable} from '../core/printable.ts';
import {localTime, shortId} from '../core/run-words.ts';
import {changeVerdict, directionSign, leftOutWords, scoreWords, slopeWords, stepWords} from '../core/trend-words.ts';
import {formatMeasure} from '../core/units.ts';
import {displayWidth} from '../core/width.ts';
import type {BenchmarkTrend} from '../stats/benchmark-trend.ts';
import type {DayTrend} from '../stats/day-trend.ts';
import {type FigureHistory, leastDays, leastForTrend} from '../stats/figure-history.ts';
import type {SeriesGroup} from '../stats/series-groups.ts';
import {alignColumns, type Column} from './columns.ts';
import {chartSigns, drawSeries} from './series-chart.ts';

/** How a text is fitted to where it is read. */
export type TextFrame = {readonly columns: number; readonly charset: Charset};

const chartRows = 10;
/** More changes and anomalies than these are counted. */
const mostListed = 8;
const indent = '  ';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The same in the characters that are to be had. */
export const inFrame = (text: string, {charset}: TextFrame): string =>
	charset === 'ascii'
		? Array.from(text, (character) => (character === '\n' ? character : toAscii(character))).join('')
		: text;

/** Narrower, and a day is all there is room for. */
const wideEnough = 60;

const moment = (began: string, width: number): string =>
	width < wideEnough ? localTime(began).slice(0, 10) : localTime(began);

/** A text folded at spaces, lines after the first indented. */
export const folded = (text: string, columns: number, by = indent): string[] => {
	const lines: string[] = [''];
	for (const word of text.split(' ')) {
		const line = lines.at(-1)!;
		const longer = line === '' ? (lines.length === 1 ? word : by + word) : `${line} ${word}`;
		if (line !== '' && displayWidth(longer) > columns) lines.push(by + word);
		else lines[lines.length - 1] = longer;
	}

	return lines;
};

type Row = {
	readonly name: string;
	readonly history: FigureHistory;
	readonly trend: DayTrend | undefined;
	readonly since: number;
	readonly isOverall: boolean;
};

/** Whether nothing ever varies, or hardly: then there is no slope to tell of. */
const isFlat = ({perDay: {low, high}}: DayTrend): boolean => low === 0 && high === 0;

const columns = [
	{key: 'metric', heading: 'metric', cell: ({name}) => name},
	{
		key: 'level',
		heading: 'level',
		right: true,
		cell: ({history: {level, figure}, isOverall}) => (isOverall ? '' : formatMeasure(level?.mean, figure.unit)),
	},
	{
		key: 'slope',
		heading: 'per day',
		right: true,
		cell: ({trend, history}) =>
			trend === undefined
				? '–'
				: isFlat(trend)
					? 'none'
					: `${directionSign(trend.direction)} ${slopeWords(trend.perDay, trend.sharePerDay, history.figure.unit).estimate}`,
	},
	{
		key: 'ends',
		heading: '95% interval',
		cell: ({trend, history}) =>
			trend === undefined ? '' : slopeWords(trend.perDay, trend.sharePerDay, history.figure.unit).ends,
	},
	{
		key: 'line',
		heading: 'least squares',
		right: true,
		cell: ({trend, history}) => {
			if (trend?.line === undefined || isFlat(trend)) return '';
			const {sharePerDay, level, line} = trend;
			const scaled = sharePerDay === undefined ? undefined : {...line.slope, estimate: line.slope.estimate / level};
			return slopeWords(line.slope, scaled, history.figure.unit).estimate;
		},
	},
	{
		key: 'explained',
		heading: 'r²',
		right: true,
		cell: ({trend}) => (trend === undefined || isFlat(trend) ? '' : (trend.line?.explained.toFixed(2) ?? '')),
	},
	{key: 'runs', heading: 'runs', right: true, cell: ({history, since}) => String(history.places.length - since)},
] as const satisfies ReadonlyArray<Column & {readonly key: string; readonly cell: (row: Row) => string}>;

type Key = (typeof columns)[number]['key'];

/** What a narrow terminal goes without, first to last. */
const dispensable: readonly Key[] = ['runs', 'line', 'explained', 'level', 'ends'];
const leastName = 10;
/** Of rows without a heading a name may be cut to so much. */
const leastCut = 8;

const shorten = (text: string, width: number): string => {
	if (displayWidth(text) <= width) return text;
	let short = '';
	for (const character of text) {
		if (displayWidth(short + character) > width - 1) break;
		short += character;
	}

	return `${short}…`;
};

/** What rows without headings are made of: which cells stand to the right, which is a name, which go first where it is narrow. */
type RowPlan = {
	readonly right: readonly boolean[];
	readonly name: number;
	readonly dispensable: ReadonlyArray<readonly number[]>;
};

/** Rows of cells, indented, in so many columns: cells give way, then the name. */
export const fittedRows = (
	{right, name, dispensable: order}: RowPlan,
	rows: ReadonlyArray<readonly string[]>,
	width: number,
): readonly string[] => {
	for (let dropped = 0; ; dropped++) {
		const without = new Set(order.slice(0, dropped).flat());
		const draw = (longest: number): string[] =>
			alignColumns(
				right.flatMap((isRight, cell) => (without.has(cell) ? [] : [{heading: '', right: isRight}])),
				rows.map((cells) =>
					cells.flatMap((text, cell) =>
						without.has(cell) ? [] : [cell === name ? shorten(text, Math.max(leastCut, longest)) : text],
					),
				),
			)
				.slice(1)
				.map((line) => indent + line);
		const longest = Math.max(...rows.map((cells) => displayWidth(cells[name] ?? '')));
		const over = Math.max(...draw(longest).map(displayWidth)) - width;
		const lines = over > 0 ? draw(longest - over) : draw(longest);
		if (dropped === order.length || lines.every((line) => displayWidth(line) <= width)) return lines;
	}
};

/** A line for each figure, and one more over all runs where it changed on the way. */
const table = (histories: readonly FigureHistory[], width: number): readonly string[] => {
	const rows = histories.flatMap((history): Row[] => {
		const {figure, places, level, recent, overall} = history;
		const doubt = 2 * figure.uncertain > places.length ? '?' : '';
		const name = `${printable(figure.name)}${doubt}`;
		const since = level?.from ?? 0;
		return [
			{name, history, trend: recent, since, isOverall: false},
			...(since === 0
				? []
				: [{name: `${indent}all ${places.length}`, history, trend: overall, since: 0, isOverall: true}]),
		];
	});
	const longest = Math.max(leastName, ...rows.map(({name}) => displayWidth(name)));
	for (let dropped = 0; ; dropped++) {
		const without = new Set(dispensable.slice(0, dropped));
		const shown = columns.filter(({key}) => !without.has(key));
		const draw = (nameWidth: number): string[] =>
			alignColumns(
				shown,
				rows.map((row) => shown.map(({key, cell}) => (key === 'metric' ? shorten(cell(row), nameWidth) : cell(row)))),
			);
		const over = Math.max(...draw(longest).map(displayWidth)) - width;
		const lines = over > 0 ? draw(Math.max(leastName, longest - over)) : draw(longest);
		if (dropped === dispensable.length || lines.every((line) => displayWidth(line) <= width)) return lines;
	}
};

const chart = ({main, group}: BenchmarkTrend, frame: TextFrame): readonly string[] => {
	if (main === undefined) return [];
	const {runs} = group.series;
	const {figure, places, changes, anomalies} = main;
	const placeOf = new Map(places.map((place, index) => [place, index]));
	const lines = drawSeries(
		{
			values: places.map((place) => figure.values[place]!),
			changes: changes.map(({after}) => placeOf.get(after)!),
			anomalies: anomalies.map(({place}) => placeOf.get(place)!),
			format: (value) => formatMeasure(value, figure.unit),
			from: moment(runs[places[0]!]!.began, frame.columns),
			to: moment(runs[places.at(-1)!]!.began, frame.columns),
		},
		{columns: frame.columns, rows: chartRows},
		frame.charset,
	);
	if (lines.length === 0) return [];
	const signs = chartSigns(frame.charset);
	const legend = [
		printable(figure.name),
		...(changes.length === 0 ? [] : [`${signs.change} change`]),
		...(anomalies.length === 0 ? [] : [`${signs.anomaly} anomaly`]),
	].join('   ');
	return [legend, ...lines, ''];
};

const changePlan: RowPlan = {
	right: [false, false, true, true, false, true, false],
	name: 1,
	dispensable: [[3, 4, 5]],
};

const changeLines = ({turningPoints, group}: BenchmarkTrend, width: number): readonly string[] => {
	if (turningPoints.length === 0) return [];
	const newest = turningPoints.toReversed();
	const rows = newest
		.slice(0, mostListed)
		.flatMap(({after, figures}) =>
			figures.map(({figure, change}, index) => [
				index === 0 ? moment(group.series.runs[after]!.began, width) : '',
				printable(figure.name),
				stepWords(change.difference, change.change, figure.unit).estimate,
				formatMeasure(change.from, figure.unit),
				'→',
				formatMeasure(change.to, figure.unit),
				changeVerdict(change.verdict),
			]),
		);
	const more = newest.length - mostListed;
	return [
		'Changes',
		...fittedRows(changePlan, rows, width),
		...(more > 0 ? [`${indent}and ${more} older: benchtop changes`] : []),
		'',
	];
};

const anomalyPlan: RowPlan = {right: [false, false, true, true, false], name: 1, dispensable: [[4], [3]]};

const anomalyLines = ({histories, group}: BenchmarkTrend, width: number): readonly string[] => {
	const all = histories
		.flatMap(({figure, anomalies}) => anomalies.map((anomaly) => ({figure, ...anomaly})))
		.sort((a, b) => b.place - a.place);
	if (all.length === 0) return [];
	const rows = all
		.slice(0, mostListed)
		.map(({figure, place, value, score}) => [
			moment(group.series.runs[place]!.began, width),
			printable(figure.name),
			formatMeasure(value, figure.unit),
			scoreWords(score),
			`run ${shortId(group.series.runs[place]!.id)}`,
		]);
	return [
		'Anomalies',
		...fittedRows(anomalyPlan, rows, width),
		...(all.length > mostListed ? [`${indent}and ${all.length - mostListed} older`] : []),
		'',
	];
};

/** What else there is of the benchmark, a line for each load or machine. */
const apartLines = (groups: readonly SeriesGroup[], columns: number): readonly string[] => {
	if (groups.length === 0) return [];
	const runs = groups.reduce((sum, {series}) => sum + series.runs.length, 0);
	return [
		...folded(
			`Told apart, since another load or machine made them: ${counted(runs, 'run')} (--all shows them)`,
			columns,
		),
		...groups
			.slice(0, mostListed)
			.flatMap(({series, hostnames, first, last}) =>
				folded(
					`${localTime(first)} … ${localTime(last)}  ${counted(series.runs.length, 'run')} on ${printable(hostnames.join(', '))}`,
					columns - indent.length,
				).map((line) => indent + line),
			),
		'',
	];
};

/** Why figures have no slope, once for all of them. */
const withoutSlope = ({histories}: BenchmarkTrend): readonly string[] => {
	const without = histories.filter(({recent, places}) => recent === undefined && places.length > 0);
	if (without.length === 0) return [];
	const few = without.some(({places, level}) => places.length - (level?.from ?? 0) < leastForTrend);
	const short = without.some(({places, level}) => places.length - (level?.from ?? 0) >= leastForTrend);
	return [
		...(few ? [`A slope takes ${leastForTrend} runs since the last change.`] : []),
		...(short ? [`A slope per day takes runs over ${counted(leastDays, 'day')} since the last change.`] : []),
	];
};

const notes = (trend: BenchmarkTrend): readonly string[] => {
	const {histories, group} = trend;
	const sloped = histories.some(({recent}) => recent !== undefined);
	const unsure = histories.some(({figure, places}) => 2 * figure.uncertain > places.length);
	const changed = histories.some(({level}) => (level?.from ?? 0) > 0);
	return [
		...leftOutWords(group).map((words) => `! ${words}.`),
		...withoutSlope(trend),
		...(sloped
			? [
					'per day: the median of the slopes between all runs (Theil–Sen); ↑ ↓ only where its interval excludes 0. Least squares, r²: for comparison.',
				]
			: []),
		...(changed
			? ['level and slope are of the runs since the last change; over all runs a step is taken for a slope.']
			: []),
		...(unsure ? ['? behind a name: rests on too few operations to be relied on.'] : []),
	];
};

/** What became of a benchmark from run to run: chart, table, changes, anomalies, and what they rest on. */
export const renderTrend = (trend: BenchmarkTrend, frame: TextFrame): string => {
	const {group, benchmark, toldApart} = trend;
	const {runs} = group.series;
	const [first, last] = [runs[0], runs.at(-1)];
	const span =
		first === undefined || last === undefined
			? 'no run with figures'
			: `${counted(runs.length, 'run')}, ${localTime(first.began)} … ${localTime(last.began)}`;
	const head = `${printable(benchmark)}: ${span}${group.hostnames.length === 0 ? '' : `, on ${printable(group.hostnames.join(', '))}`}`;
	const lines = [
		...folded(head, frame.columns),
		'',
		...chart(trend, frame),
		...(trend.histories.length === 0 || runs.length === 0 ? [] : [...table(trend.histories, frame.columns), '']),
		...changeLines(trend, frame.columns),
		...anomalyLines(trend, frame.columns),
		...apartLines(toldApart, frame.columns),
		...notes(trend).flatMap((note) => folded(note, frame.columns)),
	];
	while (lines.at(-1) === '') lines.pop();
	return `${inFrame(lines.join('\n'), frame)}\n`;
};

import {localTime} from '../../core/run-words.ts';
import {createSeries, type SeriesRun, standingOf} from '../../core/series.ts';
import {changeVerdict, directionSign, leftOutWords, slopeWords, stepWords} from '../../core/trend-words.ts';
import {type LatencyUnit, latencyUnitName, measureFormat} from '../../core/units.ts';
import {type BenchmarkTrend, benchmarkTrend} from '../../stats/benchmark-trend.ts';
import type {FigureHistory} from '../../stats/figure-history.ts';
import {runFigures} from '../../stats/series-figures.ts';
import {groupsOf} from '../../stats/series-groups.ts';
import type {Choices} from '../choices.ts';
import type {ListedRun} from '../library.ts';
import {type Line, outside, span, within} from '../line.ts';
import type {Size} from '../pane.ts';
import {axisLatency} from '../panes/chart.ts';
import {type ChartSeries, chartLines, percentileStyles} from './run-charts.ts';

const seriesRunOf = (run: ListedRun): SeriesRun => ({
	id: run.id,
	began: run.began,
	commit: run.environment.git?.commit ?? null,
	branch: run.environment.git?.branch ?? null,
	hostname: run.environment.hostname,
	fingerprint: run.fingerprint,
	standing: standingOf(run),
});

const known = new WeakMap<readonly ListedRun[], Map<string, BenchmarkTrend>>();

/** What became of the benchmark of a run, as benchtop trend has it of the same runs; worked out once for a list. */
const trendOf = (runs: readonly ListedRun[], run: ListedRun): BenchmarkTrend => {
	const {name, fingerprint} = run;
	const key = JSON.stringify([name, fingerprint.workload, fingerprint.environment]);
	const trends = known.get(runs) ?? new Map<string, BenchmarkTrend>();
	known.set(runs, trends);
	const there = trends.get(key);
	if (there !== undefined) return there;
	const series = createSeries();
	for (const each of runs.filter((other) => other.name === name).toReversed()) {
		series.add(seriesRunOf(each), runFigures({...each, timeline: []}));
	}

	const groups = groupsOf(series.take());
	const group = groups.find(
		(each) =>
			each.fingerprint.workload === fingerprint.workload && each.fingerprint.environment === fingerprint.environment,
	);
	if (group === undefined) throw new Error(`The run ${run.id} is not in its own list.`);
	const trend = benchmarkTrend({benchmark: name, groups, group, metric: undefined});
	trends.set(key, trend);
	return trend;
};

const isLatency = ({figure}: FigureHistory): boolean => percentileStyles.some(({key}) => key === figure.name);

/** What a trend is called, with what its axis is in. */
export const titleOfTrend = ({main}: BenchmarkTrend, units: LatencyUnit): string =>
	main === undefined || isLatency(main) ? `Trend ${latencyUnitName(units)}` : 'Trend';

/** The same of the benchmark of a run. */
export const trendTitle = (runs: readonly ListedRun[], run: ListedRun, units: LatencyUnit): string =>
	titleOfTrend(trendOf(runs, run), units);

/** The lines of a chart: p50 and p99 of latencies, of other figures that one. The main one lies on top. */
const drawn = ({main, histories}: BenchmarkTrend): readonly ChartSeries[] => {
	if (main === undefined) return [];
	const valuesOf = ({figure, places}: FigureHistory): readonly number[] => {
		const there = new Set(places);
		return main.places.map((place) => (there.has(place) ? figure.values[place]! : Number.NaN));
	};
	const [, tail] = percentileStyles;
	if (!isLatency(main)) return [{...tail, label: main.figure.name, values: valuesOf(main)}];
	return percentileStyles
		.flatMap(({key, ...style}) => {
			const history = histories.find(({figure}) => figure.name === key);
			return history === undefined ? [] : [{...style, values: valuesOf(history)}];
		})
		.sort((a, b) => Number(a.label === main.figure.name) - Number(b.label === main.figure.name));
};

/** The course of a benchmark from run to run, the run of an id marked; nothing where there are fewer than two runs. */
export const trendChart = (trend: BenchmarkTrend, id: string, size: Size, choices: Choices): readonly Line[] => {
	const {group, main} = trend;
	const places = main?.places ?? [];
	const [first, last] = [places[0], places.at(-1)];
	if (main === undefined || first === undefined || last === undefined || places.length < 2) return [];
	const placeOf = new Map(places.map((place, index) => [place, index]));
	const {runs} = group.series;
	return chartLines(
		{
			series: drawn(trend),
			at: placeOf.get(runs.findIndex((run) => run.id === id)) ?? -1,
			changes: main.changes.map(({after}) => placeOf.get(after)!),
			anomalies: main.anomalies.map(({place}) => placeOf.get(place)!),
			axis: isLatency(main)
				? axisLatency(choices.units)
				: (value) => measureFormat(main.figure.unit).figure(value).replace(' ', ''),
			from: localTime(runs[first]!.began),
			to: localTime(runs[last]!.began),
		},
		size,
		choices,
	);
};

/** What the chart shows in words: the slope, the last change, anomalies. */
const wordsOf = (trend: BenchmarkTrend): readonly Line[] => {
	const {main, group} = trend;
	if (main === undefined) return [];
	const {figure, recent, changes, anomalies} = main;
	const lines: Line[] = [];
	if (recent !== undefined) {
		const words = slopeWords(recent.perDay, recent.sharePerDay, figure.unit);
		const token = recent.direction === 'unclear' ? 'unsure' : 'title';
		lines.push([
			outside(`${figure.name} `, 'muted'),
			span(`${directionSign(recent.direction)} ${words.estimate} a day`, token),
			span(words.ends === '' ? '' : ` (${words.ends})`, 'muted'),
			...(recent.line === undefined ? [] : [span(`, r² ${recent.line.explained.toFixed(2)}`, 'muted')]),
		]);
	}

	const last = changes.at(-1);
	if (last !== undefined) {
		const words = stepWords(last.difference, last.change, figure.unit);
		const token = last.verdict === undefined ? 'text' : last.verdict === 'worse' ? 'bad' : 'good';
		lines.push([
			span(`changed ${localTime(group.series.runs[last.after]!.began)}: `, 'muted'),
			span(`${words.estimate} `),
			span(changeVerdict(last.verdict), token),
			span(changes.length === 1 ? '' : `, and ${changes.length - 1} before`, 'muted'),
		]);
	}

	if (anomalies.length > 0) {
		lines.push([span(`${anomalies.length} ${anomalies.length === 1 ? 'anomaly' : 'anomalies'}`, 'warn')]);
	}

	return lines;
};

/** Rows of a chart below which words give way. */
const leastChartRows = 6;

/**
 * How a benchmark moved from run to run, the given one marked; runs of other loads are left out. `more`: whether the history
 * has older ones than these.
 */
export const trendLines = (
	runs: readonly ListedRun[],
	run: ListedRun,
	size: Size,
	choices: Choices,
	more = false,
): readonly Line[] => {
	const trend = trendOf(runs, run);
	const {group, main} = trend;
	const others =
		runs.filter(({name}) => name === run.name).length -
		group.series.runs.length -
		(group.doubtful.included ? 0 : group.doubtful.runs);
	const left = [
		...(others === 0 ? [] : [[span(`${others} of another load or machine, or without figures, left out`, 'muted')]]),
		...(more ? [[span('of the runs listed here; benchtop trend has all', 'muted')]] : []),
		...leftOutWords({doubtful: group.doubtful, unfit: 0}).map((words) => [span(words, 'warn')]),
	];
	const places = main?.places ?? [];
	if (places.length < 2) {
		const words =
			places.length === 0 ? 'this run has no figures that could stand in a trend' : 'one run yet: a trend takes two';
		return within([[span(words, 'muted')], ...left], size);
	}

	const words = wordsOf(trend);
	// The course itself is seen first; then what is to be said of it, then what is left out.
	const below = [...words, ...left].slice(0, Math.max(0, size.rows - leastChartRows));
	const chart = trendChart(trend, run.id, {columns: size.columns, rows: size.rows - below.length}, choices);
	return within([...chart, ...below], size);
};

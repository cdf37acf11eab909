import type {Series, SeriesFigure} from '../core/series.ts';
import {analyseFigure, changesOf, type FigureChanges, type FigureHistory} from './figure-history.ts';
import type {SeriesGroup} from './series-groups.ts';
import {type TurningPoint, turningPoints} from './turning-points.ts';

/** When a benchmark changed, of one load on one kind of machine. */
export type BenchmarkChanges = {
	readonly benchmark: string;
	readonly group: SeriesGroup;
	/** Whether the newest run of the benchmark is among these. */
	readonly isNewest: boolean;
	/** What the same benchmark has of other loads and machines. */
	readonly toldApart: readonly SeriesGroup[];
	readonly turningPoints: readonly TurningPoint[];
};

/** What became of a benchmark from run to run, of one load on one kind of machine. */
export type BenchmarkTrend = BenchmarkChanges & {
	readonly histories: readonly FigureHistory[];
	/** The figure that stands for all: what a chart shows. `undefined` where no run has any. */
	readonly main: FigureHistory | undefined;
};

/** Between p50 and p99 it tells little of its own; who wants it names it. */
const left = 'p90';

/** p99, or p50 where too few operations carry that; of runs without latencies their first metric that has a better side. */
export const mainFigure = <Figure extends Pick<SeriesFigure, 'name' | 'better' | 'uncertain' | 'values'>>(
	figures: readonly Figure[],
): Figure | undefined => {
	const named = (name: string): Figure | undefined => figures.find((figure) => figure.name === name);
	const [p50, p99] = [named('p50'), named('p99')];
	if (p99 !== undefined && 2 * p99.uncertain <= p99.values.filter(Number.isFinite).length) return p99;
	const own = figures.filter(({name}) => name !== 'throughput' && name !== 'error rate' && name !== left);
	return p50 ?? own.find(({better}) => better !== undefined) ?? own[0] ?? figures[0];
};

/** The figures that are looked at: those of a name, or all but what tells nothing of its own. */
export const figuresCalled = ({figures}: Series, name?: string): readonly SeriesFigure[] =>
	figures.filter((figure) => (name === undefined ? figure.name !== left : figure.name === name));

/** A group of a benchmark's runs: all groups, the newest first, this one, and the only figure that is wanted where it is one. */
export type Chosen = {
	readonly benchmark: string;
	readonly groups: readonly SeriesGroup[];
	readonly group: SeriesGroup;
	readonly metric: string | undefined;
};

const ofGroup = ({benchmark, groups, group}: Chosen, figures: readonly FigureChanges[]): BenchmarkChanges => ({
	benchmark,
	group,
	isNewest: group === groups[0],
	toldApart: groups.filter((other) => other !== group),
	turningPoints: turningPoints(figures),
});

/** When a group of runs changed; that costs less than all that is to be told of them. */
export const benchmarkChanges = (chosen: Chosen): BenchmarkChanges => {
	const {series} = chosen.group;
	return ofGroup(
		chosen,
		figuresCalled(series, chosen.metric).map((figure) => changesOf(series.runs, figure)),
	);
};

/** What became of a group of runs. */
export const benchmarkTrend = (chosen: Chosen): BenchmarkTrend => {
	const {series} = chosen.group;
	const histories = figuresCalled(series, chosen.metric).map((figure) => analyseFigure(series.runs, figure));
	const main = mainFigure(histories.map(({figure}) => figure));
	return {
		...ofGroup(chosen, histories),
		histories,
		main: histories.find(({figure}) => figure === main),
	};
};

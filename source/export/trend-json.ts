import type {CommitRange} from '../core/commit-range.ts';
import type {Series, SeriesRun} from '../core/series.ts';
import type {BenchmarkChanges, BenchmarkTrend} from '../stats/benchmark-trend.ts';
import type {DayTrend} from '../stats/day-trend.ts';
import type {Difference, FigureChange, FigureHistory} from '../stats/figure-history.ts';
import type {SeriesGroup} from '../stats/series-groups.ts';
import type {TurningPoint} from '../stats/turning-points.ts';
import {version} from '../version.ts';

const tool = {name: 'benchtop', version} as const;

const runOf = ({id, began, commit, branch, hostname}: SeriesRun) => ({id, began, commit, branch, machine: hostname});

const slopeOf = (trend: DayTrend | undefined) =>
	trend === undefined
		? null
		: {
				direction: trend.direction,
				perDay: trend.perDay,
				sharePerDay: trend.sharePerDay ?? null,
				p: trend.p,
				leastSquares: trend.line === undefined ? null : {perDay: trend.line.slope, rSquared: trend.line.explained},
				days: trend.days,
				runs: trend.points,
			};

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A change as both documents have it. */
export const changeDocument = ({runs}: Series, change: FigureChange) => {
	const idAt = (place: number): string => runs[place]!.id;
	const difference = (of: Difference | undefined) => of ?? null;
	return {
		before: idAt(change.before),
		after: idAt(change.after),
		began: runs[change.after]!.began,
		earliest: idAt(change.earliest),
		latest: idAt(change.latest),
		p: change.p,
		from: change.from,
		to: change.to,
		difference: difference(change.difference),
		change: difference(change.change),
		verdict: change.verdict ?? null,
		runsBefore: change.runs.before,
		runsAfter: change.runs.after,
	};
};

const metricOf = (series: Series, {figure, level, places, changes, anomalies, recent, overall}: FigureHistory) => ({
	name: figure.name,
	unit: figure.unit,
	better: figure.better ?? null,
	uncertain: figure.uncertain,
	values: Array.from(figure.values, finite),
	level:
		level === undefined
			? null
			: {
					mean: level.mean,
					deviation: level.deviation,
					runs: level.of,
					since: series.runs[places[level.from]!]!.id,
				},
	trend: slopeOf(recent),
	overall: slopeOf(overall),
	changes: changes.map((change) => changeDocument(series, change)),
	anomalies: anomalies.map(({place, value, score, isCurrent}) => ({
		run: series.runs[place]!.id,
		began: series.runs[place]!.began,
		value,
		// Where nothing else varies it is beyond all measure.
		score: finite(score),
		isCurrent,
	})),
});

const apartOf = ({fingerprint, hostnames, series, first, last}: SeriesGroup) => ({
	fingerprint,
	machines: hostnames,
	runs: series.runs.length,
	first,
	last,
});

/** The document of `benchtop trend --json`; `trend-schema.ts` describes it. */
export const trendDocument = (trends: readonly BenchmarkTrend[]) => ({
	version: 1,
	tool,
	series: trends.map(({benchmark, group, isNewest, histories, toldApart}) => ({
		benchmark,
		fingerprint: group.fingerprint,
		machines: group.hostnames,
		isNewest,
		runs: group.series.runs.map(runOf),
		doubtful: group.doubtful,
		unfit: group.unfit,
		metrics: histories.map((history) => metricOf(group.series, history)),
		toldApart: toldApart.map(apartOf),
	})),
});

/** A turning point of a benchmark with what is known of it. */
export type KnownChange = {
	readonly trend: BenchmarkChanges;
	readonly point: TurningPoint;
	/** From the last run before it to the first after it. */
	readonly commits: CommitRange;
	/** The same of all runs that it may have come with. */
	readonly possible: CommitRange;
	/** What else changed between the two runs, in words. */
	readonly differs: readonly string[];
};

/** The document of `benchtop changes --json`; `trend-schema.ts` describes it. */
export const changesDocument = (changes: readonly KnownChange[]) => ({
	version: 1,
	tool,
	changes: changes.map(({trend: {benchmark, group, isNewest}, point, commits, possible, differs}) => {
		const {series} = group;
		const at = (place: number) => runOf(series.runs[place]!);
		return {
			benchmark,
			fingerprint: group.fingerprint,
			machines: group.hostnames,
			isNewest,
			before: at(point.before),
			after: at(point.after),
			earliest: at(point.earliest),
			latest: at(point.latest),
			commits,
			possibleCommits: possible,
			differs,
			metrics: point.figures.map(({figure, change}) => ({
				name: figure.name,
				unit: figure.unit,
				better: figure.better ?? null,
				...changeDocument(series, change),
			})),
		};
	}),
});

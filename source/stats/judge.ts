import type {Comparison} from '../core/report.ts';
import {assessFigures, type RunFigures} from './judge-figures.ts';
import {assessShares, type RunShares} from './judge-shares.ts';
import type {Assessed, HeldUp, Judging} from './judging.ts';
import {benjaminiHochberg, holm} from './multiplicity.ts';

/** What several runs a side say about one metric. A share has counts for figures. */
export type JudgedMetric = RunFigures | RunShares;

const isShare = (metric: JudgedMetric): metric is RunShares => !('unit' in metric);

/** The p of a family of metrics, held up by a procedure for several tests. */
const heldUp = (
	family: readonly Assessed[],
	procedure: (ps: readonly number[]) => readonly number[],
	alpha: number,
): readonly HeldUp[] => {
	const tested = family.filter(({p}) => p !== undefined);
	const together = tested.length;
	const own = family.map(({p}) => {
		// Where even the rarest outcome would not do, whatever was measured, another test has to: chosen before looking.
		const isExact = p === undefined || p.normal === undefined || p.least * together <= alpha;
		return {p: isExact ? p?.exact : p?.normal, isExact};
	});
	const adjusted = procedure(own.flatMap(({p}) => (p === undefined ? [] : [p])));
	let next = 0;
	return own.map(({p, isExact}) => ({p: p === undefined ? 1 : adjusted[next++]!, together, isExact}));
};

/**
 * Judges metrics of several runs a side, each by the interval of its change against a margin: better, worse, same or
 * unclear. Of the metrics that gate, the chance to call any worse or better by accident stays below 1 − confidence
 * (Holm's procedure on the exact tests of the runs; on t where so many metrics of so few runs have too few arrangements
 * for any outcome to be rare enough). Of those displayed only, the share of false calls among the calls does (Benjamini
 * and Hochberg). The same figures always give the same verdicts.
 */
export const judgeAll = (metrics: readonly JudgedMetric[], judging: Judging = {}): readonly Comparison[] => {
	const alpha = 1 - (judging.confidence ?? 0.95);
	const assessed = metrics.map((metric) =>
		isShare(metric) ? assessShares(metric, judging) : assessFigures(metric, judging),
	);
	const concluded: Comparison[] = [];
	for (const isDisplayed of [false, true]) {
		const places = metrics.flatMap((metric, place) => ((metric.isDisplayed ?? false) === isDisplayed ? [place] : []));
		const family = places.map((place) => assessed[place]!);
		for (const [index, held] of heldUp(family, isDisplayed ? benjaminiHochberg : holm, alpha).entries()) {
			const comparison = family[index]!.conclude(held);
			concluded[places[index]!] = isDisplayed ? {...comparison, isDisplayed} : comparison;
		}
	}

	return concluded;
};

/** Judges one metric alone: `judgeAll` of it. */
export const judge = (metric: JudgedMetric, judging: Judging = {}): Comparison => judgeAll([metric], judging)[0]!;

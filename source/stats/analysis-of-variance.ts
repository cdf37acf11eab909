import {incompleteBeta} from './beta.ts';
import {meanOf, varianceOf} from './describe.ts';

/** Sum of squares and degrees of freedom. */
type Squares = {readonly squares: number; readonly freedom: number; readonly mean: number};

/** What groups (runs, process launches) differ by, beside what their values do. */
export type VarianceAnalysis = {
	readonly between: Squares;
	readonly within: Squares;
	readonly f: number;
	/** The chance of such an F where the groups do not differ. */
	readonly p: number;
	/** The standard deviation of the groups' true means, 0 where they vary no more than their values explain. */
	readonly betweenDeviation: number;
	/** How much of the variance lies between groups: values of one group resemble each other so much, from 0 to 1. */
	readonly intraclass: number;
	/** So many values of these groups say as much as one independent value: n divided by this is what they are worth. */
	readonly designEffect: number;
};

/** P(F > f) of Snedecor's F. */
export const fTail = (f: number, numerator: number, denominator: number): number =>
	f === Number.POSITIVE_INFINITY
		? 0
		: incompleteBeta(
				denominator / (denominator + numerator * f),
				denominator / 2,
				numerator / 2,
				(numerator * f) / (denominator + numerator * f),
			);

/**
 * One-way analysis of variance with its variance components (Searle, Casella and McCulloch, Variance Components, 1992,
 * §3.6). Needs two groups, and one with two values.
 */
export const analyseVariance = (groups: ReadonlyArray<readonly number[]>): VarianceAnalysis => {
	const used = groups.filter(({length}) => length > 0);
	const count = used.reduce((sum, {length}) => sum + length, 0);
	const grand = meanOf(used.flat());
	// Around the grand mean, so that leading digits that all share cost nothing.
	const centred = used.map((group) => group.map((value) => value - grand));
	const [freedomBetween, freedomWithin] = [used.length - 1, count - used.length];
	const centre = meanOf(centred.flat());
	const betweenSquares = centred.reduce((sum, group) => sum + group.length * (meanOf(group) - centre) ** 2, 0);
	const withinSquares = centred.reduce(
		(sum, group) => sum + (group.length < 2 ? 0 : varianceOf(group) * (group.length - 1)),
		0,
	);
	const between = {squares: betweenSquares, freedom: freedomBetween, mean: betweenSquares / freedomBetween};
	const within = {squares: withinSquares, freedom: freedomWithin, mean: withinSquares / freedomWithin};
	const f = between.mean / within.mean;
	// The size that groups of different sizes count as.
	const size = (count - used.reduce((sum, {length}) => sum + length ** 2, 0) / count) / freedomBetween;
	const component = Math.max(0, (between.mean - within.mean) / size);
	const intraclass = component === 0 ? 0 : component / (component + within.mean);
	return {
		between,
		within,
		f,
		p: fTail(f, freedomBetween, freedomWithin),
		betweenDeviation: Math.sqrt(component),
		intraclass,
		designEffect: 1 + (used.reduce((sum, {length}) => sum + length ** 2, 0) / count - 1) * intraclass,
	};
};

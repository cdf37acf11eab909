import {binomialCdf, binomialQuantile} from './binomial.ts';

/**
 * Two ranks (1 … n) between whose observations a quantile lies; 0 and n + 1 stand for no bound on that side, because
 * none of the n observations is one.
 */
export type RankInterval = {readonly low: number; readonly high: number; readonly coverage: number};

/** The order statistics that hold a quantile with at least `confidence`, tails alike (David and Nagaraja, Order Statistics, §7.1). */
export const rankInterval = (n: number, q: number, confidence = 0.95): RankInterval => {
	const tail = (1 - confidence) / 2;
	const low = binomialQuantile(tail, n, q);
	const high = binomialQuantile(1 - tail, n, q) + 1;
	return {low, high, coverage: binomialCdf(high - 1, n, q) - binomialCdf(low - 1, n, q)};
};

/** Between which quantiles of what was measured a true quantile lies; absent where it may be beyond all of it. */
export type LevelInterval = {readonly low?: number; readonly high?: number; readonly coverage: number};

/**
 * The same of n observations that are worth only `effective` independent ones: as shares of the observations, for
 * `quantile` of a histogram (Woodruff, Confidence intervals for medians and other position measures, 1952).
 */
export const levelInterval = (effective: number, q: number, confidence = 0.95): LevelInterval => {
	const n = Math.floor(effective);
	if (n < 1) return {coverage: 1};
	const {low, high, coverage} = rankInterval(n, q, confidence);
	return {...(low === 0 ? {} : {low: low / n}), ...(high > n ? {} : {high: high / n}), coverage};
};

/** The least number of independent observations of which a quantile has an interval with two ends. */
export const leastObservations = (q: number, confidence = 0.95): number => {
	const tail = (1 - confidence) / 2;
	const extreme = Math.max(q, 1 - q);
	return Math.floor(Math.log(tail) / Math.log(extreme)) + 1;
};

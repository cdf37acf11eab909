import type {MedianInterval, MetricSummary} from './samples.ts';
import type {Summary} from './summary.ts';
import {formatMeasure, formatPercent} from './units.ts';

/**
 * The metric that stands for a run without latencies, with its name: the first of which less or more is better, else the
 * first. `undefined` of none.
 */
export const mainMetric = ({
	metrics = {},
}: Pick<Summary, 'metrics'>): readonly [name: string, metric: MetricSummary] | undefined => {
	const all = Object.entries(metrics);
	return all.find(([, {better}]) => better !== null) ?? all[0];
};

/** With fewer witnesses an interval has less than this, and says so. */
const usualConfidence = 0.95;

/** How far from the median the farther end of its interval is, as a share of the median; `undefined` without either. */
export const halfWidth = ({p50, interval}: MetricSummary): number | undefined =>
	interval === null || p50 === null || p50 === 0
		? undefined
		: Math.max(interval.high - p50, p50 - interval.low) / Math.abs(p50);

/** How sure the interval of a median is, where that is less than usual: '88%'. Empty otherwise. */
export const confidenceWords = ({interval}: MetricSummary): string =>
	interval === null || interval.confidence >= usualConfidence ? '' : `${Math.floor(interval.confidence * 100)}%`;

/** From here on the ends of an interval are told apart: the farther one as a share of the median, and of the nearer one. */
const lopsided = {share: 0.05, ratio: 1.5};

/** Of a median of nothing there is no share: the ends themselves. */
const aroundNothing = ({low, high}: MedianInterval, unit: string): string => {
	const farther = formatMeasure(Math.max(high, -low), unit);
	if (low === 0 && high === 0) return '±0%';
	return low === 0 ? `+${farther}` : high === 0 ? `-${farther}` : `±${farther}`;
};

/** The interval of a median beside it: '±2.10%', '-32/+209%' where its ends lie unlike far; '±?' of too few samples. */
export const intervalWords = (metric: MetricSummary): string => {
	const {p50, interval} = metric;
	if (p50 === null) return '';
	if (interval === null) return '±?';
	if (p50 === 0) return aroundNothing(interval, metric.unit);
	const [below, above] = [p50 - interval.low, interval.high - p50].map((end) => end / Math.abs(p50));
	if (below === undefined || above === undefined) return '';
	const farther = Math.max(below, above);
	if (farther < lopsided.share || farther < lopsided.ratio * Math.min(below, above))
		return `±${formatPercent(farther * 100)}`;
	return `-${(below * 100).toFixed(0)}/+${(above * 100).toFixed(0)}%`;
};

/** The change of the median against that of a baseline, as a ratio; `undefined` where they cannot stand side by side. */
export const medianChange = (metric: MetricSummary, base: MetricSummary | undefined): number | undefined =>
	base === undefined || base.unit !== metric.unit || base.p50 === null || metric.p50 === null || base.p50 <= 0
		? undefined
		: (metric.p50 - base.p50) / base.p50;

import type {MetricSummary} from './samples.ts';
import {formatPercent} from './units.ts';

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

/** The interval of a median beside it: '±2.10%'; '±?' of too few samples. */
export const intervalWords = (metric: MetricSummary): string => {
	const share = halfWidth(metric);
	if (share !== undefined) return `±${formatPercent(share * 100)}`;
	return metric.p50 === null || metric.interval !== null ? '' : '±?';
};

/** The change of the median against that of a baseline, as a ratio; `undefined` where they cannot stand side by side. */
export const medianChange = (metric: MetricSummary, base: MetricSummary | undefined): number | undefined =>
	base === undefined || base.unit !== metric.unit || base.p50 === null || metric.p50 === null || base.p50 <= 0
		? undefined
		: (metric.p50 - base.p50) / base.p50;

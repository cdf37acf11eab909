import {printable} from './printable.ts';
import {spokenMeasure} from './spoken.ts';
import type {Summary} from './summary.ts';
import type {CheckedThreshold, Threshold} from './threshold.ts';
import {formatMeasure} from './units.ts';

type Measured = Pick<CheckedThreshold, 'metric' | 'actual'>;
type Limited = Pick<CheckedThreshold, 'metric' | 'text' | 'comparison'>;

/** The metric that a name means, alone or with one of its figures behind a dot. */
const metricOf = ({metrics = {}}: Summary, name: string) => {
	const dot = name.lastIndexOf('.');
	return metrics[name] ?? (dot < 0 ? undefined : metrics[name.slice(0, dot)]);
};

/** What a limited figure came to and its unit; shares in percent. */
const actualOf = ({metric, actual}: Measured, summary: Summary): readonly [value: number | null, unit: string] => {
	const measured = metricOf(summary, metric);
	if (measured !== undefined) return [actual, metric.endsWith('.count') ? 'count' : measured.unit];
	const divider = metric.indexOf(' > ');
	const figure = divider < 0 ? metric : metric.slice(divider + 3);
	if (/^(success|errors)(\.|$)/.test(figure)) return [actual === null ? null : actual * 100, '%'];
	return [actual, figure.startsWith('throughput') ? '1/s' : 'ms'];
};

/** What a limited figure came to, with its unit: '412 ms', '0.03%', '305M'; 'not measured' where there is none. */
export const actualWords = (threshold: Measured, summary: Summary): string =>
	threshold.actual === null ? 'not measured' : printable(formatMeasure(...actualOf(threshold, summary)));

/** What is limited, and how: 'latency.p95 < 450ms'. */
export const limitWords = ({metric, text}: Limited): string => printable(`${metric} ${text}`);

/** The same as it is read aloud: '412 milliseconds'. */
export const spokenActual = (threshold: Measured, summary: Summary): string =>
	threshold.actual === null ? 'not measured' : printable(spokenMeasure(...actualOf(threshold, summary)));

const comparisonWords = {
	'<': 'below',
	'<=': 'at most',
	'>': 'above',
	'>=': 'at least',
} as const satisfies Record<Threshold['comparison'], string>;

/** The same as it is read aloud: 'latency.p95 below 450ms'. */
export const spokenLimit = ({metric, text, comparison}: Limited): string =>
	printable(`${metric.replace(' > ', ', ')} ${comparisonWords[comparison]} ${text.replace(/^[<>]=?\s*/, '')}`);

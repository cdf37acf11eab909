import {printable} from './printable.ts';
import {spokenMeasure} from './spoken.ts';
import type {Summary} from './summary.ts';
import {type CheckedThreshold, isDelta} from './threshold.ts';
import {formatChange, formatMeasure} from './units.ts';

type Measured = Pick<CheckedThreshold, 'metric' | 'actual' | 'limit' | 'told'>;
type Limited = Pick<CheckedThreshold, 'metric' | 'text' | 'comparison'>;

/** The metric that a name means, alone or with one of its figures behind a dot. */
const metricOf = ({metrics = {}}: Summary, name: string) => {
	const dot = name.lastIndexOf('.');
	return metrics[name] ?? (dot < 0 ? undefined : metrics[name.slice(0, dot)]);
};

/** The unit of a limited figure, and by how much it is to be multiplied for people: shares are told in percent. */
const unitOf = ({metric, told}: Measured, summary: Summary): readonly [unit: string, factor: number] => {
	if (told !== undefined) return told.unit === 'share' ? ['%', 100] : [told.unit, 1];
	const measured = metricOf(summary, metric);
	if (measured !== undefined) return [metric.endsWith('.count') ? 'count' : measured.unit, 1];
	const divider = metric.indexOf(' > ');
	const figure = divider < 0 ? metric : metric.slice(divider + 3);
	if (/^(success|errors)(\.|$)/.test(figure)) return ['%', 100];
	return [figure.startsWith('throughput') ? '1/s' : 'ms', 1];
};

/** More digits, where three are those of the limit as well: what was missed by a hair must not look kept. */
const exactly = (value: number, unit: string): string => `${Number(value.toPrecision(6))} ${unit}`;

/** A change: '+8.3%'; of error rates in percentage points. */
const changeWords = (metric: string, change: number): string =>
	metric === 'delta.errors'
		? `${change > 0 ? '+' : ''}${Number((change * 100).toPrecision(3))} pp`
		: formatChange(change);

/** What a limited figure came to, with its unit: '412 ms', '0.03%', '305M'; 'not measured' where there is none. */
export const actualWords = (measured: Measured, summary: Summary): string => {
	const {metric, actual, limit} = measured;
	if (actual === null) return 'not measured';
	if (isDelta({metric})) return changeWords(metric, actual);
	const [unit, factor] = unitOf(measured, summary);
	const text = formatMeasure(actual * factor, unit);
	const isClose = actual !== limit && text === formatMeasure(limit * factor, unit);
	return printable(isClose ? exactly(actual * factor, unit) : text);
};

/** What is limited, and how: 'latency.p95 < 450ms'. */
export const limitWords = ({metric, text}: Limited): string => printable(`${metric} ${text}`);

/** The same as it is read aloud: '412 milliseconds'. */
export const spokenActual = (measured: Measured, summary: Summary): string => {
	const {metric, actual, limit} = measured;
	if (actual === null) return 'not measured';
	if (isDelta({metric})) return changeWords(metric, actual).replace('pp', 'percentage points').replace('%', ' percent');
	const [unit, factor] = unitOf(measured, summary);
	const text = spokenMeasure(actual * factor, unit);
	const isClose = actual !== limit && text === spokenMeasure(limit * factor, unit);
	return printable(isClose ? exactly(actual * factor, unit) : text);
};

const comparisonWords = {
	'<': 'below',
	'<=': 'at most',
	'>': 'above',
	'>=': 'at least',
	'==': 'equal to',
	'!=': 'other than',
} as const satisfies Record<CheckedThreshold['comparison'], string>;

/** The same as it is read aloud: 'latency.p95 below 450ms'. */
export const spokenLimit = ({metric, text, comparison}: Limited): string =>
	printable(`${metric.replace(' > ', ', ')} ${comparisonWords[comparison]} ${text.replace(/^([<>]=?|[=!]=)\s*/, '')}`);

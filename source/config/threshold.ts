import {failureFamilies} from '../core/outcome.ts';
import {inUnit, parseQuantity, type Quantity} from '../core/quantity.ts';
import {percentiles} from '../core/summary.ts';
import type {Threshold} from '../core/threshold.ts';
import {nearestHint} from './fault.ts';

/** What a limit is in: the unit that documents have, what it may be written with, and whether it may be without. */
type Kind = {
	readonly unit: string;
	readonly factor: number;
	readonly example: string;
	/** Of a bare number nobody could know what it is, except of these. */
	readonly bare: (value: number) => boolean;
};

const time: Kind = {unit: 'ms', factor: 1, example: '450ms', bare: (value) => value === 0};
const share: Kind = {unit: '%', factor: 0.01, example: '0.1%', bare: (value) => value === 0};
const rate: Kind = {unit: '1/s', factor: 1, example: '1200/s', bare: () => true};
const bytesPerSecond: Kind = {unit: 'bytes/s', factor: 1, example: '10MB/s', bare: (value) => value === 0};
const number: Kind = {unit: '', factor: 1, example: '1000', bare: () => true};
/** Of error rates the difference in percentage points, of all else relative. */
const delta: Kind = {unit: '%', factor: 0.01, example: '10%', bare: (value) => value === 0};

const latencyKeys = [...percentiles.map(({key}) => key), 'mean', 'stddev', 'min', 'max'];
const kindsOfRun: Readonly<Record<string, Kind>> = {
	...Object.fromEntries(latencyKeys.map((key) => [`latency.${key}`, time])),
	errors: share,
	...Object.fromEntries(failureFamilies.map((family) => [`errors.${family}`, share])),
	success: share,
	throughput: rate,
	...Object.fromEntries(['mean', 'stddev', 'min', 'max'].map((key) => [`throughput.${key}`, rate])),
	'throughput.total': number,
	'throughput.bytesInPerSecond': bytesPerSecond,
	'throughput.bytesOutPerSecond': bytesPerSecond,
};
/** Changes against a base that thresholds can name; beside them, that of any metric. */
const deltaFigures = ['p50', 'p90', 'p99', 'throughput', 'errors'].map((name) => `delta.${name}`);
/** The figures of a run that thresholds can name; beside them, any metric of its own. */
export const thresholdFigures: readonly string[] = [...Object.keys(kindsOfRun), ...deltaFigures];
const figuresOfPart = Object.keys(kindsOfRun).filter((name) => !/^(throughput|errors)\./.test(name));

/** A threshold that was read, or why it is none. */
export type ThresholdReading =
	| {readonly threshold: Threshold; readonly fault?: never}
	| {readonly threshold?: never; readonly fault: string};

/** Percentiles as people write them: 'latency.p99.9'. */
const spelt = (figure: string): string =>
	figure.replace(/^(latency\.p\d+)\.(\d+)$/, '$1$2').replace(/^delta\.latency\.(p50|p90|p99)$/, 'delta.$1');

/** Why a change is none that is judged; `undefined` when it is one, or may be a metric's. */
const faultOfDelta = (figure: string, name: string, isPart: boolean): string | undefined => {
	if (isPart) return `${JSON.stringify(figure)} is no figure of a part: only changes of the whole are judged`;
	const known = [...latencyKeys, ...Object.keys(kindsOfRun)];
	return name === '' || known.includes(name) || known.includes(spelt(name))
		? `${JSON.stringify(figure)} is no change that is judged: there are ${deltaFigures.join(', ')} and those of metrics`
		: undefined;
};

/** Why a figure is none that a run can have; `undefined` when it is one, or may be a metric's. */
const faultOfFigure = (figure: string, names: readonly string[], isPart: boolean): string | undefined => {
	if (names.includes(figure)) return undefined;
	const [family = '', ...rest] = figure.split('.');
	if (family === 'delta') return faultOfDelta(figure, rest.join('.'), isPart);
	const list = `there are ${names.filter((name) => name.startsWith(`${family}.`) || name === family).join(', ')}`;
	if (['latency', 'errors', 'throughput', 'success'].includes(family)) {
		const of = names.some((name) => name.startsWith(`${family}.`)) ? list : `a part has ${names.join(', ')}`;
		return `${JSON.stringify(figure)} is no figure${nearestHint(figure, names) || `: ${of}`}`;
	}

	if (latencyKeys.some((key) => key === figure)) return `${JSON.stringify(figure)} is written latency.${figure}`;
	if (isPart) return `${JSON.stringify(figure)} is no figure of a part: there are ${names.join(', ')}`;
	// A metric may have any name; one that is all but a figure's is a slip.
	const hint = nearestHint(family, ['latency', 'errors', 'throughput', 'success']);
	return hint === '' ? undefined : `${JSON.stringify(figure)} is no figure${hint}`;
};

const limitOf = ({value, unit}: Quantity, {unit: wanted, factor, example, bare}: Kind): number | string => {
	if (unit === '' && bare(value)) return value;
	const limit = unit === '' ? undefined : inUnit({value, unit}, wanted);
	if (limit === undefined) {
		return unit === '' ? `a number needs its unit here, such as ${example}` : `expected a limit such as ${example}`;
	}

	return Number((limit * factor).toPrecision(15));
};

const comparisons = ['<', '<=', '>', '>='] as const;

/** Reads a limit such as '< 450ms' of a figure such as 'latency.p95'. */
export const readThreshold = (metric: string, text: string): ThresholdReading => {
	const match = /^\s*(<=|>=|<|>)\s*(.+?)\s*$/.exec(text);
	const comparison = comparisons.find((each) => each === match?.[1]);
	if (match === null || comparison === undefined) {
		return {fault: `expected "<", "<=", ">" or ">=" and a limit, such as "< 450ms", not ${JSON.stringify(text)}`};
	}

	const written = match[2]!;
	const quantity = parseQuantity(written);
	if (quantity === undefined) return {fault: `${JSON.stringify(written)} is no number with a unit, such as 450ms`};
	// As `figureOf` divides them.
	const divider = metric.indexOf(' > ');
	const part = divider > 0 ? metric.slice(0, divider + 3) : '';
	const figure = spelt(metric.slice(part.length).trim());
	const fault = faultOfFigure(figure, part === '' ? thresholdFigures : figuresOfPart, part !== '');
	if (fault !== undefined) return {fault};
	const threshold = {
		metric: part + figure,
		comparison,
		text: `${comparison} ${written}`,
	};
	const kind = figure.startsWith('delta.') ? delta : Object.hasOwn(kindsOfRun, figure) ? kindsOfRun[figure] : undefined;
	if (kind === undefined) {
		const {value, unit} = quantity;
		return {threshold: {...threshold, limit: value, ...(unit === '' ? {} : {unit})}};
	}

	const limit = limitOf(quantity, kind);
	if (typeof limit === 'string') return {fault: `${limit}, not ${JSON.stringify(written)}`};
	if (kind === share && (limit < 0 || limit > 1)) return {fault: `a share is from 0% to 100%, not ${written}`};
	if (kind === delta && limit <= -1) return {fault: `nothing becomes less by more than 100%: ${written} says nothing`};
	if (kind !== delta && limit < 0) return {fault: `no run is ever below 0: ${written} says nothing`};
	return {threshold: {...threshold, limit}};
};

/** Reads 'latency.p95 < 450ms', also of a part: 'checkout > latency.p95 < 450ms'. */
export const parseThreshold = (text: string): ThresholdReading => {
	const match = /^(.*\S)\s*(?<![<>])((?:<=|>=|<|>)[^<>=]*)$/.exec(text.trim());
	return match === null
		? {fault: `expected a figure and its limit, such as "latency.p95 < 450ms", not ${JSON.stringify(text)}`}
		: readThreshold(match[1]!.trim(), match[2]!);
};

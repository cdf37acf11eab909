import * as z from 'zod';
import type {Doubt} from '../../core/event.ts';
import {type Histogram, quantile} from '../../core/histogram.ts';
import {formatCount, formatMilliseconds} from '../../core/units.ts';
import type {Metrics} from './metrics.ts';
import {clean, type Everything} from './tally.ts';

const figures = z.record(z.string(), z.number().nullish());

const report = z.object({
	aggregate: z.object({
		counters: figures.default({}),
		rates: figures.default({}),
		summaries: z.record(z.string(), figures).default({}),
	}),
});

/** Artillery's own report of a run, as far as it is held against what was counted here. */
export type Report = z.infer<typeof report>['aggregate'];

/** `undefined`: it is none. */
export const reportIn = (text: string): Report | undefined => {
	try {
		return report.safeParse(JSON.parse(text)).data?.aggregate;
	} catch {
		return undefined;
	}
};

const responseTime = 'http.response_time';
/** By how much its times are rounded: whole milliseconds of two moments. */
const rounding = 1.1;
/** What its sketch of a distribution is true to. */
const sketch = 0.011;
const quantiles = {p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99} as const;

/** What both sides mean may lie some observations further: they count ranks differently. Microseconds. */
const around = (times: Histogram, q: number): readonly [low: number, high: number] | undefined => {
	const step = 1.5 / times.count;
	const low = quantile(times, Math.max(0, q - step));
	const high = quantile(times, Math.min(1, q + step));
	return low === undefined || high === undefined ? undefined : [low / 1000, high / 1000];
};

const fits = (value: number, [low, high]: readonly [low: number, high: number], share: number): boolean => {
	const slack = rounding + value * share;
	return value >= low - slack && value <= high + slack;
};

const countFaults = (own: Everything, metrics: Metrics, {counters}: Report): readonly string[] => {
	const faults: string[] = [];
	const compare = (what: string, theirs: number, ours: number): void => {
		if (theirs !== ours)
			faults.push(`it counts ${formatCount(theirs)} ${what}, benchtop was told of ${formatCount(ours)}`);
	};
	compare('HTTP requests', counters['http.requests'] ?? 0, own.requests);
	const codes = new Set([
		...Object.keys(own.codes),
		...Object.keys(counters).flatMap((name) => /^http\.codes\.(.+)$/.exec(name)?.[1] ?? []),
	]);
	for (const code of codes)
		compare(`replies with ${clean(code)}`, counters[`http.codes.${code}`] ?? 0, own.codes[code] ?? 0);
	for (const name of ['vusers.created', 'vusers.completed', 'vusers.failed', 'vusers.skipped']) {
		compare(name, counters[name] ?? 0, metrics.total(name));
	}

	for (const [name, theirs] of Object.entries(counters)) {
		if (name.startsWith('errors.')) compare(clean(name), theirs ?? 0, metrics.total(name));
	}

	return faults;
};

const timeFaults = ({times}: Everything, {summaries}: Report): readonly string[] => {
	const theirs = summaries[responseTime];
	if (theirs === undefined || times.count === 0) return [];
	if (theirs.count !== times.count) {
		return [`it has ${formatCount(theirs.count ?? 0)} times, benchtop ${formatCount(times.count)}`];
	}

	const ends = [
		['min', [times.minimum / 1000, times.minimum / 1000]],
		['max', [times.maximum / 1000, times.maximum / 1000]],
	] as const;
	const middles = Object.entries(quantiles).map(([name, q]) => [name, around(times, q)] as const);
	return [...ends, ...middles].flatMap(([name, range]) => {
		const value = theirs[name];
		if (value === null || value === undefined || range === undefined || fits(value, range, sketch)) return [];
		return [`its ${name} is ${formatMilliseconds(value)} ms, ours ${range.map(formatMilliseconds).join(' to ')} ms`];
	});
};

/** What does not agree between what was counted here and Artillery's own report of the same run. */
export const reconcile = (own: Everything, metrics: Metrics, theirs: Report): readonly Doubt[] => {
	const faults = [...countFaults(own, metrics, theirs), ...timeFaults(own, theirs)];
	if (faults.length === 0) return [];
	const words = `${faults.slice(0, 4).join('; ')}${faults.length > 4 ? '; …' : ''}`;
	return [{kind: 'tool-disagrees', message: `Artillery's own report says otherwise: ${words}.`}];
};

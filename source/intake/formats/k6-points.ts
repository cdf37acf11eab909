import * as z from 'zod';
import {outcomeOf} from '../../core/error-words.ts';
import type {Given, MetricValues, TimedOperation, ToldRun} from '../format.ts';
import {cutOff, isCutOff, momentIn} from '../given.ts';
import {checksFound, droppedDoubts, isBuiltIn, means} from './k6-words.ts';

/** Any line of `--out json`. */
export const line = z.object({type: z.enum(['Metric', 'Point']), metric: z.string(), data: z.object({})});
const declaration = z.object({
	type: z.literal('Metric'),
	metric: z.string(),
	data: z.object({type: z.string(), contains: z.string()}),
});
const point = z.object({
	type: z.literal('Point'),
	metric: z.string(),
	data: z.object({time: z.string(), value: z.number(), tags: z.record(z.string(), z.string()).nullish()}),
});

type Declared = {readonly type: string; readonly contains: string};

/** The values of a metric as its kind has them: those of a counter are added, those of a rate are a share, a gauge is its last. */
const valuesOf = (values: readonly number[], type: string | undefined): readonly number[] => {
	const sum = (): number => values.reduce((total, value) => total + value, 0);
	if (type === 'counter') return [sum()];
	if (type === 'rate') return [sum() / values.length];
	return type === 'gauge' ? values.slice(-1) : values;
};

const requestOf = (
	value: number,
	at: number,
	tags: Readonly<Record<string, string>>,
): TimedOperation & {at: number} => {
	const {status = '0'} = tags;
	const answered = status !== '0';
	const outcome = answered ? status : outcomeOf(tags.error ?? '');
	return {
		outcome,
		failed:
			!answered || (tags.expected_response === undefined ? Number(status) >= 400 : tags.expected_response === 'false'),
		// What timed out has waited; what failed otherwise says nothing of how fast the target is.
		...(answered || (outcome === 'timeout' && value > 0) ? {microseconds: value * 1000} : {}),
		at,
		...(tags.name === undefined ? {} : {part: `${tags.method ?? ''} ${tags.name}`.trim()}),
	};
};

function* since(timed: readonly (TimedOperation & {readonly at: number})[], first: number): Iterable<TimedOperation> {
	for (const one of timed) yield {...one, at: one.at - first};
}

/** The run of every point of `--out json`. */
export const readPoints = ({lines, text}: Given): ToldRun => {
	const timed: Array<TimedOperation & {readonly at: number}> = [];
	const own = new Map<string, number[]>();
	const declared = new Map<string, Declared>();
	const checks = new Map<string, {path: readonly string[]; passes: number; fails: number}>();
	let first = Number.POSITIVE_INFINITY;
	let [bytesIn, bytesOut, dropped] = [0, 0, 0];
	for (const given of lines()) {
		const read = point.safeParse(given);
		if (!read.success) {
			const metric = declaration.safeParse(given);
			if (metric.success) declared.set(metric.data.metric, metric.data.data);
			continue;
		}

		const {metric, data} = read.data;
		const tags = data.tags ?? {};
		if (metric === 'http_req_duration') {
			const at = momentIn(data.time);
			first = Math.min(first, at - data.value);
			timed.push(requestOf(data.value, at, tags));
		} else if (metric === 'data_received') bytesIn += data.value;
		else if (metric === 'data_sent') bytesOut += data.value;
		else if (metric === 'dropped_iterations') dropped += data.value;
		else if (metric === 'checks') {
			const path = [...(tags.group ?? '').split('::'), tags.check ?? ''];
			const known = checks.get(path.join('::')) ?? {path, passes: 0, fails: 0};
			if (data.value === 0) known.fails += 1;
			else known.passes += 1;
			checks.set(path.join('::'), known);
		} else if (!isBuiltIn(metric)) {
			const known = own.get(metric);
			if (known === undefined) own.set(metric, [data.value]);
			else known.push(data.value);
		}
	}

	const [target, ...others] = new Set(timed.map(({part}) => part));
	return {
		name: 'k6',
		...(target === undefined || others.length > 0 ? {} : {target}),
		...(timed.length === 0
			? {}
			: {
					began: new Date(first).toISOString(),
					means,
					timed: since(timed, first),
				}),
		bytesIn,
		bytesOut,
		metrics: [...own].map(([name, all]): MetricValues => {
			const {type, contains} = declared.get(name) ?? {};
			return {
				name,
				unit: contains === 'time' ? 'ms' : contains === 'data' ? 'bytes' : '',
				values: valuesOf(all, type),
			};
		}),
		findings: checksFound([...checks.values()]),
		doubts: [...droppedDoubts(dropped), ...(isCutOff(text) ? [cutOff] : [])],
	};
};

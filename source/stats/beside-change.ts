import type {Environment} from '../core/environment.ts';
import type {Result} from '../core/result.ts';
import {formatDuration} from '../core/units.ts';

type Described = Pick<Result, 'engine' | 'plan' | 'environment'>;

const absent = 'none';

const leavesOf = (value: unknown, path: string): ReadonlyArray<readonly [string, string]> => {
	if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[path, String(value)]];
	return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
};

const placeOf = ({hostname, os, cpu, memory, container, virtualisation, versions}: Environment) => ({
	machine: hostname,
	'operating system': `${os.name ?? os.platform} ${os.release}`,
	CPU: cpu.model,
	cores: cpu.cores,
	'usable cores': cpu.usableCores,
	'CPU governor': cpu.governor,
	memory: memory.totalBytes,
	container,
	virtualisation,
	'version of': versions,
});

const factsOf = ({engine, plan, environment}: Described): ReadonlyMap<string, string> =>
	new Map([
		...leavesOf(placeOf(environment), ''),
		...leavesOf({engine, load: plan.load, workers: plan.workers}, ''),
		['warm-up', formatDuration(plan.warmup)],
		['duration', plan.duration === undefined ? absent : formatDuration(plan.duration)],
		['amount', String(plan.amount ?? absent)],
		['tags', plan.tags.join(', ') || absent],
	]);

/**
 * What differs between two runs of one benchmark in where and how they were made, in words, whether it counts for their
 * fingerprints or not: whoever looks for the cause of a change looks there too. What changes from minute to minute is left out.
 */
export const besideChange = (before: Described, after: Described): readonly string[] => {
	const [a, b] = [factsOf(before), factsOf(after)];
	return [...new Set([...a.keys(), ...b.keys()])]
		.filter((name) => a.get(name) !== b.get(name))
		.map((name) => `${name.replace('version of.', 'version of ')} ${a.get(name) ?? absent} → ${b.get(name) ?? absent}`);
};

import type {Environment} from '../core/environment.ts';
import type {Result} from '../core/result.ts';
import {formatCount, formatDuration} from '../core/units.ts';

/** A run without its timeline is enough. */
type Described = Pick<Result, 'engine' | 'plan' | 'environment' | 'fingerprint'>;

type Facts = ReadonlyMap<string, string>;

const absent = 'none';

/** To the byte: what differs must be seen to differ. */
const bytes = (count: number): string => `${formatCount(count)} bytes`;

/** Every leaf of plain JSON under its path: 'load.headers.accept' → '"text/plain"'. */
const leavesOf = (value: unknown, path: string): ReadonlyArray<readonly [string, string]> => {
	if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[path, JSON.stringify(value)]];
	return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, `${path}.${key}`));
};

const workloadFacts = ({engine, plan, environment}: Described): Facts =>
	new Map([
		['engine', engine],
		...leavesOf(plan.load, 'load'),
		['warm-up', formatDuration(plan.warmup)],
		['duration', plan.duration === undefined ? absent : formatDuration(plan.duration)],
		['amount', plan.amount === undefined ? absent : String(plan.amount)],
		['workers', String(plan.workers)],
		...Object.entries(environment.versions).map(([name, version]) => [`version of ${name}`, version] as const),
	]);

const environmentFacts = ({hostname, os, cpu, memory, container, virtualisation}: Environment): Facts =>
	new Map([
		['hostname', hostname],
		['operating system', `${os.name ?? os.platform} ${os.release}`],
		['CPU', cpu.model],
		['cores', String(cpu.cores)],
		['usable cores', String(cpu.usableCores)],
		['CPU governor', cpu.governor ?? absent],
		['memory', bytes(memory.totalBytes)],
		['container CPUs', String(container?.cpus ?? absent)],
		['container memory', container?.memoryBytes === undefined ? absent : bytes(container.memoryBytes)],
		['virtualisation', virtualisation ?? absent],
	]);

const between = (kind: string, a: Facts, b: Facts): string[] => {
	const found = [...new Set([...a.keys(), ...b.keys()])]
		.filter((name) => a.get(name) !== b.get(name))
		.map((name) => `${kind}: ${name} ${a.get(name) ?? absent} → ${b.get(name) ?? absent}`);
	return found.length > 0 ? found : [`${kind}: its fingerprint, in something that is not recorded`];
};

/** What differs in workload and environment, in words, where the fingerprints do; empty when the runs are comparable. */
export const differences = (a: Described, b: Described): string[] => {
	const workload =
		a.fingerprint.workload === b.fingerprint.workload ? [] : between('workload', workloadFacts(a), workloadFacts(b));
	const environment =
		a.fingerprint.environment === b.fingerprint.environment
			? []
			: between('environment', environmentFacts(a.environment), environmentFacts(b.environment));
	return [...new Set([...workload, ...environment])];
};

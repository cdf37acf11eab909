import {createHash} from 'node:crypto';
import type {Environment} from '../core/environment.ts';
import type {Fingerprint} from '../core/event.ts';
import type {RunPlan} from '../core/plan.ts';

const ordered = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(ordered);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, member]) => [key, ordered(member)]),
	);
};

/** JSON with sorted keys: equal values give equal text, however they were put together. */
const canonical = (value: unknown): string => {
	const plain: unknown = JSON.parse(JSON.stringify(value));
	return JSON.stringify(ordered(plain));
};

const hashOf = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);

/** The hash of where something is run (16 hexadecimal digits). What changes from minute to minute does not count. */
export const environmentFingerprint = ({os, cpu, memory, container, virtualisation}: Environment): string =>
	hashOf({
		os: {platform: os.platform, release: os.release, name: os.name},
		cpu: {model: cpu.model, cores: cpu.cores, usableCores: cpu.usableCores},
		memory: memory.totalBytes,
		container,
		virtualisation,
	});

/**
 * Hashes of what is run and where (16 hexadecimal digits each): runs whose hashes agree may be compared. `versions` are
 * the engine's own. What a run is called and watches, and what changes from minute to minute, does not count.
 */
export const fingerprintOf = (
	plan: RunPlan,
	versions: Readonly<Record<string, string>>,
	environment: Environment,
): Fingerprint => {
	const {engine, load, warmup, duration, amount, workers} = plan;
	return {
		workload: hashOf({engine, versions, load, warmup, duration, amount, workers}),
		environment: environmentFingerprint(environment),
	};
};

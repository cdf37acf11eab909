import {expect, test} from 'vitest';
import type {Environment} from '../../source/core/environment.ts';
import type {RunPlan} from '../../source/core/plan.ts';
import {fingerprintOf} from '../../source/run/fingerprint.ts';

const plan: RunPlan = {
	id: 'a',
	name: 'checkout',
	engine: 'http',
	target: 'http://localhost/',
	load: {url: 'http://localhost/', headers: {b: '2', a: '1'}, rate: undefined},
	warmup: 1000,
	duration: 10_000,
	workers: 2,
	tags: [],
	watch: {},
};
const environment: Environment = {
	hostname: 'one',
	os: {platform: 'linux', release: '6.1', name: 'Debian'},
	cpu: {model: 'CPU', cores: 8, usableCores: 4},
	memory: {totalBytes: 1e9},
	container: {cpus: 4},
	loadAverage: [1, 2, 3],
	versions: {benchtop: '1', node: '24'},
};
const versions = {http: '1.0.0'};
const fingerprint = fingerprintOf(plan, versions, environment);

// The expected hashes were computed by another program (Python's json and hashlib).
test('is 16 hexadecimal digits each, and the same for ever', () => {
	expect(fingerprint).toEqual({
		workload: expect.stringMatching(/^[0-9a-f]{16}$/),
		environment: expect.stringMatching(/^[0-9a-f]{16}$/),
	});
	expect(fingerprint).toEqual({workload: '5ec7f72e0c8f7e07', environment: '36da4bc20af1374c'});
});

test('does not depend on the order of keys, on absent members, or on what a run is called', () => {
	const same: RunPlan = {
		...plan,
		id: 'b',
		name: 'other',
		tags: ['nightly'],
		watch: {port: 80},
		load: {headers: {a: '1', b: '2'}, url: 'http://localhost/'},
	};
	const elsewhen: Environment = {
		...environment,
		hostname: 'two',
		loadAverage: [9, 9, 9],
		versions: {benchtop: '2', node: '26'},
		cpu: {...environment.cpu, governor: 'powersave'},
		git: {commit: 'abc', dirty: true},
	};
	expect(fingerprintOf(same, versions, elsewhen)).toEqual(fingerprint);
});

const plans: Array<[string, RunPlan]> = [
	['engine', {...plan, engine: 'redis'}],
	['load', {...plan, load: {url: 'http://localhost/2'}}],
	['warm-up', {...plan, warmup: 0}],
	['duration', {...plan, duration: 1}],
	['amount', {...plan, amount: 5}],
	['workers', {...plan, workers: 1}],
];
test.each(plans)('another %s is another workload', (_, other) => {
	const {workload, environment: place} = fingerprintOf(other, versions, environment);
	expect(workload).not.toBe(fingerprint.workload);
	expect(place).toBe(fingerprint.environment);
});

test('another version of the engine is another workload', () => {
	expect(fingerprintOf(plan, {http: '2.0.0'}, environment).workload).not.toBe(fingerprint.workload);
});

test('the order of a list counts', () => {
	const listed = (list: readonly string[]) => fingerprintOf({...plan, load: list}, versions, environment).workload;
	expect(listed(['a', 'b'])).not.toBe(listed(['b', 'a']));
});

const {container: _, ...uncontained} = environment;
const places: Array<[string, Environment]> = [
	['model', {...environment, cpu: {...environment.cpu, model: 'CPU 2'}}],
	['cores', {...environment, cpu: {...environment.cpu, cores: 16}}],
	['usable cores', {...environment, cpu: {...environment.cpu, usableCores: 8}}],
	['memory', {...environment, memory: {totalBytes: 2e9}}],
	['kernel', {...environment, os: {...environment.os, release: '6.2'}}],
	['distribution', {...environment, os: {...environment.os, name: 'Alpine'}}],
	['container', uncontained],
	['virtualisation', {...environment, virtualisation: 'KVM'}],
];
test.each(places)('another %s is another environment', (_name, other) => {
	const {workload, environment: place} = fingerprintOf(plan, versions, other);
	expect(place).not.toBe(fingerprint.environment);
	expect(workload).toBe(fingerprint.workload);
});

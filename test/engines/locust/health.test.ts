import {expect, test} from 'vitest';
import {createHealth} from '../../../source/engines/locust/health.ts';

const twoWorkers = () => {
	const health = createHealth();
	for (const [id, host] of [
		['a', 'north'],
		['b', 'south'],
	] as const) {
		health.hello({k: 'hello', id, t: 0, role: 'worker', host});
	}

	return health;
};

const pulse = {k: 'pulse', late: 0, oldest: 0, users: 2, broken: false} as const;

test('a process that uses its one core is the bottleneck, and the doubt says what to do', () => {
	const health = twoWorkers();
	health.measure(true);
	for (let second = 0; second <= 5; second += 1) {
		health.hear({...pulse, id: 'a', t: 100 + second, cpu: 7 + second * 0.97});
		health.hear({...pulse, id: 'b', t: second, cpu: second * 0.2, late: 40 * second});
	}

	const [doubt, ...others] = health.doubts();
	expect([doubt?.kind, others]).toEqual(['generator-saturated', []]);
	expect(doubt?.message).toContain('worker 1 on north 97.0%');
	expect(doubt?.message).not.toContain('south');
	expect(doubt?.message).toContain('Use more workers');
	const levels = health.levels();
	expect(levels['tool.busiest']).toBeCloseTo(97);
	expect([levels['tool.users'], levels['tool.workers'], levels['generator.loopDelay']]).toEqual([4, 2, 200]);
	// The longest since it was last asked for.
	expect(health.levels()['generator.loopDelay']).toBe(0);
});

test('CPU counts while it is measured alone', () => {
	const health = twoWorkers();
	for (let second = 0; second <= 5; second += 1) health.hear({...pulse, id: 'a', t: second, cpu: second});
	health.measure(true);
	for (let second = 6; second <= 12; second += 1) health.hear({...pulse, id: 'a', t: second, cpu: 5 + second * 0.1});
	expect(health.doubts()).toEqual([]);
});

test('a worker that its master misses, or knows no longer, is lost once', () => {
	const health = twoWorkers();
	const told = (workers: [string, string, number, number][]) =>
		health.hearMaster({k: 'workers', id: 'master', t: 0, workers});
	expect(told([['a', 'running', 2, 0]])).toEqual([]);
	expect(
		told([
			['a', 'running', 2, 0],
			['b', 'running', 2, 0],
		]),
	).toEqual([]);
	expect(
		told([
			['a', 'running', 2, 0],
			['b', 'missing', 0, 0],
		]),
	).toEqual(['worker 2 on south']);
	expect(told([['b', 'missing', 0, 0]])).toEqual(['worker 1 on north']);
	expect(told([])).toEqual([]);
	expect(health.present()).toBe(0);
	expect(health.findings().map(({text}) => text)).toEqual(['on north, lost; 0 requests', 'on south, lost; 0 requests']);
});

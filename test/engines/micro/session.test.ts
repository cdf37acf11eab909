import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../../source/core/random.ts';
import type {Steering} from '../../../source/engines/engine.ts';
import {launchAll, openSession, shuffled} from '../../../source/engines/micro/session.ts';

/** A session on a clock that the test moves. */
const open = () => {
	let [at, idle] = [0, 0];
	const phases: string[] = [];
	const stop = new AbortController();
	let hear: (steering: Steering) => void = () => {};
	const session = openSession(
		{
			idle: (milliseconds) => {
				idle += milliseconds;
			},
		},
		{
			signal: stop.signal,
			enter: (phase) => phases.push(phase),
			onSteer: (listener) => {
				hear = listener;
			},
		},
		() => at,
	);
	return {
		session,
		phases,
		stop,
		tell: (steering: Steering) => hear(steering),
		pass: (milliseconds: number) => {
			at += milliseconds;
		},
		idle: () => idle,
	};
};

describe('the time that measures nothing', () => {
	test('is all but what was measured, however late that is told', () => {
		const {session, pass, idle} = open();
		session.enter('measure');
		pass(100);
		session.work();
		expect(idle()).toBe(100);
		pass(30);
		session.spent(20);
		expect(idle()).toBe(110);
		// Two batches of 15 ms, told together.
		pass(40);
		session.spent(15);
		session.spent(15);
		pass(50);
		session.rest();
		session.close();
		expect(idle()).toBe(220 - 20 - 15 - 15);
	});

	test('begins with the first phase, and leaves pauses out', async () => {
		const {session, pass, idle, tell, phases} = open();
		pass(1000);
		session.enter('measure');
		pass(10);
		tell({to: 'pause'});
		const passing = session.pass();
		pass(500);
		tell({to: 'resume'});
		await passing;
		pass(5);
		session.close();
		expect(idle()).toBe(15);
		expect(session.elapsed()).toBe(15);
		expect(phases).toEqual(['measure', 'pause', 'measure']);
	});

	test('of a pause that the end breaks off is the time before it', async () => {
		const {session, pass, idle, tell, stop, phases} = open();
		session.enter('measure');
		pass(10);
		tell({to: 'pause'});
		const passing = session.pass();
		pass(500);
		stop.abort();
		await passing;
		session.close();
		expect([idle(), session.stopped(), phases]).toEqual([10, true, ['measure', 'pause']]);
	});
});

describe('launches', () => {
	const launched = async (
		plan: {cases: number; launches: number; end?: number; seed?: number},
		takes: number,
		again: (index: number) => boolean = () => true,
	) => {
		const {session, pass} = open();
		session.enter('measure');
		const order: number[][] = [];
		const times: Array<number | undefined> = [];
		const expected: number[] = [];
		const counts = await launchAll(
			{seed: 1, end: undefined, ...plan},
			session,
			(milliseconds) => expected.push(milliseconds),
			async ({index, round}, time) => {
				order[round] = [...(order[round] ?? []), index];
				times.push(time);
				pass(takes);
				return again(index);
			},
		);
		session.close();
		return {rounds: order.slice(1), counts, times, expected};
	};

	test('go through all cases in each round, in another order each time, and the same with the same seed', async () => {
		const {rounds, counts, expected} = await launched({cases: 6, launches: 5}, 100);
		for (const round of rounds) expect([...round].sort()).toEqual([0, 1, 2, 3, 4, 5]);
		expect(new Set(rounds.map(String)).size).toBeGreaterThan(1);
		expect(counts).toEqual([5, 5, 5, 5, 5, 5]);
		expect(expected.slice(0, 2)).toEqual([2900, 2800]);
		expect(expected.at(-1)).toBe(0);
		expect((await launched({cases: 6, launches: 5}, 100)).rounds).toEqual(rounds);
		expect((await launched({cases: 6, launches: 5, seed: 2}, 100)).rounds).not.toEqual(rounds);
	});

	test('leave out what is not to be launched again', async () => {
		const {counts} = await launched({cases: 3, launches: 4}, 1, (index) => index !== 1);
		expect(counts).toEqual([4, 1, 4]);
	});

	test('share the time that there is, and end with it', async () => {
		const {counts, times} = await launched({cases: 2, launches: 3, end: 600}, 100);
		expect(times).toEqual([100, 100, 100, 100, 100, 100]);
		expect(counts).toEqual([3, 3]);
		const late = await launched({cases: 2, launches: 3, end: 600}, 170);
		expect(late.counts).toEqual([2, 2]);
		expect(late.times.slice(0, 3)).toEqual([100, 86, 65]);
	});

	test('go through all once, though the time is over', async () => {
		expect((await launched({cases: 4, launches: 3, end: 100}, 300)).counts).toEqual([1, 1, 1, 1]);
		// But not for ever: an engine that does not end counts as hung.
		expect(
			(await launched({cases: 20, launches: 3, end: 100}, 2000)).counts.filter((count) => count === 1),
		).toHaveLength(6);
	});
});

test('every order is as likely as any other', () => {
	const random = seededRandom(5);
	const seen = new Map<string, number>();
	for (let draw = 0; draw < 6000; draw++) {
		const key = shuffled(3, random).join();
		seen.set(key, (seen.get(key) ?? 0) + 1);
	}

	expect(seen.size).toBe(6);
	// 1000 each, with a standard deviation of 29.
	for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

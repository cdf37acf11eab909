import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../../../source/core/random.ts';
import {type AgendaClock, createAgenda} from '../../../../source/engines/agenda.ts';
import type {Think} from '../../../../source/engines/http/scenario/plan.ts';
import {thinkTime} from '../../../../source/engines/think.ts';

/** A clock that a test moves. Its timers are whole milliseconds, as Node's are. */
const fakeClock = () => {
	let now = 0;
	let timers: Array<{at: number; ring: () => void}> = [];
	const after = (milliseconds: number, ring: () => void) => {
		const timer = {at: now + Math.max(0, Math.trunc(milliseconds)), ring};
		timers.push(timer);
		return () => {
			timers = timers.filter((other) => other !== timer);
		};
	};
	const clock: AgendaClock = {now: () => now, after, nextTurn: (ring) => after(0, ring)};
	return {
		clock,
		advance(to: number): void {
			for (;;) {
				const [next] = timers.filter(({at}) => at <= to).sort((a, b) => a.at - b.at);
				if (next === undefined) break;
				timers = timers.filter((other) => other !== next);
				now = Math.max(now, next.at);
				next.ring();
			}

			now = to;
		},
		timers: () => timers.length,
	};
};

describe('think time', () => {
	const drawn = (think: Think): number[] => {
		const random = seededRandom(5);
		return Array.from({length: 20_000}, () => thinkTime(think, random));
	};
	const share = (times: readonly number[], below: number): number =>
		times.filter((time) => time < below).length / times.length;

	test('constant', () => {
		expect(new Set(drawn({constant: 250}))).toEqual(new Set([250]));
	});

	test('uniform: every part of it as often as any other', () => {
		const times = drawn({from: 1000, to: 5000});
		expect(times.reduce((least, time) => Math.min(least, time))).toBeGreaterThanOrEqual(1000);
		expect(times.reduce((most, time) => Math.max(most, time))).toBeLessThan(5000);
		// The distance to the true distribution that chance exceeds once in a thousand times is 1.95 / √n (Kolmogorov).
		for (const at of [1500, 2000, 3000, 4000, 4900])
			expect(Math.abs(share(times, at) - (at - 1000) / 4000)).toBeLessThan(1.95 / Math.sqrt(20_000));
	});

	test('exponential', () => {
		const times = drawn({exponential: 2000});
		for (const at of [100, 1000, 2000, 5000, 9000])
			expect(Math.abs(share(times, at) - (1 - Math.exp(-at / 2000)))).toBeLessThan(1.95 / Math.sqrt(20_000));
	});
});

describe('an agenda', () => {
	test('does everything at its moment, never before, in order', () => {
		fc.assert(
			fc.property(fc.array(fc.double({min: 0, max: 1000, noNaN: true}), {maxLength: 60}), (moments) => {
				const {clock, advance, timers} = fakeClock();
				const done: Array<[number, number]> = [];
				const agenda = createAgenda<number>((item) => done.push([item, clock.now()]), clock);
				for (const [index, moment] of moments.entries()) agenda.add(index, moment);
				expect(timers()).toBeLessThanOrEqual(1);
				for (let now = 0; now <= 1002; now += 7) advance(now);
				advance(1010);
				expect(done.length).toBe(moments.length);
				for (const [item, at] of done) {
					expect(at).toBeGreaterThanOrEqual(moments[item]!);
					expect(at - moments[item]!).toBeLessThan(2);
				}

				const order = done.map(([item]) => moments[item]!);
				expect(order).toEqual([...order].sort((a, b) => a - b));
				expect(timers()).toBe(0);
			}),
		);
	});

	test('stands still, also for what is added meanwhile', () => {
		const {clock, advance} = fakeClock();
		const done: Array<[string, number]> = [];
		const agenda = createAgenda<string>((item) => done.push([item, clock.now()]), clock);
		agenda.add('before', 100);
		advance(40);
		agenda.stop();
		advance(500);
		agenda.add('meanwhile', 20);
		advance(1040);
		expect(done).toEqual([]);
		agenda.go();
		agenda.go();
		advance(3000);
		expect(done).toEqual([
			['meanwhile', 1060],
			['before', 1100],
		]);
	});

	test('forgets all when it is cleared', () => {
		const {clock, advance, timers} = fakeClock();
		const done: number[] = [];
		const agenda = createAgenda<number>((item) => done.push(item), clock);
		agenda.add(1, 10);
		agenda.clear();
		advance(100);
		expect([done, timers()]).toEqual([[], 0]);
	});
});

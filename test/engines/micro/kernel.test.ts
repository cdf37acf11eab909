import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	batchesIn,
	callsFor,
	clockStep,
	isSteady,
	nextCalls,
	typicalTime,
	warmUp,
} from '../../../source/engines/micro/kernel.ts';

/** Calls that take `callTime` each at a moment of so many milliseconds of calls before, and what was called. */
const fakeCalls = (callTime: (spent: number) => number) => {
	const batches: number[] = [];
	let spent = 0;
	return {
		batches,
		timeBatch: (calls: number): number => {
			const took = callTime(spent) * calls;
			batches.push(calls);
			spent += took;
			return took;
		},
	};
};

describe('the step of a clock', () => {
	test.each([0.001, 0.05, 1])('that ticks every %d ms is that', (tick) => {
		let reading = 0;
		// Seven readings to a tick.
		expect(clockStep(() => Math.floor(reading++ / 7) * tick)).toBeCloseTo(tick, 9);
	});

	test('is not what a single interruption makes of it', () => {
		let reading = 0;
		const now = (): number => {
			reading += reading === 40 ? 1000 : 1;
			return reading;
		};
		expect(clockStep(now)).toBe(1);
	});
});

describe('a batch', () => {
	test.each([
		[1, 0.5, 5, 10],
		[100, 10, 5, 50],
		[1, 0, 5, 10],
		[1000, 5, 5, 1000],
		[1, 80, 5, 1],
	])('of %d calls that took %d ms, where %d are wanted, is followed by one of %d', (calls, took, wanted, next) => {
		expect(nextCalls(calls, took, wanted)).toBe(next);
	});

	test('has as many calls as make it as long as wanted, one at least', () => {
		fc.assert(
			fc.property(
				fc.double({min: 1e-6, max: 1e3, noNaN: true}),
				fc.double({min: 0.5, max: 100, noNaN: true}),
				(call, wanted) => {
					const calls = callsFor(call, wanted);
					expect(calls).toBeGreaterThanOrEqual(1);
					if (call < wanted / 10) expect((calls * call) / wanted).toBeCloseTo(1, 0);
				},
			),
		);
		expect(callsFor(0, 10)).toBeLessThanOrEqual(1e9);
	});

	test.each([
		[300, 15, 3, 20, 20],
		[300, 100, 3, 20, 3],
		[100, 15, 3, 20, 6],
		[300, 900, 3, 20, 3],
	])('in %d ms, %d ms long, from %d to %d of them: %d', (time, batch, least, most, count) => {
		expect(batchesIn(time, batch, least, most)).toBe(count);
	});
});

describe('the time of a call', () => {
	const slice = (took: number, collected = 0) => ({took, collected});

	test.each([
		['of one slice is its share', [slice(10)], 5, 2],
		[
			'is that of the middle slice, whatever held others up',
			[slice(1), slice(1), slice(50), slice(1), slice(9)],
			10,
			0.1,
		],
		['has its share of collections, wherever they fell', [slice(1), slice(5, 4), slice(1), slice(1)], 10, 0.1 + 4 / 40],
		['of nothing but collection is that', [slice(3, 3)], 3, 1],
	])('%s', (_, slices, calls, time) => expect(typicalTime(slices, calls)).toBeCloseTo(time, 12));
});

describe('steady', () => {
	test.each([
		['nothing', [], undefined],
		['three times', [1, 1, 1], undefined],
		['four equal ones', [1, 1, 1, 1], true],
		['what still falls', [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], false],
		['what fell before', [50, 40, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5], true],
		['noise around one value', [10, 12, 9, 11, 10, 11, 9, 12, 10, 10], true],
		['a step that is beyond the noise', [10, 10.1, 9.9, 10, 10, 8, 8.1, 7.9, 8, 8], false],
	])('%s: %j is %s', (_, times, steady) => expect(isSteady(times)).toBe(steady));
});

describe('warming up', () => {
	test('of what is steady at once ends when it has been seen for long enough, in batches as long as wanted', async () => {
		const {timeBatch, batches} = fakeCalls(() => 0.001);
		const warm = await warmUp(timeBatch, {wanted: 5, least: 50, most: 1000});
		expect(warm).toMatchObject({steady: true, calls: 5000, callTime: 0.001});
		expect(warm.took).toBeGreaterThanOrEqual(50);
		expect(warm.took).toBeLessThan(70);
		expect(batches.slice(0, 5)).toEqual([1, 10, 100, 1000, 5000]);
	});

	test('goes on while times fall, and the batch grows with what became faster', async () => {
		// Ten times faster after 100 ms.
		const {timeBatch} = fakeCalls((spent) => (spent < 100 ? 0.01 : 0.001));
		const warm = await warmUp(timeBatch, {wanted: 5, least: 20, most: 1000});
		expect(warm).toMatchObject({steady: true, callTime: 0.01});
		const later = fakeCalls((spent) => Math.max(0.001, 0.01 - spent * 5e-5));
		const slow = await warmUp(later.timeBatch, {wanted: 5, least: 20, most: 1000});
		expect(slow).toMatchObject({steady: true, calls: 5000, callTime: 0.001});
		expect(slow.took).toBeGreaterThan(180);
	});

	test('of what never becomes steady ends at its limit, and says so', async () => {
		const {timeBatch} = fakeCalls((spent) => 0.001 * (1 + spent / 20));
		const warm = await warmUp(timeBatch, {wanted: 5, least: 20, most: 300});
		expect(warm.steady).toBe(false);
		expect(warm.took).toBeGreaterThanOrEqual(300);
		expect(warm.took).toBeLessThan(330);
	});

	test('of calls that take long cannot tell', async () => {
		const {timeBatch, batches} = fakeCalls(() => 400);
		expect(await warmUp(timeBatch, {wanted: 15, least: 50, most: 1000})).toEqual({
			steady: undefined,
			calls: 1,
			callTime: 400,
			took: 1200,
		});
		expect(batches).toEqual([1, 1, 1]);
	});
});

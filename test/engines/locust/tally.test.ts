import {describe, expect, test} from 'vitest';
import {endedIn} from '../../../source/core/snapshot.ts';
import {reconcile} from '../../../source/engines/locust/reconcile.ts';
import {createTally} from '../../../source/engines/locust/tally.ts';
import type {ToldOf} from '../../../source/engines/locust/told.ts';
import {createRecorder} from '../../../source/run/recorder.ts';

/** A tally under a clock that the test moves, and a worker whose own clock is a thousand seconds ahead. */
const bench = () => {
	let clock = 0;
	const recorder = createRecorder(0);
	const tally = createTally(recorder, () => clock);
	const kinds: ToldOf<'requests'>['kinds'] = [
		[0, 'GET /a', '200', false, true],
		[1, 'GET /a', 'ECONNREFUSED', true, false],
		[2, 'GET /b?token=abc', '500', true, true],
	];
	let isFirst = true;
	return {
		recorder,
		tally,
		to(moment: number): void {
			clock = moment;
		},
		/** Requests, each as [kind, microseconds, bytes, milliseconds since it began], told `delay` ms ago. */
		tell(requests: readonly (readonly number[])[], delay = 0): void {
			tally.hear({
				k: 'requests',
				id: 'w',
				t: 1000 + (clock - delay) / 1000,
				kinds: isFirst ? kinds : [],
				r: requests.flat(),
			});
			isFirst = false;
		},
	};
};

describe('requests', () => {
	test('belong to the phase in which they began', () => {
		const {recorder, tally, tell, to} = bench();
		tally.enter('warm-up', 0);
		to(100);
		tell([[0, 5000, 10, 50]]);
		const warmup = recorder.take(1000);
		to(1000);
		tally.enter('measure', 1000);
		to(1100);
		// One began in the warm-up; one was refused, which is no latency; one was told late.
		tell([
			[0, 150_000, 1, 150],
			[1, 300, 0, 50],
			[2, 20_000, 7, 40],
		]);
		to(1400);
		tell([[0, 1000, 3, 10]], 200);
		tally.end(1500);
		to(1600);
		tell([
			[0, 200_000, 5, 210],
			[0, 20_000, 5, 30],
		]);
		const measured = recorder.take(1600);
		expect(endedIn(warmup)).toBe(1);
		expect(measured.outcomes).toEqual({'200': 2, ECONNREFUSED: 1, '500': 1});
		expect(measured.failures).toEqual({ECONNREFUSED: 1, '500': 1});
		expect(measured.latency.count).toBe(3);
		expect(measured.bytesIn).toBe(15);
		expect(Object.keys(measured.parts ?? {})).toEqual(['GET /a', 'GET /b?token=***']);
		expect(tally.shares()).toEqual({measured: 4, warmup: 2, late: 1});
		expect(tally.everything()).toMatchObject({requests: 7, failures: 2, untimed: 0});
	});

	test('are no more than were asked for', () => {
		const {recorder, tally, tell, to} = bench();
		tally.enter('measure', 0);
		tally.limit(2);
		to(100);
		tell([
			[0, 1, 0, 5],
			[0, 2, 0, 5],
			[0, 3, 0, 5],
		]);
		expect([endedIn(recorder.take(100)), tally.measured(), tally.told()]).toEqual([2, 2, 3]);
		expect(tally.shares()).toEqual({measured: 2, warmup: 0, late: 1});
	});

	test('that were broken off have waited so long at least, also since the warm-up', () => {
		const {recorder, tally, to} = bench();
		tally.enter('warm-up', 0);
		tally.enter('measure', 1000);
		tally.end(2000);
		to(2100);
		const t = 5;
		tally.hearCut({
			k: 'cut',
			id: 'w',
			t,
			r: [
				['GET /hang', 1_600_000, 1600],
				['GET /late', 50_000, 50],
			],
		});
		const {waiting, offered, parts} = recorder.take(2100);
		expect([waiting.count, waiting.maximum, offered, Object.keys(parts ?? {})]).toEqual([
			1,
			1_600_000,
			1,
			['GET /hang'],
		]);
	});
});

describe('what Locust itself says of the same requests', () => {
	const own = () => {
		const {tally, tell, to} = bench();
		tally.enter('measure', 0);
		to(1000);
		tell(Array.from({length: 100}, (_, index) => [index === 99 ? 2 : 0, (index + 1) * 1000, 1, 10]));
		return tally.everything();
	};
	const theirs: ToldOf<'stats'> = {
		k: 'stats',
		id: 'w',
		t: 0,
		code: 1,
		asked: null,
		requests: 100,
		untimed: 0,
		failures: 1,
		sum: 5050,
		least: 1,
		most: 100,
		quantiles: [
			[0.5, 51],
			[0.95, 95],
			[0.99, 100],
		],
		entries: [
			['GET /a', 99],
			['GET /b?token=abc', 1],
		],
	};

	test('agrees, as far as it rounds', () => {
		expect(reconcile(own(), theirs)).toEqual([]);
	});

	test.each([
		[{requests: 103}, 'it counts 103 requests'],
		[{failures: 0}, '100 requests and 0 failures'],
		[{sum: 6000}, 'its mean time is 60.0 ms'],
		[{quantiles: [[0.5, 54]]}, 'its p50 is 54.0 ms'],
		[{entries: [['GET /a', 98]]}, 'of GET /a it counts 98, benchtop 99'],
	] satisfies readonly (readonly [Partial<ToldOf<'stats'>>, string])[])(
		'is a doubt where it does not: %j',
		(change, words) => {
			const [doubt] = reconcile(own(), {...theirs, ...change});
			expect(doubt?.kind).toBe('tool-disagrees');
			expect(doubt?.message).toContain(words);
		},
	);
});

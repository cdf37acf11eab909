import {describe, expect, test} from 'vitest';
import {engines} from '../../source/engines/index.ts';
import {testWith} from '../helpers/tools.ts';
import {rows} from './rows/index.ts';
import {offGrid, stallTruth} from './rows/latency.ts';
import {judgeOf, type Row} from './rows/row.ts';
import {autocannon} from './tools/autocannon.ts';
import {own} from './tools/index.ts';

const timeout = 120_000;

const titleOf = ({id, situation, truth}: Row): string => `${id} ${situation}: ${truth}`;

const spoken = async (row: Row): Promise<string> => {
	const {mark, said} = await judgeOf(row, own, 1);
	return `${mark} ${said}`;
};

describe.runIf(engines.some(({name}) => name === 'http'))('benchtop tells the truth', () => {
	describe.concurrent('of what decides by counts', () => {
		for (const row of rows.filter(({alone}) => !alone)) {
			testWith(row.needs ?? 'sh')(titleOf(row), {timeout}, async () => {
				expect(await spoken(row)).toMatch(/^✓/);
			});
		}
	});

	describe('of what decides by time', () => {
		for (const row of rows.filter(({alone}) => alone)) {
			testWith(row.needs ?? 'sh')(titleOf(row), {timeout}, async () => {
				expect(await spoken(row)).toMatch(/^✓/);
			});
		}
	});
});

// A judge that finds nothing wrong with what is known to be wrong would prove nothing.
describe.concurrent('the rows see what is wrong', () => {
	test.each([
		['1', /latencies \d+, not 15/],
		['3', /off the grid, ms \d+/],
		['6', /failures 0, not \d+/],
		['9', /p99 \d+.* < 1000/],
		['11a', /exit code 0/],
		['12', /p50 0 < 900/],
	])('%s, of autocannon by itself', {timeout}, async (id, said) => {
		const row = rows.find((given) => given.id === id)!;
		expect(await row.judge(autocannon, 1)).toEqual({mark: '✗', said: expect.stringMatching(said)});
	});
});

test('every situation has an id of its own, and all twenty are there', () => {
	const ids = rows.map(({id}) => id);
	expect(new Set(ids).size).toBe(ids.length);
	expect([...new Set(ids.map((id) => Number.parseInt(id, 10)))]).toEqual(
		Array.from({length: 20}, (_, index) => index + 1),
	);
});

test('a stall of 200 ms every 2 s has these quantiles', () => {
	const freeze = {frozen: 200, period: 2000};
	const truths = [0.5, 0.9, 0.95, 0.99, 0.999].map((q) => Math.round(stallTruth(1, freeze, q) * 1000) / 1000);
	expect(truths).toEqual([1, 1, 101, 181, 199]);
});

test('how far arrivals are off an even grid does not depend on where the grid begins', () => {
	const even = Array.from({length: 101}, (_, index) => 5_000_000 + index * 10_000);
	expect(offGrid(even, 100)).toBeCloseTo(0);
	// Bursts of ten: the grid that fits best runs through their middle.
	const bursts = even.map((_, index) => Math.floor(index / 10) * 100_000);
	expect(offGrid(bursts, 100)).toBeGreaterThan(20);
	// One that is late moves nothing but itself.
	expect(offGrid(even.with(50, even[50]! + 4000), 100)).toBeCloseTo(0);
});

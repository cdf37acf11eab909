import {describe, expect, test} from 'vitest';
import {doubtsOf, type LaunchRecord} from '../../../source/engines/micro/doubts.ts';

const launch = (median: number, more: Partial<LaunchRecord> = {}): LaunchRecord => ({
	median,
	spread: median / 50,
	empty: 2,
	async: false,
	steady: true,
	coarse: false,
	...more,
});

const kindsOf = (launches: readonly LaunchRecord[], planned: number | undefined = launches.length): readonly string[] =>
	doubtsOf([{label: 'sort', launches: [...launches]}], planned, 0).map(({kind}) => kind);

const six = (of: (index: number) => LaunchRecord): LaunchRecord[] => Array.from({length: 6}, (_, index) => of(index));

describe('doubts in functions', () => {
	test.each([
		['what agrees', six((index) => launch(100 + index)), []],
		['processes that are apart', six((index) => launch(index === 0 ? 140 : 100)), ['launches-disagree']],
		[
			'processes no further apart than their batches',
			six((index) => launch(index === 0 ? 140 : 100, {spread: 30})),
			[],
		],
		['processes apart by less than a call is', six((index) => launch(index === 0 ? 1.4 : 0.7)), []],
		['times that still fell', six((index) => launch(100, {steady: index > 2})), ['not-steady']],
		['times that fell once', six((index) => launch(100, {steady: index > 0})), []],
		['calls too slow to tell', six(() => launch(1e9, {steady: undefined})), []],
		['nothing left', six(() => launch(0.1)), ['optimised-away']],
		['nothing but noise', six((index) => launch(index / 20)), ['optimised-away']],
		['an async function that does something', six(() => launch(90, {async: true, empty: 50})), []],
		['an async function that does nothing', six(() => launch(51, {async: true, empty: 50})), ['optimised-away']],
		['a machine that slowed down', six((index) => launch(100, {empty: index > 2 ? 3 : 2})), ['machine-speed']],
		['one slow moment of it', six((index) => launch(100, {empty: index === 2 ? 2.5 : 2})), []],
		['short batches', six(() => launch(100, {coarse: true})), ['clock-coarse']],
	] as const)('%s', (_, launches, kinds) => expect(kindsOf(launches)).toEqual(kinds));

	test('launches that the time had no room for, unless the run was broken off', () => {
		expect(
			kindsOf(
				six(() => launch(100)),
				8,
			),
		).toEqual(['launches-missed']);
		expect(doubtsOf([{label: 'sort', launches: six(() => launch(100))}], undefined, 3)).toEqual([]);
		expect(doubtsOf([], 6, 2)[0]?.message).toBe('The time was over before 2 functions were measured at all.');
	});

	test('name what they are of, and how many more', () => {
		const cases = Array.from({length: 7}, (_, index) => ({label: `f${index}`, launches: six(() => launch(0.1))}));
		expect(doubtsOf(cases, 6, 0)[0]?.message).toMatch(
			/^As fast as a function that does nothing: f0, f1, f2, f3, f4 and 2 more\./,
		);
	});
});

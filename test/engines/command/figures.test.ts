import {describe, expect, test} from 'vitest';
import {createIdle} from '../../../source/engines/command/idle.ts';
import {judge} from '../../../source/engines/command/judge.ts';
import {outliersIn} from '../../../source/engines/command/outliers.ts';
import {createSampler} from '../../../source/engines/command/sampler.ts';
import {readTold, readToldOutput} from '../../../source/engines/command/told.ts';
import {createRecorder} from '../../../source/run/recorder.ts';
import {medianOf} from '../../../source/stats/describe.ts';

describe('metrics that a command tells', () => {
	test.each([
		['{"rows": 12}', [{name: 'rows', unit: '', value: 12}]],
		[
			'{"size": {"value": 3.5, "unit": "MB", "better": "lower"}, "n": {"value": 0}}',
			[
				{name: 'size', unit: 'MB', better: 'lower', value: 3.5},
				{name: 'n', unit: '', value: 0},
			],
		],
		[
			'{"parse": {"latency": {"value": 88.5, "lower_value": 87, "upper_value": 89}, "score": {"value": 1}}}',
			[
				{name: 'parse latency', unit: 'ns', better: 'lower', value: 88.5},
				{name: 'parse latency (lower bound)', unit: 'ns', value: 87},
				{name: 'parse latency (upper bound)', unit: 'ns', value: 89},
				{name: 'parse score', unit: '', value: 1},
			],
		],
		['  ', []],
	])('are read from %s', (text, told) => {
		expect(readTold(text)).toEqual({told, faults: []});
	});

	test.each([
		['{"a": 1', 'it is no JSON'],
		['[1]', 'it is no object of names and values'],
		['{"a": "1"}', /^a: it is not a number, /],
		['{"a": {}}', /^a: it is not a number, /],
		['{"a": null}', /^a: it is not a number, /],
		['{"a": {"value": "1"}}', 'a: its value is no number'],
		['{"a": {"value": 1, "unit": 3}}', 'a: its unit is no text'],
		['{"a": {"value": 1, "better": "more"}}', 'a: better is "lower" or "higher"'],
		['{"a": {"b": {"worth": 1}}}', 'a b: it has no number as its value'],
		['{"a": {"b": {"value": 1, "lower_value": "0"}}}', 'a b: its lower_value is no number'],
		['{"a": -1e151}', /^a: -1e\+151 is too large a number$/],
		['{"a": 1e999}', /^a: it is not a number, /],
	])('and what of %s is none is said', (text, fault) => {
		expect(readTold(text).faults).toEqual([expect.stringMatching(fault)]);
	});

	test('keep what is right beside what is wrong', () => {
		expect(readTold('{"a": 1, "b": "x"}')).toEqual({
			told: [{name: 'a', unit: '', value: 1}],
			faults: [expect.stringMatching(/^b: /)],
		});
	});

	test('are no more than 200', () => {
		const {told, faults} = readTold(
			JSON.stringify(Object.fromEntries(Array.from({length: 250}, (_, n) => [`m${n}`, n]))),
		);
		expect(told).toHaveLength(200);
		expect(faults).toEqual(['of 250 metrics, 200 are read']);
	});

	test('are all of an output or its last line', () => {
		const told = [{name: 'a', unit: '', value: 1}];
		expect(readToldOutput('{"a": 1}')).toEqual({told, faults: []});
		expect(readToldOutput('{\n  "a": 1\n}\n')).toEqual({told, faults: []});
		expect(readToldOutput('building…\ndone\n{"a": 1}\n')).toEqual({told, faults: []});
		expect(readToldOutput('done\n')).toEqual({told: [], faults: ['standard output ends with no JSON']});
	});
});

describe('samples of what is told', () => {
	const told = (...texts: readonly string[]) => {
		const recorder = createRecorder(0);
		const notices: string[] = [];
		const sampler = createSampler(recorder, (text) => notices.push(text));
		for (const text of texts) sampler.told(text, false);
		return {metrics: recorder.take(1, true).metrics ?? {}, notices};
	};

	test('are none where the unit is another one than before', () => {
		const {metrics, notices} = told('{"a": {"value": 1, "unit": "s"}}', '{"a": {"value": 900, "unit": "ms"}}');
		expect(metrics.a?.unit).toBe('s');
		expect(metrics.a?.samples.values).toEqual([1]);
		expect(notices).toEqual([expect.stringContaining('a: its unit was "s" before and is now "ms"')]);
	});

	test('have no more than 200 names, however many runs tell them', () => {
		const names = (from: number): string =>
			JSON.stringify(Object.fromEntries(Array.from({length: 150}, (_, n) => [`m${from + n}`, n])));
		const {metrics, notices} = told(names(0), names(150), names(0));
		expect(Object.keys(metrics)).toHaveLength(200);
		expect(metrics.m0?.samples.count).toBe(2);
		expect(notices).toHaveLength(1);
	});
});

describe('outliers', () => {
	test('are what lies far off, in either direction', () => {
		expect(outliersIn([100, 101, 102, 99, 100, 300, 98, 101, 5])).toEqual([5, 8]);
		expect(outliersIn([100, 104, 96, 110, 90, 120, 80])).toEqual([]);
		expect(outliersIn([100, 100, 100, 100, 100.5])).toEqual([]);
		expect(medianOf([3, 1, 2])).toBe(2);
		expect(medianOf([4, 1, 2, 3])).toBe(2.5);
	});

	const steady = [100, 101, 102, 99, 100, 98, 101];
	const kinds = (...rest: Parameters<typeof judge>): readonly string[] => judge(...rest).map(({kind}) => kind);

	test('are told with the advice that fits', () => {
		const plain = {prepare: []};
		expect(kinds(steady, plain, false)).toEqual([]);
		expect(kinds([900, ...steady], plain, false)).toEqual(['slow-first-run']);
		expect(kinds([...steady, 900], plain, false)).toEqual(['outliers']);
		expect(kinds([900, ...steady, 700], plain, false)).toEqual(['slow-first-run', 'outliers']);
		expect(kinds([10, ...steady], plain, false)).toEqual([]);
		const many = Array.from({length: 20}, () => steady).flat();
		expect(kinds([...many, 300], plain, false)).toEqual([]);
		expect(kinds([...many, 3000], plain, false)).toEqual(['outliers']);
		expect(
			kinds([...many, ...steady.map((time) => time * 1.2), ...many.map((time) => time * 1.2)], plain, false),
		).toEqual([]);
		expect(kinds([...many, ...many.slice(0, 20).map((time) => time * 1.3)], plain, false)).toEqual(['outliers']);
		expect(judge([900, ...steady], plain, false)[0]?.message).toMatch(
			/900 ms.*101 ms.*Warm-up runs would leave it out/,
		);
		// A first run that is slow, and yet no outlier among runs that vary as much.
		expect(kinds([40, 20, 30, 10, 25, 15], plain, false)).toEqual([]);
		expect(judge([900, ...steady], plain, true)[0]?.message).toMatch(/the warm-up was too short/);
		expect(judge([900, ...steady], {prepare: [['sync']]}, false)[0]?.message).toMatch(/unless prepare/);
	});

	test('are none among too few', () => {
		expect(kinds([900, 1, 1, 1], {prepare: []}, false)).toEqual([]);
	});
});

test('time that is idle adds up, though a run is known to have begun late', () => {
	let now = 0;
	let told = 0;
	const idle = createIdle(
		{
			idle(milliseconds) {
				told += milliseconds;
			},
		},
		() => now,
	);
	const at = (moment: number): void => {
		now = moment;
	};
	// Begun at 10, known at 10.3; 1 long, known at 11.2.
	at(10.3);
	idle.pass(0);
	at(11.2);
	idle.pass(1);
	expect(told).toBeCloseTo(10.3);
	at(20);
	idle.pass(0);
	expect(told).toBeCloseTo(19);
	// A pause is nobody's.
	at(50);
	idle.skip();
	at(51);
	idle.pass(0);
	expect(told).toBeCloseTo(20);
});

import {expect, test} from 'vitest';
import {mergeRecords} from '../../source/core/merge-records.ts';
import {addCounts, emptyPart, mergeParts} from '../../source/core/part.ts';
import {mergeMetrics, samplesOf} from '../../source/core/samples.ts';

/** Names that every object seems to have. */
const names = ['constructor', '__proto__', 'toString'];
const under = <Value>(value: Value): Record<string, Value> => Object.fromEntries(names.map((name) => [name, value]));

test('records are merged by name, in the order in which the names first came', () => {
	const merged = mergeRecords({b: 1, a: 2}, {c: 3, a: 4}, (one, other) => one + other);
	expect(Object.entries(merged)).toEqual([
		['b', 1],
		['a', 6],
		['c', 3],
	]);
});

test('names that objects have of their own are names like any other', () => {
	const counts = addCounts(addCounts({}, under(1)), under(2));
	expect(Object.entries(counts)).toEqual(names.map((name) => [name, 3]));
	const metrics = mergeMetrics(
		mergeMetrics({}, under({unit: 'ms', samples: samplesOf([1])})),
		under({unit: 'ms', samples: samplesOf([2])}),
	);
	expect(Object.entries(metrics).map(([name, {samples}]) => [name, samples.values])).toEqual(
		names.map((name) => [name, [1, 2]]),
	);
	const parts = mergeParts(mergeParts({}, under({...emptyPart, offered: 1})), under({...emptyPart, offered: 2}));
	expect(Object.entries(parts).map(([name, {offered}]) => [name, offered])).toEqual(names.map((name) => [name, 3]));
});

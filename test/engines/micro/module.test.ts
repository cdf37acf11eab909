import {describe, expect, test} from 'vitest';
import {algorithmsOf, casesOf} from '../../../source/engines/micro/module.ts';
import {placeOf} from '../../../source/engines/micro/where.ts';
import {BenchtopError} from '../../../source/errors.ts';
import type {Algorithms, Benchmarks} from '../../../source/index.ts';

const work = (): number => 1;

const refusal = (read: () => unknown): BenchtopError => {
	try {
		read();
	} catch (error) {
		if (error instanceof BenchtopError) return error;
	}

	throw new Error('It was not refused.');
};

describe('the cases of a module', () => {
	test('are its default export, each with every combination of its parameters', () => {
		const benchmarks = {
			plain: work,
			sort: {
				setup: ({n}) => Array.from({length: Number(n)}, () => 1),
				run: (input: readonly number[]) => input.length,
				parameters: {n: [1, 20], kind: ['a', 'b']},
			},
		} satisfies Benchmarks;
		const cases = casesOf({default: benchmarks, other: work});
		expect(cases.map(({name}) => name)).toEqual([
			'plain',
			'sort n=1 kind=a',
			'sort n=1 kind=b',
			'sort n=20 kind=a',
			'sort n=20 kind=b',
		]);
		expect(cases[3]).toMatchObject({parameters: {n: 20, kind: 'a'}, run: benchmarks.sort.run});
	});

	test.each([
		['named exports', {first: work, second: {run: work}}, ['first', 'second']],
		['a CommonJS module', {default: {only: work}, 'module.exports': {only: work}}, ['only']],
		['one function', {default: work}, ['work']],
		[
			'a function without a name',
			{
				default: (
					() => () =>
						1
				)(),
			},
			['default'],
		],
		['a hostile name', {'\u001b[31mred': work}, ['␛[31mred']],
	])('of %s', (_, namespace, names) => expect(casesOf(namespace).map(({name}) => name)).toEqual(names));

	test.each([
		['nothing', {}, 'It exports no functions.'],
		['an empty record', {default: {}}, 'It exports no functions.'],
		['a number', {size: 5}, 'size is neither a function nor {run, …}.'],
		['no run', {sort: {setup: work}}, 'sort: `run` is no function.'],
		[
			'a misspelt member',
			{sort: {run: work, parameter: {}}},
			'sort: there is no member `parameter`; there are run, setup, teardown, parameters.',
		],
		[
			'parameters that are no lists',
			{sort: {run: work, parameters: {n: 5}}},
			'sort: `parameters` is no record of lists of texts, numbers or booleans.',
		],
		[
			'an empty list',
			{sort: {run: work, parameters: {n: []}}},
			'sort: `parameters` is no record of lists of texts, numbers or booleans.',
		],
		['the same value twice', {sort: {run: work, parameters: {n: [1, 1]}}}, 'Two cases are called sort n=1.'],
		[
			'far too many',
			{sort: {run: work, parameters: {a: [...Array(40).keys()], b: [...Array(40).keys()]}}},
			'It makes 1600 cases; more than 1000 are not measured.',
		],
	])('of %s are refused', (_, namespace, message) => {
		const error = refusal(() => casesOf(namespace));
		expect([error.message, error.exitCode]).toEqual([message, 4]);
		expect(error.hint).toBeTruthy();
	});
});

describe('the algorithms of a module', () => {
	test('are functions of a size, or have a setup and sizes', () => {
		const algorithms = {
			plain: (size: number) => size,
			sort: {setup: (size) => [size], run: (input: readonly number[]) => input.length, sizes: [30, 10, 30]},
		} satisfies Algorithms;
		expect(algorithmsOf({default: algorithms})).toMatchObject([
			{name: 'plain', sizes: undefined},
			{name: 'sort', sizes: [10, 30]},
		]);
	});

	test.each([
		['a size of nothing', {sort: {run: work, sizes: [0]}}, 'sort: `sizes` is no list of whole numbers above 0.'],
		[
			'parameters',
			{sort: {run: work, parameters: {}}},
			'sort: there is no member `parameters`; there are run, setup, sizes.',
		],
	])('with %s are refused', (_, namespace, message) => {
		expect(refusal(() => algorithmsOf(namespace)).message).toBe(message);
	});
});

const module = '/home/ann/project/bench/sort.ts';

test.each([
	[
		'a frame in the module',
		`Error: x\n    at inner (/home/ann/project/node_modules/a/b.js:1:2)\n    at run (file://${module}:12:5)\n    at obey (/x.js:1:1)`,
		'bench/sort.ts:12:5',
	],
	[
		'the first frame where none is in it',
		'Error: x\n    at Object.run (file:///home/ann/other/a%20b.js:3:4)\n    at node:internal/modules/esm:1:1',
		'/home/ann/other/a b.js:3:4',
	],
	[
		'no frame of Node.js itself',
		'Error: x\n    at node:internal/modules/esm/utils:319:16\n    at async x (node:internal/y:1:1)',
		undefined,
	],
	[
		'the head of what cannot be read',
		`file://${module}:3\n  b: ( => 2,\n       ^^\n\nSyntaxError: Unexpected token\n    at compile (node:internal/x:1:1)`,
		'bench/sort.ts:3',
	],
	[
		"Node.js 22's drawing",
		'SyntaxError:   x Expression expected\n   ,-[3:1]\n 1 | export default {\n',
		'bench/sort.ts:3:1',
	],
	['words alone', 'Error: nothing', undefined],
])('the place in a stack: %s', (_, stack, place) => {
	expect(placeOf(stack, module, '/home/ann/project')).toBe(place);
});

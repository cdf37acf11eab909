import {describe, expect, test} from 'vitest';
import type {SuiteBenchmark} from '../../source/config/suite.ts';
import {selectBenchmarks} from '../../source/config/suite-selection.ts';
import {BenchtopError} from '../../source/errors.ts';

const benchmark = (name: string, entry: string, ...tags: string[]): SuiteBenchmark => ({
	name,
	entry,
	plan: {name, engine: 'web', target: '', load: {}, warmup: 0, workers: 1, tags, watch: {}},
	around: {setup: [], services: [], teardown: []},
	rounds: 1,
});

const benchmarks = [
	benchmark('search size=1 depth=1', 'search', 'smoke'),
	benchmark('search size=1 depth=2', 'search', 'smoke'),
	benchmark('search size=10 depth=1', 'search', 'smoke'),
	benchmark('search deep', 'search deep', 'daily'),
	benchmark('build', 'build', 'daily', 'search'),
];
const [one, two, three, deep, build] = benchmarks;
const select = (...words: string[]) => selectBenchmarks({benchmarks}, words);

describe('benchmarks of a suite', () => {
	test.each([
		[[], benchmarks],
		[['daily'], [deep, build]],
		[['search deep'], [deep]],
		[
			['build', 'search size=1'],
			[one, two, build],
		],
		[['search size=10 depth=1'], [three]],
		[
			['smoke', 'search size=1'],
			[one, two, three],
		],
		// A tag and a name alike: both.
		[['search'], [one, two, three, build]],
	])('that %j picks', (words, expected) => {
		expect(select(...words)).toEqual(expected);
	});

	test.each([
		[
			'biuld',
			'There is no benchmark and no tag "biuld".',
			/^Did you mean "build"\? Benchmarks: search, search deep, build\. Tags: smoke, daily, search\.$/,
		],
		['dayly', 'There is no benchmark and no tag "dayly".', /^Did you mean "daily"\?/],
		['search size=2', 'There is no benchmark and no tag "search size=2".', /Benchmarks: /],
		['', 'There is no benchmark and no tag "".', /^Benchmarks: /],
	])('that %j does not', (word, message, hint) => {
		const refused = () => select('build', word);
		expect(refused).toThrow(BenchtopError);
		try {
			refused();
		} catch (error) {
			expect(error).toMatchObject({message, hint: expect.stringMatching(hint), exitCode: 2});
		}
	});
});

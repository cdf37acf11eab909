import {expect, test} from 'vitest';
import type {Membership} from '../../source/core/plan.ts';
import {suiteProgress} from '../../source/core/suite-progress.ts';
import {kindState} from '../helpers/fake-kinds.ts';

const suite: Membership = {
	id: 's',
	bail: false,
	runs: [
		{id: 'one', name: 'sorting', length: 5000},
		{id: 'two', name: 'building', length: 20_000},
		{id: 'three', name: 'searching', length: 30_000},
	],
};

const at = (until: number, id: string, of: Membership = suite) =>
	suiteProgress(kindState('command', until, {id, suite: of, length: 20_000}));

test('what is left of a suite is what is left of the run and of those after it', () => {
	expect(at(5000, 'two')).toEqual({number: 2, of: 3, next: 'searching', left: 45_000, unknown: 0});
	expect(at(60_000, 'two')).toEqual({number: 2, of: 3, next: 'searching', left: 30_000, unknown: 0});
	expect(at(5000, 'three')).toEqual({number: 3, of: 3, left: 15_000, unknown: 0});
});

test('where runs may be left out, it is at most so long, and nobody knows which is next', () => {
	const comparison = {pairs: 8, looks: [6, 8], confidence: 0.95, margins: {}, seed: 1};
	expect(at(5000, 'two', {...suite, comparison})).toEqual({number: 2, of: 3, left: 45_000, unknown: 0, isMost: true});
	expect(at(5000, 'three', {...suite, comparison})).toEqual({number: 3, of: 3, left: 15_000, unknown: 0});
	const {looks: _, ...all} = comparison;
	expect(at(5000, 'two', {...suite, comparison: all})).toMatchObject({next: 'searching'});
});

test('where nobody knows how long a run takes, it is at least so long', () => {
	const unknown = {
		...suite,
		runs: suite.runs.map(({id, name}) => (id === 'three' ? {id, name} : {id, name, length: 1})),
	};
	expect(at(5000, 'two', unknown)).toMatchObject({left: 15_000, unknown: 1});
});

test('a run that stands alone is in no suite', () => {
	expect(suiteProgress(kindState('command', 5000))).toBeUndefined();
	expect(at(5000, 'another')).toBeUndefined();
	expect(at(5000, 'two', {...suite, runs: suite.runs.slice(1, 2)})).toBeUndefined();
});

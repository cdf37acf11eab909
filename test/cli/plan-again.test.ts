import {expect, test} from 'vitest';
import {lostOf, planAgain} from '../../source/commands/plan-again.ts';
import {began} from '../helpers/began.ts';

test('a run of another tool is not run again', () => {
	const plan = {...began.plan, load: {imported: true, target: 'http://a/'}};
	expect(lostOf(plan)).toContain('imported');
	expect(() => planAgain(plan)).toThrow(/cannot be run again/);
});

test('what was watched beside is watched again, but for a process of then', () => {
	const watch = {pid: 1, container: 'db', nodeExporter: 'http://db:9100'};
	expect(planAgain({...began.plan, watch}).watch).toEqual({container: 'db', nodeExporter: 'http://db:9100'});
});

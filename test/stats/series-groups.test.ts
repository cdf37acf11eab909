import {describe, expect, test} from 'vitest';
import type {Series, SeriesRun, Standing} from '../../source/core/series.ts';
import {groupsOf} from '../../source/stats/series-groups.ts';

const run = (
	index: number,
	{
		standing = 'fit',
		workload = 'w',
		environment = 'e',
		hostname = 'a',
	}: Partial<SeriesRun['fingerprint']> & {standing?: Standing; hostname?: string} = {},
): SeriesRun => ({
	id: `run${index}`,
	began: new Date(Date.UTC(2025, 0, 1 + index)).toISOString(),
	...{commit: null, branch: null, hostname, standing},
	fingerprint: {workload, environment},
});

const series = (runs: readonly SeriesRun[]): Series => ({
	runs,
	figures: [
		{name: 'p99', unit: 'ms', better: 'lower', values: Float64Array.from(runs, (_, index) => index), uncertain: 0},
	],
});

const idsOf = (all: Series, options?: Parameters<typeof groupsOf>[1]) =>
	groupsOf(all, options).map((group) => group.series.runs.map(({id}) => id));

describe('runs of a benchmark', () => {
	const mixed = series([
		run(0),
		run(1, {workload: 'other'}),
		run(2, {hostname: 'b'}),
		run(3, {environment: 'other'}),
		run(4, {workload: 'other'}),
		run(5),
	]);

	test('are told apart by load and machine, never mixed, the group of the newest first', () => {
		expect(idsOf(mixed)).toEqual([['run0', 'run2', 'run5'], ['run1', 'run4'], ['run3']]);
		const [first] = groupsOf(mixed);
		expect(Array.from(first!.series.figures[0]!.values)).toEqual([0, 2, 5]);
		expect(first!.hostnames).toEqual(['a', 'b']);
		expect([first!.first, first!.last]).toEqual(['2025-01-01T00:00:00.000Z', '2025-01-06T00:00:00.000Z']);
	});

	test('without figures are left out and counted', () => {
		const [group] = groupsOf(series([run(0), run(1, {standing: 'unfit'}), run(2)]));
		expect(group!.series.runs.map(({id}) => id)).toEqual(['run0', 'run2']);
		expect(group!.unfit).toBe(1);
	});

	test('in doubt are left out, unless they are asked for or there are no others', () => {
		const some = series([run(0), run(1, {standing: 'doubtful'}), run(2)]);
		expect(groupsOf(some)[0]!.doubtful).toEqual({runs: 1, included: false});
		expect(idsOf(some)).toEqual([['run0', 'run2']]);
		expect(idsOf(some, {doubtful: true})).toEqual([['run0', 'run1', 'run2']]);
		expect(groupsOf(some, {doubtful: true})[0]!.doubtful).toEqual({runs: 1, included: true});
		const all = series([run(0, {standing: 'doubtful'}), run(1, {standing: 'unfit'})]);
		expect(idsOf(all)).toEqual([['run0']]);
		expect(groupsOf(all)[0]!.doubtful).toEqual({runs: 1, included: true});
	});

	test('of none there is no group', () => {
		expect(groupsOf(series([]))).toEqual([]);
	});
});

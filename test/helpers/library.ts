import {reportOf} from '../../source/core/report.ts';
import type {Result} from '../../source/core/result.ts';
import {createSeries, standingOf} from '../../source/core/series.ts';
import {text} from '../../source/export/text.ts';
import {benchmarkTrend} from '../../source/stats/benchmark-trend.ts';
import {compareRuns} from '../../source/stats/compare.ts';
import {differences} from '../../source/stats/differences.ts';
import {runFigures} from '../../source/stats/series-figures.ts';
import {groupsOf} from '../../source/stats/series-groups.ts';
import type {History, Library, ListedRun, Start, WholeTrend} from '../../source/tui/library.ts';
import {syntheticResult} from './result.ts';

/** Text that must do nothing to a terminal, wide and long. */
export const hostile = `http://h/\u001b[2J\u001b]0;title\u0007\r\n\u202e漢字👩‍👩‍👧\u0301/${'long/'.repeat(80)}`;

const at = (day: number): string => new Date(2025, 2, day, 10, 0).toISOString();

/** A history of every kind of run, newest first. */
export const storedRuns: readonly Result[] = [
	syntheticResult({id: 'aaaa0001', name: 'checkout', seed: 1, began: at(1), seconds: 40}),
	syntheticResult({
		id: 'bbbb0002',
		name: 'checkout',
		seed: 2,
		began: at(2),
		seconds: 40,
		slower: 1.2,
		failedShare: 0.02,
	}),
	syntheticResult({id: 'cccc0003', name: 'checkout', seed: 3, began: at(3), seconds: 40, connections: 99}),
	{
		...syntheticResult({
			id: 'dddd0004',
			name: 'refused',
			began: at(4),
			ending: {state: 'failed', message: 'connect ECONNREFUSED'},
		}),
		target: 'http://127.0.0.1:9/',
	},
	{...syntheticResult({id: 'eeee0005', name: hostile, began: at(5), seconds: 2}), target: hostile},
	syntheticResult({id: 'ffff0006', name: 'checkout', began: at(6), ending: {state: 'stopped', by: 'user'}}),
	syntheticResult({id: 'gggg0007', name: 'checkout', seed: 7, began: at(7), seconds: 40, slower: 1.1}),
].toReversed();

export const listed = ({timeline: _, ...run}: Result, baselines: readonly string[] = []): ListedRun => ({
	...run,
	baselines,
});

/** The same as a history. */
export const storedHistory: History = {
	location: '/home/u/.local/share/benchtop/history.db',
	runs: storedRuns.map((run) => listed(run, run.id === 'aaaa0001' ? ['main'] : [])),
	more: false,
	recent: [
		{run: listed(storedRuns[0]!)},
		{run: listed(storedRuns[2]!), lost: 'its Authorization header was not kept: benchtop <url> -H …'},
	],
};

const find = (id: string): Result => {
	const run = storedRuns.find((each) => each.id === id);
	if (run === undefined) throw new Error(`There is no run ${id}.`);
	return run;
};

/** Runs of one benchmark, the oldest first, as a history has them. */
export const seriesOfRuns = (runs: readonly Result[]) => {
	const series = createSeries();
	for (const run of runs) {
		const {id, began, fingerprint, environment} = run;
		const {commit = null, branch = null} = environment.git ?? {};
		series.add(
			{id, began, fingerprint, standing: standingOf(run), commit, branch, hostname: environment.hostname},
			runFigures(run),
		);
	}

	return series.take();
};

/** What became of the benchmark of a run, of runs with the newest first; each change came with three commits and another Node.js. */
export const wholeTrend = (runs: readonly Result[], id: string): WholeTrend => {
	const run = runs.find((each) => each.id === id)!;
	const groups = groupsOf(seriesOfRuns(runs.filter(({name}) => name === run.name).toReversed()));
	const group = groups.find(({fingerprint}) => fingerprint.workload === run.fingerprint.workload)!;
	const trend = benchmarkTrend({benchmark: run.name, groups, group, metric: undefined});
	const at = (place: number) => group.series.runs[place]!.commit;
	return {
		trend,
		changes: trend.turningPoints.toReversed().map((point) => ({
			point,
			commits: {from: at(point.before), to: at(point.after), count: 3},
			possible: {from: at(Math.max(0, point.earliest - 1)), to: at(point.latest), count: null},
			differs: ['node version 22.13.0 → 24.0.0'],
		})),
	};
};

/** A library that answers at once, and tells what was asked to be opened and named. */
export const fakeLibrary = (parts: Partial<Library> = {}) => {
	const asked: Array<Start | {readonly baseline: string; readonly id: string}> = [];
	const library: Library = {
		suite: async () => undefined,
		running: async () => [],
		history: async () => storedHistory,
		details: async (id) => ({run: find(id), report: text.render(reportOf([find(id)]))}),
		trend: async (id) => wholeTrend(storedRuns, id),
		compare: async (base, candidate, force) => {
			const differ = differences(find(base), find(candidate));
			const comparisons = differ.length > 0 && !force ? [] : compareRuns(find(base), find(candidate));
			return {base: find(base), candidate: find(candidate), differ, comparisons};
		},
		setBaseline: async (name, id) => {
			asked.push({baseline: name, id});
			return `The baseline is now ${name}.`;
		},
		...parts,
		open: async (start) => {
			asked.push(start);
			if (parts.open === undefined) throw new Error('Nothing can be opened here.');
			return parts.open(start);
		},
	};
	return {library, asked};
};

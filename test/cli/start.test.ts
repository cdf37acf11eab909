import {describe, expect, onTestFinished} from 'vitest';
import type {Comparison} from '../../source/core/report.ts';
import {formatChange, formatMilliseconds, formatRate} from '../../source/core/units.ts';
import type {StoredRun} from '../../source/store/store.ts';
import {cliPath, type Home, newHome, runCli, until} from '../helpers/cli.ts';
import {httpTarget} from '../helpers/target.ts';
import {openTerminal, start} from '../helpers/tmux.ts';
import {testWith} from '../helpers/tools.ts';

const storedRuns = async (home: Home): Promise<readonly StoredRun[]> =>
	JSON.parse((await runCli(['history', '--json'], home)).stdout);

const figures = ({summary}: StoredRun): readonly string[] => [
	formatMilliseconds(summary.latency.p50 ?? undefined),
	formatMilliseconds(summary.latency.p99 ?? undefined),
	formatRate(summary.throughput.mean ?? undefined),
];

describe('benchtop alone, on a terminal', () => {
	testWith('tmux')(
		'the demo, back, again, the history, a comparison: every figure is the store’s',
		{timeout: 90_000},
		async () => {
			const target = await httpTarget((_, response) => setTimeout(() => response.end('hello'), 2));
			onTestFinished(() => target.close());
			const home = newHome();
			const terminal = openTerminal(home, 120, 40);
			start(terminal, '-d 2s --warmup 0');
			await terminal.shows(/START[\s\S]*Nothing is stored yet/);
			expect(terminal.state()).toBe('1 0 0');
			terminal.keys('Enter');
			await terminal.shows(/DONE[\s\S]*saved/);
			terminal.keys('q');
			await terminal.shows(/◆ START[\s\S]*demo \/ .*(✓ done|! in doubt)/);
			terminal.keys('n');
			terminal.type(`${target.url} --name mine -d 1s`);
			terminal.keys('Enter');
			await terminal.shows(/DONE[\s\S]*saved/);
			terminal.keys('q');
			await terminal.shows(/◆ START[\s\S]*│ .* mine .*(✓ done|! in doubt)/);
			// What was loaded last is run again, as it was.
			terminal.keys('g', 'Tab', 'Enter');
			await terminal.shows(/DONE[\s\S]*saved/);
			terminal.keys('q');
			const rows = await until(() => {
				const lines = terminal
					.screen()
					.split('\n')
					.filter((line) => / (mine|demo \/) .*(✓ done|! in doubt)/.test(line));
				return lines.length === 3 ? lines : undefined;
			});
			const runs = await storedRuns(home);
			expect(runs.map(({name, durationMs}) => [name, durationMs >= 1500 ? 'long' : 'short'])).toEqual([
				['mine', 'short'],
				['mine', 'short'],
				['demo /', 'long'],
			]);
			for (const [index, run] of runs.entries())
				for (const figure of figures(run)) expect(rows[index]).toContain(figure);
			const [after, before] = runs.map(({summary}) => summary.latency.p99 ?? Number.NaN);
			expect(rows[0]).toContain(`${formatChange((after! - before!) / before!)} ?`);
			expect(rows.slice(1).filter((row) => row.includes(' – '))).toHaveLength(2);
			terminal.keys('G', 'k', 'k');
			terminal.keys('h');
			const history = await terminal.shows(/◆ HISTORY[\s\S]*Trend ms mine[\s\S]*samples/);
			for (const figure of figures(runs[0]!)) expect(history).toContain(figure);
			terminal.keys('v');
			const compared = await terminal.shows(/◆ COMPARISON[\s\S]*\? unclear/);
			const {stdout} = await runCli(['compare', runs[1]!.id, runs[0]!.id, '--json'], home);
			const comparisons: readonly Comparison[] = JSON.parse(stdout).comparisons;
			expect(comparisons).toHaveLength(5);
			for (const {metric, unit, change} of comparisons) {
				const line = compared.split('\n').find((row) => row.startsWith(`│ ${metric} `));
				if (unit !== '%') expect(line).toContain(formatChange(change.estimate ?? undefined));
			}

			terminal.keys('q', 'q', 'q');
			await terminal.shows(/code:0/);
			expect(terminal.state()).toBe('0 1 0');
			// The reports of all stay behind.
			const left = terminal.all();
			expect(left.match(/finished; measured /g)).toHaveLength(3);
		},
	);

	testWith('tmux')('a wrong URL, a paste, a detached run, attaching, Ctrl+C', {timeout: 90_000}, async () => {
		const home = newHome();
		const terminal = openTerminal(home, 80, 24);
		start(terminal, '-d 60s --warmup 0');
		await terminal.shows(/Nothing is stored yet/);
		terminal.keys('n');
		terminal.type('ftp://host/');
		terminal.keys('Enter');
		await terminal.shows(/only http:\/\/ and https:\/\/ can be loaded/);
		terminal.keys('Escape', 'd');
		await terminal.shows(/RUNNING/);
		terminal.keys('q');
		await terminal.shows(/leave it running \(d\)/);
		terminal.keys('d');
		await terminal.shows(/◆ START[\s\S]*Running[\s\S]*demo \//);
		terminal.keys('g', 'Tab', 'Enter');
		await terminal.shows(/RUNNING/);
		terminal.keys('C-c');
		await terminal.shows(/code:130/);
		expect(terminal.state()).toBe('0 1 0');
		expect(terminal.all().split('stopped early by the user').length - 1).toBe(1);
		expect(await storedRuns(home)).toMatchObject([{ending: {state: 'stopped', by: 'user'}}]);
	});

	testWith('tmux')('without keys, with a dumb terminal or a store that is none', {timeout: 60_000}, async () => {
		const terminal = openTerminal(newHome(), 100, 60);
		start(terminal, '< /dev/null | head -3');
		await terminal.shows(/top for benchmarks[\s\S]*code:0/);
		terminal.type(`clear; TERM=dumb '${process.execPath}' '${cliPath}' | cat; echo "dumb:$?"`);
		terminal.keys('Enter');
		await terminal.shows(/dumb:0/);
		terminal.type('clear; echo not a database, but long enough to look like a file > x.db');
		terminal.keys('Enter');
		start(terminal, '--store x.db');
		await terminal.shows(/START[\s\S]*x\.db/);
		terminal.keys('q');
		await terminal.shows(/code:0/);
		expect(terminal.state()).toBe('0 1 0');
	});
});

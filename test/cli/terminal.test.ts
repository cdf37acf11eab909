import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, onTestFinished} from 'vitest';
import {cliPath, type Home, newHome, runCli, until} from '../helpers/cli.ts';
import {httpTarget} from '../helpers/target.ts';
import {openTerminal, start} from '../helpers/tmux.ts';
import {testWith} from '../helpers/tools.ts';

const hello = async () => {
	const target = await httpTarget((_, response) => setTimeout(() => response.end('hello'), 2));
	onTestFinished(() => target.close());
	return target;
};

const runsOf = async (home: Home): Promise<unknown[]> => JSON.parse((await runCli(['history', '--json'], home)).stdout);

describe('in a real terminal', () => {
	testWith('tmux')('a run is shown, resized, and leaves its report on the main screen', {timeout: 60_000}, async () => {
		const target = await hello();
		const home = newHome();
		const terminal = openTerminal(home, 80, 24);
		start(terminal, target.url, '-d 4s --warmup 500ms');
		await terminal.shows(/RUNNING[\s\S]*p99 +\d/);
		expect(terminal.state()).toBe('1 0 0');
		terminal.keys('m');
		for (const [columns, rows] of [
			[120, 40],
			[60, 11],
			[30, 4],
			[200, 60],
			[80, 24],
		] as const) {
			terminal.resize(columns, rows);
			await new Promise((resolve) => setTimeout(resolve, 150));
		}

		const screen = await terminal.shows(/■ DONE/);
		expect(screen).toMatch(/╭─ \[1 Latency ms\] ─+╮/);
		expect(
			screen
				.split('\n')
				.filter((line) => /^[╭╰]/.test(line))
				.every((line) => /[╮╯]$/.test(line)),
		).toBe(true);
		await terminal.shows(/saved/);
		terminal.keys('q');
		await terminal.shows(/code:0/);
		expect(terminal.state()).toBe('0 1 0');
		expect(terminal.all()).toMatch(/finished; measured 4s/);
		expect(await runsOf(home)).toMatchObject([{ending: {state: 'finished'}, marks: [{text: 'mark 1'}]}]);
		expect(terminal.all()).toMatch(/p99 +\d/);
	});

	testWith('tmux')('Ctrl-C stops, saves and reports; the terminal is as it was', {timeout: 60_000}, async () => {
		const target = await hello();
		const home = newHome();
		const terminal = openTerminal(home, 80, 24);
		start(terminal, target.url, '-d 60s');
		await terminal.shows(/RUNNING/);
		terminal.keys('C-c');
		await terminal.shows(/code:130/);
		expect(terminal.state()).toBe('0 1 0');
		expect(terminal.all()).toContain('stopped early by the user');
		expect(await runsOf(home)).toMatchObject([{ending: {state: 'stopped', by: 'user'}}]);
	});

	testWith('tmux')(
		'q asks; the run can be left alone and attached to; twice Ctrl-C is at once',
		{timeout: 60_000},
		async () => {
			const target = await hello();
			const terminal = openTerminal(newHome(), 100, 30);
			start(terminal, target.url, '-d 60s');
			await terminal.shows(/RUNNING/);
			terminal.keys('q');
			await terminal.shows(/leave it running \(d\)/);
			terminal.keys('d');
			await terminal.shows(/benchtop attach \w+[\s\S]*code:0/);
			terminal.type('clear');
			terminal.keys('Enter');
			start(terminal, 'attach');
			await terminal.shows(/RUNNING/);
			terminal.keys('C-c', 'C-c');
			await terminal.shows(/code:130/);
			expect(terminal.state()).toBe('0 1 0');
			await until(async () => {
				const before = target.requests();
				await new Promise((resolve) => setTimeout(resolve, 300));
				return target.requests() === before ? true : undefined;
			});
		},
	);

	testWith('tmux')('a closed terminal leaves the run alone, and it is saved', {timeout: 60_000}, async () => {
		const target = await hello();
		const home = newHome();
		const terminal = openTerminal(home, 80, 24);
		start(terminal, target.url, '-d 3s --warmup 0');
		await terminal.shows(/RUNNING/);
		const seen = target.requests();
		terminal.kill();
		const runs = await until(async () => {
			const found = await runsOf(home);
			return found.length > 0 ? found : undefined;
		});
		expect(target.requests()).toBeGreaterThan(seen);
		expect(runs).toMatchObject([{ending: {state: 'finished'}}]);
		const runtime = join(home.folder, `benchtop-${process.getuid?.()}`);
		await until(() => (!existsSync(runtime) || readdirSync(runtime).length === 0 ? true : undefined));
	});

	testWith('tmux')('a target that refuses is named, on the screen and in the report', {timeout: 60_000}, async () => {
		const target = await httpTarget((_, response) => response.end());
		await target.close();
		const terminal = openTerminal(newHome(), 80, 24);
		start(terminal, target.url, '-d 4s');
		expect(await terminal.shows(/FAILED/)).toContain('refused');
		terminal.keys('q');
		await terminal.shows(/code:4/);
		expect(terminal.all()).toContain('ECONNREFUSED');
	});

	testWith('tmux')('pasted text is no command', {timeout: 60_000}, async () => {
		const target = await hello();
		const terminal = openTerminal(newHome(), 80, 24);
		start(terminal, target.url, '-d 5s --warmup 0');
		await terminal.shows(/RUNNING/);
		terminal.paste('curl http://host/status?q=is quit');
		await terminal.shows(/DONE/);
		terminal.keys('q');
		await terminal.shows(/code:0/);
		expect(terminal.all()).toContain('finished; measured 5s');
	});

	testWith('tmux')(
		'kill -9 of the runner: the screen says so and the terminal comes back',
		{timeout: 60_000},
		async () => {
			const target = await hello();
			const home = newHome();
			const terminal = openTerminal(home, 80, 24);
			start(terminal, target.url, '-d 60s --warmup 0');
			await terminal.shows(/RUNNING/);
			const runtime = join(home.folder, `benchtop-${process.getuid?.()}`);
			const entry = await until(() => readdirSync(runtime).find((name) => name.endsWith('.json')));
			const {pid} = JSON.parse(execFileSync('cat', [join(runtime, entry)], {encoding: 'utf8'}));
			process.kill(pid, 'SIGKILL');
			await terminal.shows(/FAILED/);
			terminal.keys('q');
			await terminal.shows(/code:4/);
			expect(terminal.state()).toBe('0 1 0');
		},
	);

	testWith('tmux')('stdin that is no terminal, TERM=dumb and NO_COLOR', {timeout: 60_000}, async () => {
		const target = await hello();
		const terminal = openTerminal(newHome(), 80, 24);
		start(terminal, target.url, '-d 1s --warmup 0 < /dev/null');
		await terminal.shows(/code:0/);
		expect(terminal.state()).toBe('0 1 0');
		terminal.type(`TERM=dumb '${process.execPath}' '${cliPath}' ${target.url} -d 1s; echo "dumb:$?"`);
		terminal.keys('Enter');
		await terminal.shows(/dumb:0/);
		expect(terminal.all()).toContain('measuring');
		terminal.type(`NO_COLOR=1 '${process.execPath}' '${cliPath}' ${target.url} -d 2s --warmup 0`);
		terminal.keys('Enter');
		await terminal.shows(/RUNNING/);
		expect(terminal.state()).toBe('1 0 0');
	});
});

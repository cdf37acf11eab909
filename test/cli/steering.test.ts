import {existsSync, readFileSync} from 'node:fs';
import {createConnection} from 'node:net';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import {parseEvent, type RunCommand, type RunEvent} from '../../source/core/event.ts';
import {type ReportDocument, reportSchema} from '../../source/export/json-schema.ts';
import {type RunningRun, runningRuns} from '../../source/run/registry.ts';
import {type Home, newHome, outcomeOf, runCli, startCli, until} from '../helpers/cli.ts';
import {httpTarget, type Target} from '../helpers/target.ts';

const open: Target[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((target) => target.close()));
});

const hello = async (): Promise<Target> => {
	const target = await httpTarget((_, response) => setTimeout(() => response.end('hello'), 2));
	open.push(target);
	return target;
};

const runningIn = (home: Home): Promise<RunningRun> =>
	until(() => {
		const folder = join(home.folder, `benchtop-${process.getuid?.()}`);
		return existsSync(folder) ? runningRuns(folder)[0] : undefined;
	});

/** The events that a run has written down so far. */
const logOf = ({log}: RunningRun): RunEvent[] =>
	(existsSync(log) ? readFileSync(log, 'utf8') : '').split('\n').flatMap((line) => parseEvent(line) ?? []);

const phasesIn = (run: RunningRun): number => logOf(run).filter(({kind}) => kind === 'phase').length;

/** Sends commands as a viewer does; the connection stays open until the test is over. */
const tell = (run: RunningRun, ...commands: ReadonlyArray<RunCommand | object>): void => {
	const socket = createConnection(run.socket);
	socket.on('error', () => {});
	socket.resume();
	socket.write(commands.map((command) => `${JSON.stringify(command)}\n`).join(''));
};

const paused = async (home: Home, more: readonly string[], duration = '3s') => {
	const target = await hello();
	const child = startCli([target.url, '-d', duration, '--warmup', '0', '-c', '4', ...more], home);
	const ended = outcomeOf(child);
	const run = await runningIn(home);
	await until(() => (logOf(run).filter(({kind}) => kind === 'snapshot').length >= 3 ? true : undefined));
	tell(run, {command: 'pause'});
	await until(() => (phasesIn(run) === 2 ? true : undefined));
	return {target, child, ended, run};
};

const only = (text: string): ReportDocument['results'][number] => reportSchema.parse(JSON.parse(text)).results[0]!;

describe('a run that is paused', () => {
	test('says so to a viewer that comes meanwhile, goes on for anybody, and shows its steering as it happens', async () => {
		const home = newHome();
		const {target, ended, run} = await paused(home, ['--ndjson', '-w', '2']);
		const attached = outcomeOf(startCli(['attach', '--json'], home));
		const before = target.requests();
		tell(run, {command: 'steer', connections: 6});
		await until(() => (logOf(run).some(({kind}) => kind === 'steer') ? true : undefined));
		expect(target.requests()).toBe(before);
		tell(run, {command: 'resume'});
		const {stdout} = await ended;
		const events = stdout.split('\n').flatMap((line) => parseEvent(line) ?? []);
		expect(events[0]).toMatchObject({kind: 'began', steering: ['pause', 'connections']});
		expect(events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []))).toEqual([
			'measure',
			'pause',
			'measure',
		]);
		expect(events.find(({kind}) => kind === 'steer')).toMatchObject({connections: 6, text: 'connections 4 → 6'});
		const result = only((await attached).stdout);
		expect(result.ending).toEqual({state: 'finished'});
		expect(result.pausedMs).toBeGreaterThan(0);
		expect(result.durationMs).toBeGreaterThan(2950);
		expect(result.durationMs).toBeLessThan(3500);
		expect(result.validity.reasons.map(({kind}) => kind)).toContain('steered');
		expect(result.summary.operations.offered).toBe(target.requests());
		expect(result.marks.map(({text}) => text)).toContain('connections 4 → 6');
	});

	test('is stopped by SIGTERM to its runner at once, and kept', async () => {
		const home = newHome();
		const {ended, run} = await paused(home, ['--json'], '60s');
		process.kill(run.pid, 'SIGTERM');
		const {stdout, code} = await ended;
		expect(code).toBe(143);
		const result = only(stdout);
		expect(result.ending).toEqual({state: 'stopped', by: 'signal'});
		expect(result.durationMs).toBeLessThan(30_000);
		expect(result.summary.operations).toMatchObject({inFlight: 0, failed: 0});
	});

	test('whose runner is killed is taken into the history with the time that it ran', async () => {
		const home = newHome();
		const {ended, run} = await paused(home, ['--json'], '60s');
		await until(() => {
			const last = logOf(run).at(-1);
			return last?.kind === 'snapshot' && last.phase === 'pause' && last.snapshot.to > 1500 ? true : undefined;
		});
		process.kill(run.pid, 'SIGKILL');
		await ended;
		const {stdout} = await runCli(['history', '--json'], home);
		const [stored]: Array<ReportDocument['results'][number]> = JSON.parse(stdout);
		expect(stored?.ending.state).toBe('failed');
		expect(stored?.pausedMs).toBeGreaterThan(0);
		expect(stored?.durationMs).toBeGreaterThan(0);
		const {operations, throughput} = stored!.summary;
		expect(operations.succeeded).toBeGreaterThan(0);
		expect((throughput.mean! * stored!.durationMs) / 1000).toBeGreaterThan(throughput.total - 5);
	});

	test('a command that makes no sense cuts off only who sent it', async () => {
		const home = newHome();
		const {ended, run} = await paused(home, ['--json']);
		for (const nonsense of [
			{command: 'steer', connections: 0},
			{command: 'steer', rate: -1},
			{command: 'steer', connections: 1e9},
		])
			tell(run, nonsense);
		tell(run, {command: 'resume'});
		const result = only((await ended).stdout);
		expect(result.ending).toEqual({state: 'finished'});
		expect(result.validity.reasons.map(({kind}) => kind)).not.toContain('steered');
	});
});

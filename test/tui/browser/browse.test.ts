import {afterEach, describe, expect, test} from 'vitest';
import type {RunEvent} from '../../../source/core/event.ts';
import {BenchtopError} from '../../../source/errors.ts';
import {type Browsing, browse} from '../../../source/tui/index.tsx';
import type {Library, OpenedRun} from '../../../source/tui/library.ts';
import {kindEvents} from '../../helpers/fake-kinds.ts';
import {fakeEvents, fakeRun, manualSource} from '../../helpers/fake-source.ts';
import {fakeLibrary, storedHistory} from '../../helpers/library.ts';
import {type FakeTerminal, fakeTerminal, until} from '../../helpers/terminal.ts';

const utf8 = {TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8'};

const open: Array<{readonly terminal: FakeTerminal; readonly left: Promise<Browsing>}> = [];

const start = (library: Library, terminal = fakeTerminal(80, 24)) => {
	const left = browse(library, {stdin: terminal.stdin, stdout: terminal.stdout, environment: utf8, refresh: 20});
	left.catch(() => {});
	const stage = {terminal, left};
	open.push(stage);
	return stage;
};

const shows = ({terminal}: {readonly terminal: FakeTerminal}, text: string): Promise<void> =>
	until(async () => (await terminal.text()).join('\n').includes(text), JSON.stringify(text));

const runEvents = (upTo: number): RunEvent[] =>
	[...fakeEvents(fakeRun)].filter(([at]) => at <= upTo).map(([, event]) => event);

const stopped: RunEvent = {kind: 'ended', at: 10_000, ending: {state: 'stopped', by: 'user'}, doubts: []};

/** A library that opens runs whose events a test hands in. */
const withRuns = (parts: Partial<Library> = {}) => {
	const source = manualSource();
	let closed = 0;
	const opened: OpenedRun = {
		source,
		made: true,
		close: () => {
			closed += 1;
		},
	};
	return {source, closed: () => closed, ...fakeLibrary({open: async () => opened, ...parts})};
};

afterEach(async () => {
	for (const {terminal, left} of open.splice(0)) {
		terminal.stdin.emit('end');
		await left.catch(() => {});
	}

	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) expect(process.listenerCount(signal)).toBeLessThanOrEqual(1);
});

describe('browsing', () => {
	test('q leaves, and the terminal is as it was', async () => {
		const stage = start(fakeLibrary().library);
		await shows(stage, 'Recent targets');
		stage.terminal.type('q');
		expect(await stage.left).toEqual({how: 'left', seen: [], chosen: {}});
		expect(await stage.terminal.left()).toEqual({screen: 'normal', cursor: true, raw: false});
	});

	test('benchmarks of the suite are shown one after the other, and the last one leads back', async () => {
		const members = ['one', 'two'].map((id) => ({id, name: `benchmark ${id}`}));
		const sources = members.map(() => manualSource());
		const eventsOf = (index: number): RunEvent[] =>
			Array.from(
				kindEvents('command', {...members[index]!, suite: {id: 's', bail: false, runs: members}}),
				([, event]) => event,
			);
		const {library, asked} = fakeLibrary({
			suite: async () => ({
				file: 'benchtop.yaml',
				entries: members.map(({name}) => ({name, engine: 'command', tags: []})),
			}),
			open: async () => ({
				source: sources[0]!,
				made: true,
				following: [() => sources[1]!],
				close: () => {},
			}),
		});
		const stage = start(library);
		await shows(stage, '[Benchmarks of benchtop.yaml]');
		stage.terminal.type('A');
		await shows(stage, '2 of 2 picked');
		stage.terminal.type('\r');
		await until(() => asked.length > 0, 'the benchmarks to be opened');
		expect(asked).toEqual([{kind: 'benchmarks', names: ['benchmark one', 'benchmark two']}]);
		for (const [index, source] of sources.entries()) {
			source.push(...eventsOf(index));
			source.end();
		}

		await shows(stage, '2/2 benchmark two');
		await shows(stage, 'q leave');
		stage.terminal.type('q');
		await shows(stage, '◆ START');
		stage.terminal.type('q');
		const {how, seen} = await stage.left;
		expect(how).toBe('left');
		expect(seen.map(({state}) => state.began?.name)).toEqual(['benchmark one', 'benchmark two']);
	});

	test('a run is shown on the same screen, and leaving it comes back', async () => {
		const {library, asked, source, closed} = withRuns();
		const stage = start(library);
		await shows(stage, '[Recent targets]');
		stage.terminal.type('\r');
		source.push(...runEvents(8000));
		await shows(stage, 'RUNNING');
		expect(asked).toEqual([{kind: 'again', id: 'gggg0007'}]);
		stage.terminal.type('qd');
		await shows(stage, '◆ START');
		expect(closed()).toBe(1);
		stage.terminal.type('q');
		const {how, seen} = await stage.left;
		expect([how, seen.map((look) => look.how)]).toEqual(['left', ['detached']]);
		expect(seen[0]?.state.began?.target).toBe(fakeRun.target);
		// One alternate screen from the beginning to the end.
		expect(stage.terminal.written().split('\u001b[?1049h').length).toBe(2);
	});

	test('Ctrl+C in a run stops it, and ends all', async () => {
		const {library, source} = withRuns();
		const stage = start(library);
		await shows(stage, 'Demo');
		stage.terminal.type('d');
		source.push(...runEvents(8000));
		await shows(stage, 'RUNNING');
		stage.terminal.type('\u0003');
		await until(() => source.sent.length > 0);
		source.push(stopped);
		source.end();
		const {how, signal, seen} = await stage.left;
		expect([how, signal, seen.length]).toEqual(['interrupted', 'SIGINT', 1]);
		expect(source.sent).toEqual([{command: 'stop', by: 'user'}]);
	});

	test('Ctrl+C leads out of an ended run, of a replay and of every screen, and interrupts nothing', async () => {
		const {library, source} = withRuns();
		const stage = start(library);
		await shows(stage, 'Demo');
		stage.terminal.type('d');
		source.push(...runEvents(8000), {...stopped, ending: {state: 'finished'}});
		source.end();
		await shows(stage, 'DONE');
		stage.terminal.type('\u0003');
		expect(await stage.left).toMatchObject({how: 'left', seen: [{how: 'done'}]});
		const second = start(fakeLibrary().library);
		await shows(second, 'Demo');
		second.terminal.type('h\u0003');
		expect(await second.left).toEqual({how: 'left', seen: [], chosen: {}});
	});

	test('what was being started when the user left is stopped, and told', async () => {
		const source = manualSource();
		const {promise, resolve} = Promise.withResolvers<OpenedRun>();
		const {library} = fakeLibrary({open: () => promise});
		const stage = start(library);
		await shows(stage, 'Demo');
		stage.terminal.type('d');
		await shows(stage, 'starting the run');
		stage.terminal.type('\u0003');
		resolve({source, made: true, close() {}});
		await until(() => source.sent.length > 0);
		source.push(...runEvents(1000), stopped);
		source.end();
		const {how, seen} = await stage.left;
		expect(how).toBe('interrupted');
		expect(source.sent).toEqual([{command: 'stop', by: 'user'}]);
		expect(seen[0]?.state.ending).toEqual({state: 'stopped', by: 'user'});
	});

	test('SIGTERM leaves with its name, a hang-up without a word', async () => {
		const first = start(fakeLibrary().library);
		await shows(first, 'Demo');
		process.emit('SIGTERM');
		expect(await first.left).toEqual({how: 'interrupted', signal: 'SIGTERM', seen: [], chosen: {}});
		const second = start(fakeLibrary().library);
		await shows(second, 'Demo');
		process.emit('SIGHUP');
		expect(await second.left).toEqual({how: 'gone', seen: [], chosen: {}});
		expect(await second.terminal.left()).toMatchObject({screen: 'normal', raw: false});
	});

	test('a wrong URL is said beside it, with the next step', async () => {
		const {library} = fakeLibrary({
			open: async () => {
				throw new BenchtopError('"x y" is not a URL.', {hint: 'For example: localhost:3000'});
			},
		});
		const stage = start(library);
		await shows(stage, 'Demo');
		stage.terminal.type('nx\r');
		await shows(stage, '✕ "x y" is not a URL. For example: localhost:3000');
		stage.terminal.type('\u001b');
		await until(async () => !(await stage.terminal.text()).join('\n').includes('not a URL'));
	});

	test('a history that cannot be read leaves the rest; R reads it again', async () => {
		let broken = true;
		const {library} = fakeLibrary({
			history: async () => {
				if (broken) throw new BenchtopError('It is locked.', {hint: 'Close the other one.'});
				return storedHistory;
			},
		});
		const stage = start(library);
		await shows(stage, 'It is locked. Close the other one.');
		broken = false;
		stage.terminal.type('R');
		await shows(stage, 'Recent targets');
	});

	test('the history compares and names baselines; the screen says what is awaited', async () => {
		const {library, asked} = fakeLibrary();
		const stage = start(library, fakeTerminal(120, 40));
		await shows(stage, 'Recent targets');
		stage.terminal.type('hv');
		await shows(stage, 'One run a side');
		stage.terminal.type('q');
		await shows(stage, '◆ HISTORY');
		stage.terminal.type('brc\r');
		await shows(stage, 'The baseline is now');
		expect(asked).toEqual([{baseline: 'rc', id: 'gggg0007'}]);
		stage.terminal.type('\r');
		await shows(stage, '◆ RUN');
		await shows(stage, 'Latency (ms)');
	});

	test('not a byte when nothing changed', async () => {
		const stage = start(fakeLibrary().library);
		await shows(stage, 'Recent targets');
		// The keys are read from the moment that pastes are told apart; that is said to the terminal once.
		await until(() => stage.terminal.written().includes('\u001b[?2004h'), 'the keys to be read');
		const before = stage.terminal.bytes();
		await new Promise((resolve) => setTimeout(resolve, 2200));
		expect(stage.terminal.bytes()).toBe(before);
	});

	test('a choice made in a run is that of the start screen too', async () => {
		const {library, source} = withRuns();
		const stage = start(library);
		await shows(stage, 'p99 ms');
		stage.terminal.type('d');
		source.push(...runEvents(8000));
		await shows(stage, 'RUNNING');
		stage.terminal.type('u');
		stage.terminal.type('qd');
		await shows(stage, 'p99 s');
	});
});

import {afterEach, describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/core/event.ts';
import {completeTheme} from '../../source/core/theme-file.ts';
import {type Leaving, type Outside, type ShowOptions, show} from '../../source/tui/index.tsx';
import {latency} from '../../source/tui/panes/latency.ts';
import {fakeEvents, fakeRun, type ManualSource, manualSource} from '../helpers/fake-source.ts';
import {type FakeTerminal, fakeTerminal, until} from '../helpers/terminal.ts';

const eventsUntil = (until: number): RunEvent[] =>
	[...fakeEvents(fakeRun)].filter(([at]) => at <= until).map(([, event]) => event);

const utf8 = {TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8'};

type Stage = {readonly terminal: FakeTerminal; readonly source: ManualSource; readonly left: Promise<Leaving>};

const open: Stage[] = [];

const start = (terminal = fakeTerminal(80, 24), source = manualSource(), options: Partial<ShowOptions> = {}): Stage => {
	const left = show(source, {
		stdin: terminal.stdin,
		stdout: terminal.stdout,
		environment: utf8,
		refresh: 20,
		...options,
	});
	left.catch(() => {});
	const stage = {terminal, source, left};
	open.push(stage);
	return stage;
};

const shows = async ({terminal}: Stage, text: string): Promise<void> =>
	until(async () => (await terminal.text()).join('\n').includes(text), JSON.stringify(text));

const running = async (stage: Stage): Promise<Stage> => {
	stage.source.push(...eventsUntil(10_000));
	await shows(stage, 'RUNNING');
	await shows(stage, '00:10/');
	return stage;
};

const ending: RunEvent = {kind: 'ended', at: 10_000, ending: {state: 'stopped', by: 'user'}, doubts: []};

const restored = async ({terminal}: Stage): Promise<void> => {
	expect(await terminal.left()).toEqual({screen: 'normal', cursor: true, raw: false});
};

const listeners = (): number[] => ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => process.listenerCount(signal));

afterEach(async () => {
	for (const {terminal, left} of open.splice(0)) {
		terminal.stdin.emit('end');
		await left.catch(() => {});
	}

	// Ink keeps one of its own, to show the cursor should the process be killed.
	for (const count of listeners()) expect(count).toBeLessThanOrEqual(1);
});

describe('the screen', () => {
	test.each([
		[80, 24],
		[120, 40],
		[200, 60],
		[60, 11],
		[20, 3],
	])('%d×%d: what is drawn stands in the cells, and no row wraps', async (columns, rows) => {
		const stage = start(fakeTerminal(columns, rows));
		stage.source.push(...eventsUntil(10_000));
		await shows(stage, rows > 3 ? '00:10' : 'RUNNING');
		expect(await stage.terminal.wrapped()).toBe(false);
		const text = await stage.terminal.text();
		expect(text[0]).toContain(columns >= 80 ? 'benchtop  ▶ RUNNING' : 'RUNNING');
		expect(text.join('\n')).not.toMatch(/NaN|undefined/);
	});

	test('not a byte when nothing changed', async () => {
		const {terminal} = await running(start());
		// The keys are read from the moment that pastes are told apart; that is said to the terminal once.
		await until(() => terminal.written().includes('\u001b[?2004h'), 'the keys to be read');
		await new Promise((resolve) => setTimeout(resolve, 60));
		const before = terminal.bytes();
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(terminal.bytes()).toBe(before);
	});

	test('a frozen view costs nothing either, while events come', async () => {
		const stage = await running(start());
		stage.terminal.type(' ');
		await shows(stage, 'FROZEN');
		await new Promise((resolve) => setTimeout(resolve, 60));
		const before = stage.terminal.bytes();
		stage.source.push(...eventsUntil(12_000).slice(eventsUntil(10_000).length));
		await new Promise((resolve) => setTimeout(resolve, 120));
		expect(stage.terminal.bytes()).toBe(before);
		stage.terminal.type(' ');
		await shows(stage, '00:12/');
	});

	test('resizing draws the board anew, larger and smaller', async () => {
		const stage = await running(start());
		for (const [columns, rows] of [
			[120, 40],
			[60, 11],
			[20, 3],
			[200, 60],
			[80, 24],
		] as const) {
			stage.terminal.resize(columns, rows);
			await until(async () => {
				const text = await stage.terminal.text();
				return columns < 40 ? text[0]!.includes('RUNNING') : text.at(-1)!.includes('? help');
			}, `a frame at ${columns}×${rows}`);
			await new Promise((resolve) => setTimeout(resolve, 60));
			const text = (await stage.terminal.text()).join('\n');
			expect(await stage.terminal.wrapped()).toBe(false);
			expect(text.split('benchtop').length - 1).toBe(columns < 80 ? 0 : 1);
			for (const corner of '╮╰╯') expect(text.split(corner).length).toBe(text.split('╭').length);
		}
	});

	test('Ctrl+L repairs a screen that something else wrote on', async () => {
		const stage = await running(start());
		stage.terminal.stdout.write('\u001b[5;5Hgarbage on the screen');
		await shows(stage, 'garbage');
		stage.terminal.type('\u000c');
		await until(async () => !(await stage.terminal.text()).join('\n').includes('garbage'), 'a clean screen');
		await shows(stage, '00:10/');
	});

	test('NO_COLOR: no cell has a colour', async () => {
		const stage = await running(start(fakeTerminal(120, 40), manualSource(), {environment: {...utf8, NO_COLOR: '1'}}));
		expect(await stage.terminal.coloured()).toBe(false);
		stage.terminal.type('?');
		await shows(stage, 'Esc closes');
		expect(await stage.terminal.coloured()).toBe(false);
	});

	test('colours otherwise', async () => {
		const stage = await running(start());
		expect(await stage.terminal.coloured()).toBe(true);
	});

	test('a theme with a ground of its own paints every cell of the frame, overlays too', async () => {
		const stage = await running(start(fakeTerminal(100, 30), manualSource(), {theme: 'high-contrast'}));
		const [ground, ...others] = await stage.terminal.grounds();
		expect([ground, others]).toEqual([expect.not.stringMatching('default'), []]);
		stage.terminal.type('?');
		await shows(stage, 'Help');
		expect(await stage.terminal.grounds()).toEqual([ground]);
	});

	test('--color goes before what the terminal can show and before NO_COLOR', async () => {
		const environment = {...utf8, NO_COLOR: '1'};
		const asked = await running(start(fakeTerminal(100, 30), manualSource(), {environment, color: '256'}));
		expect(await asked.terminal.coloured()).toBe(true);
		expect(asked.terminal.written()).not.toMatch(/[34]8;2;/);
		const never = await running(start(fakeTerminal(100, 30), manualSource(), {color: 'never', theme: 'high-contrast'}));
		expect(await never.terminal.coloured()).toBe(false);
	});

	test('a theme of the user’s, and t goes round those that were handed in', async () => {
		const own = completeTheme({styles: {text: '#010203'}}, 'own');
		const other = completeTheme({styles: {text: '#040506'}}, 'other');
		const stage = await running(start(undefined, undefined, {themes: [own, other], settings: {theme: 'own'}}));
		expect(stage.terminal.written()).toContain('38;2;1;2;3m');
		expect(stage.terminal.written()).not.toContain('38;2;4;5;6m');
		stage.terminal.type('t');
		await until(() => stage.terminal.written().includes('38;2;4;5;6m'));
	});

	test('t goes to the next theme at once', async () => {
		const stage = await running(start());
		const before = stage.terminal.bytes();
		stage.terminal.type('t');
		await until(() => stage.terminal.bytes() > before + 500, 'a new frame');
		expect(stage.terminal.written().slice(-4000)).toContain('38;2;31;35;40');
	});

	test('an ASCII terminal gets ASCII alone', async () => {
		const stage = await running(start(fakeTerminal(120, 40), manualSource(), {environment: {...utf8, TERM: 'linux'}}));
		expect((await stage.terminal.text()).join('')).toMatch(/^[ -~]*$/);
	});
});

describe('keys', () => {
	test('several in one read are all heeded', async () => {
		const stage = await running(start(fakeTerminal(120, 40)));
		stage.terminal.type('4z?');
		await shows(stage, 'Esc closes');
		stage.terminal.type('?');
		await until(async () => !(await stage.terminal.text()).join('\n').includes('Esc closes'));
		const text = (await stage.terminal.text()).join('\n');
		expect(text).toContain('[4 Throughput');
		expect(text).not.toContain('1 Latency');
	});

	test('Escape comes back, Tab moves on', async () => {
		const stage = await running(start(fakeTerminal(120, 40)));
		stage.terminal.type('z');
		await until(async () => !(await stage.terminal.text()).join('\n').includes('9 Status'));
		stage.terminal.type('\u001b');
		await shows(stage, '9 Status');
		stage.terminal.type('\t');
		await shows(stage, '[2 Latency over time');
		stage.terminal.type('\u001b[Z');
		await shows(stage, '[1 Latency');
	});

	test('m sends a mark', async () => {
		const stage = await running(start());
		stage.terminal.type('m');
		await until(() => stage.source.sent.length === 1);
		expect(stage.source.sent).toEqual([{command: 'mark', text: 'mark 1'}]);
	});
});

describe('what goes out of the screen', () => {
	const outside = (saved: Array<readonly string[]>): Outside => ({
		exports: async () => [{name: 'json', about: ''}],
		exportRun: async (format, run) => {
			saved.push(['export', format, run.began?.id ?? '']);
			return `report.${format}`;
		},
		saveFile: async (name, ending, text) => {
			saved.push(['file', name + ending, text]);
			return `${name}${ending}`;
		},
		baselines: async () => [],
	});

	test('y puts the focused pane on the clipboard of the terminal', async () => {
		const stage = await running(start(fakeTerminal(120, 40)));
		stage.terminal.type('y');
		await shows(stage, 'copied');
		const [, code = ''] = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(stage.terminal.written()) ?? [];
		const copied = Buffer.from(code, 'base64').toString();
		expect(copied).toMatch(/^ms +now/);
		expect(copied).toMatch(/^p99 +\d/m);
		expect(copied).not.toMatch(/[│╭]/);
	});

	test('s and e write files, and say which', async () => {
		const saved: Array<readonly string[]> = [];
		const stage = await running(start(fakeTerminal(120, 40), manualSource(), {outside: outside(saved)}));
		stage.terminal.type('s2');
		await shows(stage, 'wrote benchtop.txt');
		stage.terminal.type('e1');
		await shows(stage, 'the run is not over: its report can be written when it is');
		stage.source.push(ending);
		await shows(stage, 'STOPPED');
		stage.terminal.type('e1');
		await shows(stage, 'wrote report.json');
		expect(saved[0]?.[2]).toContain('RUNNING');
		// Without the list it was chosen from.
		expect(saved[0]?.[2]).not.toContain('Write the screen as');
		expect(saved[1]).toEqual(['export', 'json', fakeEvents(fakeRun).next().value[1].id]);
	});

	test('what cannot be written is told, and the screen stays', async () => {
		const failing = {...outside([]), saveFile: () => Promise.reject(new Error('there is no room'))};
		const stage = await running(start(fakeTerminal(120, 40), manualSource(), {outside: failing}));
		stage.terminal.type('s1');
		await shows(stage, 'there is no room');
		stage.terminal.type('b');
		await shows(stage, 'no run with the same load');
	});

	test('what was chosen by keys is told when it is left', async () => {
		const stage = await running(start(fakeTerminal(120, 40)));
		stage.terminal.type('tuuL');
		await shows(stage, 'layout: latency');
		stage.terminal.type('qd');
		expect((await stage.left).chosen).toEqual({theme: 'light', units: 'us', layout: 'latency'});
	});

	test('settings decide how it begins, and a wrong one is told', async () => {
		const settings = {units: 'us', keys: {zoom: 'x', nothing: 'y'}, layout: {preset: 'resources'}} as const;
		const stage = start(fakeTerminal(120, 40), manualSource(), {settings, notices: ['config.json: line 3']});
		await shows(stage, '2 notices (all in Events, 0): config.json: line 3');
		await running(stage);
		await shows(stage, 'Latency over time µs');
		expect((await stage.terminal.text()).join('\n')).not.toContain('Status');
	});
});

test.each([
	[80, 24],
	[60, 12],
])('the events lead to every notice, however many there are: %d×%d', async (columns, rows) => {
	const notices = ['first', 'second', 'third'].map((name) => `${name} ${'word '.repeat(40)}end of ${name}.`);
	const stage = await running(start(fakeTerminal(columns, rows), manualSource(), {notices}));
	await shows(stage, '3 notices (all in Events, 0): first');
	stage.terminal.type('0z');
	stage.terminal.type('kkkkkkkkkkkkkkkkkkkk');
	await shows(stage, '! first');
});

describe('the background of the terminal', () => {
	const white = '\u001b]11;rgb:ffff/ffff/ffff\u0007\u001b[?62;c';

	test('decides on the theme where the user has not, and is nothing that they chose', async () => {
		const stage = start(fakeTerminal(80, 24));
		await until(() => stage.terminal.written().includes('\u001b]11;?'), 'the question');
		stage.terminal.type(white);
		await running(stage);
		stage.terminal.type(':theme ');
		// The light theme's muted colour.
		await until(() => stage.terminal.written().includes('38;2;89;99;110'), 'the light theme');
		stage.terminal.type('\u001b');
		stage.terminal.type('qd');
		expect((await stage.left).chosen).toEqual({});
	});

	test('is not asked where the user has decided', async () => {
		const stage = await running(start(fakeTerminal(80, 24), manualSource(), {theme: 'gruvbox-dark'}));
		expect(stage.terminal.written()).not.toContain('\u001b]11;?');
	});
});

describe('a replay', () => {
	const replayed = (): Stage => {
		const source = {...manualSource(false), speed: 1};
		const stage = start(fakeTerminal(120, 40), source);
		source.push(...[...fakeEvents(fakeRun)].map(([, event]) => event));
		source.end();
		return stage;
	};

	test('goes at its own pace, is sought by keys, and is left without a report', async () => {
		const stage = replayed();
		await shows(stage, 'REPLAY 1×');
		stage.terminal.type(' }}');
		await shows(stage, 'REPLAY HELD');
		await shows(stage, '00:20/01:00');
		stage.terminal.type('[');
		await shows(stage, '00:19/01:00');
		stage.terminal.type('g');
		await shows(stage, '00:00/01:00');
		stage.terminal.type(':jump 00:42\r');
		await shows(stage, '00:42/01:00');
		stage.terminal.type('q');
		expect(await stage.left).toMatchObject({how: 'detached'});
	});

	test('at its end it is the whole run', async () => {
		const stage = replayed();
		await shows(stage, 'REPLAY');
		stage.terminal.type('G');
		await shows(stage, 'DONE');
		stage.terminal.type('q');
		const {how, state} = await stage.left;
		expect(how).toBe('done');
		expect(state.ending).toEqual({state: 'finished'});
	});
});

describe('ways out', () => {
	test('q asks; s stops, waits for the end and leaves', async () => {
		const stage = await running(start());
		stage.terminal.type('q');
		await shows(stage, 'stop and save (s)');
		stage.terminal.type('s');
		await shows(stage, 'STOPPING');
		expect(stage.source.sent).toEqual([{command: 'stop', by: 'user'}]);
		stage.source.push(ending);
		stage.source.end();
		await expect(stage.left).resolves.toMatchObject({how: 'stopped', state: {ending: {state: 'stopped'}}});
		await restored(stage);
	});

	test('qq in one read stops as well', async () => {
		const stage = await running(start());
		stage.terminal.type('qq');
		await until(() => stage.source.sent.length === 1);
		stage.source.end();
		expect((await stage.left).how).toBe('stopped');
	});

	test('q d leaves it running', async () => {
		const stage = await running(start());
		stage.terminal.type('q');
		await shows(stage, 'leave it running (d)');
		stage.terminal.type('d');
		expect((await stage.left).how).toBe('detached');
		expect(stage.source.sent).toEqual([]);
		await restored(stage);
	});

	test('the end of the run stays on the screen until q', async () => {
		const stage = await running(start());
		stage.source.push({...ending, ending: {state: 'finished'}});
		stage.source.end();
		await shows(stage, 'DONE');
		await shows(stage, 'q leave');
		stage.terminal.type('q');
		expect(await stage.left).toMatchObject({how: 'done'});
		expect(await stage.left).not.toHaveProperty('signal');
		await restored(stage);
	});

	test('Ctrl+C once: stop, say so, wait for the end', async () => {
		const stage = await running(start());
		stage.terminal.type('\u0003');
		await shows(stage, 'Ctrl+C again aborts');
		expect(stage.source.sent).toEqual([{command: 'stop', by: 'user'}]);
		stage.source.push(ending);
		stage.source.end();
		expect(await stage.left).toMatchObject({how: 'interrupted', signal: 'SIGINT', state: {ending: {state: 'stopped'}}});
		await restored(stage);
	});

	test('Ctrl+C twice: abort at once', async () => {
		const stage = await running(start());
		stage.terminal.type('\u0003\u0003');
		expect(await stage.left).toMatchObject({how: 'aborted', signal: 'SIGINT'});
		expect(stage.source.sent).toEqual([{command: 'stop', by: 'user'}, {command: 'abort'}]);
		await restored(stage);
	});

	test('SIGTERM stops by signal', async () => {
		const stage = await running(start());
		process.emit('SIGTERM');
		await until(() => stage.source.sent.length === 1);
		expect(stage.source.sent).toEqual([{command: 'stop', by: 'signal'}]);
		stage.source.end();
		expect(await stage.left).toMatchObject({how: 'interrupted', signal: 'SIGTERM'});
		await restored(stage);
	});

	test('SIGINT is Ctrl+C', async () => {
		const stage = await running(start());
		process.emit('SIGINT');
		await shows(stage, 'Ctrl+C again aborts');
		process.emit('SIGINT');
		expect((await stage.left).how).toBe('aborted');
		await restored(stage);
	});

	test('SIGHUP, the end of the keys, their error: gone, and nothing is sent', async () => {
		for (const leave of [
			() => process.emit('SIGHUP'),
			({terminal}: Stage) => terminal.stdin.end(),
			({terminal}: Stage) => terminal.stdin.emit('error', Object.assign(new Error('read EIO'), {code: 'EIO'})),
		]) {
			const stage = await running(start());
			const asked = performance.now();
			leave(stage);
			expect((await stage.left).how).toBe('gone');
			expect(performance.now() - asked).toBeLessThan(1000);
			expect(stage.source.sent).toEqual([]);
			await restored(stage);
		}
	});

	test('a terminal that takes no more writes: gone', async () => {
		const stage = await running(start());
		stage.terminal.breakDown();
		stage.terminal.type('?');
		expect((await stage.left).how).toBe('gone');
		expect((await stage.terminal.left()).raw).toBe(false);
	});

	test('a pane that throws: the error, after the terminal was given back', async () => {
		const broken = {
			...latency,
			draw: () => {
				throw new Error('broken pane');
			},
		};
		const stage = start(fakeTerminal(80, 24), manualSource(), {panes: [broken]});
		await expect(stage.left).rejects.toThrow('broken pane');
		await restored(stage);
	});

	test('a source that fails: the error, after the terminal was given back', async () => {
		const stage = await running(start());
		stage.source.fail(new Error('connection lost'));
		await expect(stage.left).rejects.toThrow('connection lost');
		await restored(stage);
	});

	test('without keys it works, and leaves by itself when the run is over', async () => {
		const stage = await running(start(fakeTerminal(80, 24, {keys: false})));
		stage.source.push({...ending, ending: {state: 'finished'}});
		stage.source.end();
		expect((await stage.left).how).toBe('done');
		await restored(stage);
	});

	test('a replay is left by q at once', async () => {
		const stage = start(fakeTerminal(80, 24), manualSource(false), {});
		stage.source.push(...eventsUntil(10_000));
		await shows(stage, '00:10/');
		stage.terminal.type('q');
		expect((await stage.left).how).toBe('done');
	});
});

import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import xterm from '@xterm/headless';
import {afterEach, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {builtInThemes as themes} from '../../source/core/theme.ts';
import {createCanvas, put} from '../../source/tui/canvas.ts';
import {span} from '../../source/tui/line.ts';
import {createPaint} from '../../source/tui/paint.ts';
import {openTerminal, type Terminal, type TerminalEvents, type TerminalOptions} from '../../source/tui/terminal.tsx';
import {openPty, type Pty} from '../helpers/pty.ts';
import {type FakeTerminal, fakeTerminal, until} from '../helpers/terminal.ts';

const paint = createPaint(themes[0]!, 'none');

const canvas = (text: string) => {
	const made = createCanvas(12, 2, 'braille');
	put(made, 0, 0, [span(text)], 12);
	return made;
};

type Heard = {
	readonly keys: string[];
	readonly texts: string[];
	readonly mouse: Array<Parameters<TerminalEvents['onMouse']>[0]>;
	readonly failures: unknown[];
	resizes: number;
};

const open: Terminal[] = [];

const start = (options: TerminalOptions = {}, fake: FakeTerminal = fakeTerminal(12, 2)) => {
	const heard: Heard = {keys: [], texts: [], mouse: [], failures: [], resizes: 0};
	const terminal = openTerminal(fake.stdin, fake.stdout, options);
	open.push(terminal);
	terminal.listen({
		onKey: (key) => heard.keys.push(key),
		onText: (text) => heard.texts.push(text),
		onMouse: (event) => heard.mouse.push(event),
		onResize: () => {
			heard.resizes += 1;
		},
		onFailure: (error) => heard.failures.push(error),
	});
	return {fake, terminal, heard};
};

afterEach(async () => {
	for (const terminal of open.splice(0)) await terminal.close();
});

/** Types one thing after the other, as fast as the keys before were understood. */
const typed = async (...chunks: readonly string[]): Promise<readonly string[]> => {
	const {fake, heard} = start();
	for (const chunk of chunks) {
		const before = heard.keys.length;
		fake.type(chunk);
		await until(() => heard.keys.length > before, JSON.stringify(chunk));
	}

	return heard.keys;
};

describe('keys', () => {
	test('have names', async () => {
		expect(
			await typed(
				...['\u001b[A', '\u001b[B', '\u001b[C', '\u001b[D', '\u001b[H', '\u001b[F', '\u001b[5~', '\u001b[6~'],
				...['\u007f', '\b', '\u001b[3~', '\r', '\t', '\u001b[Z', '\u001b', ' ', 'Q'],
				...['\u001a', '\u0003', '\u000c', '\u0004', '\u0015', '\u001b[1;5A', '\u001b[1;2B', '\u001b[1;3D'],
			),
		).toEqual([
			...['up', 'down', 'right', 'left', 'home', 'end', 'pageup', 'pagedown'],
			...['backspace', 'backspace', 'delete', 'enter', 'tab', 'shift+tab', 'escape', 'space', 'Q'],
			...['ctrl+z', 'ctrl+c', 'ctrl+l', 'ctrl+d', 'ctrl+u', 'ctrl+up', 'shift+down', 'alt+left'],
		]);
	});

	test('of one read are all told', async () => {
		const {fake, heard} = start();
		fake.type('jj\u001b[A\u001a\u007fé\u0015');
		await until(() => heard.keys.length === 7);
		expect(heard.keys).toEqual(['j', 'j', 'up', 'ctrl+z', 'backspace', 'é', 'ctrl+u']);
	});

	test('typed while Ink is loading are kept', async () => {
		const loading = Promise.withResolvers<void>();
		const {fake, heard} = start({
			loadInput: async () => {
				await loading.promise;
				return (await import('../../source/tui/input.tsx')).openInput;
			},
		});
		fake.type('q');
		fake.type('w');
		await new Promise((resolve) => setTimeout(resolve, 30));
		expect(heard.keys).toEqual([]);
		loading.resolve();
		await until(() => heard.keys.length === 2);
		expect(heard.keys).toEqual(['q', 'w']);
	});

	test('a paste is told whole, and is no key', async () => {
		const {fake, heard} = start();
		fake.type('\u001b[200~quit\nnow\u001b[201~k');
		await until(() => heard.keys.length === 1);
		expect(heard.texts).toEqual(['quit\nnow']);
		expect(heard.keys).toEqual(['k']);
		expect(fake.written()).toContain('\u001b[?2004h');
	});

	test('after a paste that never ends are heard again: at Ctrl+C at once, else after a while', async () => {
		const {fake, heard} = start();
		fake.type('\u001b[200~never');
		fake.type('ending\u0003');
		await until(() => heard.keys.length === 1);
		expect(heard).toMatchObject({keys: ['ctrl+c'], texts: ['neverending']});
		fake.type('\u001b[200~lost');
		await until(() => heard.texts.length === 2);
		fake.type('\u001b[201~k');
		await until(() => heard.keys.length === 2);
		expect(heard).toMatchObject({keys: ['ctrl+c', 'k'], texts: ['neverending', 'lost']});
	});
});

describe('the mouse', () => {
	test('is off until asked for, tells presses and the wheel, and is off afterwards', async () => {
		const {fake, heard, terminal} = start();
		expect(fake.written()).not.toContain('1000');
		terminal.setMouse(true);
		expect(fake.written()).toContain('\u001b[?1000h\u001b[?1006h');
		// Press, release, right button, motion, wheel with Ctrl; the last in two reads, with keys around.
		fake.type('\u001b[<0;3;2M\u001b[<0;3;2m\u001b[<2;1;1M\u001b[<35;1;1Ma\u001b[<64;10;1M');
		fake.type('\u001b[<65;1');
		fake.type('2;2Mb');
		await until(() => heard.keys.length === 2);
		expect(heard.keys).toEqual(['a', 'b']);
		expect(heard.mouse).toEqual([
			{kind: 'press', x: 2, y: 1},
			{kind: 'wheel-up', x: 9, y: 0},
			{kind: 'wheel-down', x: 11, y: 1},
		]);
		const before = fake.bytes();
		terminal.setMouse(true);
		expect(fake.bytes()).toBe(before);
		await terminal.close();
		expect(fake.written().slice(before)).toContain('\u001b[?1006l\u001b[?1000l');
	});
});

describe('the background', () => {
	const answered = async (answer: string, ask: 'directly' | 'through tmux' = 'directly') => {
		const {fake, heard, terminal} = start({ask});
		expect(fake.written()).toContain('\u001b]11;?\u001b\\\u001b[c');
		fake.type(`a${answer}b\u001b[?62;4c`);
		fake.type('c');
		const appearance = await terminal.appearance;
		await until(() => heard.keys.length === 3);
		expect(heard.keys).toEqual(['a', 'b', 'c']);
		return appearance;
	};

	test.each([
		['\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\', 'dark'],
		['\u001b]11;rgb:ff/ff/dd\u0007', 'light'],
		['\u001b]11;rgba:fafa/fafa/fafa/ffff\u0007', 'light'],
		['', undefined],
	])('%j is %s, and no key is lost', async (answer, appearance) => {
		expect(await answered(answer)).toBe(appearance);
	});

	test('white is not believed of tmux', async () => {
		expect(await answered('\u001b]11;rgb:ffff/ffff/ffff\u001b\\', 'through tmux')).toBe(undefined);
		expect(await answered('\u001b]11;rgb:fdfd/ffff/ffff\u001b\\', 'through tmux')).toBe('light');
	});

	test('is not waited for long, and an answer that comes later is no key', async () => {
		const {fake, heard, terminal} = start({ask: 'directly'});
		fake.type('a');
		expect(await terminal.appearance).toBe(undefined);
		await until(() => heard.keys.length === 1);
		fake.type('\u001b]11;rgb:1e1e/1e');
		fake.type('1e/2e2e\u001b\\\u001b[?62;4cb');
		await until(() => heard.keys.length === 2);
		expect(heard.keys).toEqual(['a', 'b']);
	});

	test('is not asked for unless wanted', () => {
		expect(start().fake.written()).not.toContain(']11;');
	});
});

const listeners = (fake: FakeTerminal): number[] =>
	[process, fake.stdin, fake.stdout].map((emitter) =>
		emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0),
	);

describe('taking and giving back', () => {
	test('frames are shown before anything is loaded', async () => {
		const {fake, terminal} = start({loadInput: () => new Promise(() => {})});
		terminal.show(canvas('p99 12.3 ms'), paint);
		expect((await fake.text())[0]?.trimEnd()).toBe('p99 12.3 ms');
		expect(await fake.left()).toEqual({screen: 'alternate', cursor: false, raw: true});
		expect(terminal.bytesWritten()).toBe(fake.bytes());
	});

	test('closing leaves everything as it was, and nobody listens', async () => {
		const fake = fakeTerminal(12, 2);
		const before = listeners(fake);
		const {terminal, heard} = start({}, fake);
		fake.type('k');
		await until(() => heard.keys.length === 1);
		terminal.setMouse(true);
		terminal.show(canvas('p99 12.3 ms'), paint);
		await terminal.close();
		await until(() => String(listeners(fake)) === String(before), 'no listeners');
		expect(await fake.left()).toEqual({screen: 'normal', cursor: true, raw: false});
		expect(terminal.bytesWritten()).toBe(fake.bytes());
	});

	test.each([
		['it cannot be loaded', async () => Promise.reject(new Error('no Ink'))],
		[
			'its first render throws',
			async () => () => {
				throw new Error('no Ink');
			},
		],
	])('Ink: when %s, that is told, and raw mode does not stay', async (_, loadInput) => {
		const {fake, heard, terminal} = start({loadInput});
		await until(() => heard.failures.length === 1);
		expect(String(heard.failures[0])).toBe('Error: no Ink');
		await terminal.close();
		expect(await fake.left()).toEqual({screen: 'normal', cursor: true, raw: false});
	});

	test('a resize is told after the screen was given up', async () => {
		const {fake, heard, terminal} = start();
		terminal.show(canvas('p99 12.3 ms'), paint);
		fake.resize(20, 4);
		expect(heard.resizes).toBe(1);
		expect(terminal.size()).toEqual({columns: 20, rows: 4});
		const before = fake.written().length;
		terminal.show(canvas('p99 12.3 ms'), paint);
		expect(fake.written().slice(before)).toContain('\u001b[2J');
	});

	test('suspended, the terminal is as it was; then everything is back', async () => {
		const {fake, heard, terminal} = start();
		fake.type('k');
		await until(() => heard.keys.length === 1);
		terminal.setMouse(true);
		terminal.show(canvas('p99 12.3 ms'), paint);
		const before = fake.written().length;
		const suspended = terminal.suspend();
		terminal.show(canvas('newest'), paint);
		await suspended;
		expect(fake.written().slice(before)).toBe(
			[
				'\u001b[?1006l\u001b[?1000l\u001b[?2004l\u001b[?25h\u001b[?1049l',
				'\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[?1000h\u001b[?1006h',
				'\u001b[?2026h\u001b[2J\u001b[1;1Hnewest      \u001b[2;1H            \u001b[?2026l',
			].join(''),
		);
		expect(await fake.left()).toEqual({screen: 'alternate', cursor: false, raw: true});
		fake.type('l');
		await until(() => heard.keys.length === 2);
	});
});

const patience = 15_000;

const folder = mkdtempSync(join(tmpdir(), 'benchtop-terminal-'));

/** The program bundled, since Node.js reads no TSX. */
const program = join(folder, 'terminal-program.js');

beforeAll(() => {
	execFileSync('npx', [
		...['esbuild', new URL('../helpers/terminal-program.ts', import.meta.url).pathname],
		...['--bundle', '--splitting', '--platform=node', '--format=esm', `--outdir=${folder}`, '--log-level=error'],
		...[
			'--external:react-devtools-core',
			'--define:process.env.NODE_ENV="production"',
			'--define:process.env.DEV="false"',
		],
		"--banner:js=import{createRequire as __r}from'node:module';const require=__r(import.meta.url);",
		`--out-extension:.js=.js`,
	]);
	return () => rmSync(folder, {recursive: true, force: true});
});

/** The program on a terminal whose shell says afterwards how it was left. */
const run = (heeds: 'watch' | 'nobody' = 'watch', shell?: string) => {
	const told = join(mkdtempSync(join(folder, 'run-')), 'told');
	const command = `'${process.execPath}' '${program}' '${told}' ${heeds}`;
	const pty: Pty =
		shell === undefined
			? openPty(['sh', '-c', `${command}; echo "code:$?"; stty -a`], {columns: 80, rows: 24}, process.env)
			: openPty(shell.split(' '), {columns: 80, rows: 24}, {...process.env, PS1: '$ '});
	const screen = new xterm.Terminal({cols: 80, rows: 24, allowProposedApi: true});
	let cursor = true;
	pty.onData((text) => {
		for (const [, shown] of text.matchAll(/\u001b\[\?25([hl])/g)) cursor = shown === 'h';
		screen.write(text);
		// What a terminal answers.
		if (text.includes('\u001b]11;?')) pty.type('\u001b]11;rgb:ffff/ffff/eeee\u001b\\\u001b[?62c');
	});
	onTestFinished(() => pty.kill('SIGKILL'));
	const messages = (): Array<Readonly<Record<string, unknown>>> =>
		existsSync(told)
			? readFileSync(told, 'utf8')
					.split('\n')
					.filter((line) => line.endsWith('}'))
					.map((line) => JSON.parse(line))
			: [];
	const shown = async (): Promise<string> => {
		await new Promise<void>((resolve) => screen.write('', resolve));
		const buffer = screen.buffer.active;
		return Array.from({length: buffer.length}, (_, y) => buffer.getLine(y)?.translateToString(true) ?? '').join('\n');
	};
	return {
		pty,
		command,
		messages,
		shown,
		tells: (key: string, value?: unknown) =>
			until(
				() => messages().some((message) => key in message && (value === undefined || message[key] === value)),
				`${key} ${String(value)}`,
				patience,
			),
		shows: (pattern: RegExp) => until(async () => pattern.test(await shown()), String(pattern), patience),
		/** Terminal modes as they are now. */
		state: () => ({
			screen: screen.buffer.active.type,
			cursor,
			mouse: screen.modes.mouseTrackingMode,
			paste: screen.modes.bracketedPasteMode,
		}),
	};
};

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

const pidOf = (messages: ReadonlyArray<Readonly<Record<string, unknown>>>): number =>
	Number(messages.find((message) => 'pid' in message)?.pid);

const restored = {screen: 'normal', cursor: true, mouse: 'none', paste: false};

describe('on a real terminal', {timeout: 60_000}, () => {
	test.each([
		['q', 'q', 0, undefined],
		['an exception', 'x', 1, 'thrown'],
		['a rejection', 'r', 1, 'rejected'],
		['process.exit', 'e', 3, undefined],
	])('%s: everything is given back', async (_, key, code, words) => {
		const {pty, tells, shows, shown, state, messages} = run();
		await tells('appearance');
		pty.type('kM');
		await tells('key', 'k');
		await until(() => state().mouse === 'vt200' && state().paste, 'modes');
		expect(state()).toEqual({screen: 'alternate', cursor: false, mouse: 'vt200', paste: true});
		pty.type('\u001b[<0;5;3M');
		await tells('mouse');
		expect(messages().find((message) => 'mouse' in message)).toEqual({mouse: {kind: 'press', x: 4, y: 2}});
		pty.type(key);
		await shows(/icanon/);
		expect(await shown()).toContain(`code:${code}`);
		expect(state()).toEqual(restored);
		const text = await shown();
		expect(text).not.toContain('-icanon');
		expect(text).not.toContain('-echo ');
		if (words !== undefined) expect(text).toContain(words);
	});

	test.each([
		['SIGINT', 'watch'],
		['SIGTERM', 'watch'],
		['SIGHUP', 'watch'],
		['SIGINT', 'nobody'],
		['SIGTERM', 'nobody'],
	] as const)('%s, heeded by %s: everything is given back', async (signal, heeds) => {
		const {pty, tells, shows, shown, state, messages} = run(heeds);
		await tells('appearance');
		pty.type('M');
		await tells('key', 'M');
		const pid = pidOf(messages());
		process.kill(pid, signal);
		await shows(/code:\d+[\s\S]*icanon/);
		expect(state()).toEqual(restored);
		expect(await shown()).not.toContain('-icanon');
		if (heeds === 'watch') expect(await shown()).toMatch(/left after \d/);
	});

	test('Ctrl+Z stops it, the shell has its terminal; fg brings it back, and it can be left', async () => {
		const {pty, command, tells, shows, state} = run('watch', 'bash --norc --noprofile -i');
		pty.type(`${command}\n`);
		await tells('appearance');
		pty.type('M');
		await tells('key', 'M');
		pty.type('\u001a');
		await shows(/Stopped/);
		expect(state()).toMatchObject({screen: 'normal', cursor: true, mouse: 'none'});
		pty.type('echo back-$((1+1)); stty -a | grep -o "[-]*isig"\n');
		await shows(/back-2[\s\S]*^isig/m);
		pty.type('fg\n');
		await tells('resumed', true);
		await until(() => state().screen === 'alternate' && state().mouse === 'vt200', 'the alternate screen');
		await shows(/^count \d+/m);
		expect(state()).toEqual({screen: 'alternate', cursor: false, mouse: 'vt200', paste: true});
		pty.type('q');
		await shows(/left after/);
		// The shell switches its own paste mode on again.
		expect(state()).toMatchObject({screen: 'normal', cursor: true, mouse: 'none'});
	});

	test('a line that stalls holds up nothing, and is given back in order when it goes on', async () => {
		const {pty, tells, shows, shown, messages, state} = run();
		await tells('appearance');
		pty.stall();
		const beats = (): number => Math.max(0, ...messages().map(({count}) => (typeof count === 'number' ? count : 0)));
		const before = beats();
		await until(() => beats() > before + 100, 'the program to go on', patience);
		pty.type('kq');
		await tells('key', 'q');
		pty.resume();
		await shows(/left after \d+[\s\S]*code:0[\s\S]*icanon/);
		expect(state()).toEqual(restored);
		expect(await shown()).not.toContain('count');
	});

	test('on a stalled line it can still be ended', async () => {
		const {pty, tells, messages} = run();
		await tells('appearance');
		pty.stall();
		const beats = (): number => messages().filter((message) => 'count' in message).length;
		const before = beats();
		await until(() => beats() > before + 5, 'the program to go on', patience);
		const pid = pidOf(messages());
		pty.type('q');
		await tells('left');
		process.kill(pid, 'SIGTERM');
		await until(() => !isAlive(pid), 'the end', patience);
	});
});

import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {cliPath, newHome, until} from '../helpers/cli.ts';
import {openPty, type Pty} from '../helpers/pty.ts';
import {httpTarget} from '../helpers/target.ts';

const hello = async (): Promise<string> => {
	const target = await httpTarget((_, response) => response.end('hello'));
	onTestFinished(() => target.close());
	return target.url;
};

/** The real program on a terminal, whose shell says afterwards how both ended. */
const start = (words: readonly string[], size = {columns: 80, rows: 24}): Pty => {
	const home = newHome();
	mkdirSync(join(home.folder, 'taken'));
	const pty = openPty(
		['sh', '-c', '"$0" "$@"; echo "code:$?"; stty -a', process.execPath, cliPath, ...words],
		size,
		{...home.environment, CI: undefined, NO_COLOR: undefined},
		home.folder,
	);
	onTestFinished(() => pty.kill('SIGKILL'));
	return pty;
};

const times = (pty: Pty, text: string): number => pty.written().split(text).length - 1;

/** What the terminal was left like: the alternate screen entered and left once, the cursor shown, keys echoed. */
const expectRestored = async (pty: Pty): Promise<void> => {
	await until(() => (/(?<!-)\becho\b/.test(pty.written()) ? true : undefined));
	expect([times(pty, '\u001b[?1049h'), times(pty, '\u001b[?1049l')]).toEqual([1, 1]);
	expect(pty.written().lastIndexOf('\u001b[?25h')).toBeGreaterThan(pty.written().lastIndexOf('\u001b[?25l'));
	expect(pty.written()).toMatch(/(?<!-)\bicanon\b/);
};

/** The program itself, which the shell waits for. */
const childOf = (pid: number): number =>
	Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]);

/** Waits for the first sign of the screen. */
const opened = (pty: Pty): Promise<true> => until(() => (pty.written().includes(' benchtop ') ? true : undefined));

describe('wrong usage is told on a clean screen', () => {
	test.each([
		[['http://127.0.0.1:9', '--bogus'], 'There is no flag --bogus.'],
		[['http://127.0.0.1:9', '-c', 'many'], '--connections takes a whole number'],
		[['http://127.0.0.1:9', '--engine', 'htpp'], '--engine "htpp" is not known.'],
		[['http://127.0.0.1:9', '--theme', 'drak'], 'There is no theme "drak".'],
		[['http://127.0.0.1:9', '--json=taken'], 'taken is a folder.'],
		[['http://127.0.0.1:9', '--store', 'mysql://x'], 'mysql'],
		[['http://127.0.0.1:9', '--no-save', '--baseline', 'main'], '--baseline and --no-save exclude each other'],
		[['demo', 'slow'], 'benchtop demo takes a path'],
		[['demo', '-R', 'fast'], '--rate takes a number'],
		[['attach', 'nobody'], 'No running benchmark has an id'],
		[['htpp'], 'is neither a command nor a URL'],
	])('%j', async (words, message) => {
		const pty = start(words);
		await until(() => (pty.written().includes('icanon') ? true : undefined));
		expect(pty.written()).toContain(message);
		expect(pty.written()).toMatch(/code:2/);
		expect(pty.written()).not.toContain('\u001b');
	});
});

describe('as soon as there is a screen', () => {
	test.each([
		[120, 40],
		[20, 3],
		[1, 1],
	])('it is entered once, at %d×%d', async (columns, rows) => {
		const pty = start([await hello(), '-d', '1s', '--warmup', '0', '--no-save'], {columns, rows});
		await until(() => (pty.written().includes('\u001b[?2026l') ? true : undefined));
		await until(() => (/▶|■/.test(pty.written()) ? true : undefined));
		pty.type('\u0003');
		await until(() => (pty.written().includes('code:') ? true : undefined));
		await expectRestored(pty);
	});

	test('keys are heard that were typed before anybody listened, and echoed nowhere', async () => {
		const pty = start([await hello(), '-d', '30s', '--warmup', '0', '--no-save']);
		await opened(pty);
		pty.type('q');
		await until(() => (/leave it running/.test(pty.written()) ? true : undefined));
		expect(pty.written()).not.toContain('\u001b[?25lq');
		pty.type('s');
		// Whether anything was measured by then is a matter of luck.
		await until(() => (/code:[04]/.test(pty.written()) ? true : undefined));
		await expectRestored(pty);
	});

	test('Ctrl+C stops the run', async () => {
		const pty = start([await hello(), '-d', '30s', '--warmup', '0', '--no-save']);
		await opened(pty);
		pty.type('\u0003');
		await until(() => (/code:130/.test(pty.written()) ? true : undefined));
		await expectRestored(pty);
	});

	test.each([
		['SIGINT', /code:130/],
		['SIGTERM', /code:143/],
		// The run goes on: no fault of the viewer's, unless it could not even tell that.
		['SIGHUP', /code:(0|129)/],
	] as const)('%s ends it, with the terminal as it was', async (signal, code) => {
		const pty = start([await hello(), '-d', '30s', '--warmup', '0', '--no-save']);
		await opened(pty);
		process.kill(childOf(pty.pid), signal);
		await until(() => (pty.written().includes('code:') ? true : undefined));
		expect(pty.written()).toMatch(code);
		await expectRestored(pty);
	});
});

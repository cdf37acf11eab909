import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {StringDecoder} from 'node:string_decoder';
import {stripVTControlCharacters} from 'node:util';
import type {Step} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import {redactWords} from '../core/secret.ts';
import {isGroupAlive, markedProcesses, markVariable, signalMarked} from '../operating-system.ts';

/** How long a process has to end when it is asked to, before it is ended. */
const grace = 3000;
/** Lines of output that are kept for who asks what went wrong. */
const mostLines = 20;
const longestLine = 500;
/** What is written without an end of line, as prompts are, is taken for a line when nothing follows for so long. */
const quiet = 100;

/** How a process ended: with its exit code, by a signal, or before it began. */
export type ChildEnd = {readonly code: number} | {readonly signal: NodeJS.Signals} | {readonly unstartable: string};

/** A process that was started around a run, with all that it starts in turn. */
export type Child = {
	readonly pid: number | undefined;
	/** What it and all that it starts carry in their environment, where they were to be marked. */
	readonly mark: string | undefined;
	/** Resolves when it has ended; never rejects. */
	readonly ended: Promise<ChildEnd>;
	/** The last lines that it wrote, control characters made visible. */
	readonly lastLines: () => readonly string[];
	/** Hears the lines that it writes, from now on, without colours; also one that it leaves unended for a moment. */
	readonly onLines: (hear: (lines: readonly string[]) => void) => void;
	/** Ends it and everything that it started, and resolves when nothing of it is left. */
	readonly stop: () => Promise<void>;
};

/** A step as people read it. */
export const stepWords = ({command}: Pick<Step, 'command'>): string =>
	printable(redactWords(typeof command === 'string' ? command : command.join(' ')));

/** How a process ended, in words that follow its name. */
export const endWords = (end: ChildEnd): string => {
	if ('unstartable' in end) return `could not be started: ${end.unstartable}`;
	return 'code' in end ? `ended with exit code ${end.code}` : `was ended by ${end.signal}`;
};

const isWindows = process.platform === 'win32';

const signalAll = ({pid}: ChildProcess, mark: string | undefined, signal: NodeJS.Signals): void => {
	if (pid === undefined) return;
	if (isWindows) {
		// There are no groups: its own tool follows the tree.
		spawn('taskkill', ['/pid', String(pid), '/T', '/F'], {stdio: 'ignore', windowsHide: true}).on('error', () => {});
		return;
	}

	try {
		process.kill(-pid, signal);
	} catch {
		// Nothing of it is left.
	}

	if (mark !== undefined) signalMarked(mark, signal);
};

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const waitUntilGone = async (child: ChildProcess, mark: string | undefined, patience: number): Promise<boolean> => {
	const {pid} = child;
	if (pid === undefined) return true;
	const isGone = (): boolean =>
		isWindows
			? child.exitCode !== null || child.signalCode !== null
			: !isGroupAlive(pid) && (mark === undefined || markedProcesses(mark).length === 0);
	for (const end = performance.now() + patience; performance.now() < end; ) {
		if (isGone()) return true;
		await wait(10);
	}

	return isGone();
};

/**
 * Starts a step in a process group of its own, with what it writes kept and nothing to read. `mark`: what makes itself a
 * session of its own, as daemons do, is still known as something that it started.
 */
export const startChild = ({command, folder, environment}: Omit<Step, 'timeout'>, mark?: string): Child => {
	const [file = '', ...words] = typeof command === 'string' ? [command] : command;
	const child = spawn(file, words, {
		cwd: folder,
		env: {...process.env, ...environment, ...(mark === undefined ? {} : {[markVariable]: mark})},
		shell: typeof command === 'string',
		detached: !isWindows,
		windowsHide: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const lines: string[] = [];
	const ears: Array<(lines: readonly string[]) => void> = [];
	const unended: Array<() => string> = [];
	const shown = (line: string): string => printable(line.replace(/\r$/, '')).slice(0, longestLine);
	for (const stream of [child.stdout, child.stderr]) {
		const decoder = new StringDecoder('utf8');
		let rest = '';
		unended.push(() => rest);
		const hearAll = (raw: readonly string[]): void => {
			if (ears.length === 0 || raw.length === 0) return;
			const heard = raw.map((line) =>
				printable(stripVTControlCharacters(line).replace(/\r$/, '')).slice(0, longestLine),
			);
			for (const hear of ears) hear(heard);
		};
		let timer: NodeJS.Timeout | undefined;
		stream.on('data', (bytes: Buffer) => {
			clearTimeout(timer);
			const parts = (rest + decoder.write(bytes)).split('\n');
			rest = (parts.pop() ?? '').slice(-longestLine * 10);
			lines.push(...parts.slice(-mostLines).map(shown));
			lines.splice(0, lines.length - mostLines);
			hearAll(parts);
			if (rest !== '') timer = setTimeout(() => hearAll([rest]), quiet).unref();
		});
		stream.on('end', () => {
			if (rest !== '') hearAll([rest]);
		});
		stream.on('error', () => {});
	}

	const ended = new Promise<ChildEnd>((resolve) => {
		child.on('error', (error) => resolve({unstartable: error.message}));
		child.on('exit', (code, signal) => {
			// What it wrote last may still be on its way; a process of its own may keep the pipe open for ever.
			void Promise.race([once(child, 'close'), wait(100)]).then(() =>
				resolve(signal === null ? {code: code ?? 0} : {signal}),
			);
		});
	});
	let stopping: Promise<void> | undefined;
	return {
		pid: child.pid,
		mark,
		ended,
		lastLines: () =>
			[
				...lines,
				...unended
					.map((rest) => rest())
					.filter((rest) => rest !== '')
					.map(shown),
			].slice(-mostLines),
		onLines: (hear) => ears.push(hear),
		stop() {
			stopping ??= (async () => {
				if (!(await waitUntilGone(child, mark, 0))) {
					signalAll(child, mark, 'SIGTERM');
					if (!(await waitUntilGone(child, mark, grace))) {
						signalAll(child, mark, 'SIGKILL');
						await waitUntilGone(child, mark, grace);
					}
				}

				child.stdout.destroy();
				child.stderr.destroy();
			})();
			return stopping;
		},
	};
};

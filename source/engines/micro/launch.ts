import {type ChildProcess, fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {printable} from '../../core/printable.ts';

/** How a child process came to its end. */
export type ChildEnding =
	/** By itself, with exit code 0. */
	| {readonly kind: 'ended'}
	/** It was killed: by `signal`, or by `kill`. */
	| {readonly kind: 'stopped'}
	/** 'exit 1', 'SIGSEGV', 'ENOENT'; and the last lines that it wrote to its standard error, control characters made visible. */
	| {readonly kind: 'crashed'; readonly how: string; readonly lastWords: readonly string[]};

export type ChildOrder = {
	/** The module that the child runs; see `entryUrl`. */
	readonly entry: URL;
	/** Flags of Node.js itself, such as '--expose-gc'. */
	readonly execArgv?: readonly string[];
	/** Over benchtop's own environment. */
	readonly environment?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	/** Its first message. */
	readonly order: unknown;
	/** Takes its messages; structured clones, so that NaN and undefined stay what they are. */
	readonly hear: (message: unknown) => void;
	/** Kills it, with everything that it started. */
	readonly signal?: AbortSignal;
};

export type Child = {
	readonly pid: number | undefined;
	readonly send: (message: unknown) => void;
	/** Kills it, with everything that it started. */
	readonly kill: () => void;
	/** Resolves when the process is gone and its messages were heard; never rejects. */
	readonly ended: Promise<ChildEnding>;
};

/** What V8 tells of its own stack as it runs out of memory: it would leave no room for the line that says so. */
const nativeFrame = /^\s*\d+: 0x[0-9a-f]+|^----- |^<--- /;
const mostLines = 8;
const mostText = 4000;
/** How long the pipes of a process that is gone may keep its last words back: what it started may hold them open. */
const drainTime = 200;
const hasGroups = process.platform !== 'win32';

const killGroup = (child: ChildProcess): void => {
	try {
		if (hasGroups && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
		else child.kill('SIGKILL');
	} catch {
		// All of it has ended already.
	}
};

/** The flags that let this Node.js read TypeScript: without the flag it is on from 22.18 on, and a warning with it before. */
export const typeScriptFlags = (): readonly string[] => [
	...(process.allowedNodeEnvironmentFlags.has('--experimental-strip-types') ? ['--experimental-strip-types'] : []),
	'--disable-warning=ExperimentalWarning',
	// Says of a TypeScript file beside a package.json without "type" that it had to be read twice.
	'--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
];

/**
 * Starts a process of this Node.js, in a process group of its own. What it writes to its standard output goes nowhere, so
 * that it cannot disturb a screen.
 */
export const launchChild = ({entry, execArgv = [], environment, cwd, order, hear, signal}: ChildOrder): Child => {
	if (signal?.aborted) {
		return {pid: undefined, send() {}, kill() {}, ended: Promise.resolve({kind: 'stopped'})};
	}

	const child = fork(fileURLToPath(entry), [], {
		execArgv: [...execArgv],
		env: {...process.env, ...environment},
		...(cwd === undefined ? {} : {cwd}),
		detached: hasGroups,
		serialization: 'advanced',
		stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		windowsHide: true,
	});
	let stopped = false;
	let failure: string | undefined;
	let words = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		words = (words + text).slice(-mostText);
	});
	const kill = (): void => {
		stopped = true;
		killGroup(child);
	};
	const send = (message: unknown): void => {
		// A process that is gone hears nothing; that it has gone is told by `ended`.
		if (child.connected && typeof message === 'object' && message !== null) child.send(message, () => {});
	};
	child.on('message', (message) => {
		if (!stopped) hear(message);
	});
	signal?.addEventListener('abort', kill);
	const ended = new Promise<ChildEnding>((resolve) => {
		const settle = (how: string): void => {
			signal?.removeEventListener('abort', kill);
			// What it has started may have outlived it.
			killGroup(child);
			if (stopped) resolve({kind: 'stopped'});
			else if (how === 'exit 0') resolve({kind: 'ended'});
			else {
				const lines = words.split('\n').filter((line) => line.trim() !== '' && !nativeFrame.test(line));
				resolve({kind: 'crashed', how, lastWords: lines.slice(-mostLines).map(printable)});
			}
		};
		child.on('error', (error: NodeJS.ErrnoException) => {
			failure ??= error.code ?? error.message;
			// Of one that never started, no exit is told.
			if (child.pid === undefined) settle(failure);
		});
		child.on('exit', (code, ended) => {
			const how = ended ?? `exit ${code}`;
			if (stopped) {
				settle(how);
				return;
			}

			const timer = setTimeout(() => settle(how), drainTime);
			child.on('close', () => {
				clearTimeout(timer);
				settle(how);
			});
		});
	});
	send(order);
	return {pid: child.pid, send, kill, ended};
};

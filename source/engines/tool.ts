// Programs of other people's that drive a load: found, started, watched, and ended with all that they started.
import {type ChildProcess, spawn} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {accessSync, constants, readdirSync, readFileSync, statSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import {Readable, Writable} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';
import {setTimeout as sleep} from 'node:timers/promises';
import {stripVTControlCharacters} from 'node:util';
import {printable} from '../core/printable.ts';
import {BenchtopError} from '../errors.ts';
import {isGroupAlive, markVariable, signalMarked} from '../operating-system.ts';

/** A program that has to be installed. */
export type Tool = {
	/** As people know it. */
	readonly name: string;
	/** The names it may have as a file; the first is the usual one. */
	readonly programs: readonly string[];
	/** How it is installed, as a sentence: 'Install it: apt install redis-tools'. */
	readonly hint: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

const isWindows = process.platform === 'win32';

const isProgram = (path: string): boolean => {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
};

/** A folder and all that it lies in. */
const upwards = (folder: string): readonly string[] =>
	dirname(folder) === folder ? [folder] : [folder, ...upwards(dirname(folder))];

/** Where programs of a project lie: Node.js's and Python's ways. */
const ofProjects = [
	['node_modules', '.bin'],
	['.venv', 'bin'],
	['venv', 'bin'],
];

const placesFor = (folder: string, path: string): readonly string[] => [
	...upwards(folder).flatMap((above) => ofProjects.map((parts) => join(above, ...parts))),
	...path.split(delimiter).filter((place) => place !== ''),
];

/**
 * Where a tool lies: in what is installed for the project around a folder, or on the PATH (of `environment` before
 * benchtop's own); `undefined` when nowhere.
 */
export const whereIs = (
	{programs}: Tool,
	folder: string = process.cwd(),
	environment: Environment = {},
): string | undefined => {
	const places = placesFor(folder, environment.PATH ?? process.env.PATH ?? '');
	const endings = isWindows ? ['.exe', '.cmd', '.bat'] : [''];
	return programs
		.flatMap((program) => places.flatMap((place) => endings.map((ending) => join(place, `${program}${ending}`))))
		.find(isProgram);
};

/** Where a tool lies. Throws a BenchtopError (exit code 4) that says how it is installed. */
export const findTool = (tool: Tool, folder?: string, environment?: Environment): string => {
	const path = whereIs(tool, folder, environment);
	if (path !== undefined) return path;
	throw new BenchtopError(`${tool.name} is not installed: ${tool.programs.join(' or ')} was not found on the PATH.`, {
		hint: tool.hint,
		exitCode: 4,
	});
};

/** How a tool ended. */
export type ToolEnd = {readonly code: number} | {readonly signal: NodeJS.Signals} | {readonly unstartable: string};

export type ToolOptions = {
	readonly folder?: string;
	/** Beside benchtop's own. */
	readonly environment?: Readonly<Record<string, string>>;
	/** Hears each line of standard output, as it is. Absent: what it writes is only kept as last words. */
	readonly hear?: (line: string) => void;
	readonly hearError?: (line: string) => void;
	/** On standard output a carriage return ends a line as well: it is written over in place. */
	readonly overwrites?: boolean;
	/** Hears each line that the tool writes to file descriptor 3. */
	readonly hearChannel?: (line: string) => void;
	/** A folder that goes with it; it is for who made it to remove, unless this process dies before. */
	readonly scratch?: string;
	/** What it reads on standard input; absent: nothing. 'fed': what others write into `feed`. */
	readonly input?: string | Uint8Array | 'fed';
	/** Takes standard output as it is, instead of `hear`, and is ended with it. */
	readonly into?: Writable;
};

/** What the processes of a tool take: CPU as a percentage of one core since the last reading, resident memory in bytes. */
export type ToolUse = {readonly cpu: number; readonly memory: number};

/** A tool that runs, in a process group of its own. */
export type RunningTool = {
	readonly pid: number | undefined;
	/** Where the input goes of one that is fed. */
	readonly feed: Writable | undefined;
	/** Resolves when it has ended and all that it wrote was heard; never rejects. */
	readonly ended: Promise<ToolEnd>;
	/** The last lines that it wrote, those of standard error first; control characters made visible. */
	readonly lastWords: () => readonly string[];
	/** `undefined` where that cannot be read, and at the first time. */
	readonly use: () => ToolUse | undefined;
	/** Sends it a signal, and leaves it to it what becomes of that; on Windows nothing. */
	readonly tell: (signal: NodeJS.Signals) => void;
	/** Asks it to end, by this signal; what is left after `patience` milliseconds is ended. Resolves when nothing is. */
	readonly stop: (signal?: NodeJS.Signals, patience?: number) => Promise<void>;
};

/** How a tool ended, in words that follow its name. */
export const toolEndWords = (end: ToolEnd): string => {
	if ('unstartable' in end) return `could not be started: ${end.unstartable}`;
	return 'code' in end ? `ended with exit code ${end.code}` : `was ended by ${end.signal}`;
};

/** The error of a tool that failed, with its last words as a hint. Exit code 4. */
export const toolFailure = (name: string, end: ToolEnd, words: readonly string[]): BenchtopError =>
	new BenchtopError(`${name} ${toolEndWords(end)}.`, {
		...(words.length === 0 ? {} : {hint: ['Its last words:', ...words.slice(-8)].join('\n')}),
		exitCode: 4,
	});

/** Lines that are kept of what a tool wrote. */
const mostWords = 20;
const longestWord = 500;
/** A line that does not end is cut: nothing that a tool writes may fill the memory. */
const longestLine = 4 * 1024 * 1024;

const hearLines = async (stream: unknown, hear: (line: string) => void, overwrites = false): Promise<void> => {
	if (!(stream instanceof Readable)) return;
	const decoder = new StringDecoder('utf8');
	let rest = '';
	stream.on('data', (bytes: Buffer) => {
		const read = rest + decoder.write(bytes);
		const text = overwrites ? read.replaceAll('\r', '\n') : read;
		let from = 0;
		for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
			hear(text.slice(from, text[end - 1] === '\r' ? end - 1 : end));
			from = end + 1;
		}

		rest = text.slice(from).slice(-longestLine);
	});
	stream.on('error', () => {});
	await new Promise((resolve) => stream.once('close', resolve));
	if (rest !== '') hear(rest);
};

/** Whoever takes it may be gone, or slower: it is left to the system to hold back the writer. */
const passOn = async (stream: unknown, into: Writable): Promise<void> => {
	if (!(stream instanceof Readable)) return;
	stream.on('error', () => {});
	into.on('error', () => stream.destroy());
	stream.pipe(into);
	await new Promise((resolve) => stream.once('close', resolve));
};

/**
 * A shell that waits for this process to die, however it does, and then ends a process group: nobody else would. It is told
 * when the group has ended, since its id may then be another's.
 */
const guardGroup = (group: number, scratch = ''): {readonly close: () => void} => {
	if (isWindows) return {close: () => {}};
	const lines = 'read -r over && exit; kill -s KILL -- "-$1"; test -z "$2" || rm -rf -- "$2"';
	const shell = spawn('/bin/sh', ['-c', lines, 'sh', String(group), scratch], {
		detached: true,
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	shell.on('error', () => {});
	shell.stdin.on('error', () => {});
	shell.unref();
	return {close: () => void shell.stdin.end('over\n')};
};

const clockTicks = 100;
const pageSize = 4096;

/** CPU time in seconds and resident memory in bytes of a process group; `undefined` where there is no /proc. */
const readGroup = (group: number): {readonly seconds: number; readonly memory: number} | undefined => {
	if (process.platform !== 'linux') return undefined;
	let [ticks, pages] = [0, 0];
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		try {
			const text = readFileSync(`/proc/${name}/stat`, 'latin1');
			// Fields by proc_pid_stat(5), after the name, which may hold anything.
			const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
			if (Number(fields[2]) !== group) continue;
			ticks += Number(fields[11]) + Number(fields[12]);
			pages += Number(fields[21]);
		} catch {
			// It has gone meanwhile.
		}
	}

	return {seconds: ticks / clockTicks, memory: pages * pageSize};
};

/** Between two readings of all processes lies at least so much time, however often they are asked for. Milliseconds. */
const leastBetweenReadings = 900;

const createMeter = (group: number | undefined): (() => ToolUse | undefined) => {
	let before: {readonly at: number; readonly seconds: number} | undefined;
	let last: ToolUse | undefined;
	return () => {
		const at = performance.now();
		if (group === undefined || (before !== undefined && at - before.at < leastBetweenReadings)) return last;
		const read = readGroup(group);
		if (read === undefined) return undefined;
		if (before !== undefined) {
			const seconds = Math.max(0, read.seconds - before.seconds);
			last = {cpu: (seconds / ((at - before.at) / 1000)) * 100, memory: read.memory};
		}

		before = {at, seconds: read.seconds};
		return last;
	};
};

const signalGroup = ({pid}: ChildProcess, mark: string, signal: NodeJS.Signals): void => {
	if (pid === undefined) return;
	if (isWindows) {
		// There are no groups and no asking: its own tool follows the tree.
		spawn('taskkill', ['/pid', String(pid), '/T', '/F'], {stdio: 'ignore', windowsHide: true}).on('error', () => {});
		return;
	}

	try {
		process.kill(-pid, signal);
	} catch {
		// Nothing of it is left.
	}

	if (signal === 'SIGKILL') signalMarked(mark, signal);
};

const goneWithin = async (child: ChildProcess, patience: number): Promise<boolean> => {
	const {pid} = child;
	if (pid === undefined) return true;
	const isGone = (): boolean => (isWindows ? child.exitCode !== null || child.signalCode !== null : !isGroupAlive(pid));
	for (const end = performance.now() + patience; performance.now() < end; await sleep(10)) if (isGone()) return true;
	return isGone();
};

/** How long a tool that was asked to end may take: a run is to be over within a second. Milliseconds. */
const usualPatience = 600;
/** What a tool wrote before it ended is heard after so long, unless another process keeps its output open. Milliseconds. */
const lastHearing = 250;
/** What was ended by force is gone after so long. */
const longestDying = 3000;

/** Starts a program with these words. It ends with this process, however that ends. */
export const startTool = (path: string, words: readonly string[], options: ToolOptions = {}): RunningTool => {
	const {folder, environment, hear, hearError, hearChannel, scratch, input, into, overwrites} = options;
	const mark = randomUUID();
	const child = spawn(path, words, {
		...(folder === undefined ? {} : {cwd: folder}),
		env: {...process.env, ...environment, [markVariable]: mark},
		detached: !isWindows,
		windowsHide: true,
		stdio: ['pipe', 'pipe', 'pipe', hearChannel === undefined ? 'ignore' : 'pipe'],
	});
	const guard = child.pid === undefined ? undefined : guardGroup(child.pid, scratch);
	child.stdin?.on('error', () => {});
	if (input !== 'fed') child.stdin?.end(input);

	const said: string[] = [];
	const complained: string[] = [];
	const keep = (kept: string[], line: string): void => {
		const word = printable(stripVTControlCharacters(line)).slice(0, longestWord);
		if (word.trim() === '') return;
		kept.push(word);
		if (kept.length > mostWords) kept.shift();
	};
	const channel = child.stdio[3];
	const heard = [
		into === undefined
			? hearLines(child.stdout, hear ?? ((line) => keep(said, line)), overwrites)
			: passOn(child.stdout, into),
		hearLines(child.stderr, (line) => {
			keep(complained, line);
			hearError?.(line);
		}),
		...(hearChannel === undefined ? [] : [hearLines(channel, hearChannel)]),
	];

	const ended = (async (): Promise<ToolEnd> => {
		try {
			const [code, signal]: [number | null, NodeJS.Signals | null] = await new Promise((resolve, reject) => {
				child.once('error', reject);
				child.once('exit', (...how) => resolve(how));
			});
			// What it wrote last may still be on its way; a process of its own may keep the pipe open for ever.
			const waiting = new AbortController();
			await Promise.race([Promise.all(heard), sleep(1000, undefined, {signal: waiting.signal}).catch(() => {})]);
			waiting.abort();
			return signal === null ? {code: code ?? 0} : {signal};
		} catch (error) {
			return {unstartable: error instanceof Error ? error.message : String(error)};
		}
	})();

	const close = (): void => {
		guard?.close();
		for (const stream of [child.stdout, child.stderr, channel]) stream?.destroy();
	};
	let stopping: Promise<void> | undefined;
	const stop = async (signal: NodeJS.Signals, patience: number): Promise<void> => {
		if (!(await goneWithin(child, 0))) {
			signalGroup(child, mark, signal);
			await goneWithin(child, patience);
		}

		// Also where its group has gone: it may have made others.
		signalGroup(child, mark, 'SIGKILL');
		await goneWithin(child, longestDying);
		// What it said last is still on its way.
		await Promise.race([ended, sleep(lastHearing, undefined, {ref: false})]);
		close();
		await ended;
	};
	return {
		pid: child.pid,
		feed: input === 'fed' && child.stdin instanceof Writable ? child.stdin : undefined,
		ended,
		lastWords: () => [...complained, ...said].slice(-mostWords),
		use: createMeter(child.pid),
		tell(signal) {
			if (!isWindows) signalGroup(child, mark, signal);
		},
		stop: (signal = 'SIGTERM', patience = usualPatience) => {
			stopping ??= stop(signal, patience);
			return stopping;
		},
	};
};

/** What a tool prints, such as its version: both streams together. `undefined` where it does not end in time or fails. */
export const askTool = async (
	path: string,
	words: readonly string[],
	options: Pick<ToolOptions, 'folder' | 'environment'> & {
		readonly patience?: number;
		/** Its exit code says nothing: some end the telling of their version like a mistake. */
		readonly anyCode?: true;
	} = {},
): Promise<string | undefined> => {
	const {patience = 10_000, anyCode, ...rest} = options;
	const lines: string[] = [];
	const running = startTool(path, words, {
		...rest,
		hear: (line) => lines.push(line),
		hearError: (line) => lines.push(line),
	});
	const timer = setTimeout(() => void running.stop('SIGKILL', 0), patience);
	const end = await running.ended;
	clearTimeout(timer);
	await running.stop('SIGKILL', 0);
	return 'code' in end && (end.code === 0 || anyCode === true) ? lines.join('\n') : undefined;
};

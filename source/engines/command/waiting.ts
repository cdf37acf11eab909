import {createRequire} from 'node:module';
import {constants} from 'node:os';
import type {LibraryHandle} from 'koffi';

/** The exit status of a child and what it used, as `wait4` gives it. */
export type Waited = {
	readonly code?: number;
	readonly signal?: string;
	/** Milliseconds of CPU, and bytes of the largest process. */
	readonly usage: {readonly user: number; readonly system: number; readonly peakMemory: number};
};

/** The calls of the operating system that Node has not. */
export type Waiting = {
	/** Both ends of a pipe, to read and to write, which no child gets unless it is given them. Linux. */
	readonly pipe: () => readonly [number, number];
	/** From now on descendants that lose their parent become children of this process. Linux; false where that cannot be. */
	readonly adopt: () => boolean;
	/** Makes this process (0), or a child that has not begun another program, the leader of a process group of its own. */
	readonly lead: (pid: number) => void;
	/** Blocks this thread until the child has ended. */
	readonly wait: (pid: number) => Waited;
	/** Takes leave of children that have ended; whether there are others that have not. */
	readonly leaves: () => boolean;
};

const closeOnExec = 0o2000000;
const setChildSubreaper = 36;
const withoutWaiting = 1;

type Rusage = {
	userSeconds: number;
	userMicroseconds: number;
	systemSeconds: number;
	systemMicroseconds: number;
	maxrss: number;
};

const signalNames = new Map<number, string>(Object.entries(constants.signals).map(([name, number]) => [number, name]));

type Linux = {
	readonly pipe2: (ends: number[], flags: number) => number;
	readonly prctl: (option: number, a: number, b: number, c: number, d: number) => number;
};

const openLinux = (library: LibraryHandle): Linux => ({
	pipe2: library.func('int pipe2(_Out_ int *ends, int flags)'),
	prctl: library.func('int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)'),
});

const openLibrary = (): Waiting => {
	// A library in another language: it is not bundled, and who needs none of it does without.
	const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
	const library = koffi.load(null);
	// What POSIX leaves open: of a time the microseconds are an int or a long; where bytes are ordered as on all these
	// machines, the int is right for both. What follows maxrss is not read.
	const rusage = koffi.struct({
		userSeconds: 'long',
		userMicroseconds: 'int',
		systemSeconds: 'long',
		systemMicroseconds: 'int',
		maxrss: 'long',
		rest: koffi.array('long', 13),
	});
	const wait4: (pid: number, status: number[], options: number, usage: Rusage) => number = library.func(
		'wait4',
		'int',
		['int', koffi.out(koffi.pointer('int')), 'int', koffi.out(koffi.pointer(rusage))],
	);
	const setpgid: (pid: number, group: number) => number = library.func('int setpgid(int pid, int group)');
	const linux = process.platform === 'linux' ? openLinux(library) : undefined;
	const empty = (): Rusage => ({
		userSeconds: 0,
		userMicroseconds: 0,
		systemSeconds: 0,
		systemMicroseconds: 0,
		maxrss: 0,
	});
	const bytesOfMaxrss = process.platform === 'darwin' ? 1 : 1024;
	const interrupted = constants.errno.EINTR;

	return {
		pipe() {
			const ends: [number, number] = [0, 0];
			if (linux?.pipe2(ends, closeOnExec) !== 0) throw new Error('No pipe could be made: too many open files.');
			return ends;
		},
		adopt() {
			return linux !== undefined && linux.prctl(setChildSubreaper, 1, 0, 0, 0) === 0;
		},
		lead(pid) {
			if (setpgid(pid, pid) !== 0 && pid !== 0)
				throw new Error('A command could not be given a process group of its own.');
		},
		wait(pid) {
			const status = [0];
			const usage = empty();
			let waited: number;
			do waited = wait4(pid, status, 0, usage);
			while (waited < 0 && koffi.errno() === interrupted);
			if (waited !== pid) throw new Error('A command that was started could not be waited for.');
			const [word = 0] = status;
			const signal = word & 0x7f;
			return {
				...(signal === 0 ? {code: (word >> 8) & 0xff} : {signal: signalNames.get(signal) ?? `signal ${signal}`}),
				usage: {
					user: usage.userSeconds * 1000 + usage.userMicroseconds / 1000,
					system: usage.systemSeconds * 1000 + usage.systemMicroseconds / 1000,
					peakMemory: usage.maxrss * bytesOfMaxrss,
				},
			};
		},
		leaves() {
			for (;;) {
				const ended = wait4(-1, [0], withoutWaiting, empty());
				if (ended <= 0) return ended === 0;
			}
		},
	};
};

let opened: Waiting | undefined | null = null;

/** Absent on Windows, and where the library that calls the operating system does not run. */
export const openWaiting = (): Waiting | undefined => {
	if (opened !== null) return opened;
	try {
		opened = process.platform === 'win32' ? undefined : openLibrary();
	} catch {
		opened = undefined;
	}

	return opened;
};

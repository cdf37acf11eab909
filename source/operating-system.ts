import {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';

/**
 * Makes a folder with all that leads to it, entered by its owner alone. Throws what the system says. Node's own
 * recursive mkdir never returns below /proc, where a folder can be neither found nor made.
 */
export const makeFolder = (path: string): void => {
	const missing: string[] = [];
	for (let folder = path; !existsSync(folder) && dirname(folder) !== folder; folder = dirname(folder))
		missing.push(folder);
	for (const folder of missing.reverse()) {
		try {
			mkdirSync(folder, {mode: 0o700});
		} catch (error) {
			// Somebody else made it meanwhile.
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		}
	}
};

/**
 * Whether a process of this id lives. One of another user counts; one that has ended, and waits for a parent that never
 * asks, as in containers without an init, does not.
 */
export const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return !'ZX'.includes(standingOf(pid)?.state ?? 'R');
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
};

type Standing = {
	readonly state: string;
	readonly group: number;
	/** When it began, in ticks since the machine did. */
	readonly began: string;
};

/** How a process stands, by proc_pid_stat(5); `undefined` when it has gone, and where there is no /proc. */
const standingOf = (pid: number | string): Standing | undefined => {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return {state: fields[0] ?? '', group: Number(fields[2]), began: fields[19] ?? ''};
	} catch {
		return undefined;
	}
};

/** A process that no other one is mistaken for, though ids are used again. */
export type KnownProcess = {
	readonly pid: number;
	readonly began: string;
	/** What all that it starts carries in its environment. */
	readonly mark?: string;
};

/** The environment variable that processes which are to end together are known by, whatever session they make their own. */
export const markVariable = 'BENCHTOP_SERVICE';

/** The processes that carry a mark; those that have ended are none. Linux, elsewhere none can be told. */
export const markedProcesses = (mark: string): readonly number[] => {
	if (process.platform !== 'linux') return [];
	const entry = `${markVariable}=${mark}`;
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.filter((name) => {
			try {
				return readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(entry);
			} catch {
				// It has gone, or is another user's.
				return false;
			}
		})
		.map(Number)
		.filter((pid) => !'ZX'.includes(standingOf(pid)?.state ?? 'X'));
};

/** Sends a signal to all that carry a mark. */
export const signalMarked = (mark: string, signal: NodeJS.Signals): void => {
	for (const pid of markedProcesses(mark)) {
		try {
			process.kill(pid, signal);
		} catch {
			// It has gone meanwhile.
		}
	}
};

/** A process as it can be known again; `undefined` where that cannot be told. */
export const knownProcess = (pid: number): KnownProcess | undefined => {
	const began = standingOf(pid)?.began;
	return began === undefined || began === '' ? undefined : {pid, began};
};

/** Ends a process with all of its group, if it is still the one that was meant, and all that carries its mark. */
export const endGroup = ({pid, began, mark}: KnownProcess): void => {
	if (mark !== undefined) signalMarked(mark, 'SIGKILL');
	if (standingOf(pid)?.began !== began) return;
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// It has gone meanwhile, or is another user's.
	}
};

/**
 * Whether anything of a process group is left that runs. What has ended and only waits for its parent, which may be slow
 * to fetch what it did not start itself, is not counted where that can be seen.
 */
export const isGroupAlive = (group: number): boolean => {
	try {
		process.kill(-group, 0);
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}

	if (process.platform !== 'linux') return true;
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.some((name) => {
			const found = standingOf(name);
			return found?.group === group && found.state !== 'Z' && found.state !== 'X';
		});
};

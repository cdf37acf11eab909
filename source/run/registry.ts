import {lstatSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {z} from 'zod';
import {BenchtopError} from '../errors.ts';
import {isAlive, makeFolder} from '../operating-system.ts';

const runningRun = z.object({
	id: z.string(),
	pid: z.int(),
	name: z.string(),
	target: z.string(),
	began: z.string(),
	socket: z.string(),
	log: z.string(),
});

/** A run that a process of this machine is working on. */
export type RunningRun = z.infer<typeof runningRun>;

/** A socket's path has room for 103 bytes on macOS; the file in the folder takes 16 of them. */
const longestFolder = 87;

/**
 * The folder where running benchmarks of this user can be found and spoken to; only the user can enter it. Throws a
 * BenchtopError when somebody else owns it.
 */
export const runtimeFolder = (environment: Readonly<Record<string, string | undefined>>): string => {
	const user = process.getuid?.();
	// Not XDG_RUNTIME_DIR: that one is gone with the user's last session, and a run must outlive a lost SSH line.
	const base = resolve(environment.TMPDIR || tmpdir());
	const folder = join(base, user === undefined ? 'benchtop' : `benchtop-${user}`);
	if (process.platform !== 'win32' && Buffer.byteLength(folder) > longestFolder) {
		throw new BenchtopError(`${folder} is too long a path for a socket.`, {
			hint: 'Set TMPDIR to a shorter one, such as /tmp.',
		});
	}

	makeFolder(folder);
	const found = lstatSync(folder);
	if (!found.isDirectory() || (user !== undefined && (found.uid !== user || (found.mode & 0o077) !== 0))) {
		throw new BenchtopError(`${folder} is not a folder that only you can enter.`, {
			hint: `Remove it, or run: chmod 700 ${folder}; or set TMPDIR to a folder of your own.`,
		});
	}

	return folder;
};

/** Where a run listens: a socket file, on Windows a named pipe. */
export const socketPath = (folder: string, id: string): string =>
	process.platform === 'win32' ? `\\\\.\\pipe\\benchtop-${id}` : join(folder, `${id}.sock`);

export const register = (folder: string, run: RunningRun): void =>
	writeFileSync(join(folder, `${run.id}.json`), JSON.stringify(run), {mode: 0o600});

export const unregister = (folder: string, id: string): void => {
	rmSync(join(folder, `${id}.json`), {force: true});
	if (process.platform !== 'win32') rmSync(socketPath(folder, id), {force: true});
};

/** Every running run, newest first; what processes left behind that were killed is swept away. */
export const runningRuns = (folder: string): readonly RunningRun[] => {
	const runs: RunningRun[] = [];
	for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
		try {
			const run = runningRun.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
			if (isAlive(run.pid)) runs.push(run);
			else {
				unregister(folder, run.id);
				// The log of a run that was not to be kept lies here too.
				if (dirname(run.log) === folder) rmSync(run.log, {force: true});
			}
		} catch {
			// Being written or removed at this moment.
		}
	}

	return runs.sort((a, b) => b.began.localeCompare(a.began));
};

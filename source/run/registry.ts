import {lstatSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
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

/**
 * The folder where running benchmarks of this user can be found and spoken to; only the user can enter it. Throws a
 * BenchtopError when somebody else owns it.
 */
export const runtimeFolder = (environment: Readonly<Record<string, string | undefined>>): string => {
	const user = process.getuid?.();
	const base = environment.XDG_RUNTIME_DIR || tmpdir();
	const folder = join(base, user === undefined ? 'benchtop' : `benchtop-${user}`);
	makeFolder(folder);
	const found = lstatSync(folder);
	if (!found.isDirectory() || (user !== undefined && (found.uid !== user || (found.mode & 0o077) !== 0))) {
		throw new BenchtopError(`${folder} is not a folder that only you can enter.`, {
			hint: `Remove it, or run: chmod 700 ${folder}; or set XDG_RUNTIME_DIR to a folder of your own.`,
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
			else unregister(folder, run.id);
		} catch {
			// Being written or removed at this moment.
		}
	}

	return runs.sort((a, b) => b.began.localeCompare(a.began));
};

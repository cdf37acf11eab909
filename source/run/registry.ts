import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import * as z from 'zod';
import {endGroup, isAlive} from '../operating-system.ts';
import {socketPath} from './socket-path.ts';
import {removeWorktree} from './worktree.ts';

const runningRun = z.object({
	id: z.string(),
	pid: z.int(),
	name: z.string(),
	target: z.string(),
	began: z.string(),
	socket: z.string(),
	log: z.string(),
	/** Processes that were started around it, and must not outlive the one that works on it. */
	services: z.array(z.object({pid: z.int(), began: z.string(), mark: z.string().exactOptional()})).exactOptional(),
	/** Folders that commits were laid out in for it, which must not outlive it either. */
	worktrees: z.array(z.object({folder: z.string(), repository: z.string()})).exactOptional(),
});

/** A run that a process of this machine is working on. */
export type RunningRun = z.infer<typeof runningRun>;

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
				for (const service of run.services ?? []) endGroup(service);
				for (const worktree of run.worktrees ?? []) removeWorktree(worktree);
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

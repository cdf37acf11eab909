import {existsSync, mkdirSync} from 'node:fs';
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

/** Whether a process of this id lives. One of another user counts. */
export const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
};

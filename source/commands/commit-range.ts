import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import type {CommitRange} from '../core/commit-range.ts';

/** Git takes many words for commits, and flags too; a run has nothing but a hash. */
const isHash = (commit: string): boolean => /^[0-9a-f]{7,64}$/i.test(commit);

const patience = 5000;

/** The commits after `from` up to `to`, counted where the folder's repository has both. */
export const commitRange = async (folder: string, from: string | null, to: string | null): Promise<CommitRange> => {
	if (from === null || to === null || !isHash(from) || !isHash(to)) return {from, to, count: null};
	try {
		const {stdout} = await promisify(execFile)(
			'git',
			['--no-optional-locks', 'rev-list', '--count', '--end-of-options', `${from}..${to}`, '--'],
			{cwd: folder, timeout: patience, windowsHide: true},
		);
		const count = Number(stdout.trim());
		return {from, to, count: Number.isSafeInteger(count) ? count : null};
	} catch {
		// No git, no repository, or one that does not have them: a shallow clone, another project.
		return {from, to, count: null};
	}
};

import {execFile, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, realpathSync, rmdirSync, rmSync} from 'node:fs';
import {devNull, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import type {Worktree} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import {BenchtopError, messageOf} from '../errors.ts';

/** Git finds the repository by the folder: what a hook that called us says of its own would lead elsewhere. */
const environment = (): NodeJS.ProcessEnv =>
	Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR)$/.test(name)),
	);

/** Hooks of the repository are for people who check out to work on it. */
const git = async (folder: string, ...words: readonly string[]): Promise<string> => {
	const {stdout} = await promisify(execFile)('git', ['-C', folder, '-c', `core.hooksPath=${devNull}`, ...words], {
		env: environment(),
		maxBuffer: 64 * 2 ** 20,
		windowsHide: true,
	});
	return stdout.trim();
};

const lastLine = (error: unknown): string =>
	messageOf(error)
		.trim()
		.split('\n')
		.slice(1)
		.at(-1)
		?.replace(/^fatal: /, '') ?? messageOf(error);

/** The topmost folder of the repository that a folder lies in. Rejects with a BenchtopError where there is none. */
export const repositoryOf = async (folder: string): Promise<string> => {
	try {
		return await git(folder, 'rev-parse', '--show-toplevel');
	} catch (error) {
		throw new BenchtopError(`${printable(folder)} lies in no git repository: ${printable(lastLine(error))}`, {
			hint: 'Branches are compared where there are some; two running services are: benchtop ab <urlA> <urlB>',
			cause: error,
		});
	}
};

/** The commit that a branch, a tag or the like means. Rejects with a BenchtopError where it means none. */
export const commitOf = async (repository: string, reference: string): Promise<string> => {
	try {
		return await git(repository, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`);
	} catch (error) {
		throw new BenchtopError(`There is no branch, tag or commit ${JSON.stringify(printable(reference))}.`, {
			hint: `git -C ${printable(repository)} branch --all lists the branches; one that is only elsewhere must be fetched before.`,
			cause: error,
		});
	}
};

/** Whether files that git keeps were changed since the last commit. */
export const hasChanges = async (repository: string): Promise<boolean> =>
	(await git(repository, 'status', '--porcelain', '--untracked-files=no')) !== '';

/**
 * Lays out a commit in a new temporary folder. Whoever asks for it has it removed. Rejects with a BenchtopError (exit code 4)
 * where that cannot be done; then nothing is left of it.
 */
export const addWorktree = async (repository: string, commit: string, name: string): Promise<Worktree> => {
	const parent = realpathSync(mkdtempSync(join(tmpdir(), 'benchtop-worktree-')));
	const worktree: Worktree = {folder: join(parent, name), repository};
	try {
		await git(repository, 'worktree', 'add', '--detach', worktree.folder, commit);
		return worktree;
	} catch (error) {
		removeWorktree(worktree);
		throw new BenchtopError(`${printable(commit)} cannot be checked out: ${printable(lastLine(error))}`, {
			hint: `It was tried in ${parent}. Is there room?`,
			exitCode: 4,
			cause: error,
		});
	}
};

/** Removes a folder that a commit was laid out in, and what git knows of it. Never throws; returns what is in the way. */
export const removeWorktree = ({folder, repository}: Worktree): string | undefined => {
	const words = (...more: readonly string[]): string[] => ['-C', repository, 'worktree', ...more];
	const options = {env: environment(), stdio: 'ignore', windowsHide: true} as const;
	spawnSync('git', words('remove', '--force', '--force', folder), options);
	try {
		rmSync(folder, {recursive: true, force: true, maxRetries: 3});
		// Only its own, which is empty now.
		if (existsSync(dirname(folder))) rmdirSync(dirname(folder));
	} catch (error) {
		if (existsSync(folder)) return `${folder} could not be removed: ${messageOf(error)}`;
	} finally {
		spawnSync('git', words('prune'), options);
	}

	return undefined;
};

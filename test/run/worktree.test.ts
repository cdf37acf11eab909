import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {register, runningRuns} from '../../source/run/registry.ts';
import {addWorktree, commitOf, hasChanges, removeWorktree, repositoryOf} from '../../source/run/worktree.ts';

let folder: string;
const git = (...words: readonly string[]): string =>
	execFileSync('git', ['-C', folder, '-c', 'user.name=n', '-c', 'user.email=n@n', ...words], {encoding: 'utf8'}).trim();
const commit = (text: string): void => {
	writeFileSync(join(folder, 'file'), text);
	git('add', '-A');
	git('commit', '-q', '-m', text);
};
const worktrees = (): number => git('worktree', 'list').split('\n').length;

beforeEach(() => {
	folder = realpathSync(mkdtempSync(join(tmpdir(), 'benchtop-repository-')));
	git('init', '-q', '-b', 'main');
	commit('one');
	commit('two');
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

test('a commit is laid out beside the files that people work on, and removed with all that was put there', async () => {
	writeFileSync(join(folder, 'file'), 'being written');
	const repository = await repositoryOf(folder);
	const worktree = await addWorktree(repository, await commitOf(repository, 'main~1'), 'base');
	expect(readFileSync(join(worktree.folder, 'file'), 'utf8')).toBe('one');
	expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('being written');
	expect([await hasChanges(repository), worktrees()]).toEqual([true, 2]);
	mkdirSync(join(worktree.folder, 'built'));
	writeFileSync(join(worktree.folder, 'built', 'file'), '');
	expect(removeWorktree(worktree)).toBeUndefined();
	expect([existsSync(worktree.folder), existsSync(dirname(worktree.folder)), worktrees()]).toEqual([false, false, 1]);
	// Twice is once.
	expect(removeWorktree(worktree)).toBeUndefined();
});

test('what its hooks do is for people, and says nothing here', async () => {
	const hook = join(folder, '.git', 'hooks', 'post-checkout');
	writeFileSync(hook, `#!/bin/sh\ntouch ${folder}/hooked\n`, {mode: 0o755});
	const worktree = await addWorktree(folder, await commitOf(folder, 'main'), 'base');
	removeWorktree(worktree);
	expect(existsSync(join(folder, 'hooked'))).toBe(false);
});

test('what cannot be laid out is told, and leaves nothing', async () => {
	await expect(commitOf(folder, 'nothing')).rejects.toThrow('There is no branch, tag or commit "nothing"');
	await expect(commitOf(folder, '--all')).rejects.toThrow('There is no branch');
	await expect(addWorktree(folder, '0'.repeat(40), 'base')).rejects.toThrow('cannot be checked out');
	expect(worktrees()).toBe(1);
	await expect(repositoryOf(tmpdir())).rejects.toThrow('lies in no git repository');
});

test('of a process that was killed it goes with the next look', async () => {
	const worktree = await addWorktree(folder, await commitOf(folder, 'main'), 'base');
	const runtime = mkdtempSync(join(tmpdir(), 'benchtop-runtime-'));
	// No process has an id as high as this.
	const gone = {id: 'x', pid: 2 ** 30, name: 'n', target: 't', began: '2026-01-01T00:00:00Z', socket: 's', log: 'l'};
	register(runtime, {...gone, worktrees: [worktree]});
	expect(runningRuns(runtime)).toEqual([]);
	expect([existsSync(worktree.folder), worktrees()]).toEqual([false, 1]);
	rmSync(runtime, {recursive: true});
});

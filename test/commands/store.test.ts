import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {openStore} from '../../source/store/index.ts';
import {type Home, newHome, runCli} from '../helpers/cli.ts';
import {syntheticResult} from '../helpers/result.ts';
import {syntheticRounds} from '../helpers/rounds.ts';

const filled = async (count: number): Promise<Home> => {
	const home = newHome();
	const store = await openStore(home.store);
	for (let index = 0; index < count; index++) {
		const day = String(index + 1).padStart(2, '0');
		await store.save(
			syntheticResult({
				id: `run-${day}`,
				name: index % 2 === 0 ? 'even' : 'odd',
				began: `2025-03-${day}T10:00:00.000Z`,
			}),
		);
	}

	await store.setBaseline({name: 'main', benchmark: 'even', runId: 'run-01', setAt: '2025-03-01T10:00:00.000Z'});
	await store.close();
	return home;
};

const idsIn = async (path: string): Promise<string[]> => {
	const store = await openStore(path);
	const runs = await store.list({});
	await store.close();
	return runs.map(({id}) => id);
};

describe('benchtop store', () => {
	test('exports a history that another imports as it was, once', async () => {
		const home = await filled(5);
		const {code, stdout} = await runCli(['store', 'export', 'all.jsonl'], home);
		expect([code, stdout]).toEqual([0, 'Exported 5 runs and 1 baseline to all.jsonl.\n']);
		const other = newHome();
		const file = join(home.folder, 'all.jsonl');
		expect((await runCli(['store', 'import', file], other)).stdout).toBe('Imported 5 runs and 1 baseline.\n');
		expect((await runCli(['store', 'import', file], other)).stdout).toBe(
			'Imported 0 runs and 1 baseline; 5 runs were there already.\n',
		);
		const [before, after] = [await openStore(home.store), await openStore(other.store)];
		for (const {id} of await before.list({})) expect(await after.load(id)).toStrictEqual(await before.load(id));
		expect(await after.baselines()).toEqual(await before.baselines());
		await before.close();
		await after.close();
	});

	test('says where a file is not what it should be, and keeps what came before', async () => {
		const home = await filled(2);
		await runCli(['store', 'export', 'all.jsonl'], home);
		const lines = readFileSync(join(home.folder, 'all.jsonl'), 'utf8').split('\n');
		writeFileSync(join(home.folder, 'bad.jsonl'), [lines[0], lines[1], '{"run": {"id": 3}}'].join('\n'));
		const other = newHome();
		const {code, stderr} = await runCli(['store', 'import', join(home.folder, 'bad.jsonl')], other);
		expect([code, stderr]).toEqual([2, expect.stringMatching(/bad\.jsonl:3: it is no run: id: /)]);
		expect(await idsIn(other.store)).toHaveLength(1);
		writeFileSync(join(home.folder, 'later.jsonl'), '{"history":"benchtop","version":2}\n');
		expect((await runCli(['store', 'import', 'later.jsonl'], home)).stderr).toMatch(
			/later\.jsonl:1: it is of version 2/,
		);
		expect((await runCli(['store', 'import', 'none.jsonl'], home)).stderr).toMatch(/There is no file/);
	});

	test('copies into another history', async () => {
		const home = await filled(3);
		const {code, stdout} = await runCli(['store', 'copy', 'other.db'], home);
		expect([code, stdout]).toEqual([0, `Copied 3 runs and 1 baseline to ${join(home.folder, 'other.db')}.\n`]);
		expect(await idsIn(join(home.folder, 'other.db'))).toEqual(await idsIn(home.store));
		expect((await runCli(['store', 'copy', home.store], home)).stderr).toMatch(/cannot be copied into itself/);
	});

	test('prunes all but the newest of each benchmark, never a baseline, with the event logs', async () => {
		const home = await filled(6);
		const logs = join(home.folder, 'data', 'benchtop', 'runs');
		await runCli(['history'], home);
		mkdirSync(logs, {recursive: true});
		for (const id of ['run-02', 'run-06']) writeFileSync(join(logs, `${id}.jsonl`), '');
		expect((await runCli(['store', 'prune', '--keep', '1', '--dry-run'], home)).stdout).toBe('Would delete 3 runs.\n');
		expect(await idsIn(home.store)).toHaveLength(6);
		expect((await runCli(['store', 'prune', '--keep', '1'], home)).stdout).toBe(
			'Deleted 3 runs, with their event logs.\n',
		);
		expect(await idsIn(home.store)).toEqual(['run-06', 'run-05', 'run-01']);
		expect(readdirSync(logs)).toEqual(['run-06.jsonl']);
		expect((await runCli(['store', 'prune', '--older', '1d'], home)).stdout).toBe(
			'Deleted 2 runs, with their event logs.\n',
		);
		expect(await idsIn(home.store)).toEqual(['run-01']);
	});

	test('prunes no round of a baseline, which is held against with all of them', async () => {
		const home = newHome();
		const store = await openStore(home.store);
		const [first, second] = ['first', 'second'].map((group, index) =>
			syntheticRounds({group, from: `2025-03-0${index + 1}T10:00:00Z`, levels: [1, 1.01, 0.99], seconds: 2}),
		);
		for (const run of [...(first ?? []), ...(second ?? [])]) await store.save(run);
		const {id: runId, name: benchmark} = first![2]!;
		await store.setBaseline({name: 'main', benchmark, runId, setAt: '2025-03-01T11:00:00.000Z'});
		await store.close();
		expect((await runCli(['store', 'prune', '--keep', '1'], home)).stdout).toBe(
			'Deleted 2 runs, with their event logs.\n',
		);
		expect(await idsIn(home.store)).toEqual(['second-3', 'first-3', 'first-2', 'first-1']);
	});

	test('deletes the event log of a run alone, whatever the ids of others begin with', async () => {
		const home = newHome();
		const store = await openStore(home.store);
		for (const [id, began] of [
			['run', '2025-03-01T10:00:00Z'],
			['run-2', '2025-03-02T10:00:00Z'],
		] as const) {
			await store.save(syntheticResult({id, began, seconds: 2}));
		}

		await store.close();
		const logs = join(home.folder, 'data', 'benchtop', 'runs');
		mkdirSync(logs, {recursive: true});
		for (const name of ['run.jsonl', 'run-2.jsonl', 'run-3.unsaved.jsonl']) writeFileSync(join(logs, name), '');
		expect((await runCli(['store', 'prune', '--keep', '1'], home)).stdout).toMatch(/Deleted 1 run,/);
		expect(readdirSync(logs)).toEqual(['run-2.jsonl', 'run-3.unsaved.jsonl']);
	});

	test('an older baseline does not take the place of a newer one, and one without its run is told', async () => {
		const home = await filled(3);
		await runCli(['store', 'export', 'old.jsonl'], home);
		await runCli(['baseline', 'set', 'main', 'run-03'], home);
		const lost = {name: 'lost', benchmark: 'even', runId: 'gone', setAt: '2025-03-01T10:00:00.000Z'};
		const file = join(home.folder, 'old.jsonl');
		const lines = readFileSync(file, 'utf8').trimEnd();
		writeFileSync(file, `${lines}\n${JSON.stringify({baseline: lost})}\n`);
		const {code, stdout, stderr} = await runCli(['store', 'import', 'old.jsonl'], home);
		expect([code, stdout]).toEqual([0, 'Imported 0 runs and 0 baselines; 3 runs were there already.\n']);
		expect(stderr).toMatch(/the baseline main of even stays run-03, which was set later/);
		expect(stderr).toMatch(/the baseline lost of even is left out: there is no run gone/);
		const baselines = async (path: string) => {
			const store = await openStore(path);
			const found = await store.baselines();
			await store.close();
			return found.map(({name, runId}) => [name, runId]);
		};
		expect(await baselines(home.store)).toEqual([['main', 'run-03']]);
		const other = await filled(3);
		expect((await runCli(['store', 'copy', home.store], other)).code).toBe(0);
		expect(await baselines(home.store)).toEqual([['main', 'run-03']]);
		expect((await runCli(['store', 'copy', other.store], home)).code).toBe(0);
		expect(await baselines(other.store)).toEqual([['main', 'run-03']]);
	});

	test('an empty file is no history', async () => {
		const home = await filled(1);
		writeFileSync(join(home.folder, 'empty.jsonl'), '\n');
		const {code, stderr} = await runCli(['store', 'import', 'empty.jsonl'], home);
		expect([code, stderr]).toEqual([2, expect.stringMatching(/empty\.jsonl holds nothing/)]);
	});

	test('tells what it cannot do', async () => {
		const home = newHome();
		expect((await runCli(['store'], home)).stderr).toMatch(/One of: export, import, copy, prune/);
		expect((await runCli(['store', 'exprt'], home)).stderr).toMatch(/Did you mean export/);
		expect((await runCli(['store', 'prune'], home)).stderr).toMatch(/--keep N, --older TIME/);
		expect((await runCli(['store', 'export', 'no/such/folder.jsonl'], home)).code).toBe(2);
		expect(existsSync(join(home.folder, 'no'))).toBe(false);
	});
});

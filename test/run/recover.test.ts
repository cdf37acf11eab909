import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {RunEvent} from '../../source/core/event.ts';
import {recoverRuns} from '../../source/run/recover.ts';
import {nameOfHistory, openStore} from '../../source/store/index.ts';
import {syntheticEvents} from '../helpers/result.ts';

/** More than the kernel hands out: a process that is not. */
const nobody = 4_194_305;

const folder = (): string => {
	const path = mkdtempSync(join(tmpdir(), 'benchtop-recover-'));
	onTestFinished(() => rmSync(path, {recursive: true, force: true}));
	return path;
};

const logOf = (id: string, pid: number, events: readonly RunEvent[]): string =>
	events
		.map((event) =>
			JSON.stringify(
				event.kind === 'began' ? {...event, id, pid, environment: {...event.environment, hostname: hostname()}} : event,
			),
		)
		.join('\n');

test('takes in what killed runners left, leaves running ones alone, and no broken log stands in the way', async () => {
	const logs = folder();
	const events = syntheticEvents({});
	const cut = events.slice(0, Math.ceil(events.length / 2));
	writeFileSync(join(logs, 'killed.unsaved.jsonl'), `${logOf('killed', nobody, cut)}\n{"kind":"snap`);
	writeFileSync(join(logs, 'running.unsaved.jsonl'), logOf('running', process.pid, cut));
	writeFileSync(join(logs, 'young.unsaved.jsonl'), '');
	writeFileSync(
		join(logs, 'broken.unsaved.jsonl'),
		`${logOf('broken', nobody, cut.slice(0, 2))}\n${JSON.stringify({kind: 'snapshot', phase: 'measure', snapshot: {from: 0, to: 1, gauges: {a: {b: 1}}}})}\n`,
	);
	const lines = logOf('damaged', nobody, cut).split('\n');
	const silly = lines.toSpliced(-1, 0, '{"kind":"mark","at":1e300,"text":"silly"}');
	writeFileSync(join(logs, 'damaged.unsaved.jsonl'), silly.join('\n'));
	const store = await openStore(join(logs, 'history.db'));
	try {
		expect((await recoverRuns(store, logs)).toSorted()).toEqual(['damaged', 'killed']);
		const [damaged] = await store.list({}).then((runs) => runs.filter(({id}) => id === 'damaged'));
		expect(damaged?.validity).toMatchObject({trustworthy: false});
		expect(damaged?.validity.reasons.map(({message}) => message).join(' ')).toContain(
			'Damaged lines of its event log: 1.',
		);
		rmSync(join(logs, 'damaged.jsonl'));
		expect((await store.list({})).filter(({id}) => id === 'killed')).toMatchObject([{ending: {state: 'failed'}}]);
		expect(
			readdirSync(logs)
				.filter((name) => /jsonl$|unreadable$/.test(name))
				.sort(),
		).toEqual(['broken.unreadable', 'killed.jsonl', 'running.unsaved.jsonl', 'young.unsaved.jsonl']);
		expect(await recoverRuns(store, logs)).toEqual([]);
	} finally {
		await store.close();
	}
});

test('leaves what was to be kept in another history to that one, also where their logs lie together', async () => {
	const logs = folder();
	const events = syntheticEvents({});
	const ofHistory = (history: string | undefined) =>
		events.map((event) => (event.kind === 'began' && history !== undefined ? {...event, history} : event));
	for (const [id, history] of [
		['mine', 'a.db'],
		['other', 'b.db'],
		['team', 'postgres://team:***@host/benchmarks'],
		['old', undefined],
	] as const) {
		writeFileSync(join(logs, `${id}.unsaved.jsonl`), logOf(id, nobody, ofHistory(history)));
	}

	for (const [file, taken] of [
		['a.db', ['mine', 'old']],
		['b.db', ['other']],
	] as const) {
		const store = await openStore(join(logs, file));
		try {
			expect((await recoverRuns(store, logs)).toSorted()).toEqual(taken);
			expect((await store.list({})).map(({id}) => id).toSorted()).toEqual(taken);
		} finally {
			await store.close();
		}
	}

	expect(readdirSync(logs).filter((name) => name.endsWith('.unsaved.jsonl'))).toEqual(['team.unsaved.jsonl']);
	expect(nameOfHistory('postgres://team:secret@host/benchmarks')).toBe('postgres://team:***@host/benchmarks');
	expect(nameOfHistory('postgres://team:***@host/benchmarks')).toBe('postgres://team:***@host/benchmarks');
	expect(nameOfHistory('/home/a/.benchtop/history.db')).toBe('history.db');
});

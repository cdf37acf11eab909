import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {confirmingTag} from '../../source/core/plan.ts';
import type {Result} from '../../source/core/result.ts';
import {baselineFinder} from '../../source/run/baseline.ts';
import {openStore} from '../../source/store/index.ts';
import {syntheticResult} from '../helpers/result.ts';

const storedRuns = async (results: readonly Result[]) => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-baseline-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const store = await openStore(join(folder, 'history.db'));
	for (const result of results) await store.save(result);
	return store;
};

const at = (minute: number, more: Partial<Result> = {}): Result => ({
	...syntheticResult({
		id: `01890000-0000-7000-8000-0000000000${String(minute).padStart(2, '0')}`,
		began: `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`,
	}),
	...more,
});

const steered = {validity: {trustworthy: false, reasons: [{kind: 'steered', message: 'it was'}], limits: []}};

test('the previous run is the last one that was neither steered nor paused, however many were since', async () => {
	const {name, fingerprint} = at(1);
	const disturbed = Array.from({length: 40}, (_, run) => at(10 + run, run % 2 === 0 ? steered : {pausedMs: 1200}));
	for (const [runs, expected] of [
		[[at(1), at(2), ...disturbed], at(2).id],
		[[at(1), ...disturbed, at(55)], at(55).id],
		[disturbed, undefined],
	] as const) {
		const store = await storedRuns(runs);
		try {
			const found = await baselineFinder(store, undefined, () => {})(name, fingerprint);
			expect(found?.id).toBe(expected);
		} finally {
			await store.close();
		}
	}
});

test('a run that only confirms another is no base, and a baseline of several rounds says which it is', async () => {
	const {name, fingerprint, plan} = at(1);
	const round = {number: 2, of: 5};
	const store = await storedRuns([at(1, {plan: {...plan, round}}), at(2, {plan: {...plan, tags: [confirmingTag]}})]);
	try {
		const found = await baselineFinder(store, undefined, () => {})(name, fingerprint);
		expect(found).toMatchObject({id: at(1).id, round});
	} finally {
		await store.close();
	}
});

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {BenchtopError} from '../../errors.ts';
import type {Control, Recorder} from '../engine.ts';
import type {PgbenchPlan} from './plan.ts';
import {pgbenchVersion} from './program.ts';
import {performSession} from './session.ts';
import {makeTables} from './tables.ts';

/** Where nothing else says how long. Milliseconds. */
export const usualDuration = 10_000;

const inLogFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
	// A folder that only this user enters.
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-pgbench-'));
	try {
		await body(folder);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

/** Has pgbench load until the plan's end or the signal. Rejects with a BenchtopError (exit code 4, or 2 for a wrong amount). */
export const loadByPgbench = async (plan: PgbenchPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal, warmup, amount, duration = usualDuration} = control;
	if (signal.aborted) return;
	if (amount !== undefined && amount % plan.clients !== 0) {
		const down = Math.floor(amount / plan.clients) * plan.clients;
		throw new BenchtopError(
			`An amount of ${amount} transactions cannot be shared evenly by ${plan.clients} clients, and pgbench does nothing else.`,
			{hint: `${down > 0 ? `${down} or ` : ''}${down + plan.clients} can.`},
		);
	}

	const version = Number.parseInt((await pgbenchVersion(plan)) ?? '0', 10);
	await makeTables(plan, control);
	const session = async (part: PgbenchPlan, lengths: Parameters<typeof performSession>[3]): Promise<void> => {
		if (!signal.aborted) {
			await inLogFolder((folder) => performSession({plan: part, version, folder}, recorder, control, lengths));
		}
	};
	if (amount === undefined) return session(plan, {warmup, duration});
	// So many transactions are counted from the first one on: the warm-up is a load of its own before them.
	if (warmup > 0) await session(plan, {warmup});
	await session(warmup > 0 ? {...plan, vacuum: 'none'} : plan, {warmup: 0, perClient: amount / plan.clients});
};

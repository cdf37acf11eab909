import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {formatDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {Control} from '../engine.ts';
import {connectionOf} from './connection.ts';
import type {PgbenchPlan} from './plan.ts';
import {complaintsIn, type Errand, pgbenchFailure, runErrand} from './program.ts';

/** What is known of the tables of pgbench in a database. */
export type Tables = {
	/** How many of the four there are, and how many of those say that benchtop made them. */
	readonly found: number;
	readonly own: number;
};

const names = ['pgbench_accounts', 'pgbench_branches', 'pgbench_history', 'pgbench_tellers'];
/** Stands as a comment on tables that may be dropped again. */
const mark = 'made by benchtop';

/** Told by a notice, since pgbench shows no rows. In one transaction, so that it also goes through a pooler. */
const question = `begin;
set local client_min_messages = notice;
do $$
declare
	found bigint;
	own bigint;
begin
	select count(*), count(*) filter (where obj_description(to_regclass(name)::oid, 'pg_class') = '${mark}')
		into found, own
		from unnest(array[${names.map((name) => `'${name}'`).join(', ')}]) as name
		where to_regclass(name) is not null;
	raise notice 'benchtop tables % %', found, own;
end $$;
end;
`;

const inFolder = async <T>(body: (folder: string) => Promise<T>): Promise<T> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-pgbench-'));
	try {
		return await body(folder);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

/** Has pgbench run some statements once. */
const perform = (plan: PgbenchPlan, statements: string, signal: AbortSignal): Promise<Errand> =>
	inFolder((folder) => {
		const file = join(folder, 'statements.sql');
		writeFileSync(file, statements, {mode: 0o600});
		return runErrand(plan, ['-n', '-c', '1', '-t', '1', '-f', file, connectionOf(plan.url).uri], signal);
	});

const isFine = ({end}: Errand): boolean => 'code' in end && end.code === 0;

/** A server that takes longer to say which tables there are is not one to be measured. Milliseconds. */
const usualPatience = 30_000;

/**
 * Connects as the load will, and looks for the tables of pgbench. Rejects with a BenchtopError (exit code 4) where there is
 * no way in.
 */
export const findTables = async (
	plan: PgbenchPlan,
	signal: AbortSignal,
	patience: number = usualPatience,
): Promise<Tables> => {
	const began = performance.now();
	const errand = await perform(plan, question, AbortSignal.any([signal, AbortSignal.timeout(patience)]));
	const {words} = errand;
	const [, found, own] = /benchtop tables (\d+) (\d+)/.exec(words.join('\n')) ?? [];
	if (isFine(errand) && found !== undefined) return {found: Number(found), own: Number(own)};
	if (signal.aborted) return {found: 0, own: 0};
	if (performance.now() - began >= patience) {
		throw new BenchtopError(
			`The database did not answer within ${formatDuration(patience)}, though it was asked only for its tables.`,
			{
				hint: `${connectionOf(plan.url).uri}: is it overloaded, stopped, or behind a pooler that has no connection left?`,
				exitCode: 4,
			},
		);
	}

	throw pgbenchFailure(plan, 'The database cannot be used', errand);
};

/** Rejects with a BenchtopError (exit code 4) where the load would have no tables, or would cost somebody theirs. */
export const checkTables = async (plan: PgbenchPlan, signal: AbortSignal): Promise<void> => {
	const {found, own} = await findTables(plan, signal);
	if (signal.aborted) return;
	if (plan.init !== undefined) {
		if (found === own || plan.init.overwrite) return;
		throw new BenchtopError(
			`init drops the tables pgbench_* of this database and makes them anew, and benchtop has not made those that are there.`,
			{
				hint: 'Leave out init to load them as they are, or say overwrite (--overwrite) if they may go.',
				exitCode: 4,
			},
		);
	}

	if (found < names.length && plan.scripts.some((script) => 'builtin' in script)) {
		throw new BenchtopError(
			found === 0
				? 'The tables that the built-in scripts of pgbench work on are not in this database.'
				: `Of the tables that the built-in scripts of pgbench work on, ${names.length - found} are not in this database.`,
			{
				hint: 'init (--init 10) makes them, here for scale 10: a million accounts, 150 MB. Or by hand: pgbench -i -s 10.',
				exitCode: 4,
			},
		);
	}
};

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Makes the tables anew, if that is asked for, and tells so. Rejects with a BenchtopError (exit code 4). */
export const makeTables = async (plan: PgbenchPlan, control: Control): Promise<void> => {
	const {init} = plan;
	if (init === undefined || control.signal.aborted) return;
	control.notice(`The tables of pgbench are made anew, scale ${init.scale}.`);
	const began = performance.now();
	const errand = await runErrand(
		plan,
		[
			'-i',
			'-q',
			'-s',
			String(init.scale),
			...(init.fillfactor === undefined ? [] : ['-F', String(init.fillfactor)]),
			...(init.partitions === undefined ? [] : [`--partitions=${init.partitions}`]),
			...(init.partitionMethod === undefined ? [] : [`--partition-method=${init.partitionMethod}`]),
			...(init.unlogged ? ['--unlogged-tables'] : []),
			...(init.foreignKeys ? ['--foreign-keys'] : []),
			connectionOf(plan.url).uri,
		],
		control.signal,
	);
	if (control.signal.aborted) return;
	// While it makes them it says what it does: the last words are those that count.
	if (!isFine(errand)) {
		const words = complaintsIn(errand.words).filter(
			(line) => !/^(dropping|creating|generating|vacuuming|\d+ of)/.test(line),
		);
		throw pgbenchFailure(plan, 'The tables could not be made', {...errand, words});
	}

	const took = performance.now() - began;
	const marked = await perform(
		plan,
		`begin;\n${names.map((name) => `comment on table ${name} is '${mark}';`).join('\n')}\nend;\n`,
		control.signal,
	);
	if (!isFine(marked) && !control.signal.aborted) {
		control.notice(
			'The new tables could not be marked as made by benchtop: the next init will not drop them by itself.',
		);
	}

	control.find({
		kind: 'init',
		subject: 'pgbench tables',
		text: `made anew before the load, scale ${init.scale}, in ${seconds(took)}`,
		figures: {scale: init.scale, milliseconds: Math.round(took)},
	});
};

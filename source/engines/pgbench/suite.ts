import * as z from 'zod';
import {isSecretName, redactUrl} from '../../core/secret.ts';
import {parseDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import {type SuiteLoad, type SuitePlace, suiteEntry} from '../engine.ts';
import {connectionOf} from './connection.ts';
import {usualDuration} from './load.ts';
import type {PgbenchPlan} from './plan.ts';
import {scriptsOf} from './scripts.ts';

/** Of slower loads a block takes long, and a line costs nothing that counts. Transactions per second and thread. */
const slowRate = 500;

/** What pgbench reads of a rate or a time: thousandths. */
const least = 0.001;

const members = () => {
	const one = z.string().min(1);
	const some = z.union([one, z.array(one).min(1)]).optional();
	const count = z.int().min(1).optional();
	return z.strictObject({
		pgbench: one.describe(
			'The database, as a connection URL: postgres://user:password@localhost:5432/name. The password may stand in PGPASSWORD or a passfile instead.',
		),
		builtin: some.describe(
			"Built-in scripts: 'tpcb-like', 'simple-update', 'select-only'; 'select-only@9' is nine times as frequent. Default: tpcb-like, if there is no file.",
		),
		file: some.describe("Script files of your own, as pgbench reads them; 'orders.sql@3' is three times as frequent."),
		clients: count.describe('Clients, each with a connection of its own. Default: 1.'),
		threads: count.describe('Threads of pgbench that the clients share. Default: 1.'),
		rate: z
			.number()
			.min(least)
			.optional()
			.describe(
				'Transactions per second, due at random moments (Poisson) whatever became of those before; latency counts from when one was due. Default: each client begins one when its last is over.',
			),
		latencyLimit: one
			.optional()
			.describe(
				"Transactions that take longer are counted as late; with a rate, those that are late by so much before they begin are skipped: '200ms'.",
			),
		protocol: z
			.enum(['simple', 'extended', 'prepared'])
			.optional()
			.describe('How queries are sent; prepared: as prepared statements. Default: simple.'),
		maxTries: z
			.int()
			.min(0)
			.optional()
			.describe(
				'How often a transaction is tried that fails to serialize or is in a deadlock; 0: as long as there is time. Default: 1.',
			),
		seed: z
			.int()
			.min(0)
			.optional()
			.describe('Of all random choices: the same seed, the same choices. Default: another each time.'),
		variables: z
			.union([z.record(z.string(), z.union([z.string(), z.number()])), z.array(one)])
			.optional()
			.describe("What scripts know as :name: {name: value}, or a list of 'name=value'."),
		scale: count.describe('What scripts of your own know as :scale. Default: by the tables, else 1.'),
		reconnect: z.boolean().optional().describe('A connection for each transaction. Default: false.'),
		vacuum: z
			.enum(['none', 'usual', 'all'])
			.optional()
			.describe(
				'What is vacuumed before the load: the small tables of pgbench (usual), all four of them (all), or none. Default: usual with built-in scripts, else none.',
			),
		log: z
			.enum(['lines', 'blocks'])
			.optional()
			.describe(
				`How the log of pgbench comes: lines, each transaction at once, which costs pgbench a little for each; or blocks of about 110, of which slow loads show lumps. Default: lines with a rate of at most ${slowRate} per second and thread, else blocks.`,
			),
		statements: z
			.boolean()
			.optional()
			.describe(
				'Also tells the mean time of each statement, at the end; pgbench then reads the clock more often. Default: false.',
			),
		init: count.describe(
			'Makes the tables of pgbench anew before the load, for this scale: 10 is a million accounts, 150 MB. Drops those that benchtop made before; others only with overwrite.',
		),
		overwrite: z
			.boolean()
			.optional()
			.describe('With init: drops the tables pgbench_* also where benchtop has not made them.'),
		partitions: count.describe('With init: pgbench_accounts in so many partitions.'),
		partitionMethod: z
			.enum(['range', 'hash'])
			.optional()
			.describe('With partitions: how accounts are shared. Default: range.'),
		fillfactor: z.int().min(10).max(100).optional().describe('With init: how full pages are made, %. Default: 100.'),
		unlogged: z.boolean().optional().describe('With init: tables without a write-ahead log. Default: false.'),
		foreignKeys: z.boolean().optional().describe('With init: foreign keys between the tables. Default: false.'),
	});
};

type Given = z.infer<ReturnType<typeof members>>;

/** What says nothing without another member. */
const needs: Readonly<Partial<Record<keyof Given, keyof Given>>> = {
	overwrite: 'init',
	partitions: 'init',
	partitionMethod: 'partitions',
	fillfactor: 'init',
	unlogged: 'init',
	foreignKeys: 'init',
};

const variablesOf = (given: Given['variables']): Record<string, string> => {
	const pairs = Array.isArray(given)
		? given.map((pair): readonly [string, string] => {
				const at = pair.indexOf('=');
				if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
				throw new BenchtopError('variables: A variable is NAME=VALUE.', {hint: 'For example: rows=100'});
			})
		: Object.entries(given ?? {}).map(([name, value]): readonly [string, string] => [name, String(value)]);
	for (const [name] of pairs) {
		if (!/^\w+$/.test(name))
			throw new BenchtopError(`variables: ${JSON.stringify(name)} is no name of a variable.`, {
				hint: 'Letters, digits and _ make one.',
			});
		if (isSecretName(name)) {
			throw new BenchtopError(`variables: ${name} would stand in the list of processes, where everybody reads it.`, {
				hint: 'Write a secret into the script, in a \\set of its own.',
			});
		}
	}

	return Object.fromEntries(pairs);
};

const limitOf = (text: string | undefined): number | undefined => {
	if (text === undefined) return undefined;
	// A bare number is milliseconds for pgbench, and seconds everywhere else here.
	const limit = /[a-z]/.test(text) ? parseDuration(text) : undefined;
	if (limit !== undefined && limit >= least) return limit;
	throw new BenchtopError(`latencyLimit: ${JSON.stringify(text)} is no time with its unit.`, {
		hint: 'For example: 200ms',
	});
};

/** A benchmark of a suite file as a plan of this engine. */
export const pgbenchLoad = async (
	given: Given,
	{folder, environment}: Pick<SuitePlace, 'folder' | 'environment'>,
): Promise<SuiteLoad<PgbenchPlan>> => {
	for (const [member, other] of Object.entries(needs)) {
		if (member in given && !(other in given)) throw new BenchtopError(`${member}: It is of no use without ${other}.`);
	}

	const {clients = 1, threads = 1, rate, seed, scale, init} = given;
	if (threads > clients) {
		throw new BenchtopError(
			`threads: ${threads} threads cannot share ${clients === 1 ? 'one client' : `${clients} clients`}.`,
			{
				hint: 'There are at most as many threads as clients.',
			},
		);
	}

	const {localPort} = connectionOf(given.pgbench);
	const limit = limitOf(given.latencyLimit);
	const scripts = scriptsOf(given.builtin, given.file, folder);
	if (scale !== undefined && scripts.some((script) => 'builtin' in script)) {
		throw new BenchtopError('scale: With a built-in script pgbench goes by the tables, whatever is said.', {
			hint: 'Leave it out, or make tables of this scale: init.',
		});
	}

	const load: PgbenchPlan = {
		url: given.pgbench,
		environment: {...environment},
		scripts,
		clients,
		threads,
		...(rate === undefined ? {} : {rate}),
		...(limit === undefined ? {} : {latencyLimit: limit}),
		protocol: given.protocol ?? 'simple',
		maxTries: given.maxTries ?? 1,
		...(seed === undefined ? {} : {seed}),
		variables: variablesOf(given.variables),
		...(scale === undefined ? {} : {scale}),
		reconnect: given.reconnect ?? false,
		vacuum: given.vacuum ?? (scripts.some((script) => 'builtin' in script) ? 'usual' : 'none'),
		log: given.log ?? (rate !== undefined && rate <= slowRate * threads ? 'lines' : 'blocks'),
		statements: given.statements ?? false,
		...(init === undefined
			? {}
			: {
					init: {
						scale: init,
						overwrite: given.overwrite ?? false,
						...(given.partitions === undefined ? {} : {partitions: given.partitions}),
						...(given.partitionMethod === undefined ? {} : {partitionMethod: given.partitionMethod}),
						...(given.fillfactor === undefined ? {} : {fillfactor: given.fillfactor}),
						unlogged: given.unlogged ?? false,
						foreignKeys: given.foreignKeys ?? false,
					},
				}),
	};
	return {
		load,
		target: redactUrl(given.pgbench),
		...(localPort === undefined ? {} : {watchPort: localPort}),
		duration: usualDuration,
		warmup: 1000,
	};
};

/** How benchmarks of a suite file ask for pgbench. */
export const pgbenchSuite = suiteEntry('pgbench', members, pgbenchLoad);

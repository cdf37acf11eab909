import type {Kysely} from 'kysely';
import {BenchtopError} from '../errors.ts';
import type {HistoryTables} from './schema.ts';

type History = Kysely<HistoryTables>;

const createTables = async (db: History): Promise<void> => {
	await db.schema
		.createTable('benchmark_results')
		.addColumn('id', 'text', (column) => column.primaryKey().notNull())
		.addColumn('timestamp', 'text', (column) => column.notNull())
		.addColumn('benchmark_name', 'text', (column) => column.notNull())
		.addColumn('commit_sha', 'text')
		.addColumn('branch', 'text')
		.addColumn('results', 'text', (column) => column.notNull())
		.addColumn('environment', 'text', (column) => column.notNull())
		.addColumn('state', 'text', (column) => column.notNull())
		.addColumn('engine', 'text', (column) => column.notNull())
		.addColumn('target', 'text', (column) => column.notNull())
		.addColumn('hostname', 'text', (column) => column.notNull())
		.addColumn('workload_fingerprint', 'text', (column) => column.notNull())
		.addColumn('environment_fingerprint', 'text', (column) => column.notNull())
		.execute();
	await db.schema
		.createIndex('benchmark_results_by_time')
		.on('benchmark_results')
		.columns(['timestamp', 'id'])
		.execute();
	await db.schema
		.createIndex('benchmark_results_by_name')
		.on('benchmark_results')
		.columns(['benchmark_name', 'timestamp'])
		.execute();
	await db.schema
		.createTable('result_tags')
		.addColumn('result_id', 'text', (column) => column.notNull().references('benchmark_results.id').onDelete('cascade'))
		.addColumn('tag', 'text', (column) => column.notNull())
		.addPrimaryKeyConstraint('result_tags_key', ['tag', 'result_id'])
		.execute();
	await db.schema
		.createTable('result_seconds')
		.addColumn('result_id', 'text', (column) => column.notNull().references('benchmark_results.id').onDelete('cascade'))
		.addColumn('position', 'integer', (column) => column.notNull())
		.addColumn('from_ms', 'double precision', (column) => column.notNull())
		.addColumn('to_ms', 'double precision', (column) => column.notNull())
		.addColumn('figures', 'text', (column) => column.notNull())
		.addColumn('histogram', 'text')
		.addPrimaryKeyConstraint('result_seconds_key', ['result_id', 'position'])
		.execute();
	await db.schema
		.createTable('performance_insights')
		.addColumn('id', 'text', (column) => column.primaryKey().notNull())
		.addColumn('benchmark_result_id', 'text', (column) =>
			column.notNull().references('benchmark_results.id').onDelete('cascade'),
		)
		.addColumn('insight_type', 'text', (column) => column.notNull())
		.addColumn('description', 'text', (column) => column.notNull())
		.addColumn('severity', 'text', (column) => column.notNull())
		.addColumn('recommendations', 'text', (column) => column.notNull())
		.execute();
	await db.schema
		.createIndex('performance_insights_by_result')
		.on('performance_insights')
		.column('benchmark_result_id')
		.execute();
	await db.schema
		.createTable('baselines')
		.addColumn('name', 'text', (column) => column.notNull())
		.addColumn('benchmark_name', 'text', (column) => column.notNull())
		.addColumn('benchmark_result_id', 'text', (column) =>
			column.notNull().references('benchmark_results.id').onDelete('cascade'),
		)
		.addColumn('set_at', 'text', (column) => column.notNull())
		.addPrimaryKeyConstraint('baselines_key', ['name', 'benchmark_name'])
		.execute();
};

/**
 * What series and lists of long histories are read from. Figures of runs that are there already are not worked out here,
 * where every process would wait for it, but piece by piece when they are first asked for.
 */
const addFigures = async (db: History): Promise<void> => {
	await db.schema
		.createTable('result_figures')
		.addColumn('result_id', 'text', (column) =>
			column.primaryKey().notNull().references('benchmark_results.id').onDelete('cascade'),
		)
		.addColumn('timestamp', 'text', (column) => column.notNull())
		.addColumn('benchmark_name', 'text', (column) => column.notNull())
		.addColumn('commit_sha', 'text')
		.addColumn('branch', 'text')
		.addColumn('hostname', 'text', (column) => column.notNull())
		.addColumn('workload_fingerprint', 'text', (column) => column.notNull())
		.addColumn('environment_fingerprint', 'text', (column) => column.notNull())
		.addColumn('standing', 'text', (column) => column.notNull())
		.addColumn('figures', 'text', (column) => column.notNull())
		.execute();
	await db.schema
		.createIndex('result_figures_by_name')
		.on('result_figures')
		.columns(['benchmark_name', 'timestamp', 'result_id'])
		.execute();
	await db.schema
		.createTable('result_samples')
		.addColumn('result_id', 'text', (column) =>
			column.primaryKey().notNull().references('benchmark_results.id').onDelete('cascade'),
		)
		.addColumn('samples', 'text', (column) => column.notNull())
		.execute();
	// Where few of many runs fit, the index by time alone would have them all read.
	for (const [name, column] of [
		['branch', 'branch'],
		['machine', 'hostname'],
		['commit', 'commit_sha'],
	] as const) {
		await db.schema
			.createIndex(`benchmark_results_by_${name}`)
			.on('benchmark_results')
			.columns([column, 'timestamp', 'id'])
			.execute();
	}
};

const addFiguresOfInsights = async (db: History): Promise<void> => {
	await db.schema
		.alterTable('performance_insights')
		.addColumn('figures', 'text', (column) => column.notNull().defaultTo('{}'))
		.execute();
};

/** Forward only: a migration that was released is never changed; the next change is one more line. */
const migrations: ReadonlyArray<readonly [version: number, apply: (db: History) => Promise<void>]> = [
	[1, createTables],
	[2, addFigures],
	[3, addFiguresOfInsights],
];

const latest = migrations.at(-1)![0];

const versionOf = async (db: History): Promise<number> => {
	const row = await db
		.selectFrom('schema_migrations')
		.select(({fn}) => fn.max('version').as('version'))
		.executeTakeFirst();
	return Number(row?.version ?? 0);
};

/**
 * Brings a history's tables up to this benchtop's version. Each migration is one transaction that looks again which is
 * due once it holds the write lock, so several processes may do this at once. `created` says whether the database has a
 * `schema_migrations` table already; `lock` takes the write lock where a transaction does not do so by itself. Rejects with a BenchtopError when a later benchtop has been here.
 */
export const migrate = async (
	db: History,
	location: string,
	created: boolean,
	lock: (transaction: History) => Promise<void> = async () => {},
): Promise<void> => {
	let version = created ? await versionOf(db) : 0;
	while (version < latest) {
		version = await db.transaction().execute(async (transaction) => {
			await lock(transaction);
			await transaction.schema
				.createTable('schema_migrations')
				.ifNotExists()
				.addColumn('version', 'integer', (column) => column.primaryKey().notNull())
				.addColumn('applied_at', 'text', (column) => column.notNull())
				.execute();
			const current = await versionOf(transaction);
			const due = migrations.find(([number]) => number > current);
			if (due === undefined) return current;
			const [number, apply] = due;
			await apply(transaction);
			await transaction
				.insertInto('schema_migrations')
				.values({version: number, applied_at: new Date().toISOString()})
				.execute();
			return number;
		});
	}

	if (version > latest) {
		throw new BenchtopError(
			`The history ${location} was written by a later benchtop: its tables have version ${version}, this one knows ${latest}.`,
			{hint: 'Update benchtop, or keep a history of its own with --store FILE.'},
		);
	}
};

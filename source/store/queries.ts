import {type Kysely, sql} from 'kysely';
import type {Insight} from '../core/insight.ts';
import type {Result} from '../core/result.ts';
import {BenchtopError} from '../errors.ts';
import type {HistoryTables, PerformanceInsightRow} from './schema.ts';
import {readSeries} from './series.ts';
import type {RunFilter, Store, StoredRun} from './store.ts';
import {
	columnText,
	figuresRowOf,
	insightRowsOf,
	insightsOf,
	inUtc,
	resultOfRows,
	rowOf,
	samplesRowOf,
	secondRowsOf,
	storedRunOf,
} from './stored-json.ts';

/** Rows in one INSERT; databases allow only so many parameters in a statement. */
const rowsAtOnce = 200;

/** Runs that are read whole at once. */
const wholeAtOnce = 50;

/** How many candidates an error about an ambiguous id lists. */
const candidatesShown = 8;

type History = Kysely<HistoryTables>;

/** A LIKE pattern for everything that begins so. '!' escapes, as a backslash is an escape character of its own in some databases. */
const beginningWith = (text: string): string => `${text.replace(/[!%_]/g, '!$&')}%`;

const save = async (db: History, result: Result): Promise<boolean> => {
	const row = rowOf(result);
	const seconds = secondRowsOf(result);
	const samples = samplesRowOf(result);
	const tags = [...new Set(result.plan.tags)].map((tag) => ({result_id: result.id, tag: columnText(tag)}));
	return db.transaction().execute(async (transaction) => {
		const inserted = await transaction
			.insertInto('benchmark_results')
			.values(row)
			.onConflict((conflict) => conflict.column('id').doNothing())
			.executeTakeFirst();
		if (inserted.numInsertedOrUpdatedRows === 0n) return false;
		await transaction.insertInto('result_figures').values(figuresRowOf(row, result)).execute();
		if (samples !== undefined) await transaction.insertInto('result_samples').values(samples).execute();
		if (tags.length > 0) await transaction.insertInto('result_tags').values(tags).execute();
		for (let index = 0; index < seconds.length; index += rowsAtOnce) {
			await transaction
				.insertInto('result_seconds')
				.values(seconds.slice(index, index + rowsAtOnce))
				.execute();
		}

		const insights = insightRowsOf(result);
		if (insights.length > 0) await transaction.insertInto('performance_insights').values(insights).execute();
		return true;
	});
};

/** The one id that is `id` or begins so. */
const idOf = async (db: History, id: string): Promise<string | undefined> => {
	if (id === '') return undefined;
	// Mostly an id is given whole; only a whole one is found without a look at many.
	const exact = await db.selectFrom('benchmark_results').select('id').where('id', '=', id).executeTakeFirst();
	if (exact !== undefined) return exact.id;
	const rows = await db
		.selectFrom('benchmark_results')
		.select(['id', 'benchmark_name'])
		.where('id', 'in', (among) =>
			// The ids alone, which an index has: rows are large.
			among
				.selectFrom('benchmark_results as ids')
				.select('ids.id')
				.where(sql<boolean>`${sql.ref('ids.id')} like ${beginningWith(id)} escape '!'`),
		)
		.orderBy('timestamp', 'desc')
		.orderBy('id', 'desc')
		.execute();
	// Some databases ignore case in LIKE.
	const found = rows.filter((row) => row.id.startsWith(id));
	if (found.length <= 1) return found[0]?.id;
	const shown = found.slice(0, candidatesShown).map((row) => `${row.id} (${row.benchmark_name})`);
	const more = found.length > shown.length ? `, and ${found.length - shown.length} more` : '';
	throw new BenchtopError(`${found.length} runs have an id that begins with "${id}": ${shown.join(', ')}${more}.`, {
		hint: 'Give more characters of the id.',
	});
};

/** The insights of runs by their ids; of those without any, nothing. */
const insightsByRun = async (db: History, ids: readonly string[]): Promise<ReadonlyMap<string, Insight[]>> => {
	const byRun = new Map<string, PerformanceInsightRow[]>();
	for (let index = 0; index < ids.length; index += rowsAtOnce) {
		const rows = await db
			.selectFrom('performance_insights')
			.selectAll()
			.where('benchmark_result_id', 'in', ids.slice(index, index + rowsAtOnce))
			.orderBy('id')
			.execute();
		for (const row of rows) {
			const known = byRun.get(row.benchmark_result_id);
			if (known === undefined) byRun.set(row.benchmark_result_id, [row]);
			else known.push(row);
		}
	}

	return new Map([...byRun].map(([id, rows]) => [id, insightsOf(rows)]));
};

const withInsights = <Run extends StoredRun>(run: Run, insights: ReadonlyMap<string, Insight[]>): Run => {
	const own = insights.get(run.id);
	return own === undefined ? run : {...run, insights: own};
};

/** Rows by the runs they belong to. */
const rowsByRun = <Row extends {readonly result_id: string}>(
	rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> => {
	const found = new Map<string, Row[]>();
	for (const row of rows) {
		const known = found.get(row.result_id);
		if (known === undefined) found.set(row.result_id, [row]);
		else known.push(row);
	}

	return found;
};

const loadAll = async (db: History, ids: readonly string[]): Promise<readonly Result[]> => {
	const results = new Map<string, Result>();
	const wanted = [...new Set(ids)];
	for (let index = 0; index < wanted.length; index += wholeAtOnce) {
		const some = wanted.slice(index, index + wholeAtOnce);
		const rows = await db
			.selectFrom('benchmark_results')
			.select(['id', 'results', 'environment'])
			.where('id', 'in', some)
			.execute();
		const samples = rowsByRun(
			await db.selectFrom('result_samples').selectAll().where('result_id', 'in', some).execute(),
		);
		const seconds = rowsByRun(
			await db
				.selectFrom('result_seconds')
				.selectAll()
				.where('result_id', 'in', some)
				.orderBy('result_id')
				.orderBy('position')
				.execute(),
		);
		const insights = await insightsByRun(db, some);
		for (const row of rows) {
			const result = resultOfRows(row, samples.get(row.id)?.[0], seconds.get(row.id) ?? []);
			results.set(row.id, withInsights(result, insights));
		}
	}

	return ids.flatMap((id) => results.get(id) ?? []);
};

const load = async (db: History, prefix: string): Promise<Result | undefined> => {
	const id = await idOf(db, prefix);
	return id === undefined ? undefined : (await loadAll(db, [id]))[0];
};

const list = async (db: History, filter: RunFilter): Promise<StoredRun[]> => {
	// Not every database takes a list of nothing.
	if (filter.ids?.length === 0) return [];
	let query = db.selectFrom('benchmark_results').select(['id', 'results', 'environment']);
	if (filter.name !== undefined) query = query.where('benchmark_name', '=', columnText(filter.name));
	if (filter.branch !== undefined) query = query.where('branch', '=', columnText(filter.branch));
	if (filter.hostname !== undefined) query = query.where('hostname', '=', columnText(filter.hostname));
	if (filter.state !== undefined) query = query.where('state', '=', filter.state);
	if (filter.commit !== undefined) {
		// People know commits by their first characters.
		const pattern = beginningWith(columnText(filter.commit.toLowerCase()));
		query = query.where(sql<boolean>`${sql.ref('commit_sha')} like ${pattern} escape '!'`);
	}

	if (filter.fingerprint !== undefined) {
		query = query
			.where('workload_fingerprint', '=', filter.fingerprint.workload)
			.where('environment_fingerprint', '=', filter.fingerprint.environment);
	}

	if (filter.ids !== undefined) query = query.where('id', 'in', filter.ids);
	if (filter.tag !== undefined) {
		const tagged = db.selectFrom('result_tags').select('result_id').where('tag', '=', columnText(filter.tag));
		query = query.where('id', 'in', tagged);
	}

	const {after} = filter;
	if (after !== undefined) {
		// Not as a comparison of rows, which only some databases use an index for.
		const at = inUtc(after.began);
		query = query.where((where) =>
			where.or([where('timestamp', '<', at), where.and([where('timestamp', '=', at), where('id', '<', after.id)])]),
		);
	}

	const ordered = query.orderBy('timestamp', 'desc').orderBy('id', 'desc');
	const rows = await (filter.limit === undefined ? ordered : ordered.limit(filter.limit)).execute();
	const insights = await insightsByRun(
		db,
		rows.map(({id}) => id),
	);
	return rows.map((row) => withInsights(storedRunOf(row), insights));
};

/** What a Store does, in SQL that every database of the table of kinds understands. Errors are the database's own. */
export const historyOf = (db: History): Omit<Store, 'location' | 'close'> => ({
	save: (result) => save(db, result),
	load: (id) => load(db, id),
	loadAll: (ids) => loadAll(db, ids),
	list: (filter) => list(db, filter),
	async benchmarks() {
		const rows = await db
			.selectFrom('benchmark_results')
			.select(({fn}) => ['benchmark_name', fn.countAll().as('runs'), fn.max('timestamp').as('newest')])
			.groupBy('benchmark_name')
			.execute();
		return rows
			.map((row) => ({name: row.benchmark_name, runs: Number(row.runs), newest: row.newest}))
			.sort((a, b) => (a.newest < b.newest ? 1 : a.newest > b.newest ? -1 : a.name < b.name ? -1 : 1));
	},
	series: (filter) => readSeries(db, filter),
	async setBaseline({name, benchmark, runId, setAt}) {
		const known = await db.selectFrom('benchmark_results').select('id').where('id', '=', runId).executeTakeFirst();
		if (known === undefined) {
			throw new BenchtopError(`There is no run ${runId} that could become the baseline "${name}".`, {
				hint: 'benchtop history lists the runs.',
			});
		}

		const row = {benchmark_result_id: runId, set_at: setAt};
		await db
			.insertInto('baselines')
			.values({name, benchmark_name: benchmark, ...row})
			.onConflict((conflict) => conflict.columns(['name', 'benchmark_name']).doUpdateSet(row))
			.execute();
	},
	async baselines(benchmark) {
		const all = db.selectFrom('baselines').selectAll();
		const rows = await (benchmark === undefined ? all : all.where('benchmark_name', '=', benchmark))
			.orderBy('set_at', 'desc')
			.orderBy('name')
			.orderBy('benchmark_name')
			.execute();
		return rows.map((row) => ({
			name: row.name,
			benchmark: row.benchmark_name,
			runId: row.benchmark_result_id,
			setAt: row.set_at,
		}));
	},
	async deleteBaseline(name, benchmark) {
		const named = db.deleteFrom('baselines').where('name', '=', name);
		const deleted = await (benchmark === undefined
			? named
			: named.where('benchmark_name', '=', benchmark)
		).executeTakeFirst();
		return Number(deleted.numDeletedRows);
	},
	async remove(ids) {
		let removed = 0;
		for (let index = 0; index < ids.length; index += rowsAtOnce) {
			const deleted = await db
				.deleteFrom('benchmark_results')
				.where('id', 'in', ids.slice(index, index + rowsAtOnce))
				.executeTakeFirst();
			removed += Number(deleted.numDeletedRows);
		}

		return removed;
	},
});

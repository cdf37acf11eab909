import type {Kysely} from 'kysely';
import {createSeries, type Series} from '../core/series.ts';
import type {HistoryTables} from './schema.ts';
import type {SeriesFilter} from './store.ts';
import {columnText, figuresRowOf, inUtc, resultOfRows, seriesRunOf} from './stored-json.ts';

type History = Kysely<HistoryTables>;

/** Rows that are read at once. */
const piece = 1000;
/** Runs whose figures are worked out at once: they are read whole. */
const wholePiece = 100;

/** Below this, latencies as they are told are too coarse to tell a change from; the timeline has them finer. Milliseconds. */
const coarse = 2;

/** The ids of some runs of a benchmark that have no figures yet. */
const withoutFigures = async (db: History, name: string): Promise<readonly string[]> => {
	const rows = await db
		.selectFrom('benchmark_results')
		.leftJoin('result_figures', 'result_figures.result_id', 'benchmark_results.id')
		.select('benchmark_results.id')
		.where('benchmark_results.benchmark_name', '=', name)
		.where('result_figures.result_id', 'is', null)
		.limit(wholePiece)
		.execute();
	return rows.map(({id}) => id);
};

const countIn = async (db: History, table: 'benchmark_results' | 'result_figures', name: string): Promise<number> => {
	const row = await db
		.selectFrom(table)
		.select(({fn}) => fn.countAll().as('rows'))
		.where('benchmark_name', '=', name)
		.executeTakeFirst();
	return Number(row?.rows ?? 0);
};

/**
 * Works out the figures of runs that have none: a benchtop that did not know of them wrote these runs. Each piece is a
 * transaction of its own, so that nobody waits long, and what was worked out stays when this is broken off.
 */
const completeFigures = async (db: History, name: string): Promise<void> => {
	if ((await countIn(db, 'benchmark_results', name)) === (await countIn(db, 'result_figures', name))) return;
	for (;;) {
		const ids = await withoutFigures(db, name);
		if (ids.length === 0) return;
		const rows = await db.selectFrom('benchmark_results').selectAll().where('id', 'in', ids).execute();
		const figures = await Promise.all(
			rows.map(async (row) => {
				const told = resultOfRows(row, undefined, []);
				const {p50} = told.summary.latency;
				if (p50 === null || p50 >= coarse) return figuresRowOf(row, told);
				const seconds = await db
					.selectFrom('result_seconds')
					.selectAll()
					.where('result_id', '=', row.id)
					.orderBy('position')
					.execute();
				return figuresRowOf(row, resultOfRows(row, undefined, seconds));
			}),
		);
		// Runs that were deleted meanwhile have no row to hang on to.
		await db.transaction().execute(async (transaction) => {
			const there = await transaction.selectFrom('benchmark_results').select('id').where('id', 'in', ids).execute();
			const known = new Set(there.map(({id}) => id));
			const kept = figures.filter(({result_id: id}) => known.has(id));
			if (kept.length === 0) return;
			await transaction
				.insertInto('result_figures')
				.values(kept)
				.onConflict((conflict) => conflict.column('result_id').doNothing())
				.execute();
		});
	}
};

/** The runs of a benchmark with their figures, oldest first, read in pieces of a narrow table. */
export const readSeries = async (db: History, filter: SeriesFilter): Promise<Series> => {
	const name = columnText(filter.name);
	await completeFigures(db, name);
	const series = createSeries();
	let after: {readonly timestamp: string; readonly id: string} | undefined;
	for (;;) {
		let query = db.selectFrom('result_figures').selectAll().where('benchmark_name', '=', name);
		if (filter.branch !== undefined) query = query.where('branch', '=', columnText(filter.branch));
		if (filter.hostname !== undefined) query = query.where('hostname', '=', columnText(filter.hostname));
		if (filter.since !== undefined) query = query.where('timestamp', '>=', inUtc(filter.since));
		if (filter.tag !== undefined) {
			const tagged = db.selectFrom('result_tags').select('result_id').where('tag', '=', columnText(filter.tag));
			query = query.where('result_id', 'in', tagged);
		}

		if (after !== undefined) {
			const {timestamp, id} = after;
			query = query
				.where('timestamp', '>=', timestamp)
				.where((where) => where.or([where('timestamp', '>', timestamp), where('result_id', '>', id)]));
		}

		const rows = await query.orderBy('timestamp').orderBy('result_id').limit(piece).execute();
		for (const row of rows) series.add(...seriesRunOf(row));
		const last = rows.at(-1);
		if (last === undefined || rows.length < piece) return series.take();
		after = {timestamp: last.timestamp, id: last.result_id};
	}
};

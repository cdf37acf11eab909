import type {Random} from '../../core/random.ts';
import type {MetricSlot, PartRecorder, Recorder} from '../engine.ts';
import {openFeeder, type Row, type RowSource} from '../rows.ts';
import {compileJson, type Scope} from '../template.ts';
import type {Database} from './database.ts';
import type {SqlPlan} from './plan.ts';
import {compileStatement, type Statement} from './statement.ts';

/** What is asked of the database at a time. */
export type CompiledOperation = {
	readonly part: PartRecorder;
	/** Those around it, which begin and end a transaction, included. */
	readonly statements: readonly Statement[];
	/** What the times of each statement of a transaction are samples of. */
	readonly times: readonly MetricSlot[] | undefined;
};

/** The values of the holes of one operation. */
export type Values = {
	readonly scope: Scope;
	/** Others from now on; false when a feeder has no more rows. */
	readonly renew: () => boolean;
};

/** What all users of a load thread ask, and what fills its holes. */
export type Operations = {
	/** One of them, by their weights. */
	readonly pick: (random: Random) => CompiledOperation;
	readonly values: (random: Random) => Values;
	/** Data of which every row has been used once. */
	readonly exhausted: ReadonlySet<string>;
	readonly rollback: Statement;
};

/** Makes the operations of a plan ready. Throws a BenchtopError on data that have changed since they were read. */
export const compileOperations = (plan: SqlPlan, {mark}: Pick<Database, 'mark'>, recorder: Recorder): Operations => {
	const {operations, variables = {}, data = [], turn = {index: 0, of: 1}} = plan;
	let statements = 0;
	const compiled = (sql: string): Statement => compileStatement(`benchtop_${statements++}`, sql, mark);
	const commit = compiled('commit');
	const made = operations.map(({name, weight, begin, statements: own}) => {
		const all = own.map(({sql}) => compiled(sql));
		const operation: CompiledOperation = {
			part: recorder.part(name),
			statements: begin === undefined ? all : [compiled(begin), ...all, commit],
			times:
				begin === undefined
					? undefined
					: ['begin', ...own.map((each) => each.name), 'commit'].map((each) =>
							recorder.metric({
								name: `${name}: ${each}`,
								unit: 'ms',
								better: 'lower',
								about: 'a statement of this transaction, from sending it to the end of its result',
							}),
						),
		};
		return {operation, weight};
	});
	const allWeight = made.reduce((sum, {weight}) => sum + weight, 0);
	const last = made.at(-1)!.operation;
	const feeders: readonly RowSource[] = data.map((feeder) => openFeeder(feeder, turn));
	const templates = Object.entries(variables).map(([name, given]) => [name, compileJson(given)] as const);
	const exhausted = new Set<string>();

	return {
		pick(random) {
			if (made.length === 1) return last;
			let at = random() * allWeight;
			for (const {operation, weight} of made) {
				at -= weight;
				if (at < 0) return operation;
			}

			return last;
		},
		values(random) {
			const rows = new Map<string, Row>();
			const known = new Map<string, unknown>();
			const byName = new Map(templates);
			const scope: Scope = {
				get(name) {
					const row = rows.get(name);
					if (row !== undefined) return row;
					if (known.has(name)) return known.get(name);
					const template = byName.get(name);
					if (template === undefined) return undefined;
					// Until the value is there, a variable that leads to itself has none.
					known.set(name, undefined);
					const value = template.value(scope);
					known.set(name, value);
					return value;
				},
				random,
				now: Date.now,
			};
			return {
				scope,
				renew() {
					known.clear();
					for (const feeder of feeders) {
						const row = feeder.take(random);
						if (row === undefined) {
							exhausted.add(feeder.name);
							return false;
						}

						rows.set(feeder.name, row);
					}

					return true;
				},
			};
		},
		exhausted,
		rollback: compiled('rollback'),
	};
};

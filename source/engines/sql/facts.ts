import type {Sample} from '../../core/metric.ts';
import {formatBytes, formatCount, formatPercent} from '../../core/units.ts';
import type {Control, Recorder} from '../engine.ts';
import type {Attendant} from './attendant.ts';
import type {Database, Reading, ServerCount} from './database.ts';

/** So often the server is asked. Milliseconds. */
const interval = 1000;

type Counts = Reading['counts'];

/** How much each has grown; nothing of what is not known, or was set back meanwhile. */
const growth = (before: Counts, after: Counts): Counts => {
	const grown: Partial<Record<ServerCount, number>> = {};
	for (const [name, count] of Object.entries(after) as Array<[ServerCount, number]>) {
		const base = before[name];
		if (base !== undefined && count >= base) grown[name] = count - base;
	}

	return grown;
};

/** The share of page reads that the cache answered, in percent; unknown where none was read. */
const hitShare = ({cacheHits, cacheMisses}: Counts): number | undefined =>
	cacheHits === undefined || cacheMisses === undefined || cacheHits + cacheMisses === 0
		? undefined
		: (100 * cacheHits) / (cacheHits + cacheMisses);

const ratesOf = (grown: Counts, seconds: number): Sample => {
	const rate = (...names: readonly ServerCount[]): number =>
		names.reduce((sum, name) => sum + (grown[name] ?? Number.NaN), 0) / seconds;
	return {
		'server.commits': rate('commits'),
		'server.rollbacks': rate('rollbacks'),
		'server.deadlocks': rate('deadlocks'),
		'server.rowsRead': rate('rowsRead'),
		'server.rowsWritten': rate('rowsWritten'),
		'server.temporaryFiles': rate('temporaryFiles'),
		'server.temporaryBytes': rate('temporaryBytes'),
		'server.checkpoints': rate('checkpointsTimed', 'checkpointsRequested'),
		'server.rowLockWaits': rate('rowLockWaits'),
		'server.slowQueries': rate('slowQueries'),
	};
};

/** What the counts of a load come to, in words; those of nothing that matters are left out. */
const wordsOf = (grown: Counts): string => {
	const hits = hitShare(grown);
	const read = (grown.cacheHits ?? 0) + (grown.cacheMisses ?? 0);
	const times = (count: number | undefined, one: string, more: string): string[] =>
		count === undefined || count === 0 ? [] : [`${formatCount(count)} ${count === 1 ? one : more}`];
	const checkpoints =
		grown.checkpointsTimed === undefined && grown.checkpointsRequested === undefined
			? []
			: [
					`${formatCount(grown.checkpointsTimed ?? 0)} timed and ${formatCount(grown.checkpointsRequested ?? 0)} requested checkpoints`,
				];
	return [
		hits === undefined
			? 'no page was read'
			: `${formatPercent(hits)} of ${formatCount(read)} page reads were answered from the buffer cache`,
		...times(grown.commits, 'commit', 'commits'),
		...times(grown.rollbacks, 'rollback', 'rollbacks'),
		...times(grown.rowsRead, 'row read', 'rows read'),
		...times(grown.rowsWritten, 'row written', 'rows written'),
		...times(grown.deadlocks, 'deadlock', 'deadlocks'),
		...times(grown.rowLockWaits, 'wait for a locked row', 'waits for locked rows'),
		...times(grown.slowQueries, 'slow statement', 'slow statements'),
		...times(grown.temporaryFiles, 'temporary file or table on disk', 'temporary files or tables on disk'),
		...(grown.temporaryBytes === undefined || grown.temporaryBytes === 0
			? []
			: [`${formatBytes(grown.temporaryBytes)} in temporary files`]),
		...checkpoints,
	].join('; ');
};

/** Watches the server while it is loaded, over a connection of its own. */
export const createFacts = (
	database: Database,
	attendant: Attendant,
	recorder: Recorder,
	control: Pick<Control, 'find' | 'notice'>,
) => {
	const {read} = database;
	let levels: Sample = {};
	let begun: Counts | undefined;
	let newest: {readonly counts: Counts; readonly at: number} | undefined;
	let timer: NodeJS.Timeout | undefined;
	let isTold = false;
	let subject = database.name;
	const metrics =
		read === undefined
			? undefined
			: {
					hits: recorder.metric({
						name: 'server cache hits',
						unit: '%',
						better: 'higher',
						about: 'page reads that its buffer cache answered, of each second',
					}),
					active: recorder.metric({
						name: 'server connections at work',
						unit: 'connections',
						about: 'one look a second',
					}),
					waiting: recorder.metric({
						name: 'server connections waiting for a lock',
						unit: 'connections',
						better: 'lower',
						about: 'one look a second',
					}),
				};

	const take = ({levels: found, counts}: Reading): void => {
		const now = performance.now();
		begun ??= counts;
		const grown = newest === undefined ? {} : growth(newest.counts, counts);
		const seconds = newest === undefined ? Number.NaN : (now - newest.at) / 1000;
		newest = {counts, at: now};
		const hits = hitShare(grown);
		levels = {
			'server.connections': found.connections ?? Number.NaN,
			'server.active': found.active ?? Number.NaN,
			'server.waiting': found.waiting ?? Number.NaN,
			'server.idleInTransaction': found.idleInTransaction ?? Number.NaN,
			'server.cacheHits': hits ?? Number.NaN,
			...ratesOf(grown, seconds),
		};
		if (metrics === undefined) return;
		if (hits !== undefined) recorder.sample(metrics.hits, hits);
		// The first look is taken before there is a load.
		if (Number.isNaN(seconds)) return;
		if (found.active !== undefined) recorder.sample(metrics.active, found.active);
		if (found.waiting !== undefined) recorder.sample(metrics.waiting, found.waiting);
	};

	const look = async (): Promise<void> => {
		if (read === undefined) return;
		try {
			take(await attendant.use(read));
		} catch (error) {
			levels = {};
			if (isTold) return;
			isTold = true;
			control.notice(`What the server tells of itself cannot be read: ${database.faultOf(error).message}`);
		}
	};

	const again = (): void => {
		timer = setTimeout(async () => {
			await look();
			if (timer !== undefined) again();
		}, interval);
	};

	return {
		/** What the server is, and where its counts begin. */
		async begin(): Promise<void> {
			try {
				const {name, text, figures} = await attendant.use(database.describe);
				subject = name;
				control.find({kind: 'server', subject, text, figures});
			} catch (error) {
				isTold = true;
				control.notice(`What the server tells of itself cannot be read: ${database.faultOf(error).message}`);
			}

			await look();
			if (read !== undefined) again();
		},
		levels: (): Sample => levels,
		/** No more looks: the load is over. */
		stop(): void {
			clearTimeout(timer);
			timer = undefined;
		},
		/** What its counts came to; when the connections of the load have gone, by which time the server has added up. */
		async conclude(): Promise<void> {
			if (read === undefined || begun === undefined) return;
			const {counts} = await attendant.use(read);
			const grown = growth(begun, counts);
			const hits = hitShare(grown);
			control.find({
				kind: 'server-counts',
				subject,
				text: `from before the load to after it, warm-up and other clients of it included: ${wordsOf(grown)}`,
				figures: {...grown, ...(hits === undefined ? {} : {cacheHitPercent: Math.round(hits * 1000) / 1000})},
			});
		},
	};
};

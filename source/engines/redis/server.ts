import type {Sample} from '../../core/metric.ts';
import {formatBytes, formatCount, formatPercent} from '../../core/units.ts';
import type {Control} from '../engine.ts';
import {redisAddress} from '../redis-address.ts';
import {type Dialogue, infoOf, openDialogue, serverWords} from '../redis-dialogue.ts';
import type {RedisPlan} from './plan.ts';

/** The server is asked so often. Milliseconds. */
const every = 1000;
/** At the end nobody waits longer for its last word. Milliseconds. */
const lastPatience = 300;

/** What INFO says, of which some only ever grows. */
type Reading = {
	readonly at: number;
	readonly hits: number;
	readonly misses: number;
	readonly commands: number;
	readonly evicted: number;
	readonly expired: number;
	/** Seconds, of the server's own processes. */
	readonly cpu: number;
	readonly memory: number;
	readonly connections: number;
};

const readingOf = (info: ReadonlyMap<string, string>): Reading => {
	const number = (name: string): number => Number(info.get(name) ?? Number.NaN);
	return {
		at: performance.now(),
		hits: number('keyspace_hits'),
		misses: number('keyspace_misses'),
		commands: number('total_commands_processed'),
		evicted: number('evicted_keys'),
		expired: number('expired_keys'),
		cpu: number('used_cpu_user') + number('used_cpu_sys'),
		memory: number('used_memory'),
		connections: number('connected_clients'),
	};
};

const finite = (sample: Sample): Sample =>
	Object.fromEntries(Object.entries(sample).filter(([, value]) => Number.isFinite(value)));

/** The levels between two readings; the connection that asks is no part of the load. */
const levelsOf = (before: Reading | undefined, now: Reading): Sample => {
	const level: Sample = {'server.memory': now.memory, 'server.connections': now.connections - 1};
	if (before === undefined) return finite(level);
	const seconds = (now.at - before.at) / 1000;
	const found = now.hits - before.hits;
	return finite({
		...level,
		'server.cacheHits': (found / (found + now.misses - before.misses)) * 100,
		// Its own question is one of them.
		'server.operations': Math.max(0, now.commands - before.commands - 1) / seconds,
		'server.cpu': ((now.cpu - before.cpu) / seconds) * 100,
		'server.evictions': (now.evicted - before.evicted) / seconds,
		'server.expirations': (now.expired - before.expired) / seconds,
	});
};

/** Looks at the server beside the load. */
export type Observer = {
	/** What was seen last. */
	readonly levels: () => Sample;
	/** Measuring begins: what the server says now is what later figures are held against. */
	readonly mark: () => void;
	/** Measuring is over: tells what the server counted since. */
	readonly conclude: (control: Control) => Promise<void>;
	readonly close: () => void;
};

const nobody: Observer = {levels: () => ({}), mark() {}, async conclude() {}, close() {}};

/** Introduces the server and looks at it on a connection of its own. Where INFO is not allowed, only that is said. */
export const observe = async (plan: RedisPlan, control: Control): Promise<Observer> => {
	let dialogue: Dialogue;
	let introduction: ReadonlyMap<string, string>;
	try {
		dialogue = await openDialogue(redisAddress(plan.url), plan, control.signal);
		const [answer] = await dialogue.ask([['INFO']]);
		if (answer?.kind !== 'value') {
			dialogue.close();
			control.notice('The server says nothing of itself (INFO): there are no figures of it.');
			return nobody;
		}

		introduction = infoOf(answer);
	} catch {
		return nobody;
	}

	const {text, version} = serverWords(introduction);
	control.find({kind: 'server', subject: 'server', text, figures: {version}});
	let last = readingOf(introduction);
	let latest: Sample = levelsOf(undefined, last);
	let marked: Promise<Reading | undefined> | undefined;
	let asking: Promise<Reading | undefined> | undefined;
	/** One question at a time, each in its turn. */
	const ask = (): Promise<Reading | undefined> => {
		const before = asking;
		asking = (async () => {
			await before;
			try {
				const [answer] = await dialogue.ask([['INFO']]);
				return answer?.kind === 'value' ? readingOf(infoOf(answer)) : undefined;
			} catch {
				return undefined;
			}
		})();
		return asking;
	};
	let isAsking = false;
	const timer = setInterval(async () => {
		// A server that is stalled is asked once.
		if (isAsking) return;
		isAsking = true;
		const reading = await ask();
		isAsking = false;
		if (reading === undefined) return;
		latest = levelsOf(last, reading);
		last = reading;
	}, every);
	const close = (): void => {
		clearInterval(timer);
		dialogue.close();
	};
	return {
		levels: () => latest,
		mark() {
			marked = ask();
		},
		async conclude({find}) {
			clearInterval(timer);
			if (marked === undefined) return;
			let late: NodeJS.Timeout | undefined;
			const patience = new Promise<undefined>((resolve) => {
				late = setTimeout(() => resolve(undefined), lastPatience);
			});
			const readings = await Promise.race([Promise.all([marked, ask()]), patience]);
			clearTimeout(late);
			const [begun, ended] = readings ?? [];
			if (begun === undefined || ended === undefined) return;
			const [hits, misses] = [ended.hits - begun.hits, ended.misses - begun.misses];
			const asked = hits + misses;
			const figures = {
				hits,
				misses,
				hitsPercent: asked > 0 ? (hits / asked) * 100 : null,
				evictedKeys: ended.evicted - begun.evicted,
				expiredKeys: ended.expired - begun.expired,
				usedMemoryBytes: ended.memory,
			};
			find({
				kind: 'server',
				subject: 'keys',
				text: `${asked > 0 ? `${formatPercent((hits / asked) * 100)} of ${formatCount(asked)} keys that were looked up were there` : 'no key was looked up'}; ${formatCount(figures.evictedKeys)} evicted, ${formatCount(figures.expiredKeys)} expired; ${formatBytes(ended.memory)} in use (INFO, while it was measured, all clients together)`,
				figures,
			});
		},
		close,
	};
};

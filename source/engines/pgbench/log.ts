/** What became of a transaction that has no latency. */
export type Miss = 'skipped' | 'failed' | 'serialization' | 'deadlock' | 'other';

/** A line of the log of transactions. Times are microseconds; `ended` since the Unix epoch. */
export type Entry = {
	/** The number of the client, from 0. */
	readonly client: number;
	/** From when it was due, or began, to its end, with all its tries; or why there is none. */
	readonly latency: number | Miss;
	readonly script: number;
	readonly ended: number;
	/** With a rate: how long after it was due it began. */
	readonly lag: number | undefined;
	readonly retries: number;
};

/** Which of the optional columns there are: both depend on what pgbench was asked for. */
export type Columns = {readonly lag: boolean; readonly retries: boolean};

const misses: readonly string[] = ['skipped', 'failed', 'serialization', 'deadlock', 'other'] satisfies Miss[];
const isMiss = (word: string): word is Miss => misses.includes(word);

/**
 * Reads a line: client, its transactions so far, time, script, seconds and microseconds of its end, lag, retries (manual of
 * pgbench, "Per-Transaction Logging"; retries since version 15). `undefined` of what is no such line.
 */
export const readEntry = (line: string, columns: Columns): Entry | undefined => {
	const words = line.split(' ');
	if (words.length !== 6 + (columns.lag ? 1 : 0) + (columns.retries ? 1 : 0)) return undefined;
	const [, , time = '', script, epoch, microseconds] = words;
	const lag = columns.lag ? Number(words[6]) : undefined;
	const retries = columns.retries ? Number(words.at(-1)) : 0;
	const ended = Number(epoch) * 1e6 + Number(microseconds);
	const latency = isMiss(time) ? time : Number(time);
	const numbers = [Number(words[0]), Number(words[1]), Number(script), ended, lag ?? 0, retries];
	if (time === '' || !numbers.every(Number.isFinite) || (typeof latency === 'number' && !Number.isFinite(latency))) {
		return undefined;
	}

	return {
		client: Number(words[0]),
		latency,
		script: Number(script),
		ended,
		lag: typeof latency === 'number' ? lag : undefined,
		retries,
	};
};

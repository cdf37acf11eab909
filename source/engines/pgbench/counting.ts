import type {Recorder} from '../engine.ts';
import type {Entry, Miss} from './log.ts';
import type {PgbenchPlan} from './plan.ts';
import {namesOf} from './scripts.ts';

/** What all transactions of one start of pgbench come to, warm-up included, to be held against its own report. */
export type Tally = {
	processed: number;
	failed: number;
	skipped: number;
	late: number;
	retries: number;
	/** Quicker than any server is: pgbench did not look at its clock. */
	impossible: number;
	/** Microseconds, of those that were processed. */
	mean: number;
	squares: number;
	/** Microseconds since the Unix epoch: when the first one began, or was due, and the last one ended. */
	begun: number;
	ended: number;
	/** Lines of the log that nobody could read. */
	unreadable: number;
};

export const emptyTally = (): Tally => ({
	processed: 0,
	failed: 0,
	skipped: 0,
	late: 0,
	retries: 0,
	impossible: 0,
	mean: 0,
	squares: 0,
	begun: Number.POSITIVE_INFINITY,
	ended: Number.NEGATIVE_INFINITY,
	unreadable: 0,
});

/** When a transaction began, or was due. Of one that has no latency only its end is known. Microseconds. */
export const beginOf = ({latency, ended}: Entry): number => (typeof latency === 'number' ? ended - latency : ended);

const isLate = (latency: number, limit: number | undefined): boolean => limit !== undefined && latency > limit * 1000;

/** There is no way to a server and back in less. Microseconds. */
export const leastPossible = 5;

export const addToTally = (tally: Tally, entry: Entry, limit: number | undefined): void => {
	const {latency} = entry;
	tally.begun = Math.min(tally.begun, beginOf(entry));
	tally.ended = Math.max(tally.ended, entry.ended);
	tally.retries += entry.retries;
	if (latency === 'skipped') tally.skipped += 1;
	else if (typeof latency === 'string') tally.failed += 1;
	else {
		tally.processed += 1;
		if (isLate(latency, limit)) tally.late += 1;
		if (latency < leastPossible) tally.impossible += 1;
		// Welford (1962): sums of squares of microseconds would lose their last digits.
		const difference = latency - tally.mean;
		tally.mean += difference / tally.processed;
		tally.squares += difference * (latency - tally.mean);
	}
};

const missNames: Readonly<Record<Miss, string>> = {
	skipped: 'skipped',
	failed: 'failed',
	serialization: 'serialization failure',
	deadlock: 'deadlock',
	other: 'SQL error',
};

/** Counts transactions: each once, several scripts apart by name. */
export type Counting = {
	readonly count: (entry: Entry) => void;
	/** A client gave up, in a transaction that stands in no log. */
	readonly giveUp: (script: number, outcome: string) => void;
	/** At the end something was still in flight, since so many milliseconds at least. */
	readonly abandon: (milliseconds: number) => void;
};

export const createCounting = ({scripts, latencyLimit, maxTries}: PgbenchPlan, recorder: Recorder): Counting => {
	const parts = scripts.length === 1 ? [] : namesOf(scripts).map((name) => recorder.part(name));
	const good = recorder.outcome('ok', false);
	const late = recorder.outcome('late', false);
	const tries =
		maxTries === 1
			? undefined
			: recorder.metric({
					name: 'retries',
					unit: 'retries',
					better: 'lower',
					about: 'of each transaction, after serialization failures and deadlocks',
				});
	return {
		count({latency, script, lag, retries}) {
			const part = parts[script] ?? recorder;
			part.offer(1);
			if (typeof latency === 'string') part.fail(recorder.outcome(missNames[latency], true));
			else {
				const slot = isLate(latency, latencyLimit) ? late : good;
				if (lag === undefined) part.record(slot, latency);
				else part.record(slot, latency, latency - lag);
			}

			if (tries !== undefined && latency !== 'skipped') recorder.sample(tries, retries);
		},
		giveUp(script, outcome) {
			const part = parts[script] ?? recorder;
			part.offer(1);
			part.fail(recorder.outcome(outcome, true));
		},
		abandon(milliseconds) {
			recorder.offer(1);
			recorder.abandon(milliseconds * 1000);
		},
	};
};

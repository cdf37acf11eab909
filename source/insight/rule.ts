import type {Beat} from '../core/beat.ts';
import type {Insight} from '../core/insight.ts';
import type {Result} from '../core/result.ts';

/** What of a run before is read: where and with what it was made. */
export type EarlierRun = Pick<Result, 'id' | 'began' | 'name' | 'fingerprint' | 'environment'>;

/** A run that is over, and what is known beside it. */
export type Evidence = {
	readonly result: Result;
	/** Runs of the same name that began before, the newest first. */
	readonly earlier: readonly EarlierRun[];
	/** Its fifths of a second; none of a run that is read from the history. */
	readonly beats: readonly Beat[];
};

/** One thing that a run can tell beyond its figures: a function here, one line in `index.ts`. Pure. */
export type InsightRule = {
	readonly kind: string;
	/** One line: what it finds. */
	readonly about: string;
	/** Nothing unless it is well founded: a false alarm is worse than silence. */
	readonly find: (evidence: Evidence) => Insight | undefined;
	/** Kinds of insights that say the same better: with one of them this one is left out. */
	readonly unless?: readonly string[];
};

import {lengthOf, type RunState} from './run-state.ts';

/** Where a run stands among others of one command. */
export type SuiteProgress = {
	/** From 1. */
	readonly number: number;
	readonly of: number;
	/** The name of the run after this one; absent after the last, and where that may be left out. */
	readonly next?: string;
	/** Until all are over, as far as that is planned. Milliseconds. */
	readonly left: number;
	/** Of so many of the runs that are not over nobody knows how long they are: all takes longer than `left`. */
	readonly unknown: number;
	/** Some of them may be left out: all takes less than `left`. */
	readonly isMost?: true;
};

/** Where a run stands among others; `undefined` of one that stands alone. */
export const suiteProgress = (run: RunState): SuiteProgress | undefined => {
	const {plan} = run.began ?? {};
	const runs = plan?.suite?.runs ?? [];
	const at = runs.findIndex(({id}) => id === plan?.id);
	if (at < 0 || runs.length < 2) return undefined;
	const after = runs.slice(at + 1);
	const whole = lengthOf(run);
	const known = Number.isFinite(whole);
	const isMost = after.length > 0 && plan?.suite?.comparison?.looks !== undefined;
	const next = isMost ? undefined : after[0]?.name;
	return {
		number: at + 1,
		of: runs.length,
		...(next === undefined ? {} : {next}),
		left: (known ? Math.max(0, whole - run.at) : 0) + after.reduce((sum, {length = 0}) => sum + length, 0),
		unknown: (known ? 0 : 1) + after.filter(({length}) => length === undefined).length,
		...(isMost && {isMost}),
	};
};

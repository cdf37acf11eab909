import type {Began} from '../core/event.ts';
import {type GateOutcome, gateOutcome} from '../core/gate.ts';
import type {Comparison} from '../core/report.ts';
import {resultOf} from '../core/result.ts';
import {hasBegun, type RunState} from '../core/run-state.ts';
import {type Standing, sideRunsWith, standings} from '../stats/rounds.ts';

type Known = {readonly before?: readonly Standing[]; readonly after?: readonly Standing[]};

const known = new WeakMap<Began, Known>();

/**
 * How the sides stand that a run is one of: by the pairs before it, and with it once it is over. Worked out once for
 * each, not for each frame. Empty of a run that is made for no side.
 */
export const standingsIn = (run: RunState): readonly Standing[] => {
	const rule = run.began?.plan.suite?.comparison;
	if (rule === undefined || !hasBegun(run)) return [];
	const {began} = run;
	const {before = []} = began;
	const key = run.ending === undefined ? 'before' : 'after';
	const found = known.get(began)?.[key];
	if (found !== undefined) return found;
	const standing = standings(key === 'before' ? before : sideRunsWith(resultOf(run), before), rule);
	known.set(began, {...known.get(began), [key]: standing});
	return standing;
};

/** How the benchmark of a run stands; `undefined` before its first pair is complete. */
export const standingIn = (run: RunState): Standing | undefined =>
	standingsIn(run).find(({benchmark, pairs}) => pairs > 0 && benchmark === run.began?.plan.side?.benchmark);

/** What decides, without what is shown only. */
export const gatingOf = ({comparisons}: Standing): readonly Comparison[] =>
	comparisons.filter(({isDisplayed}) => isDisplayed !== true);

/** What a benchmark comes to; `undefined` as long as that may change. */
export const outcomeOf = ({comparisons, isFinal}: Standing): GateOutcome | undefined =>
	isFinal ? gateOutcome(comparisons) : undefined;

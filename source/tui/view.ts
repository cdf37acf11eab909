import {summaryOf, validityOf} from '../core/result.ts';
import {lastSecond, type RunState} from '../core/run-state.ts';
import {latenciesOf, rateIn, uncertainAt} from '../core/summary.ts';
import type {Charset} from './charset.ts';
import type {Now, View} from './pane.ts';

/** How much time sparklines and charts span. */
export const defaultWindow = 60_000;

const nowOf = (run: RunState): Now | undefined => {
	const snapshot = run.ending === undefined ? lastSecond(run) : undefined;
	if (snapshot === undefined) return undefined;
	return {
		snapshot,
		latency: latenciesOf(snapshot.latency, snapshot.waiting),
		uncertain: uncertainAt(snapshot.latency.count),
		rate: rateIn(snapshot),
	};
};

/** The view of a run: every figure that panes share, computed once. */
export const viewOf = (run: RunState, charset: Charset, window = defaultWindow): View => {
	const summary = summaryOf(run);
	return {run, summary, validity: validityOf(run, summary.latency.p99), now: nowOf(run), charset, window};
};

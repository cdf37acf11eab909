import {summaryOf, validityOf} from '../core/result.ts';
import {lastSecond, type RunState} from '../core/run-state.ts';
import {decodeSnapshot, type Snapshot} from '../core/snapshot.ts';
import {latenciesOf, rateIn, uncertainAt} from '../core/summary.ts';
import {defaultLook} from './default-look.ts';
import type {Look, Now, View} from './pane.ts';

export {defaultLook} from './default-look.ts';

const figuresOf = (snapshot: Snapshot): Now => ({
	snapshot,
	latency: latenciesOf(snapshot.latency, snapshot.waiting),
	uncertain: uncertainAt(snapshot.latency.count),
	rate: rateIn(snapshot),
});

const nowOf = (run: RunState, cursor: number | undefined): Now | undefined => {
	if (cursor !== undefined) {
		const entry = run.timeline.find(({fromMs, toMs}) => fromMs <= cursor && cursor < toMs);
		return entry === undefined ? undefined : figuresOf(decodeSnapshot(entry.snapshot));
	}

	const snapshot = run.ending === undefined ? lastSecond(run) : undefined;
	return snapshot === undefined ? undefined : figuresOf(snapshot);
};

/** The view of a run: every figure that panes share, computed once. */
export const viewOf = (run: RunState, look: Look = defaultLook): View => {
	const summary = summaryOf(run);
	return {...look, run, summary, validity: validityOf(run, summary.latency.p99), now: nowOf(run, look.cursor)};
};

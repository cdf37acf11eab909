import type {RunEvent} from '../core/event.ts';
import {emptyRunState, type RunState, reduceRun} from '../core/run-state.ts';

/** A run as it is written down: whatever happens in it, from whichever side, goes through here once and in order. */
export type Journal = {
	readonly add: (event: RunEvent) => void;
	/** The fold of all that was added. */
	readonly state: () => RunState;
};

/** A journal that hands every event on after folding it. */
export const createJournal = (onEvent: (event: RunEvent) => void): Journal => {
	let state = emptyRunState;
	return {
		add(event) {
			state = reduceRun(state, event);
			onEvent(event);
		},
		state: () => state,
	};
};

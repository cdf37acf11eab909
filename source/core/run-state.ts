import type {Began, Doubt, Ending, RunEvent} from './event.ts';
import type {PhaseName} from './plan.ts';
import {decodeSnapshot, emptySnapshot, inFlightIn, mergeSnapshots, type Snapshot} from './snapshot.ts';
import {coarsen, entryOf, longestTimeline, type TimelineEntry} from './timeline.ts';

/** Something worth a line in the events pane. */
export type Occurrence = {
	readonly at: number;
	readonly kind: 'phase' | 'mark' | 'notice' | 'ended' | 'saved';
	readonly level: 'info' | 'warning' | 'error';
	readonly text: string;
};

/** Everything known of a run: what panes draw, what the Result is made from. Its size has a bound however long the run. */
export type RunState = {
	readonly began?: Began;
	readonly phase?: PhaseName;
	/** When the measured phase began. */
	readonly measuredFrom?: number;
	/** The latest time any event spoke of. */
	readonly at: number;
	readonly warmup?: Snapshot;
	/** The measured phase so far. */
	readonly total?: Snapshot;
	/** The last second, in both phases. */
	readonly recent: readonly Snapshot[];
	/** Whole seconds of both phases; those of the warm-up come first. */
	readonly timeline: readonly TimelineEntry[];
	/** How many entries of the timeline belong to the warm-up. */
	readonly warmupEntries: number;
	/** The second that is not over yet. */
	readonly second?: Snapshot;
	/** How much time one entry covers. */
	readonly step: number;
	readonly occurrences: readonly Occurrence[];
	readonly ending?: Ending;
	readonly doubts: readonly Doubt[];
	readonly saved?: string;
};

const recentSpan = 1000;
const mostOccurrences = 500;

export const emptyRunState: RunState = {
	at: 0,
	recent: [],
	timeline: [],
	warmupEntries: 0,
	step: 1000,
	occurrences: [],
	doubts: [],
};

const withOccurrence = (state: RunState, occurrence: Occurrence): RunState => ({
	...state,
	at: Math.max(state.at, occurrence.at),
	occurrences: [...state.occurrences, occurrence].slice(-mostOccurrences),
});

const phaseStart = (state: RunState): number => (state.phase === 'measure' ? (state.measuredFrom ?? 0) : 0);

/** Which entry of its phase a snapshot belongs to: the one its middle lies in. */
const entryIndex = (state: RunState, snapshot: Snapshot): number =>
	Math.floor(((snapshot.from + snapshot.to) / 2 - phaseStart(state)) / state.step);

const closeSecond = (state: RunState): RunState => {
	const {second, ...rest} = state;
	if (second === undefined) return state;
	const timeline = [...state.timeline, entryOf(second)];
	const warmupEntries = state.phase === 'measure' ? state.warmupEntries : timeline.length;
	if (timeline.length <= longestTimeline) return {...rest, timeline, warmupEntries};
	const warmup = coarsen(timeline.slice(0, warmupEntries));
	return {
		...rest,
		timeline: [...warmup, ...coarsen(timeline.slice(warmupEntries))],
		warmupEntries: warmup.length,
		step: state.step * 2,
	};
};

const withSnapshot = (state: RunState, snapshot: Snapshot): RunState => {
	const closed =
		state.second !== undefined && entryIndex(state, snapshot) !== entryIndex(state, state.second)
			? closeSecond(state)
			: state;
	const key = closed.phase === 'measure' ? 'total' : 'warmup';
	const known = closed[key];
	return {
		...closed,
		[key]: known === undefined ? snapshot : mergeSnapshots(known, snapshot),
		second: closed.second === undefined ? snapshot : mergeSnapshots(closed.second, snapshot),
		at: Math.max(closed.at, snapshot.to),
		recent: [...closed.recent, snapshot].filter(({to}) => to > snapshot.to - recentSpan),
	};
};

const phaseWords: Readonly<Record<PhaseName, string>> = {
	'warm-up': 'warm-up: not counted',
	measure: 'measuring',
};

/** The words for an ending. */
export const endingWords = (ending: Ending): string => {
	switch (ending.state) {
		case 'finished':
			return 'finished';
		case 'stopped':
			return `stopped early by ${{user: 'the user', signal: 'a signal', alert: 'an alert', errors: 'errors', decided: 'the verdict'}[ending.by]}`;
		case 'failed':
			return `failed: ${ending.message}`;
	}
};

/** The fold over a run's events. Pure; live, attached and replayed runs all go through here. */
export const reduceRun = (state: RunState, event: RunEvent): RunState => {
	switch (event.kind) {
		case 'began':
			return {...emptyRunState, began: event};
		case 'phase': {
			const closed = closeSecond(state);
			return withOccurrence(
				{
					...closed,
					phase: event.phase,
					...(event.phase === 'measure' ? {measuredFrom: event.at, recent: []} : {}),
				},
				{at: event.at, kind: 'phase', level: 'info', text: phaseWords[event.phase]},
			);
		}
		case 'snapshot':
			return withSnapshot(
				state.phase === event.phase ? state : {...closeSecond(state), phase: event.phase},
				decodeSnapshot(event.snapshot),
			);
		case 'mark':
			return withOccurrence(state, {at: event.at, kind: 'mark', level: 'info', text: event.text});
		case 'notice':
			return withOccurrence(state, {at: event.at, kind: 'notice', level: event.level, text: event.text});
		case 'ended':
			return withOccurrence(
				{...closeSecond(state), ending: event.ending, doubts: event.doubts},
				{
					at: event.at,
					kind: 'ended',
					level: event.ending.state === 'failed' ? 'error' : 'info',
					text: endingWords(event.ending),
				},
			);
		case 'saved':
			return withOccurrence(
				{...state, saved: event.store},
				{at: event.at, kind: 'saved', level: 'info', text: `saved in ${event.store}`},
			);
	}
};

/** The last second as one Snapshot; `undefined` before the first. */
export const lastSecond = (state: RunState): Snapshot | undefined => {
	const [first, ...rest] = state.recent;
	return first === undefined ? undefined : rest.reduce(mergeSnapshots, first);
};

/** Operations begun and not ended, at this moment. */
export const inFlightNow = (state: RunState): number => {
	const phase = state.phase === 'measure' ? state.total : state.warmup;
	return phase === undefined || state.ending !== undefined ? 0 : Math.max(0, inFlightIn(phase));
};

/** The measured phase so far, empty before it began. */
export const measured = (state: RunState): Snapshot => state.total ?? emptySnapshot(state.measuredFrom ?? state.at);

/** Whether a run has begun, so that there is something to make a Result of. */
export const hasBegun = (state: RunState): state is RunState & {readonly began: Began} => state.began !== undefined;

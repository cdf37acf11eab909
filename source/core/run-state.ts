import type {Began, Doubt, Ending, RunEvent, Steered, Targets} from './event.ts';
import {type Finding, withFinding} from './finding.ts';
import {type Insight, mostInsights} from './insight.ts';
import type {PhaseName} from './plan.ts';
import {
	decodeSnapshot,
	type EncodedSnapshot,
	emptySnapshot,
	inFlightIn,
	mergeAllSnapshots,
	mergeSnapshots,
	type Snapshot,
} from './snapshot.ts';
import {answeredIn, type LatencyPrecision} from './summary.ts';
import {coarsen, entryOf, longestTimeline, type TimelineEntry} from './timeline.ts';

/** Something worth a line in the events pane. */
export type Occurrence = {
	readonly at: number;
	readonly kind: 'phase' | 'mark' | 'steer' | 'notice' | 'ended' | 'insight' | 'saved';
	readonly level: 'info' | 'warning' | 'error';
	readonly text: string;
	/** Of a phase: it is a pause, or what went on after one. */
	readonly pause?: 'begins' | 'ends';
};

/** Whether an occurrence is a moment to be seen on charts and kept in documents: a mark, a change of the load, a pause. */
export const isMoment = ({kind, pause}: Occurrence): boolean =>
	kind === 'mark' || kind === 'steer' || pause !== undefined;

/** Everything known of a run: what panes draw, what the Result is made from. Its size has a bound however long the run. */
export type RunState = {
	readonly began?: Began;
	readonly phase?: PhaseName;
	/** Nothing is sent, and the time does not count. */
	readonly paused: boolean;
	/** When the pause under way began. */
	readonly pausedFrom?: number;
	/** How long the pauses were that are over. */
	readonly pausedBefore: number;
	/** When the measured phase began. */
	readonly measuredFrom?: number;
	/** When the load last went on after a pause. */
	readonly resumedAt?: number;
	/** What the load is to be now: as planned, then as it was steered. */
	readonly load: Targets;
	/** When the engine expects to be done, where only that says it. */
	readonly expectedEnd?: number;
	/** The first change of the load. */
	readonly steered?: Steered;
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
	/** Of its percentiles, when the run was over. */
	readonly precision?: LatencyPrecision;
	readonly findings: readonly Finding[];
	/** What was found in the run when it was over. */
	readonly insights: readonly Insight[];
	readonly saved?: string;
};

const recentSpan = 1000;
const mostOccurrences = 500;

export const emptyRunState: RunState = {
	paused: false,
	pausedBefore: 0,
	load: {},
	at: 0,
	recent: [],
	timeline: [],
	warmupEntries: 0,
	step: 1000,
	occurrences: [],
	doubts: [],
	findings: [],
	insights: [],
};

const withOccurrence = (state: RunState, occurrence: Occurrence): RunState => ({
	...state,
	at: Math.max(state.at, occurrence.at),
	occurrences: [...state.occurrences, occurrence].slice(-mostOccurrences),
});

/** The phase that figures belong to: the one that a pause broke off, while there is one. */
const countedPhase = ({phase, measuredFrom}: RunState): PhaseName | undefined =>
	phase === 'pause' ? (measuredFrom === undefined ? 'warm-up' : 'measure') : phase;

const phaseStart = (state: RunState): number =>
	Math.max(state.resumedAt ?? 0, countedPhase(state) === 'measure' ? (state.measuredFrom ?? 0) : 0);

/** Which entry of its phase a snapshot belongs to: the one its middle lies in. */
const entryIndex = (state: RunState, snapshot: Snapshot): number =>
	Math.max(0, Math.floor(((snapshot.from + snapshot.to) / 2 - phaseStart(state)) / state.step));

const closeSecond = (state: RunState): RunState => {
	const {second, ...rest} = state;
	if (second === undefined) return state;
	const timeline = [...state.timeline, entryOf(second)];
	const warmupEntries = countedPhase(state) === 'measure' ? state.warmupEntries : timeline.length;
	if (timeline.length <= longestTimeline) return {...rest, timeline, warmupEntries};
	const warmup = coarsen(timeline.slice(0, warmupEntries));
	return {
		...rest,
		timeline: [...warmup, ...coarsen(timeline.slice(warmupEntries))],
		warmupEntries: warmup.length,
		step: state.step * 2,
	};
};

const counted = (state: RunState, snapshot: Snapshot): RunState => {
	const key = countedPhase(state) === 'measure' ? 'total' : 'warmup';
	const known = state[key];
	// What is told apart is told of the whole run alone.
	const {parts: _, metrics: __, ...bare} = snapshot;
	return {
		...state,
		[key]: known === undefined ? snapshot : mergeSnapshots(known, snapshot),
		second: state.second === undefined ? bare : mergeSnapshots(state.second, bare),
	};
};

/**
 * What ends during a pause was sent before it, so it counts there, in the second that the pause broke off; the time of
 * the pause, its gauges and its throughput count nowhere.
 */
const withLate = (state: RunState, snapshot: Snapshot): RunState => {
	const at = state.second?.to ?? state.pausedFrom ?? snapshot.from;
	const answered = answeredIn(snapshot);
	return {
		...counted(state, {
			...snapshot,
			from: at,
			to: at,
			...(answered === 0 ? {} : {late: answered}),
			bytesIn: 0,
			bytesOut: 0,
			gauges: {},
		}),
		at: Math.max(state.at, snapshot.to),
	};
};

const withSnapshot = (state: RunState, snapshot: Snapshot): RunState => {
	const closed =
		state.second !== undefined && entryIndex(state, snapshot) !== entryIndex(state, state.second)
			? closeSecond(state)
			: state;
	return {
		...counted(closed, snapshot),
		at: Math.max(closed.at, snapshot.to),
		recent: [...closed.recent, snapshot].filter(({to}) => to > snapshot.to - recentSpan),
	};
};

const phaseWords: Readonly<Record<PhaseName, string>> = {
	'warm-up': 'warm-up: not counted',
	measure: 'measuring',
	pause: 'paused: nothing is sent, and the time does not count',
};

const resumedWords: Readonly<Record<PhaseName, string>> = {
	'warm-up': 'going on with the warm-up',
	measure: 'going on measuring',
	pause: phaseWords.pause,
};

/** How long the load has been paused so far, all pauses together. Milliseconds. */
export const pausedTime = ({pausedBefore, pausedFrom, at}: RunState): number =>
	pausedBefore + (pausedFrom === undefined ? 0 : Math.max(0, at - pausedFrom));

/**
 * When a run of a planned duration is to end, on its own clock: threads take a while to start, and pauses put the end
 * off. `undefined` when it has no planned duration. Milliseconds.
 */
export const plannedEnd = (run: RunState): number | undefined => {
	const plan = run.began?.plan;
	if (plan?.duration === undefined) return run.expectedEnd;
	const started = run.occurrences.find(({kind}) => kind === 'phase')?.at ?? 0;
	return started + plan.warmup + plan.duration + pausedTime(run);
};

/** When the run ended, on its own clock; what comes after (saving) is none of its time. Milliseconds. */
export const endedAt = (run: RunState): number | undefined =>
	run.occurrences.findLast(({kind}) => kind === 'ended')?.at;

/** How long a run was, or is going to be as far as that is planned; infinite where nobody can know. Milliseconds. */
export const lengthOf = (run: RunState): number =>
	run.ending === undefined ? Math.max(plannedEnd(run) ?? Number.POSITIVE_INFINITY, run.at) : run.at;

/** The targets that an engine's plan sets, by the names `connections` and `rate`. */
export const targetsIn = (plan: unknown): Targets => {
	const load: Readonly<Record<string, unknown>> = typeof plan === 'object' && plan !== null ? {...plan} : {};
	return {
		...(typeof load.connections === 'number' ? {connections: load.connections} : {}),
		...(typeof load.rate === 'number' ? {rate: load.rate} : {}),
	};
};

/**
 * What the targets of a plan count. Users take the place of connections where a plan has a scenario, or a script for another
 * tool, and then its rate is one of sessions: of these each has several operations.
 */
export const targetWords = (
	plan: unknown,
): {readonly connections: 'connections' | 'users'; readonly rate: 'operations' | 'sessions'} =>
	typeof plan === 'object' && plan !== null && (('scenario' in plan && plan.scenario !== undefined) || 'script' in plan)
		? {connections: 'users', rate: 'sessions'}
		: {connections: 'connections', rate: 'operations'};

/** Operations per second that a load is asked for; absent without a rate, and where that is one of sessions. */
export const askedRate = ({load, began}: Pick<RunState, 'load' | 'began'>): number | undefined =>
	targetWords(began?.plan.load).rate === 'operations' ? load.rate : undefined;

const withPause = (state: RunState, at: number): RunState =>
	withOccurrence(
		// The second stays open: what is still in flight belongs to it.
		{...state, phase: 'pause', paused: true, pausedFrom: at, recent: []},
		{at, kind: 'phase', level: 'info', text: phaseWords.pause, pause: 'begins'},
	);

const withPhase = (state: RunState, phase: PhaseName, at: number): RunState => {
	if (phase === 'pause') return state.paused ? state : withPause(state, at);
	const {pausedFrom, ...closed} = closeSecond(state);
	return withOccurrence(
		{
			...closed,
			phase,
			paused: false,
			pausedBefore: state.pausedBefore + (pausedFrom === undefined ? 0 : Math.max(0, at - pausedFrom)),
			...(pausedFrom === undefined ? {} : {resumedAt: at}),
			...(phase === 'measure' && state.measuredFrom === undefined ? {measuredFrom: at, recent: []} : {}),
		},
		{
			at,
			kind: 'phase',
			level: 'info',
			text: pausedFrom === undefined ? phaseWords[phase] : resumedWords[phase],
			...(pausedFrom === undefined ? {} : {pause: 'ends'}),
		},
	);
};

/** The end of a run is the end of its pause. */
const withoutPause = (state: RunState, at: number): RunState => {
	const {pausedFrom, ...rest} = state;
	return {
		...rest,
		paused: false,
		pausedBefore: state.pausedBefore + (pausedFrom === undefined ? 0 : Math.max(0, at - pausedFrom)),
	};
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

/** The snapshot of an event, or nothing where the log that held it is damaged: parsing does not look at its bytes. */
const snapshotIn = ({snapshot}: {readonly snapshot: EncodedSnapshot}): Snapshot | undefined => {
	try {
		return decodeSnapshot(snapshot);
	} catch {
		return undefined;
	}
};

const lostWords = 'A part of the run is damaged in its log, and left out.';

/** Told once, and a cause for doubt: what is left cannot add up. */
const withLoss = (state: RunState, at: number): RunState =>
	state.doubts.some(({kind}) => kind === 'damaged')
		? state
		: withOccurrence(
				{...state, doubts: [...state.doubts, {kind: 'damaged', message: lostWords}]},
				{at: Math.max(0, at), kind: 'notice', level: 'warning', text: lostWords},
			);

/** The fold over a run's events. Pure; live, attached and replayed runs all go through here. */
export const reduceRun = (state: RunState, event: RunEvent): RunState => {
	switch (event.kind) {
		case 'began':
			return {...emptyRunState, began: event, load: targetsIn(event.plan.load)};
		case 'phase':
			return withPhase(state, event.phase, event.at);
		case 'snapshot': {
			const snapshot = snapshotIn(event);
			if (snapshot === undefined) return withLoss(state, event.snapshot.to);
			if (event.phase === 'pause') return withLate(state, snapshot);
			return withSnapshot(
				state.phase === event.phase || state.paused ? state : {...closeSecond(state), phase: event.phase},
				snapshot,
			);
		}
		case 'mark':
			return withOccurrence(state, {at: event.at, kind: 'mark', level: 'info', text: event.text});
		case 'steer': {
			const {at, text, connections = state.load.connections, rate = state.load.rate} = event;
			const load: Targets = {
				...(connections === undefined ? {} : {connections}),
				...(rate === undefined ? {} : {rate}),
			};
			return withOccurrence(
				{...state, load, steered: state.steered ?? event},
				{at, kind: 'steer', level: 'info', text},
			);
		}
		case 'expect':
			return {...state, at: Math.max(state.at, event.at), expectedEnd: event.end};
		case 'notice':
			return withOccurrence(state, {at: event.at, kind: 'notice', level: event.level, text: event.text});
		case 'finding': {
			const {subject, text} = event.finding;
			return withOccurrence(
				{...state, findings: withFinding(state.findings, event.finding)},
				{at: event.at, kind: 'notice', level: 'info', text: `${subject}: ${text}`},
			);
		}
		case 'ended':
			return withOccurrence(
				{
					...withoutPause(closeSecond(state), event.at),
					ending: event.ending,
					doubts: [...state.doubts, ...event.doubts],
					...(event.precision === undefined ? {} : {precision: event.precision}),
				},
				{
					at: event.at,
					kind: 'ended',
					level: event.ending.state === 'failed' ? 'error' : 'info',
					text: endingWords(event.ending),
				},
			);
		case 'insight': {
			const {severity, text, recommendations} = event.insight;
			return withOccurrence(
				{...state, insights: [...state.insights, event.insight].slice(0, mostInsights)},
				{
					at: event.at,
					kind: 'insight',
					level: severity === 'high' ? 'warning' : 'info',
					text: [text, ...recommendations].join(' '),
				},
			);
		}
		case 'saved':
			return withOccurrence(
				{...state, saved: event.store},
				{at: event.at, kind: 'saved', level: 'info', text: `saved in ${event.store}`},
			);
	}
};

/** A Snapshot without what is told of whole runs alone: it would be joined anew for every frame. */
const plainOf = ({
	uncorrected: _,
	firstByte: __,
	setup: ___,
	parts: ____,
	metrics: _____,
	...plain
}: Snapshot): Snapshot => plain;

/** The last second as one Snapshot, without its times from the send and to the first byte; `undefined` before the first. */
export const lastSecond = (state: RunState): Snapshot | undefined => {
	const [first, ...rest] = state.recent;
	return first === undefined ? undefined : mergeAllSnapshots([plainOf(first), ...rest.map(plainOf)]);
};

/** Operations begun and not ended, at this moment. */
export const inFlightNow = (state: RunState): number => {
	const phase = countedPhase(state) === 'measure' ? state.total : state.warmup;
	return phase === undefined || state.ending !== undefined ? 0 : Math.max(0, inFlightIn(phase));
};

/** The measured phase so far, empty before it began. */
export const measured = (state: RunState): Snapshot => state.total ?? emptySnapshot(state.measuredFrom ?? state.at);

/** Whether a run has begun, so that there is something to make a Result of. */
export const hasBegun = (state: RunState): state is RunState & {readonly began: Began} => state.began !== undefined;

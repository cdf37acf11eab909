import type {RunCommand} from '../core/event.ts';
import {emptyRunState, type RunState} from '../core/run-state.ts';
import {applies, bindings} from './keys.ts';

/** Why the viewer is about to go once the run has ended. */
export type Going = 'stopped' | 'interrupted';

/** Everything the board depends on. */
export type ViewState = {
	/** All that is known. */
	readonly latest: RunState;
	/** What is shown: the same, or what it was when the view was frozen. */
	readonly shown: RunState;
	readonly frozen: boolean;
	/** Whether there is a load that commands can reach. */
	readonly live: boolean;
	/** No more events can come. */
	readonly over: boolean;
	/** Names of the panes, in the order of their numbers. */
	readonly panes: readonly string[];
	readonly focus: string;
	readonly zoom: boolean;
	readonly overlay: 'help' | 'question' | undefined;
	readonly going: Going | undefined;
	/** How often the theme was changed. */
	readonly themeSteps: number;
	readonly marks: number;
};

/** What the outside has to do after a step. */
export type Effect =
	| {readonly kind: 'send'; readonly command: RunCommand}
	| {readonly kind: 'leave'; readonly how: 'done' | 'stopped' | 'detached' | 'interrupted' | 'aborted'}
	| {readonly kind: 'redraw'};

export type Step = {readonly state: ViewState; readonly effects: readonly Effect[]};

export type Input =
	| {readonly kind: 'run'; readonly run: RunState}
	| {readonly kind: 'over'}
	| {readonly kind: 'key'; readonly key: string}
	/** SIGTERM: there is no one to ask. */
	| {readonly kind: 'terminate'};

/** The board before the first event. */
export const openView = (panes: readonly string[], live: boolean): ViewState => ({
	latest: emptyRunState,
	shown: emptyRunState,
	frozen: false,
	live,
	over: false,
	panes,
	focus: panes[0] ?? '',
	zoom: false,
	overlay: undefined,
	going: undefined,
	themeSteps: 0,
	marks: 0,
});

/** Whether nothing is left to stop: the run has ended, or there never was one to reach. */
export const isOver = (state: ViewState): boolean => state.over || !state.live || state.latest.ending !== undefined;

/** How a run that is over is left. */
export const outcomeOf = (run: RunState): 'done' | 'stopped' => (run.ending?.state === 'stopped' ? 'stopped' : 'done');

const stay = (state: ViewState): Step => ({state, effects: []});

const stop = (state: ViewState, going: Going, by: 'user' | 'signal'): Step => ({
	state: {...state, overlay: undefined, going},
	effects: [{kind: 'send', command: {command: 'stop', by}}],
});

const interrupt = (state: ViewState): Step => {
	if (isOver(state)) {
		const how = state.going ?? (state.live ? outcomeOf(state.latest) : 'interrupted');
		return {state, effects: [{kind: 'leave', how}]};
	}

	if (state.going !== 'interrupted') return stop(state, 'interrupted', 'user');
	return {
		state,
		effects: [
			{kind: 'send', command: {command: 'abort'}},
			{kind: 'leave', how: 'aborted'},
		],
	};
};

const focusBy = (state: ViewState, by: number): ViewState => {
	const {panes} = state;
	const index = (panes.indexOf(state.focus) + by + panes.length) % panes.length;
	return {...state, focus: panes[index] ?? state.focus};
};

const back = (state: ViewState): ViewState => {
	if (state.overlay !== undefined) return {...state, overlay: undefined};
	if (state.zoom) return {...state, zoom: false};
	return state.frozen ? {...state, frozen: false, shown: state.latest} : state;
};

const press = (state: ViewState, key: string): Step => {
	const context = {question: state.overlay === 'question', over: isOver(state)};
	const binding = bindings.find((each) => each.keys.includes(key) && applies(each, context));
	switch (binding?.action) {
		case undefined:
			return stay(state);
		case 'help':
			return stay({...state, overlay: state.overlay === 'help' ? undefined : 'help'});
		case 'ask':
			return stay(state.going === undefined ? {...state, overlay: 'question'} : state);
		case 'stop':
			return stop(state, 'stopped', 'user');
		case 'detach':
			return {state, effects: [{kind: 'leave', how: 'detached'}]};
		case 'leave':
			return {state, effects: [{kind: 'leave', how: state.going ?? outcomeOf(state.latest)}]};
		case 'back':
			return stay(back(state));
		case 'freeze':
			return stay({...state, frozen: !state.frozen, shown: state.latest});
		case 'next':
			return stay(focusBy(state, 1));
		case 'previous':
			return stay(focusBy(state, -1));
		case 'focus':
			return stay({...state, focus: state.panes[Number(key) - 1] ?? state.focus});
		case 'zoom':
			return stay({...state, zoom: !state.zoom});
		case 'mark': {
			const marks = state.marks + 1;
			return {
				state: {...state, marks},
				effects: [{kind: 'send', command: {command: 'mark', text: `mark ${marks}`}}],
			};
		}
		case 'theme':
			return stay({...state, themeSteps: state.themeSteps + 1});
		case 'redraw':
			return {state, effects: [{kind: 'redraw'}]};
		case 'interrupt':
			return interrupt(state);
	}
};

const withRun = (state: ViewState, run: RunState): ViewState => {
	const next = {...state, latest: run, shown: state.frozen ? state.shown : run};
	// Whether to stop is no question any more once the run has ended.
	return next.overlay === 'question' && isOver(next) ? {...next, overlay: undefined} : next;
};

/** The fold over what happens to the board. Pure; what it asks of the outside it returns. */
export const reduceView = (state: ViewState, input: Input): Step => {
	switch (input.kind) {
		case 'run':
			return stay(withRun(state, input.run));
		case 'over': {
			const over = withRun({...state, over: true}, state.latest);
			return {state: over, effects: over.going === undefined ? [] : [{kind: 'leave', how: over.going}]};
		}
		case 'key':
			return press(state, input.key);
		case 'terminate':
			return isOver(state)
				? {state, effects: [{kind: 'leave', how: 'interrupted'}]}
				: stop(state, 'interrupted', 'signal');
	}
};

import type {Baseline} from '../core/event.ts';
import type {RunState} from '../core/run-state.ts';
import {focusOn, perform, stop} from './actions.ts';
import {pastedLine} from './edit-line.ts';
import {applies} from './keys.ts';
import {overlayKey} from './overlays.ts';
import {contextOf, type Item, isOver, type Step, stay, type ViewState} from './view-state.ts';

export type Input =
	| {readonly kind: 'run'; readonly run: RunState}
	| {readonly kind: 'over'}
	| {readonly kind: 'key'; readonly key: string}
	/** Text that was pasted. */
	| {readonly kind: 'text'; readonly text: string}
	/** A click on a pane, or beside all. */
	| {readonly kind: 'click'; readonly pane: string | undefined}
	/** The mouse wheel over a pane. */
	| {readonly kind: 'wheel'; readonly pane: string | undefined; readonly up: boolean}
	/** Time went by, in milliseconds, for a replay. `end`: the last moment that is known. */
	| {readonly kind: 'time'; readonly elapsed: number; readonly end: number}
	/** The baselines that were asked for. */
	| {readonly kind: 'baselines'; readonly baselines: readonly Baseline[]}
	/** The theme that suits the terminal. */
	| {readonly kind: 'suggested'; readonly theme: string}
	/** What a report can be written as. */
	| {readonly kind: 'exports'; readonly exports: readonly Item[]}
	/** What came of something that was asked of the outside. */
	| {readonly kind: 'told'; readonly message: string}
	/**
	 * What came of drawing: how far the focused pane, or what lies over the board, can be scrolled, and which panes the run
	 * has something for.
	 */
	| {readonly kind: 'drawn'; readonly mostScroll: number; readonly panes?: readonly string[]}
	/** Another run begins; `more`: and it is not the last. */
	| {readonly kind: 'opened'; readonly more: boolean}
	/** SIGTERM: there is no one to ask. */
	| {readonly kind: 'terminate'};

const press = (state: ViewState, key: string): Step => {
	const fresh = state.message === undefined ? state : {...state, message: undefined};
	const over = overlayKey(fresh, key);
	if (over !== undefined) return over;
	const context = contextOf(fresh);
	const binding = fresh.bindings.find((each) => each.keys.includes(key) && applies(each, context));
	return binding === undefined ? stay(fresh) : perform(fresh, binding.action, key);
};

/** The run against the baseline that was chosen, if one was. */
const against = (run: RunState, baseline: Baseline | null | undefined): RunState => {
	if (baseline === undefined || run.began === undefined) return run;
	const {baseline: own, ...began} = run.began;
	if (baseline === null) return own === undefined ? run : {...run, began};
	return {...run, began: {...began, baseline}};
};

const withRun = (state: ViewState, run: RunState): ViewState => {
	const latest = against(run, state.baseline);
	const next = {...state, latest, shown: state.frozen ? against(state.shown, state.baseline) : latest};
	// Whether to stop is no question any more once the run has ended.
	return next.overlay?.kind === 'question' && isOver(next) ? {...next, overlay: undefined} : next;
};

const withTime = (state: ViewState, elapsed: number, end: number): ViewState => {
	const {playback} = state;
	if (playback === undefined) return state;
	const at = playback.playing ? playback.at + elapsed * playback.speed : playback.at;
	const next = {...playback, end, at: Math.min(end, at)};
	return next.at === playback.at && next.end === playback.end ? state : {...state, playback: next};
};

const onClick = (state: ViewState, pane: string | undefined): Step => {
	if (pane === undefined || state.overlay !== undefined) return stay(state);
	return pane === state.focus ? perform(state, 'zoom') : stay(focusOn(state, pane));
};

const withBaselines = (state: ViewState, baselines: readonly Baseline[]): ViewState => ({
	...state,
	message: undefined,
	baselines,
	overlay: {
		kind: 'choice',
		purpose: 'baseline',
		chosen: 0,
		items: [
			{name: 'none', about: 'show the run alone'},
			...baselines.map(({label, began, id}) => ({
				name: label,
				about: `${began.slice(0, 16).replace('T', ' ')}  ${id}`,
			})),
		],
	},
});

const alike = (a: readonly string[], b: readonly string[]): boolean =>
	a.length === b.length && a.every((each, index) => each === b[index]);

/** The panes of the run, and its first one focused as long as the user did not choose. */
const withPanes = (state: ViewState, panes: readonly string[] = state.panes): ViewState => {
	if (alike(panes, state.panes)) return state;
	const focus = state.focusChosen ? state.focus : (panes[0] ?? state.focus);
	return {...state, panes, focus, scroll: focus === state.focus ? state.scroll : 0};
};

/** Another run takes the board: what was chosen to look at the one before is not about it. */
const withNextRun = (state: ViewState, more: boolean): ViewState => ({
	...state,
	more,
	over: false,
	cursor: undefined,
	scroll: 0,
	baselines: [],
	baseline: undefined,
	message: undefined,
	marks: 0,
});

const withMostScroll = (state: ViewState, most: number): ViewState => {
	const {overlay} = state;
	if (overlay?.kind === 'help') {
		return overlay.scroll <= most ? state : {...state, overlay: {...overlay, scroll: most}};
	}

	return state.scroll <= most ? state : {...state, scroll: most};
};

/** The fold over what happens to the board. Pure; what it asks of the outside it returns. */
export const reduceView = (state: ViewState, input: Input): Step => {
	switch (input.kind) {
		case 'run':
			return stay(withRun(state, input.run));
		case 'over': {
			const over = withRun({...state, over: true, more: false}, state.latest);
			return {state: over, effects: over.going === undefined ? [] : [{kind: 'leave', how: over.going}]};
		}
		case 'key':
			return press(state, input.key);
		case 'text': {
			// Pasted text is no command: only a line that is being typed takes it.
			if (state.overlay?.kind !== 'prompt') return stay(state);
			let next = state;
			for (const character of pastedLine(input.text))
				next = overlayKey(next, character === ' ' ? 'space' : character)?.state ?? next;
			return stay(next);
		}
		case 'click':
			return onClick(state, input.pane);
		case 'wheel': {
			const focused = input.pane === undefined || input.pane === state.focus ? state : focusOn(state, input.pane);
			return press(focused, input.up ? 'up' : 'down');
		}
		case 'time':
			return stay(withTime(state, input.elapsed, input.end));
		case 'baselines': {
			const next = withBaselines(state, input.baselines);
			return stay(
				input.baselines.length === 0 ? {...state, message: 'no run with the same load to compare with'} : next,
			);
		}
		case 'suggested':
			return stay({...state, choices: {...state.choices, theme: input.theme}});
		case 'exports':
			return stay({...state, exports: input.exports});
		case 'told':
			return stay({...state, message: input.message});
		case 'drawn':
			return stay(withPanes(withMostScroll(state, input.mostScroll), input.panes));
		case 'opened':
			return stay(withNextRun(state, input.more));
		case 'terminate':
			return isOver(state)
				? {state, effects: [{kind: 'leave', how: 'interrupted'}]}
				: stop(state, 'interrupted', 'signal');
	}
};

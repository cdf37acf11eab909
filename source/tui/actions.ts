import {lengthOf} from '../core/run-state.ts';
import {formatClock, formatDuration, latencyUnitName} from '../core/units.ts';
import {type Choices, choiceValues, neighbour} from './choices.ts';
import {defaultLook} from './default-look.ts';
import type {Action} from './keys.ts';
import {presets} from './presets.ts';
import {pauseLoad, steerBy} from './steering.ts';
import {
	type Going,
	isOver,
	outcomeOf,
	type Playback,
	type Step,
	screenshotFormats,
	stay,
	tell,
	type ViewState,
} from './view-state.ts';

/** Asks the run to stop; the viewer goes when it has. */
export const stop = (state: ViewState, going: Going, by: 'user' | 'signal'): Step => ({
	state: {...state, overlay: undefined, going},
	effects: [{kind: 'send', command: {command: 'stop', by}}],
});

/** A replay that is left before its end has nothing to report. */
const howToLeave = ({playback, going, latest}: ViewState) =>
	playback !== undefined && playback.at < playback.end ? 'detached' : (going ?? outcomeOf(latest));

/** Ctrl+C leads out of benchtop from everywhere. Where nothing is left to interrupt, as leaving does. */
const interrupt = (state: ViewState): Step => {
	if (isOver(state)) return {state, effects: [{kind: 'leave', how: howToLeave(state), out: true}]};

	if (state.going !== 'interrupted') return stop(state, 'interrupted', 'user');
	return {
		state,
		effects: [
			{kind: 'send', command: {command: 'abort'}},
			{kind: 'leave', how: 'aborted'},
		],
	};
};

const leave = (state: ViewState): Step => ({state, effects: [{kind: 'leave', how: howToLeave(state)}]});

/** The state with another pane focused, as the user wants it. */
export const focusOn = (state: ViewState, focus: string | undefined): ViewState =>
	focus === undefined || focus === state.focus ? state : {...state, focus, focusChosen: true, scroll: 0};

const back = (state: ViewState): ViewState => {
	if (state.overlay !== undefined) return {...state, overlay: undefined};
	if (state.cursor !== undefined) return {...state, cursor: undefined};
	if (state.scroll > 0) return {...state, scroll: 0};
	if (state.zoom) return {...state, zoom: false};
	if (state.filter !== '') return {...state, filter: ''};
	return state.frozen ? {...state, frozen: false, shown: state.latest} : state;
};

/** The moment of an entry: its middle, so that rounding cannot put it beside. */
const momentOf = ({fromMs, toMs}: {readonly fromMs: number; readonly toMs: number}): number => (fromMs + toMs) / 2;

/** Moves the replay to a moment of its run. */
const seek = (state: ViewState, playback: Playback, at: number): Step =>
	stay({...state, playback: {...playback, at: Math.min(playback.end, Math.max(0, at))}});

/** Reads off another second: the cursor of a live run, the place of a replay. */
export const stepBy = (state: ViewState, entries: number): Step => {
	const {timeline, step} = state.shown;
	if (state.playback !== undefined) {
		return seek(state, {...state.playback, playing: false}, state.playback.at + entries * step);
	}

	if (timeline.length === 0) return tell(state, 'no second is over yet');
	const {cursor} = state;
	const current =
		cursor === undefined ? timeline.length : timeline.findIndex(({fromMs, toMs}) => fromMs <= cursor && cursor < toMs);
	const entry = timeline[Math.max(0, current + entries)];
	return stay({...state, cursor: entry === undefined ? undefined : momentOf(entry)});
};

/** Reads off the second at a moment of the run. */
export const jumpTo = (state: ViewState, at: number): Step => {
	if (state.playback !== undefined) return seek(state, state.playback, at);
	const entry = state.shown.timeline.find(({toMs}) => at < toMs);
	if (entry === undefined) return tell(state, `the run has not come to ${formatClock(at)} yet`);
	return stay({...state, cursor: momentOf(entry)});
};

const windows = [10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000];

/** Charts over so much time: exactly that, unless the run is no longer than it. Milliseconds. */
export const spanning = (state: ViewState, window: number): Step =>
	tell(
		{...state, window},
		lengthOf(state.shown) <= window
			? `charts span the whole run, which is no longer than ${formatDuration(window)}`
			: `charts span ${formatDuration(window)}`,
	);

const withWindow = (state: ViewState, by: 1 | -1): Step => {
	const now = state.window ?? defaultLook.window;
	const window = by < 0 ? windows.findLast((each) => each < now) : windows.find((each) => each > now);
	if (window === undefined) return tell(state, `charts span ${formatDuration(now)}, the ${by < 0 ? 'least' : 'most'}`);
	return spanning(state, window);
};

const chooseNext = (state: ViewState, choice: 'theme' | 'charset' | 'units' | 'layout', by = 1): Step => {
	const values: readonly string[] = choiceValues(state.themes)[choice];
	const value = neighbour(values, state.choices[choice], by);
	return withChoice(state, choice, value) ?? stay(state);
};

/** The state with another choice; `undefined` for a value that does not exist. */
export const withChoice = (
	state: ViewState,
	choice: 'theme' | 'charset' | 'units' | 'layout',
	wanted: string,
): Step | undefined => {
	const {choices} = state;
	const values = choiceValues(state.themes);
	const changed = (next: Choices | undefined, message = `${choice}: ${wanted}`): Step | undefined =>
		next === undefined ? undefined : tell({...state, choices: next}, message);
	switch (choice) {
		case 'theme':
			return changed(values.theme.includes(wanted) ? {...choices, theme: wanted} : undefined);
		case 'layout': {
			const preset = presets.find(({name}) => name === wanted);
			if (preset === undefined) return undefined;
			const {panes = state.panes} = preset;
			const first = panes.find((name) => state.panes.includes(name)) ?? panes[0];
			const focus = panes.includes(state.focus) ? state.focus : (first ?? state.focus);
			const next = {...focusOn(state, focus), choices: {...choices, layout: wanted}, zoom: false};
			return tell(next, `layout: ${wanted}, ${preset.about}`);
		}
		case 'charset': {
			const charset = values.charset.find((each) => each === wanted);
			return changed(charset && {...choices, charset});
		}
		case 'units': {
			const units = values.units.find((each) => each === wanted || latencyUnitName(each) === wanted);
			return changed(units && {...choices, units}, `latencies in ${units && latencyUnitName(units)}`);
		}
	}
};

/** A speed twice or half as high. */
const withSpeed = (state: ViewState, factor: number): Step => {
	const {playback} = state;
	if (playback === undefined) return stay(state);
	const speed = Math.min(64, Math.max(0.125, playback.speed * factor));
	return tell({...state, playback: {...playback, speed}}, `replay at ${speed}×`);
};

const page = 10;
const farthest = Number.MAX_SAFE_INTEGER;

/** Whether the focused pane is a list: then up and down are its, and so are its ends. */
const lists = ['events', 'status', 'metrics', 'parts'];

const scrollBy = (state: ViewState, rows: number): Step => {
	// A list that shows its end first is scrolled up from there.
	const down = state.focus === 'events' ? -rows : rows;
	return stay({...state, scroll: Math.max(0, Math.min(farthest, state.scroll + down))});
};

const toEnd = (state: ViewState, last: boolean): Step => {
	if (lists.includes(state.focus)) return scrollBy(state, last ? farthest : -farthest);
	if (state.playback !== undefined) return seek(state, state.playback, last ? state.playback.end : 0);
	if (last) return stay({...state, cursor: undefined});
	return jumpTo(state, 0);
};

/** Carries out what a key or a command asks for. `key` tells which of several keys it was. */
export const perform = (state: ViewState, action: Action, key = ''): Step => {
	switch (action) {
		case 'help':
			return stay({...state, overlay: state.overlay?.kind === 'help' ? undefined : {kind: 'help', scroll: 0}});
		case 'quit':
			return stay(state.going === undefined ? {...state, overlay: {kind: 'question'}} : state);
		case 'stop':
			return stop(state, 'stopped', 'user');
		case 'detach':
			return {state, effects: [{kind: 'leave', how: 'detached'}]};
		case 'leave':
			return leave(state);
		case 'back':
			return stay(back(state));
		case 'freeze':
			return stay({...state, frozen: !state.frozen, shown: state.latest});
		case 'play': {
			const {playback} = state;
			if (playback === undefined) return stay(state);
			const ended = playback.at >= playback.end;
			return stay({
				...state,
				playback: {...playback, playing: ended || !playback.playing, at: ended ? 0 : playback.at},
			});
		}
		case 'faster':
			return withSpeed(state, 2);
		case 'slower':
			return withSpeed(state, 0.5);
		case 'next':
			return stay(focusOn(state, neighbour(state.panes, state.focus)));
		case 'previous':
			return stay(focusOn(state, neighbour(state.panes, state.focus, -1)));
		case 'focus':
			return stay(focusOn(state, state.panes[key === '0' ? 9 : Number(key) - 1]));
		case 'zoom':
			return stay({...state, zoom: !state.zoom});
		case 'up':
			return scrollBy(state, -1);
		case 'down':
			return scrollBy(state, 1);
		case 'page-up':
			return scrollBy(state, -page);
		case 'page-down':
			return scrollBy(state, page);
		case 'first':
			return toEnd(state, false);
		case 'last':
			return toEnd(state, true);
		case 'step-back':
			return stepBy(state, -1);
		case 'step-forward':
			return stepBy(state, 1);
		case 'leap-back':
			return stepBy(state, -10);
		case 'leap-forward':
			return stepBy(state, 10);
		case 'window-shorter':
			return withWindow(state, -1);
		case 'window-longer':
			return withWindow(state, 1);
		case 'window-auto':
			return tell({...state, window: undefined}, 'charts span the usual time');
		case 'mark': {
			const marks = state.marks + 1;
			return {
				state: {...state, marks, message: `mark ${marks}`},
				effects: [{kind: 'send', command: {command: 'mark', text: `mark ${marks}`}}],
			};
		}
		case 'baseline':
			return {state: {...state, message: 'looking for baselines'}, effects: [{kind: 'baselines'}]};
		case 'overlay':
			return tell(
				{...state, overlaid: !state.overlaid},
				state.overlaid ? 'charts without the baseline' : 'charts with the baseline',
			);
		case 'filter':
			return stay({...state, overlay: {kind: 'prompt', purpose: 'filter', text: state.filter, chosen: 0}});
		case 'command':
			return stay({...state, overlay: {kind: 'prompt', purpose: 'command', text: '', chosen: 0}});
		case 'copy':
			return {state, effects: [{kind: 'copy'}]};
		case 'export':
			if (state.exports.length === 0) return tell(state, 'nothing can be exported here');
			return stay({...state, overlay: {kind: 'choice', purpose: 'export', items: state.exports, chosen: 0}});
		case 'screenshot':
			return stay({...state, overlay: {kind: 'choice', purpose: 'screenshot', items: screenshotFormats, chosen: 0}});
		case 'units':
			return chooseNext(state, 'units');
		case 'theme':
			return chooseNext(state, 'theme');
		case 'theme-back':
			return chooseNext(state, 'theme', -1);
		case 'charset':
			return chooseNext(state, 'charset');
		case 'layout':
			return chooseNext(state, 'layout');
		case 'mouse': {
			const mouse = !state.choices.mouse;
			const message = mouse ? 'mouse on: click, wheel (hold Shift to select text)' : 'mouse off';
			return tell({...state, choices: {...state.choices, mouse}}, message);
		}
		case 'redraw':
			return {state, effects: [{kind: 'redraw'}]};
		case 'suspend':
			return {state, effects: [{kind: 'suspend'}]};
		case 'interrupt':
			return interrupt(state);
		case 'pause':
			return pauseLoad(state);
		case 'rate-up':
		case 'rate-down':
			return steerBy(state, 'rate', action === 'rate-up');
		case 'connections-up':
		case 'connections-down':
			return steerBy(state, 'connections', action === 'connections-up');
	}
};

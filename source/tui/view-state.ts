import type {Baseline, RunCommand} from '../core/event.ts';
import {emptyRunState, type RunState} from '../core/run-state.ts';
import type {Choices} from './choices.ts';
import {defaultLook} from './default-look.ts';
import {type Binding, bindings as defaultBindings} from './keys.ts';
import {noticesLine} from './notices.ts';

/** Why the viewer is about to go once the run has ended. */
export type Going = 'stopped' | 'interrupted';

/** Something to choose from a list. */
export type Item = {readonly name: string; readonly about: string};

/** What lies over the board and takes the keys. */
export type Overlay =
	| {readonly kind: 'help'; readonly scroll: number}
	/** Whether the run is to stop. */
	| {readonly kind: 'question'}
	/** A line that is typed. `chosen`: which of the completions is marked. */
	| {readonly kind: 'prompt'; readonly purpose: 'command' | 'filter'; readonly text: string; readonly chosen: number}
	| {
			readonly kind: 'choice';
			readonly purpose: 'baseline' | 'export' | 'screenshot';
			readonly items: readonly Item[];
			readonly chosen: number;
	  };

/** Where an ended run that is shown again stands, in milliseconds of the run. */
export type Playback = {
	readonly playing: boolean;
	/** Times its own pace. */
	readonly speed: number;
	readonly at: number;
	readonly end: number;
};

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
	/** Another run is shown when this one has ended. */
	readonly more: boolean;
	/** Of an ended run that is shown again. */
	readonly playback: Playback | undefined;
	readonly bindings: readonly Binding[];
	readonly themes: readonly string[];
	/** What a report can be written as. */
	readonly exports: readonly Item[];
	readonly choices: Choices;
	/** Names of the panes that the run has something for, in the order of their numbers. */
	readonly panes: readonly string[];
	readonly focus: string;
	/** Whether the user chose the pane that has the focus; until then it is the first one of the run. */
	readonly focusChosen: boolean;
	readonly zoom: boolean;
	/** Rows by which the focused pane is scrolled from the end it shows first. */
	readonly scroll: number;
	readonly overlay: Overlay | undefined;
	/** Milliseconds that charts span; undefined: the usual time. */
	readonly window: number | undefined;
	/** The moment that is read off, in milliseconds of the run; undefined: now. */
	readonly cursor: number | undefined;
	readonly overlaid: boolean;
	readonly filter: string;
	/** Baselines to choose from, and the one chosen instead of the run's own; null: none at all. */
	readonly baselines: readonly Baseline[];
	readonly baseline: Baseline | null | undefined;
	/** What happened to the last key, until the next one. */
	readonly message: string | undefined;
	readonly going: Going | undefined;
	readonly marks: number;
};

/** Files that a screen can be written to. */
export const screenshotFormats = [
	{name: 'svg', about: 'a picture that scales, for pages and mails'},
	{name: 'txt', about: 'text alone'},
	{name: 'ansi', about: 'text with the colours of a terminal (cat shows it)'},
] as const satisfies readonly Item[];

export type ScreenshotFormat = (typeof screenshotFormats)[number]['name'];

/** What the outside has to do after a step. */
export type Effect =
	| {readonly kind: 'send'; readonly command: RunCommand}
	| {
			readonly kind: 'leave';
			readonly how: 'done' | 'stopped' | 'detached' | 'interrupted' | 'aborted';
			/** Out of benchtop, not back to where the run was chosen. */
			readonly out?: true;
	  }
	| {readonly kind: 'redraw'}
	| {readonly kind: 'suspend'}
	/** The focused pane as text, to the clipboard. */
	| {readonly kind: 'copy'}
	| {readonly kind: 'screenshot'; readonly format: ScreenshotFormat}
	| {readonly kind: 'export'; readonly format: string}
	/** Look up which baselines there are. */
	| {readonly kind: 'baselines'};

export type Step = {readonly state: ViewState; readonly effects: readonly Effect[]};

/** A step without any effect. */
export const stay = (state: ViewState): Step => ({state, effects: []});

/** A step that only tells something. */
export const tell = (state: ViewState, message: string): Step => stay({...state, message});

/** What a board is opened with. */
export type Opening = {
	readonly panes: readonly string[];
	readonly live: boolean;
	readonly choices: Choices;
	readonly themes?: readonly string[];
	readonly bindings?: readonly Binding[];
	readonly exports?: readonly Item[];
	/** Given for an ended run that is shown again. */
	readonly speed?: number;
	/** What the user is to be told at the beginning. */
	readonly notices?: readonly string[];
	/** Whether another run is shown when this one has ended. */
	readonly more?: boolean;
};

/** Where the board shows all notices: the pane's title, and the key that focuses it. */
const noticePlace = (panes: readonly string[]): string => {
	const at = panes.indexOf('events');
	return at < 0 || at > 9 ? 'Events' : `Events, ${(at + 1) % 10}`;
};

/** The board before the first event. */
export const openView = (opening: Opening): ViewState => ({
	latest: emptyRunState,
	shown: emptyRunState,
	frozen: false,
	live: opening.live,
	over: false,
	more: opening.more ?? false,
	playback: opening.speed === undefined ? undefined : {playing: true, speed: opening.speed, at: 0, end: 0},
	bindings: opening.bindings ?? defaultBindings,
	themes: opening.themes ?? [opening.choices.theme],
	exports: opening.exports ?? [],
	choices: opening.choices,
	panes: opening.panes,
	focus: opening.panes[0] ?? '',
	focusChosen: false,
	zoom: false,
	scroll: 0,
	overlay: undefined,
	window: undefined,
	cursor: undefined,
	overlaid: defaultLook.overlaid,
	filter: '',
	baselines: [],
	baseline: undefined,
	message: noticesLine(opening.notices ?? [], noticePlace(opening.panes)),
	going: undefined,
	marks: 0,
});

/** Whether the run has ended, or there never was one to reach. */
export const runIsOver = (state: ViewState): boolean => state.over || !state.live || state.latest.ending !== undefined;

/** Whether nothing is left to stop: the run is over, and none follows. */
export const isOver = (state: ViewState): boolean => runIsOver(state) && !state.more;

/** How a run that is over is left. */
export const outcomeOf = (run: RunState): 'done' | 'stopped' => (run.ending?.state === 'stopped' ? 'stopped' : 'done');

/** What decides which keys mean something now. */
export const contextOf = (state: ViewState) => ({
	question: state.overlay?.kind === 'question',
	over: isOver(state),
	replay: state.playback !== undefined,
});

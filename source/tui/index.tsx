import type {Charset} from '../core/charset.ts';
import type {RunSource} from '../core/event.ts';
import type {Theme} from '../core/theme.ts';
import type {LatencyUnit} from '../core/units.ts';
import {type BoardOptions, type Leaving, showBoard, showBoards, type Turn} from './board.ts';
import {type Browsing, browseOn} from './browser/browse.ts';
import {bindings, type KeyChoices, type KeyFault, rebind} from './keys.ts';
import type {Library} from './library.ts';
import {type Opening, openScreen} from './opening.ts';
import type {Outside} from './outside.ts';
import type {DepthChoice} from './paint.ts';
import type {Pane} from './pane.ts';
import {panes as allPanes} from './panes/index.ts';
import type {Display, KeySource} from './streams.ts';
import {openSurface} from './surface.ts';

export type {Leaving, Turn} from './board.ts';
export type {Browsing} from './browser/browse.ts';
export type {Choices} from './choices.ts';
export type {KeyChoices, KeyFault} from './keys.ts';
export type {
	ComparedRuns,
	Details,
	History,
	Library,
	ListedRun,
	ListedSuite,
	OpenedRun,
	RecentTarget,
	RunningBenchmark,
	Start,
} from './library.ts';
export type {Outside} from './outside.ts';
export {previewTheme} from './preview.ts';

/** What a user sets of the board; all of it can change while it is shown. */
export type ViewSettings = {
	/** A theme's name, or 'auto'. */
	readonly theme?: string | undefined;
	readonly charset?: Charset | 'auto' | undefined;
	readonly layout?:
		| {
				/** The name of the preset to begin with. */
				readonly preset?: string | undefined;
				/** Names of panes in the order they stand in; those left out follow. */
				readonly order?: readonly string[] | undefined;
				/** Relative widths of the columns, from the left. */
				readonly columns?: readonly number[] | undefined;
		  }
		| undefined;
	readonly units?: LatencyUnit | undefined;
	readonly mouse?: boolean | undefined;
	/** Keys by action, in place of its own. */
	readonly keys?: KeyChoices | undefined;
};

export type ShowOptions = {
	readonly stdin: KeySource;
	readonly stdout: Display;
	/** Environment variables. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Every theme that can be chosen; those that come with benchtop by default. */
	readonly themes?: readonly Theme[];
	/** A theme's name; else environment, settings and terminal decide, in this order. */
	readonly theme?: string;
	/** How many colours are used; by default what the terminal shows. */
	readonly color?: DepthChoice;
	/** What the user set for good, or for this time. */
	readonly settings?: ViewSettings;
	/** What the user is to be told at the beginning, such as faults of the settings. */
	readonly notices?: readonly string[];
	/** Milliseconds between two frames while data arrives. */
	readonly refresh?: number;
	/** The panes to show, all by default. */
	readonly panes?: readonly Pane[];
	readonly outside?: Outside;
	/** The terminal, where it was taken over before. */
	readonly opening?: Opening;
};

/** What of chosen keys cannot be: actions and keys that do not exist, and keys that would mean two things. */
export const keyFaults = (choices: KeyChoices): readonly KeyFault[] => rebind(choices).faults;

const defaultRefresh = 250;

const open = (options: ShowOptions) => {
	const {stdin, stdout, environment} = options;
	const {taken, look} = options.opening ?? openScreen(options);
	return openSurface({stdin, stdout, taken, ...look, throughTmux: environment.TMUX !== undefined});
};

/** What the board is opened with, besides a run. */
const boardOptions = ({settings = {}, outside, panes = allPanes, ...options}: ShowOptions): BoardOptions => {
	const keys = rebind(settings.keys ?? {}, bindings);
	const notices = [
		...(options.notices ?? []),
		...keys.faults.map(({action, message, hint}) => `keys.${action} stays as it is. ${message} ${hint}`),
	];
	const {order = [], columns: ratios = []} = settings.layout ?? {};
	return {
		panes,
		refresh: options.refresh ?? defaultRefresh,
		bindings: keys.bindings,
		arrangement: {order, ratios},
		...(outside === undefined ? {} : {outside}),
		notices,
	};
};

/** Shows a run in the terminal until it is left. The terminal is given back on every way out, also when this rejects. */
export const show = async (source: RunSource, options: ShowOptions): Promise<Leaving> => {
	const surface = open(options);
	try {
		return await showBoard(surface, source, boardOptions(options));
	} finally {
		await surface.close();
	}
};

/**
 * Shows runs one after the other, each as soon as the one before has ended; gives the terminal back as `show` does. The
 * last one stays until it is left; so does one after which none follows: it was stopped, or failed where that ends the
 * suite. Returns how each was left that was begun to be followed; of one that had not told anything by then the state is
 * empty.
 */
export const showAll = async (
	turns: readonly [Turn, ...Turn[]],
	options: ShowOptions,
): Promise<readonly [Leaving, ...Leaving[]]> => {
	const surface = open(options);
	try {
		return await showBoards(surface, turns, boardOptions(options));
	} finally {
		await surface.close();
	}
};

/** Shows the start screen, and every run that is chosen there; gives the terminal back as `show` does. */
export const browse = async (library: Library, options: ShowOptions): Promise<Browsing> => {
	const surface = open(options);
	try {
		return await browseOn(surface, library, boardOptions(options));
	} finally {
		await surface.close();
	}
};

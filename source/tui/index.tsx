import type {RunSource} from '../core/event.ts';
import {type Leaving, showBoard} from './board.ts';
import {chooseCharset} from './charset.ts';
import type {Choices} from './choices.ts';
import {bindings, type KeyChoices, rebind} from './keys.ts';
import type {Outside} from './outside.ts';
import {chooseDepth} from './paint.ts';
import type {Pane} from './pane.ts';
import {panes as allPanes} from './panes/index.ts';
import type {Display, KeySource} from './streams.ts';
import {openSurface} from './surface.ts';
import {chooseTheme, themes} from './theme.ts';
import {defaultLook} from './view.ts';

export type {Leaving} from './board.ts';
export type {Outside} from './outside.ts';

export type ShowOptions = {
	readonly stdin: KeySource;
	readonly stdout: Display;
	/** Environment variables. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** A theme's name; else the environment decides. */
	readonly theme?: string;
	/** Milliseconds between two frames while data arrives. */
	readonly refresh?: number;
	/** The panes to show, all by default. */
	readonly panes?: readonly Pane[];
	readonly outside?: Outside;
	/** What the user has set; members that are absent are for the terminal to decide. */
	readonly settings?: Partial<Omit<Choices, 'theme'>> & {
		readonly keys?: KeyChoices;
		/** Names of panes, the first one first. */
		readonly order?: readonly string[];
		/** Relative widths of the columns. */
		readonly ratios?: readonly number[];
	};
	/** What the user should read first. */
	readonly notices?: readonly string[];
};

const defaultRefresh = 250;

const open = (options: ShowOptions) => {
	const {stdin, stdout, environment, settings = {}} = options;
	const choices: Choices = {
		theme: chooseTheme(options.theme, environment).name,
		charset: settings.charset ?? chooseCharset(environment),
		units: settings.units ?? defaultLook.latencyUnit,
		layout: settings.layout ?? 'all',
		mouse: settings.mouse ?? false,
	};
	const depth = chooseDepth(environment, stdout.getColorDepth?.bind(stdout));
	return openSurface({stdin, stdout, themes, depth, choices});
};

/** Shows a run in the terminal until it is left. The terminal is given back on every way out, also when this rejects. */
export const show = async (source: RunSource, options: ShowOptions): Promise<Leaving> => {
	const {settings = {}, outside, panes = allPanes, refresh = defaultRefresh} = options;
	const keys = rebind(settings.keys ?? {}, bindings);
	const notices = [...(options.notices ?? []), ...keys.notices];
	const surface = open(options);
	try {
		return await showBoard(surface, source, {
			panes,
			refresh,
			bindings: keys.bindings,
			arrangement: {order: settings.order ?? [], ratios: settings.ratios ?? []},
			...(outside === undefined ? {} : {outside}),
			...(notices.length === 0 ? {} : {message: notices.join(' ')}),
		});
	} finally {
		await surface.close();
	}
};

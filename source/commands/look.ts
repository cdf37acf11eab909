import type {Flags} from '../config/flags.ts';
import {readSettings, saveSettings} from '../config/settings.ts';
import {readThemes, themeNamed} from '../config/themes.ts';
import {charsetChoices, depthChoices, layoutPresets, refreshLimits} from '../config/view-choices.ts';
import {findTheme} from '../core/theme.ts';
import type {Choices, ShowOptions} from '../tui/index.tsx';
import type {Surroundings} from './command.ts';

/** How the full screen looks: what flags say, else what the settings say. */
export type Look = Pick<ShowOptions, 'themes' | 'theme' | 'color' | 'refresh' | 'settings'> & {
	/** What of settings and themes could not be used. */
	readonly notices: readonly string[];
};

/**
 * Reads settings and themes, and the flags over them. A wrong flag, or a BENCHTOP_THEME that is no theme, rejects with
 * a BenchtopError; whatever is wrong in a file is a notice.
 */
export const readLook = async (flags: Flags, {environment}: Pick<Surroundings, 'environment'>): Promise<Look> => {
	const {settings, notices, path} = await readSettings(environment);
	const {themes, notices: themeNotices} = await readThemes(environment);
	const theme = flags.text('theme');
	const asked = theme ?? environment.BENCHTOP_THEME;
	if (asked !== undefined && asked !== '' && asked !== 'auto') themeNamed(themes, asked);
	const unknown =
		settings.theme === undefined || settings.theme === 'auto' || findTheme(themes, settings.theme) !== undefined
			? []
			: [`${path}: there is no theme "${settings.theme}". benchtop themes lists them.`];
	const color = flags.choice('color', depthChoices) ?? settings.color;
	const refresh = flags.duration('refresh', refreshLimits) ?? settings.refresh;
	const charset = flags.choice('charset', charsetChoices) ?? settings.charset;
	const preset = flags.choice('layout', layoutPresets) ?? settings.layout?.preset;
	const {units, mouse, keys} = settings;
	return {
		themes,
		...(theme === undefined ? {} : {theme}),
		...(color === undefined ? {} : {color}),
		...(refresh === undefined ? {} : {refresh}),
		settings: {theme: settings.theme, charset, layout: {...settings.layout, preset}, units, mouse, keys},
		notices: [...notices, ...themeNotices, ...unknown],
	};
};

/** Keeps what was chosen by keys, so that the next screen looks the same. What cannot be written is a warning. */
export const keepChoices = async (
	{layout, ...chosen}: Partial<Choices>,
	{environment, stderr}: Pick<Surroundings, 'environment' | 'stderr'>,
): Promise<void> => {
	const changes = [...Object.entries(chosen), ...(layout === undefined ? [] : [['layout.preset', layout] as const])];
	if (changes.length === 0) return;
	const fault = await saveSettings(environment, changes);
	if (fault !== undefined) stderr.write(`benchtop: warning: ${fault}\n`);
};

import type {Flags} from '../config/flags.ts';
import {colorOption} from '../config/options.ts';
import type {DepthChoice} from '../config/view-choices.ts';
import type {Theme} from '../core/theme.ts';
import type {Command, Surroundings} from './command.ts';

type Action = (words: readonly string[], flags: Flags, surroundings: Surroundings) => Promise<number>;

const warn = ({stderr}: Surroundings, notices: readonly string[]): void => {
	for (const notice of notices) stderr.write(`benchtop: warning: ${notice}\n`);
};

/** How many colours the user wants, and whether there may be escape codes at all. */
const stylesWanted = async (
	flags: Flags,
	{stdout, environment}: Surroundings,
): Promise<{readonly styled: boolean; readonly color: DepthChoice | undefined}> => {
	const [{readSettings}, {depthChoices}] = await Promise.all([
		import('../config/settings.ts'),
		import('../config/view-choices.ts'),
	]);
	const asked = flags.choice('color', depthChoices);
	const forced = asked !== undefined && asked !== 'auto' && asked !== 'never';
	return {
		styled: forced || (stdout.isTTY === true && environment.TERM !== 'dumb'),
		color: asked ?? (await readSettings(environment)).settings.color,
	};
};

/** Samples of a theme as rows. */
const preview = async (
	theme: Theme,
	{stdout, environment}: Surroundings,
	options: {readonly styled: boolean; readonly color: DepthChoice | undefined; readonly large: boolean},
): Promise<readonly string[]> => {
	const {previewTheme} = await import('../tui/index.tsx');
	return previewTheme(theme, {...options, environment, getColorDepth: stdout.getColorDepth?.bind(stdout)});
};

const list: Action = async (_words, flags, surroundings) => {
	const [{readThemes}, {printable}, {alignColumns}, {writeJson}] = await Promise.all([
		import('../config/themes.ts'),
		import('../core/printable.ts'),
		import('../export/columns.ts'),
		import('./write-json.ts'),
	]);
	const {themes, files, notices} = await readThemes(surroundings.environment);
	warn(surroundings, notices);
	if (flags.has('json')) {
		const listed = themes.map((theme) => ({...theme, file: files.get(theme.name) ?? null}));
		writeJson(flags, surroundings, `${JSON.stringify(listed, undefined, '\t')}\n`);
		return 0;
	}

	const wanted = await stylesWanted(flags, surroundings);
	const [heading = '', ...rows] = alignColumns(
		[{heading: 'theme'}, {heading: 'for'}, {heading: 'title'}, {heading: 'from'}],
		themes.map(({name, title, appearance}) => [
			printable(name),
			appearance === 'any' ? 'any background' : `a ${appearance} background`,
			printable(title),
			printable(files.get(name) ?? 'benchtop'),
		]),
	);
	// Samples without colours would tell nothing.
	const samples = wanted.styled
		? await Promise.all(themes.map((theme) => preview(theme, surroundings, {...wanted, large: false})))
		: [];
	const lines = rows.flatMap((row, index) => (wanted.styled ? [row, ...(samples[index] ?? []), ''] : [row]));
	surroundings.stdout.write(`${[heading, ...lines].join('\n').trimEnd()}\n`);
	return 0;
};

const show: Action = async ([name = '', ...more], flags, surroundings) => {
	const [{readThemes, themeNamed}, {BenchtopError}, {printable}, {writeJson}] = await Promise.all([
		import('../config/themes.ts'),
		import('../errors.ts'),
		import('../core/printable.ts'),
		import('./write-json.ts'),
	]);
	if (more.length > 0) {
		throw new BenchtopError('benchtop themes shows one theme, or all.', {
			hint: 'To check files: benchtop themes check',
		});
	}

	const {themes, files, notices} = await readThemes(surroundings.environment);
	warn(surroundings, notices);
	const theme = themeNamed(themes, name);
	if (flags.has('json')) {
		writeJson(flags, surroundings, `${JSON.stringify(theme, undefined, '\t')}\n`);
		return 0;
	}

	const wanted = await stylesWanted(flags, surroundings);
	const rows = await preview(theme, surroundings, {...wanted, large: true});
	const from = files.get(theme.name);
	const heading = `${printable(theme.name)}: ${printable(theme.title)}${from === undefined ? '' : ` (${printable(from)})`}`;
	surroundings.stdout.write(`${[heading, ...rows].join('\n')}\n`);
	return 0;
};

type Checked = {readonly from: string; readonly theme: Theme | undefined; readonly notices: readonly string[]};

const check: Action = async (words, flags, surroundings) => {
	const [{resolve}, {readThemes}, {readTheme}, {findTheme}, {fails, measureTheme}, {checkText}, {writeJson}] =
		await Promise.all([
			import('node:path'),
			import('../config/themes.ts'),
			import('../config/theme-file.ts'),
			import('../core/theme.ts'),
			import('../core/theme-check.ts'),
			import('./theme-check-text.ts'),
			import('./write-json.ts'),
		]);
	const all = await readThemes(surroundings.environment);
	const checked: readonly Checked[] =
		words.length === 0
			? [
					...all.themes.map((theme) => ({from: all.files.get(theme.name) ?? 'benchtop', theme, notices: []})),
					...all.broken.map(({file, notices}) => ({from: file, theme: undefined, notices})),
				]
			: words.map((word) => {
					const theme = findTheme(all.themes, word);
					if (theme !== undefined) return {from: all.files.get(word) ?? 'benchtop', theme, notices: []};
					const file = resolve(surroundings.folder, word);
					return {from: file, ...readTheme(file)};
				});
	const results = checked.map(({from, theme, notices}) => ({
		from,
		theme,
		notices,
		measures: theme === undefined ? [] : measureTheme(theme),
	}));
	warn(surroundings, words.length === 0 ? all.notices : results.flatMap(({notices}) => notices));
	if (flags.has('json')) {
		const document = results.map(({from, theme, notices, measures}) => ({
			from,
			name: theme?.name ?? null,
			notices,
			measures: measures.map((measure) => ({...measure, least: measure.least ?? null, passes: !fails(measure)})),
		}));
		writeJson(flags, surroundings, `${JSON.stringify(document, undefined, '\t')}\n`);
	} else {
		surroundings.stdout.write(
			checkText(results.flatMap(({theme, measures}) => (theme === undefined ? [] : [{name: theme.name, measures}]))),
		);
	}

	if (results.some(({theme}) => theme === undefined)) return 2;
	return results.some(({measures}) => measures.some(fails)) ? 1 : 0;
};

/** `benchtop themes`: how the full screen can look. */
export const themes: Command = {
	name: 'themes',
	usage: '[name] | check [file…]',
	about: 'show the themes, or check that their colours can be read and told apart',
	options: [
		colorOption,
		{name: 'json', value: 'FILE', optional: true, about: 'one JSON document, to a file or alone to standard output'},
	],
	examples: [
		['benchtop themes colorblind --json=mine.json', 'a theme as a file, to begin your own with'],
		['benchtop themes check mine.json', 'contrast, and distances as the colour-blind see them'],
	],
	run: async (words, flags, surroundings) => {
		const [word, ...rest] = words;
		if (word === undefined) return list(words, flags, surroundings);
		return word === 'check' ? check(rest, flags, surroundings) : show(words, flags, surroundings);
	},
};

import {type BrowserBinding, browserBindings} from '../../source/tui/browser/browser-keys.ts';
import {type Binding, bindings, type KeyLine, keyName} from '../../source/tui/keys.ts';
import {pictures} from './pictures.ts';

const keysOf = ({keys}: KeyLine<string, string>): string =>
	keys.length > 4
		? `\`${keyName(keys[0] ?? '')}\` … \`${keyName(keys.at(-1) ?? '')}\``
		: keys.map((key) => `\`${keyName(key)}\``).join(' ');

const conditions: Readonly<Partial<Record<Binding['when'], string>>> = {
	over: ' (when the run is over)',
	replay: ' (in a replay)',
	question: ' (when asked whether the run is to stop)',
};

const escaped = (text: string): string => text.replaceAll('|', '\\|');

/** The keys as a table, from the table that the board obeys. */
const keyTable = (): string => {
	const groups = Map.groupBy(bindings, ({action, when}) => `${action} ${when}`);
	const lines = Array.from(groups.values(), (same) => {
		const {about, when, action} = same[0]!;
		return `| ${escaped(same.map(keysOf).join(' '))} | ${about}${conditions[when] ?? ''} | \`${action}\` |`;
	});
	return ['| key | does | name |', '|---|---|---|', ...lines].join('\n');
};

const places: Readonly<Record<BrowserBinding['when'], string>> = {
	always: 'everywhere',
	any: 'everywhere',
	inner: 'behind the start screen',
	list: 'both lists',
	run: 'on a run',
	benchmark: 'on a benchmark of a suite',
	refused: 'on a comparison that was refused',
	start: 'start screen',
	history: 'history',
	details: 'a run in full',
	trend: 'a benchmark over time',
	comparison: 'comparison',
};

/** The keys of the start screen and what lies behind it; the scrolling ones, which are the board's, left out. */
const browserKeyTable = (): string => {
	const scrolling = ['up', 'down', 'page-up', 'page-down', 'first', 'last', 'redraw', 'suspend'];
	const lines = browserBindings
		.filter(({action}) => !scrolling.includes(action))
		.map((binding) => `| ${escaped(keysOf(binding))} | ${binding.about} | ${places[binding.when]} |`);
	return ['| key | does | where |', '|---|---|---|', ...lines].join('\n');
};

const gallery = (): string => pictures.map(({name, about}) => `![${about}](test/gallery/${name}.svg)`).join('\n\n');

const sections: Readonly<Record<string, () => string>> = {keys: keyTable, 'browser keys': browserKeyTable, gallery};

/** A README whose generated sections say what is now true. */
export const refreshed = (readme: string): string =>
	Object.entries(sections).reduce((text, [name, render]) => {
		const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
		const [from, to] = [text.indexOf(start), text.indexOf(end)];
		if (from < 0 || to < from) throw new Error(`README.md has no section between ${start} and ${end}.`);
		return `${text.slice(0, from + start.length)}\n${render()}\n${text.slice(to)}`;
	}, readme);

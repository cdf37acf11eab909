import {byNearness} from '../core/nearest.ts';
import {latencyUnitName, parseDuration, parseNumber} from '../core/units.ts';
import {focusOn, jumpTo, perform, spanning, withChoice} from './actions.ts';
import {choiceValues} from './choices.ts';
import {applies} from './keys.ts';
import {steerTo} from './steering.ts';
import {
	contextOf,
	type Item,
	isOver,
	runIsOver,
	type Step,
	screenshotFormats,
	stay,
	tell,
	type ViewState,
} from './view-state.ts';

/** A command that can be typed. */
export type PaletteCommand = {
	readonly name: string;
	readonly about: string;
	/** What follows the name; absent: nothing. */
	readonly argument?: string;
	/** Values the argument can have. */
	readonly values?: (state: ViewState) => readonly string[];
	/** A step, or what is wrong with the argument. */
	readonly run: (state: ViewState, argument: string) => Step | string;
};

const choiceCommand = (name: 'theme' | 'charset' | 'units' | 'layout', about: string): PaletteCommand => ({
	name,
	about,
	argument: 'NAME',
	values: (state) =>
		name === 'units' ? choiceValues([]).units.map(latencyUnitName) : choiceValues(state.themes)[name],
	run: (state, argument) => withChoice(state, name, argument) ?? `There is no ${name} "${argument}".`,
});

/** What a runner accepts at most. */
const mostOf = {connections: 100_000, rate: 10_000_000} as const;

const steeringCommand = (name: 'connections' | 'rate', about: string): PaletteCommand => ({
	name,
	about,
	argument: 'N',
	run: (state, argument) => {
		const value = parseNumber(argument);
		if (value === undefined || value < 1 || (name === 'connections' && !Number.isInteger(value))) {
			return `"${argument}" is no number of ${name === 'rate' ? 'operations per second' : 'connections'}.`;
		}

		if (value > mostOf[name]) return `More than ${mostOf[name]} is not possible.`;
		return steerTo(state, name, value);
	},
});

/** '00:31', '1:02:03' or a duration, in milliseconds. */
const parseMoment = (text: string): number | undefined => {
	if (!/^\d+(:[0-5]?\d){1,2}$/.test(text)) return parseDuration(text);
	return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
};

const least = 1000;
const most = 24 * 3_600_000;

/** Commands that take an argument. To add one: a line here. */
const withArgument: readonly PaletteCommand[] = [
	{
		name: 'mark',
		about: 'mark this moment with a text',
		argument: 'TEXT',
		run: (state, text) => {
			if (runIsOver(state)) return 'The run is over.';
			if (text === '') return perform(state, 'mark');
			const command = {command: 'mark', text: text.slice(0, 200)} as const;
			return {state: {...state, message: `marked: ${text}`}, effects: [{kind: 'send', command}]};
		},
	},
	{
		name: 'jump',
		about: 'read off a moment of the run',
		argument: '00:31',
		run: (state, text) => {
			const at = parseMoment(text);
			return at === undefined ? `"${text}" is no moment of a run; write 00:31, or 31s.` : jumpTo(state, at);
		},
	},
	{
		name: 'window',
		about: 'the time that charts span',
		argument: '30s',
		values: () => ['10s', '30s', '60s', '5m', '30m', 'auto'],
		run: (state, text) => {
			if (text === 'auto') return perform(state, 'window-auto');
			const window = parseDuration(text);
			if (window === undefined || window < least || window > most) return `"${text}" is no time between 1s and 24h.`;
			return spanning(state, window);
		},
	},
	{
		name: 'filter',
		about: 'show only events and outcomes with these words',
		argument: 'WORDS',
		run: (state, text) => stay({...state, filter: text}),
	},
	{
		name: 'focus',
		about: 'focus a pane',
		argument: 'PANE',
		values: (state) => state.panes,
		run: (state, name) => (state.panes.includes(name) ? stay(focusOn(state, name)) : `There is no pane "${name}".`),
	},
	steeringCommand('connections', 'how many connections the load has'),
	steeringCommand('rate', 'how many operations begin per second'),
	choiceCommand('theme', 'the colours'),
	choiceCommand('charset', 'what charts are drawn with'),
	choiceCommand('units', 'the unit of latencies'),
	choiceCommand('layout', 'which panes are shown'),
	{
		name: 'export',
		about: 'write the report of an ended run to a file',
		argument: 'FORMAT',
		values: (state) => state.exports.map(({name}) => name),
		run: (state, format) =>
			state.exports.some(({name}) => name === format)
				? {state, effects: [{kind: 'export', format}]}
				: `There is no format "${format}".`,
	},
	{
		name: 'screenshot',
		about: 'write the screen to a file',
		argument: 'FORMAT',
		values: () => screenshotFormats.map(({name}) => name),
		run: (state, wanted) => {
			const format = screenshotFormats.find(({name}) => name === wanted)?.name;
			return format === undefined
				? `There is no format "${wanted}".`
				: {state, effects: [{kind: 'screenshot', format}]};
		},
	},
];

/** Everything that can be typed now: the commands above, and each action that has a key and no command of its name. */
export const commandsOf = (state: ViewState): readonly PaletteCommand[] => {
	const context = {...contextOf(state), question: false};
	const taken = new Set(withArgument.map(({name}) => name));
	const actions = state.bindings.filter(
		(binding) => binding.when !== 'question' && binding.action !== 'focus' && applies(binding, context),
	);
	const plain = actions.flatMap(({action, about}): PaletteCommand[] => {
		if (taken.has(action)) return [];
		taken.add(action);
		return [{name: action, about, run: (now) => perform(now, action)}];
	});
	const ending: readonly PaletteCommand[] = isOver(state)
		? []
		: [
				{name: 'stop', about: 'stop the run and save its result', run: (now) => perform(now, 'stop')},
				{name: 'detach', about: 'leave the run running', run: (now) => perform(now, 'detach')},
			];
	return [...withArgument, ...ending, ...plain];
};

const split = (text: string): readonly [name: string, argument: string | undefined] => {
	const at = text.indexOf(' ');
	return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1).trimStart()];
};

const beginning = (items: readonly Item[], start: string): readonly Item[] => {
	const lower = start.toLowerCase();
	const begin = items.filter(({name}) => name.toLowerCase().startsWith(lower));
	return [...begin, ...items.filter((item) => !begin.includes(item) && item.name.toLowerCase().includes(lower))];
};

/** What a typed line can become: commands while the name is typed, then the values of its argument. */
export const completions = (state: ViewState, text: string): readonly Item[] => {
	const commands = commandsOf(state);
	const [name, argument] = split(text.trimStart());
	if (argument === undefined) {
		return beginning(
			commands.map((command) => ({
				name: command.argument === undefined ? command.name : `${command.name} `,
				about: command.argument === undefined ? command.about : `${command.argument}: ${command.about}`,
			})),
			name,
		);
	}

	const values = commands.find((command) => command.name === name)?.values?.(state) ?? [];
	return beginning(
		values.map((value) => ({name: value, about: ''})),
		argument,
	).map(({name: value}) => ({name: `${name} ${value}`, about: ''}));
};

/**
 * The line that Enter means: the completion that was marked; else what was typed, where it can be done as it stands;
 * else what it is the beginning of.
 */
export const meantBy = (state: ViewState, text: string, chosen: number): string => {
	if (text.trim() === '' && chosen === 0) return '';
	const found = completions(state, text);
	const marked = chosen > 0 ? found[chosen]?.name : undefined;
	if (marked !== undefined) return marked;
	const [name, argument] = split(text.trim());
	const command = commandsOf(state).find((each) => each.name === name);
	if (command !== undefined && argument !== undefined && typeof command.run(state, argument) !== 'string') return text;
	if (command !== undefined && command.argument === undefined) return text;
	return found.find((item) => item.name.startsWith(text.trimStart()))?.name ?? text;
};

/** Carries out a typed line. An unknown name says what was near. */
export const runCommand = (state: ViewState, text: string): Step => {
	const closed: ViewState = {...state, overlay: undefined};
	const [name, argument] = split(text.trim());
	if (name === '') return stay(closed);
	const commands = commandsOf(state);
	const command = commands.find((each) => each.name === name);
	if (command === undefined) {
		const [near] = byNearness(
			name,
			commands.map((each) => each.name),
		);
		return tell(closed, `Nothing is called "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`}`);
	}

	if (command.argument === undefined && argument !== undefined && argument !== '') {
		return tell(closed, `"${name}" takes nothing after it.`);
	}

	const done = command.run(closed, argument ?? '');
	return typeof done === 'string' ? tell(closed, done) : done;
};

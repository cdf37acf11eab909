import {nearest} from '../core/nearest.ts';

/** What a key can ask for. */
export type Action =
	| 'help'
	| 'quit'
	| 'stop'
	| 'detach'
	| 'leave'
	| 'back'
	| 'freeze'
	| 'play'
	| 'pause'
	| 'rate-up'
	| 'rate-down'
	| 'connections-up'
	| 'connections-down'
	| 'faster'
	| 'slower'
	| 'next'
	| 'previous'
	| 'focus'
	| 'zoom'
	| 'up'
	| 'down'
	| 'page-up'
	| 'page-down'
	| 'first'
	| 'last'
	| 'step-back'
	| 'step-forward'
	| 'leap-back'
	| 'leap-forward'
	| 'window-shorter'
	| 'window-longer'
	| 'window-auto'
	| 'mark'
	| 'baseline'
	| 'overlay'
	| 'filter'
	| 'command'
	| 'copy'
	| 'export'
	| 'screenshot'
	| 'units'
	| 'theme'
	| 'theme-back'
	| 'charset'
	| 'layout'
	| 'mouse'
	| 'redraw'
	| 'suspend'
	| 'interrupt';

/** What must hold for a key to mean something. 'always' holds also while something is asked. */
export type When = 'always' | 'board' | 'live' | 'running' | 'over' | 'replay' | 'question';

/** A line of a table of keys. */
export type KeyLine<Action, When> = {
	readonly keys: readonly string[];
	readonly action: Action;
	/** For the help. */
	readonly about: string;
	/** For the footer; keys without it are only in the help. */
	readonly brief?: string;
	readonly when: When;
};

export type Binding = KeyLine<Action, When>;

/** Every key, in the order help and footer list them. Help, footer, README and rebinding come from this table. */
export const bindings: readonly Binding[] = [
	{
		keys: ['s', 'q'],
		action: 'stop',
		about: 'stop the run and save its result',
		brief: 'stop and save',
		when: 'question',
	},
	{keys: ['d'], action: 'detach', about: 'leave it running', brief: 'leave it running', when: 'question'},
	{keys: ['escape'], action: 'back', about: 'go on', brief: 'go on', when: 'question'},
	{keys: ['?'], action: 'help', about: 'this help', brief: 'help', when: 'board'},
	{keys: ['q'], action: 'quit', about: 'quit; asks whether to stop the run', brief: 'quit', when: 'running'},
	{keys: ['q'], action: 'leave', about: 'leave', brief: 'leave', when: 'over'},
	{keys: ['space'], action: 'freeze', about: 'freeze the view; the run goes on', brief: 'freeze', when: 'live'},
	{keys: ['space'], action: 'play', about: 'hold the replay, or let it go on', brief: 'hold', when: 'replay'},
	{
		keys: ['P'],
		action: 'pause',
		about: 'pause the load; paused time does not count',
		brief: 'pause',
		when: 'running',
	},
	{keys: ['z', 'enter'], action: 'zoom', about: 'the focused pane alone, and back', brief: 'zoom', when: 'board'},
	{keys: ['tab'], action: 'next', about: 'focus the next pane', brief: 'focus', when: 'board'},
	{keys: ['shift+tab'], action: 'previous', about: 'focus the pane before', when: 'board'},
	{
		keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'],
		action: 'focus',
		about: 'focus the pane of that number',
		when: 'board',
	},
	{
		keys: [':'],
		action: 'command',
		about: 'any command by name, with completion',
		brief: 'command',
		when: 'board',
	},
	{
		keys: ['m'],
		action: 'mark',
		about: 'mark this moment (:mark TEXT says more)',
		brief: 'mark',
		when: 'running',
	},
	{keys: ['L'], action: 'layout', about: 'next layout', brief: 'layout', when: 'board'},
	{keys: ['t'], action: 'theme', about: 'next theme', brief: 'theme', when: 'board'},
	{keys: ['T'], action: 'theme-back', about: 'theme before', when: 'board'},
	{keys: ['c'], action: 'charset', about: 'draw with braille, blocks or ASCII', when: 'board'},
	{keys: ['u'], action: 'units', about: 'latencies in ms, s or µs', brief: 'units', when: 'board'},
	{keys: ['b'], action: 'baseline', about: 'choose the baseline', brief: 'baseline', when: 'board'},
	{keys: ['o'], action: 'overlay', about: 'baseline over the charts, or not', when: 'board'},
	{
		keys: ['/'],
		action: 'filter',
		about: 'only events and outcomes with these words',
		brief: 'filter',
		when: 'board',
	},
	{keys: ['['], action: 'step-back', about: 'read off the second before', when: 'board'},
	{keys: [']'], action: 'step-forward', about: 'read off the second after', when: 'board'},
	{keys: ['{'], action: 'leap-back', about: 'ten seconds back', when: 'board'},
	{keys: ['}'], action: 'leap-forward', about: 'ten seconds on', when: 'board'},
	{keys: ['+', '='], action: 'window-shorter', about: 'charts over less time', when: 'board'},
	{keys: ['-'], action: 'window-longer', about: 'charts over more time', when: 'board'},
	{keys: ['a'], action: 'window-auto', about: 'charts over the usual time', when: 'board'},
	{keys: ['.'], action: 'connections-up', about: 'more connections', when: 'running'},
	{keys: [','], action: 'connections-down', about: 'fewer connections', when: 'running'},
	{keys: ['>'], action: 'rate-up', about: 'a higher rate', when: 'running'},
	{keys: ['<'], action: 'rate-down', about: 'a lower rate', when: 'running'},
	{keys: ['>'], action: 'faster', about: 'replay faster', brief: 'faster', when: 'replay'},
	{keys: ['<'], action: 'slower', about: 'replay slower', brief: 'slower', when: 'replay'},
	{keys: ['up', 'k'], action: 'up', about: 'scroll up', when: 'board'},
	{keys: ['down', 'j'], action: 'down', about: 'scroll down', when: 'board'},
	{keys: ['pageup', 'ctrl+u'], action: 'page-up', about: 'scroll up by a page', when: 'board'},
	{keys: ['pagedown', 'ctrl+d'], action: 'page-down', about: 'scroll down by a page', when: 'board'},
	{keys: ['left', 'h'], action: 'step-back', about: 'read off the second before', when: 'board'},
	{keys: ['right', 'l'], action: 'step-forward', about: 'read off the second after', when: 'board'},
	{keys: ['home', 'g'], action: 'first', about: 'the beginning of the list or the run', when: 'board'},
	{keys: ['end', 'G'], action: 'last', about: 'its end; of a live run: now', when: 'board'},
	{keys: ['y'], action: 'copy', about: 'copy the focused pane as text', when: 'board'},
	{keys: ['e'], action: 'export', about: 'the report of an ended run as a file', brief: 'export', when: 'board'},
	{keys: ['s'], action: 'screenshot', about: 'the screen as a file: SVG, text or ANSI', when: 'board'},
	{
		keys: ['M'],
		action: 'mouse',
		about: 'mouse: click focuses, again zooms',
		when: 'board',
	},
	{keys: ['escape'], action: 'back', about: 'back one level; never quits', when: 'board'},
	{keys: ['ctrl+l'], action: 'redraw', about: 'draw everything anew', when: 'always'},
	{keys: ['ctrl+z'], action: 'suspend', about: 'suspend benchtop; the run goes on', when: 'always'},
	{
		keys: ['ctrl+c'],
		action: 'interrupt',
		about: 'stop, save and leave; twice: abort',
		when: 'always',
	},
];

/** What bindings depend on. */
export type Context = {
	/** Whether to stop is being asked. */
	readonly question: boolean;
	/** Nothing is left to stop. */
	readonly over: boolean;
	/** An ended run is shown again. */
	readonly replay: boolean;
};

/** Whether a binding has a meaning now. */
export const applies = ({when}: Binding, {question, over, replay}: Context): boolean => {
	if (when === 'always') return true;
	if (question || when === 'question') return question && when === 'question';
	switch (when) {
		case 'board':
			return true;
		case 'live':
			return !replay;
		case 'running':
			return !over;
		case 'over':
			return over;
		case 'replay':
			return replay;
	}
};

const keyNames: readonly string[] =
	'space tab shift+tab enter escape up down left right home end pageup pagedown backspace delete'.split(' ');

const isKey = (key: string): boolean => [...key].length === 1 || keyNames.includes(key) || /^ctrl\+[a-z]$/.test(key);

/** Keys by action, as the user wants them. */
export type KeyChoices = Readonly<Record<string, string | readonly string[]>>;

const namesOf = (table: readonly Binding[]): readonly string[] => [...new Set(table.map(({action}) => action))];

const actionNames = namesOf(bindings);

/** Ctrl+C must always lead out, numbers are the panes' own, and a question says its keys itself. */
const rebindable = namesOf(
	bindings.filter(({action, when}) => action !== 'interrupt' && action !== 'focus' && when !== 'question'),
);

/** What is wrong with the keys chosen for an action, and the next step. */
export type KeyFault = {readonly action: string; readonly message: string; readonly hint: string};

const didYouMean = (name: string | undefined): string => (name === undefined ? '' : `Did you mean ${name}?`);

const actionFault = (action: string): KeyFault =>
	actionNames.includes(action)
		? {
				action,
				message: `The keys of ${JSON.stringify(action)} are fixed.`,
				hint: `Those of these can be chosen: ${rebindable.join(', ')}.`,
			}
		: {
				action,
				message: `No action is called ${JSON.stringify(action)}.`,
				hint: didYouMean(nearest(action, rebindable)) || `Actions: ${rebindable.join(', ')}.`,
			};

/** The keys of a choice, by the names they have here; or why they cannot be. */
const readKeys = (action: string, chosen: string | readonly string[]): readonly string[] | KeyFault => {
	const keys = [...new Set((typeof chosen === 'string' ? [chosen] : chosen).map(asKey))];
	const about = `Keys: any character, ctrl+a to ctrl+z, ${keyNames.join(', ')}.`;
	if (keys.length === 0) return {action, message: `The action ${action} needs a key.`, hint: about};
	const unknown = keys.find((key) => !isKey(key));
	return unknown === undefined
		? keys
		: {
				action,
				message: `${JSON.stringify(unknown)} is no key for ${action}.`,
				hint: `${didYouMean(nearest(unknown, keyNames))} ${about}`.trimStart(),
			};
};

type Clash = {readonly key: string; readonly actions: readonly [Action, Action]};

/** The first key that would mean two things in one context, of which one was chosen. */
const findClash = (table: readonly Binding[], chosen: ReadonlySet<string>): Clash | undefined => {
	for (const context of [
		{question: true, over: false, replay: false},
		{question: false, over: false, replay: false},
		{question: false, over: true, replay: false},
		{question: false, over: true, replay: true},
	]) {
		const asked = new Map<string, Action>();
		for (const binding of table.filter((each) => applies(each, context))) {
			for (const key of binding.keys) {
				const before = asked.get(key);
				if (before !== undefined && before !== binding.action && (chosen.has(before) || chosen.has(binding.action)))
					return {key, actions: [before, binding.action]};
				asked.set(key, binding.action);
			}
		}
	}

	return undefined;
};

/** The table with other keys for some actions. An action with several lines (by key or by arrow) keeps the first alone. */
const withKeys = (table: readonly Binding[], keys: ReadonlyMap<string, readonly string[]>): readonly Binding[] => {
	const given = new Set<string>();
	return table.flatMap((binding): Binding[] => {
		const own = keys.get(binding.action);
		if (own === undefined || binding.when === 'question') return [binding];
		if (given.has(binding.action)) return [];
		given.add(binding.action);
		return [{...binding, keys: own}];
	});
};

/**
 * The table with the user's own keys in it. An action that does not exist, or a key that would mean two things, is told
 * and left as it was. All are put in at once, so that two actions may change keys. Ctrl+C always interrupts.
 */
export const rebind = (
	choices: KeyChoices,
	table: readonly Binding[] = bindings,
): {readonly bindings: readonly Binding[]; readonly faults: readonly KeyFault[]} => {
	const faults: KeyFault[] = [];
	const accepted = new Map<string, readonly string[]>();
	for (const [action, chosen] of Object.entries(choices)) {
		const keys = rebindable.includes(action) ? readKeys(action, chosen) : actionFault(action);
		if ('message' in keys) faults.push(keys);
		else accepted.set(action, keys);
	}

	for (;;) {
		const rebound = withKeys(table, accepted);
		const clash = findClash(rebound, new Set(accepted.keys()));
		// Of two that were chosen, the later one gives way.
		const action = [...accepted.keys()].findLast((each) => clash?.actions.some((one) => one === each));
		if (clash === undefined || action === undefined) return {bindings: rebound, faults};
		const other = clash.actions.find((each) => each !== action) ?? action;
		accepted.delete(action);
		faults.push({
			action,
			message: `${keyName(clash.key)} would mean both ${other} and ${action}.`,
			hint: rebindable.includes(other)
				? `Choose another key, or give ${other} another one first: benchtop config set keys.${other} KEY`
				: 'Choose another key.',
		});
	}
};

/** What Ink tells of a key press; one may carry several characters that came in one read. */
export type Press = {
	readonly ctrl: boolean;
	readonly shift: boolean;
	readonly meta: boolean;
} & Partial<Readonly<Record<NamedKey, boolean>>>;

/** Keys that Ink tells by a member of their own, with their names here. */
const namedKeys = {
	upArrow: 'up',
	downArrow: 'down',
	leftArrow: 'left',
	rightArrow: 'right',
	pageUp: 'pageup',
	pageDown: 'pagedown',
	home: 'home',
	end: 'end',
	return: 'enter',
	escape: 'escape',
	tab: 'tab',
	backspace: 'backspace',
	delete: 'delete',
} as const;

type NamedKey = keyof typeof namedKeys;

const isNamedKey = (key: string): key is NamedKey => key in namedKeys;

const characters: Readonly<Record<string, string>> = {
	' ': 'space',
	'\t': 'tab',
	'\r': 'enter',
	'\n': 'enter',
	'\b': 'backspace',
	'\u007f': 'backspace',
	'\u001b': 'escape',
};

/** Ctrl and a letter is the letter's number in the alphabet. */
const lastLetter = 26;

const characterKey = (character: string): string => {
	const code = character.charCodeAt(0);
	return (
		characters[character] ?? (code > 0 && code <= lastLetter ? `ctrl+${String.fromCharCode(code + 96)}` : character)
	);
};

/** The names of the keys that were pressed, in order: 'q', 'up', 'ctrl+z', 'shift+tab', 'alt+left'. */
export const keysOf = (input: string, press: Press): string[] => {
	const named = Object.keys(namedKeys).find((key) => isNamedKey(key) && press[key] === true);
	if (named !== undefined && isNamedKey(named)) {
		// Ink calls a lone Escape neither Alt nor anything else; some terminals do.
		if (named === 'escape') return ['escape'];
		const modifiers = [press.ctrl ? 'ctrl+' : '', press.meta ? 'alt+' : '', press.shift ? 'shift+' : ''].join('');
		return [modifiers + namedKeys[named]];
	}

	if (press.ctrl) return input === '' ? [] : [`ctrl+${characters[input] ?? input}`];
	const keys = Array.from(input, characterKey);
	// Escape and a key so soon after it that the terminal sent both at once look like Alt and that key.
	return press.meta ? ['escape', ...keys] : keys;
};

const names: Readonly<Record<string, string>> = {
	space: 'Space',
	tab: 'Tab',
	'shift+tab': 'Shift+Tab',
	enter: 'Enter',
	escape: 'Esc',
	up: 'Up',
	down: 'Down',
	left: 'Left',
	right: 'Right',
	home: 'Home',
	end: 'End',
	pageup: 'PgUp',
	pagedown: 'PgDn',
};

/** A key as people write it. */
export const keyName = (key: string): string =>
	names[key] ?? (key.startsWith('ctrl+') ? `Ctrl+${key.slice(5).toUpperCase()}` : key);

const written: ReadonlyMap<string, string> = new Map([
	...Object.entries(names).map(([key, name]) => [name.toLowerCase(), key] as const),
	['return', 'enter'],
	[' ', 'space'],
]);

/** A key by the name it has here, however its letters were written: 'Enter' is enter, 'PgUp' is pageup; 'x' is not 'X'. */
const asKey = (key: string): string => {
	const plain = [...key].length > 1 ? key.toLowerCase() : key;
	return written.get(plain) ?? plain;
};

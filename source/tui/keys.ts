/** What a key can ask for. */
export type Action =
	| 'help'
	| 'ask'
	| 'stop'
	| 'detach'
	| 'leave'
	| 'back'
	| 'freeze'
	| 'next'
	| 'previous'
	| 'focus'
	| 'zoom'
	| 'mark'
	| 'theme'
	| 'redraw'
	| 'interrupt';

/** When a key means something: on the board, of a running run, of one that is over, while the question is asked. */
export type When = 'always' | 'board' | 'running' | 'over' | 'question';

export type Binding = {
	readonly keys: readonly string[];
	readonly action: Action;
	/** For the help. */
	readonly about: string;
	/** For the footer; keys without it are only in the help. */
	readonly brief?: string;
	readonly when: When;
};

/** Every key, in the order help and footer list them. */
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
	{keys: ['q'], action: 'ask', about: 'quit; asks whether the run is to stop', brief: 'quit', when: 'running'},
	{keys: ['q'], action: 'leave', about: 'leave', brief: 'leave', when: 'over'},
	{keys: ['space'], action: 'freeze', about: 'freeze the view; the run goes on', brief: 'freeze', when: 'board'},
	{keys: ['tab'], action: 'next', about: 'focus the next pane', brief: 'focus', when: 'board'},
	{keys: ['shift+tab'], action: 'previous', about: 'focus the pane before', when: 'board'},
	{
		keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
		action: 'focus',
		about: 'focus the pane of that number',
		when: 'board',
	},
	{keys: ['z', 'enter'], action: 'zoom', about: 'the focused pane alone, and back', brief: 'zoom', when: 'board'},
	{keys: ['escape'], action: 'back', about: 'back one level', when: 'board'},
	{keys: ['m'], action: 'mark', about: 'mark this moment in the run', brief: 'mark', when: 'running'},
	{keys: ['t'], action: 'theme', about: 'next theme', brief: 'theme', when: 'board'},
	{keys: ['ctrl+l'], action: 'redraw', about: 'draw everything anew', when: 'always'},
	{
		keys: ['ctrl+c'],
		action: 'interrupt',
		about: 'stop the run, save its result and leave; twice: abort',
		when: 'always',
	},
];

/** Whether a binding has a meaning now. */
export const applies = (
	{when}: Binding,
	{question, over}: {readonly question: boolean; readonly over: boolean},
): boolean => {
	if (when === 'always') return true;
	if (question || when === 'question') return question && when === 'question';
	return when === 'board' || (when === 'over') === over;
};

/** What Ink tells of a key press; one may carry several characters that came in one read. */
export type Press = {
	readonly ctrl: boolean;
	readonly shift: boolean;
	readonly meta: boolean;
	readonly tab: boolean;
	readonly return: boolean;
	readonly escape: boolean;
};

const characters: Readonly<Record<string, string>> = {
	' ': 'space',
	'\t': 'tab',
	'\r': 'enter',
	'\n': 'enter',
	'\u0003': 'ctrl+c',
	'\u000c': 'ctrl+l',
	'\u001b': 'escape',
};

/** The names of the keys that were pressed, in order. */
export const keysOf = (input: string, press: Press): string[] => {
	if (press.escape) return ['escape'];
	if (press.tab) return [press.shift ? 'shift+tab' : 'tab'];
	if (press.return) return ['enter'];
	if (press.ctrl) return input === '' ? [] : [`ctrl+${input}`];
	const keys = Array.from(input, (character) => characters[character] ?? character);
	// Escape and a key so soon after it that the terminal sent both at once look like Alt and that key.
	return press.meta ? ['escape', ...keys] : keys;
};

const names: Readonly<Record<string, string>> = {
	space: 'Space',
	tab: 'Tab',
	'shift+tab': 'Shift+Tab',
	enter: 'Enter',
	escape: 'Esc',
	'ctrl+l': 'Ctrl+L',
	'ctrl+c': 'Ctrl+C',
};

/** A key as people write it. */
export const keyName = (key: string): string => names[key] ?? key;

import type {KeyLine} from '../keys.ts';

/** What a key of the start screen and the history can ask for; names are those of the board where they mean the same. */
export type BrowserAction =
	| 'help'
	| 'leave'
	| 'back'
	| 'open'
	| 'url'
	| 'demo'
	| 'history'
	| 'trend'
	| 'mark'
	| 'pick'
	| 'pick-all'
	| 'compare'
	| 'force'
	| 'baseline'
	| 'replay'
	| 'again'
	| 'filter'
	| 'next'
	| 'previous'
	| 'up'
	| 'down'
	| 'page-up'
	| 'page-down'
	| 'first'
	| 'last'
	| 'reload'
	| 'units'
	| 'theme'
	| 'theme-back'
	| 'charset'
	| 'mouse'
	| 'redraw'
	| 'suspend'
	| 'interrupt';

/** The screens, one over the other. */
export type ScreenName = 'start' | 'history' | 'details' | 'trend' | 'comparison';

/** On which screens a key means something: 'always' also while a line is typed, 'refused' on a comparison that was. */
export type BrowserWhen = 'always' | 'any' | 'inner' | 'list' | 'run' | 'benchmark' | 'refused' | ScreenName;

export type BrowserBinding = KeyLine<BrowserAction, BrowserWhen>;

/** Every key of the start screen and the history, in the order help and footer list them. */
export const browserBindings: readonly BrowserBinding[] = [
	{keys: ['?'], action: 'help', about: 'this help', brief: 'help', when: 'any'},
	{keys: ['q'], action: 'leave', about: 'leave benchtop', brief: 'quit', when: 'start'},
	{keys: ['q', 'escape'], action: 'back', about: 'back to the screen before', brief: 'back', when: 'inner'},
	{keys: ['enter'], action: 'open', about: 'start, attach to, or look at what is marked', brief: 'go', when: 'start'},
	{keys: ['enter'], action: 'open', about: 'the run in full', brief: 'details', when: 'history'},
	{
		keys: ['space'],
		action: 'pick',
		about: 'pick the benchmark: Enter runs all that are',
		brief: 'pick',
		when: 'benchmark',
	},
	{keys: ['A'], action: 'pick-all', about: 'pick all benchmarks, or none', brief: 'pick all', when: 'benchmark'},
	{keys: ['n'], action: 'url', about: 'type a URL to load', brief: 'type a URL', when: 'start'},
	{keys: ['d'], action: 'demo', about: 'load the built-in demo server', brief: 'demo', when: 'start'},
	{keys: ['h'], action: 'history', about: 'the history, with its trend', brief: 'history', when: 'start'},
	{keys: ['/'], action: 'filter', about: 'only runs with these words', brief: 'filter', when: 'history'},
	{keys: ['space'], action: 'mark', about: 'mark the run for a comparison', brief: 'mark', when: 'history'},
	{
		keys: ['v'],
		action: 'compare',
		about: 'compare the marked runs; else this one with the run before',
		brief: 'compare',
		when: 'history',
	},
	{
		keys: ['o'],
		action: 'trend',
		about: 'its benchmark over time: slopes, changes with their commits, anomalies',
		brief: 'over time',
		when: 'run',
	},
	{keys: ['f'], action: 'force', about: 'compare all the same', brief: 'compare all the same', when: 'refused'},
	{keys: ['b'], action: 'baseline', about: 'make the run a baseline', brief: 'baseline', when: 'run'},
	{keys: ['r'], action: 'replay', about: 'replay the run from its event log', brief: 'replay', when: 'run'},
	{keys: ['a'], action: 'again', about: 'run the same again', brief: 'run again', when: 'run'},
	{keys: ['tab'], action: 'next', about: 'the next list', when: 'start'},
	{keys: ['shift+tab'], action: 'previous', about: 'the list before', when: 'start'},
	{keys: ['up', 'k'], action: 'up', about: 'up', when: 'any'},
	{keys: ['down', 'j'], action: 'down', about: 'down', when: 'any'},
	{keys: ['pageup', 'ctrl+u'], action: 'page-up', about: 'up by a page', when: 'any'},
	{keys: ['pagedown', 'ctrl+d'], action: 'page-down', about: 'down by a page', when: 'any'},
	{keys: ['home', 'g'], action: 'first', about: 'the beginning', when: 'any'},
	{keys: ['end', 'G'], action: 'last', about: 'the end', when: 'any'},
	{keys: ['R'], action: 'reload', about: 'read the history again', when: 'list'},
	{keys: ['t'], action: 'theme', about: 'next theme', brief: 'theme', when: 'any'},
	{keys: ['T'], action: 'theme-back', about: 'theme before', when: 'any'},
	{keys: ['u'], action: 'units', about: 'latencies in ms, s or µs', brief: 'units', when: 'any'},
	{keys: ['c'], action: 'charset', about: 'draw with braille, blocks or ASCII', when: 'any'},
	{keys: ['M'], action: 'mouse', about: 'mouse: click marks a line, again opens it', when: 'any'},
	{keys: ['ctrl+l'], action: 'redraw', about: 'draw everything anew', when: 'always'},
	{keys: ['ctrl+z'], action: 'suspend', about: 'suspend benchtop', when: 'always'},
	{keys: ['ctrl+c'], action: 'interrupt', about: 'leave benchtop at once', when: 'always'},
];

import {describe, expect, test} from 'vitest';
import {browserBindings} from '../../../source/tui/browser/browser-keys.ts';
import {type BrowserInput, reduceBrowser} from '../../../source/tui/browser/browser-reducer.ts';
import {
	type BrowserEffect,
	type BrowserState,
	changeBefore,
	currentRun,
	entryOf,
	filteredRuns,
	means,
	openBrowser,
	runsAlike,
	screenOf,
} from '../../../source/tui/browser/browser-state.ts';
import {choices} from '../../helpers/board.ts';
import {storedHistory} from '../../helpers/library.ts';

const opened = openBrowser({choices, themes: ['dark', 'light']});
const history: BrowserInput = {kind: 'history', loaded: {state: 'here', value: storedHistory}};
const keys = (...pressed: readonly string[]): BrowserInput[] => pressed.map((key) => ({kind: 'key', key}));

const steps = (inputs: readonly BrowserInput[], from: BrowserState = opened) => {
	let state = from;
	const effects: BrowserEffect[] = [];
	for (const input of inputs) {
		const step = reduceBrowser(state, input);
		state = step.state;
		effects.push(...step.effects);
	}

	return {state, effects};
};

const filled = steps([history]).state;
const inHistory = steps(keys('h'), steps(keys('G'), filled).state).state;

test('notices stay until a key, whatever is loaded meanwhile', () => {
	const told = openBrowser({choices, notices: ['config.json: line 3', 'dark.json: line 9']});
	const words = '2 notices (all in the help, ?): config.json: line 3';
	expect(steps([{kind: 'history', loaded: {state: 'here', value: storedHistory}}], told).state.message).toBe(words);
	expect(steps(keys('down'), told).state.message).toBeUndefined();
});

describe('a benchmark over time', () => {
	const failed = {state: 'failed', message: 'gone'} as const;

	test('is asked for by the run in sight, and shown when it comes, and no other one', () => {
		const {state, effects} = steps(keys('o'), inHistory);
		const {id} = currentRun(inHistory)!;
		expect(screenOf(state)).toBe('trend');
		expect(effects).toEqual([{kind: 'trend', id}]);
		expect(state.trend).toEqual({id, loaded: {state: 'loading'}});
		expect(steps([{kind: 'trend', id: 'another', loaded: failed}], state).state.trend?.loaded.state).toBe('loading');
		expect(steps([{kind: 'trend', id, loaded: failed}], state).state.trend?.loaded).toEqual(failed);
		// What is about one run has no meaning there.
		expect(steps(keys('o', 'b', 'r', 'a'), state)).toEqual({state, effects: []});
	});

	test('is left to where it was asked for, also to a run in full', () => {
		expect(screenOf(steps(keys('o', 'q'), inHistory).state)).toBe('history');
		const full = steps(keys('enter', 'o', 'down', 'escape'), inHistory).state;
		expect(screenOf(full)).toBe('details');
		expect(full.details?.id).toBe(currentRun(inHistory)!.id);
		expect(full.trend).toBeUndefined();
		expect(steps(keys('escape'), full).state.details).toBeUndefined();
	});
});

describe('the start screen', () => {
	test('Enter starts the demo where nothing is stored, else what was loaded last', () => {
		const nothing: BrowserInput = {
			kind: 'history',
			loaded: {state: 'here', value: {...storedHistory, runs: [], recent: []}},
		};
		expect(steps([nothing, ...keys('enter')]).effects).toEqual([{kind: 'open', start: {kind: 'demo'}}]);
		expect(steps([history, ...keys('enter')]).effects).toEqual([
			{kind: 'open', start: {kind: 'again', id: 'gggg0007'}},
		]);
	});

	test('nothing moves under a hand that has begun to choose', () => {
		expect(entryOf(steps([...keys('up'), history]).state).key).toBe('url');
		expect(entryOf(steps([history, ...keys('down'), history]).state).key).toMatch(/^again /);
	});

	test('one thing is started at a time', () => {
		expect(steps([history, ...keys('d', 'd', 'enter')]).effects).toEqual([{kind: 'open', start: {kind: 'demo'}}]);
	});

	test('a URL is typed or pasted; what is wrong stays beside it', () => {
		const typed = steps([...keys('n', ...':3000/q'), ...keys('space', '-', 'c', 'enter')]);
		expect(typed.effects).toEqual([{kind: 'open', start: {kind: 'url', text: ':3000/q -c'}}]);
		const refused = steps([{kind: 'refused', message: 'It is no URL.'}], typed.state).state;
		expect(refused.overlay).toEqual({kind: 'prompt', purpose: 'url', text: ':3000/q -c', fault: 'It is no URL.'});
		expect(steps(keys('backspace'), refused).state.overlay).toEqual({
			kind: 'prompt',
			purpose: 'url',
			text: ':3000/q -',
		});
		expect(steps([{kind: 'text', text: ' http://a/q?d\nrm'}, ...keys('enter')]).effects).toEqual([
			{kind: 'open', start: {kind: 'url', text: 'http://a/q?d'}},
		]);
	});

	test('what cannot be started is said, and any key goes on', () => {
		const {state} = steps([...keys('d'), {kind: 'refused', message: 'No room.'}]);
		expect(state.overlay).toEqual({kind: 'fault', message: 'No room.'});
		expect(steps(keys('q'), state)).toMatchObject({effects: [], state: {overlay: undefined, opening: undefined}});
	});

	test('a benchmark that ends gives its place to another line', () => {
		const running = {id: 'x', name: 'n', target: 't', began: ''};
		const {state} = steps(
			[{kind: 'running', running: [running]}, ...keys('down')],
			steps(keys('g', 'down'), filled).state,
		);
		expect(entryOf(state).kind).toBe('attach');
		expect(entryOf(steps([{kind: 'running', running: []}], state).state).kind).toBe('again');
	});

	test('q and Ctrl+C leave, Escape does not', () => {
		expect(steps(keys('escape', 'q')).effects).toEqual([{kind: 'leave', how: 'left'}]);
		expect(steps(keys('n', 'ctrl+c')).effects).toEqual([{kind: 'leave', how: 'interrupted'}]);
	});

	test('a click marks a line, another one opens it', () => {
		const click: BrowserInput = {kind: 'click', spot: {kind: 'entry', key: 'demo'}};
		expect(steps([click], filled)).toMatchObject({effects: [], state: {entry: 'demo'}});
		expect(steps([click, click], filled).effects).toEqual([{kind: 'open', start: {kind: 'demo'}}]);
	});
});

describe('the history', () => {
	test('the filter asks for every word, in any case, while it is typed', () => {
		const {state} = steps(keys('/', ...'CHECK'), inHistory);
		expect(filteredRuns(state).map(({id}) => id)).toEqual(['gggg0007', 'ffff0006', 'cccc0003', 'bbbb0002', 'aaaa0001']);
		expect(filteredRuns(steps(keys('space', ...'main'), state).state)).toHaveLength(5);
		expect(filteredRuns(steps(keys('space', ...'stopped'), state).state)).toHaveLength(1);
		expect(steps(keys('escape'), state).state.filter).toBe('');
		// One level at a time: the filter, then the screen.
		expect(screenOf(steps(keys('enter', 'escape'), state).state)).toBe('history');
		expect(screenOf(steps(keys('enter', 'escape', 'escape'), state).state)).toBe('start');
	});

	test('v compares the two marked runs, the older as base, in whatever order they were marked', () => {
		const {effects} = steps(keys('G', 'space', 'g', 'space', 'v'), inHistory);
		expect(effects).toEqual([{kind: 'compare', base: 'aaaa0001', candidate: 'gggg0007', force: false}]);
	});

	test('a third mark takes the place of the first', () => {
		expect(steps(keys('g', 'space', 'j', 'space', 'j', 'space'), inHistory).state.marked).toEqual([
			'ffff0006',
			'eeee0005',
		]);
	});

	test('without marks it takes the run before with the same load', () => {
		expect(steps(keys('g', 'v'), inHistory).effects).toEqual([
			{kind: 'compare', base: 'bbbb0002', candidate: 'gggg0007', force: false},
		]);
		expect(steps(keys('G', 'v'), inHistory)).toMatchObject({effects: [], state: {screens: ['start', 'history']}});
	});

	test('runs that differ are compared only when told to', () => {
		const compared = (comparisons: readonly never[]): BrowserInput => ({
			kind: 'compared',
			base: 'bbbb0002',
			candidate: 'gggg0007',
			loaded: {
				state: 'here',
				value: {
					base: storedHistory.runs[0] as never,
					candidate: storedHistory.runs[0] as never,
					differ: ['x'],
					comparisons,
				},
			},
		});
		const {state} = steps([...keys('g', 'v'), compared([])], inHistory);
		expect(means(state, 'refused')).toBe(true);
		expect(steps(keys('f'), state).effects).toEqual([
			{kind: 'compare', base: 'bbbb0002', candidate: 'gggg0007', force: true},
		]);
	});

	test('a baseline is named for the marked run', () => {
		expect(steps(keys('g', 'b', ...'rc', 'enter'), inHistory).effects).toEqual([
			{kind: 'baseline', name: 'rc', id: 'gggg0007'},
		]);
	});

	test('details of another run than the one in sight are passed over', () => {
		const {state, effects} = steps(keys('g', 'enter'), inHistory);
		expect(effects).toEqual([{kind: 'details', id: 'gggg0007'}]);
		const late: BrowserInput = {kind: 'details', id: 'other', loaded: {state: 'failed', message: 'gone'}};
		expect(steps([late], state).state.details?.loaded).toEqual({state: 'loading'});
		expect(steps(keys('r'), state).effects).toEqual([{kind: 'open', start: {kind: 'replay', id: 'gggg0007'}}]);
	});

	test('the change is against the run before with the same load; stopped and failed runs stand aside', () => {
		const {runs} = storedHistory;
		const p99 = (id: string): number => runs.find((run) => run.id === id)?.summary.latency.p99 ?? Number.NaN;
		const change = (id: string) => changeBefore(runs, runs.find((run) => run.id === id)!);
		expect(change('gggg0007')).toBeCloseTo(p99('gggg0007') / p99('bbbb0002') - 1, 12);
		expect([change('aaaa0001'), change('ffff0006'), change('dddd0004'), change('cccc0003')]).toEqual([
			undefined,
			undefined,
			undefined,
			undefined,
		]);
		expect(runsAlike(runs, runs[0]!).map(({id}) => id)).toEqual(['aaaa0001', 'bbbb0002', 'gggg0007']);
	});

	test('the history stays on the run that was marked before', () => {
		expect(currentRun(inHistory)?.id).toBe('aaaa0001');
	});
});

test('no key means two things anywhere', () => {
	for (const state of [
		opened,
		filled,
		inHistory,
		steps(keys('enter'), inHistory).state,
		steps(keys('g', 'v'), inHistory).state,
	]) {
		const now = browserBindings.filter(({when}) => means(state, when)).flatMap(({keys: all}) => all);
		expect(now).toEqual([...new Set(now)]);
	}
});

test('theme, units and charset are choices that outlive the screen', () => {
	expect(steps(keys('t', 'u', 'c')).state.choices).toEqual({...choices, theme: 'light', units: 's', charset: 'block'});
	expect(steps([{kind: 'returned', choices: {...choices, units: 'us'}}]).state.choices.units).toBe('us');
});

describe('the benchmarks of a suite', () => {
	const suiteOf = (...names: readonly string[]): BrowserInput => ({
		kind: 'suite',
		loaded: {
			state: 'here',
			value: {file: 'benchtop.yaml', entries: names.map((name) => ({name, engine: 'http', tags: []}))},
		},
	});
	const suite = suiteOf('checkout', 'search', 'build');
	const started = (...pressed: readonly string[]): readonly BrowserEffect[] =>
		steps([suite, ...keys(...pressed)]).effects;

	test('who has a suite here finds its first benchmark marked, but nothing moves under a hand that has chosen', () => {
		expect(entryOf(steps([suite, history]).state).key).toBe('benchmark checkout');
		expect(entryOf(steps([...keys('j'), suite]).state).key).not.toContain('benchmark');
	});

	test('Enter runs the marked one, or all that were picked, in the order of the file', () => {
		expect(started('enter')).toEqual([{kind: 'open', start: {kind: 'benchmarks', names: ['checkout']}}]);
		expect(started('j', 'j', 'space', 'k', 'k', 'space', 'enter')).toEqual([
			{kind: 'open', start: {kind: 'benchmarks', names: ['checkout', 'build']}},
		]);
		expect(started('A', 'enter')).toEqual([
			{kind: 'open', start: {kind: 'benchmarks', names: ['checkout', 'search', 'build']}},
		]);
		expect(started('A', 'A', 'j', 'enter')).toEqual([{kind: 'open', start: {kind: 'benchmarks', names: ['search']}}]);
		expect(started('space', 'space', 'enter')).toEqual(started('enter'));
	});

	test('what it says while they are started', () => {
		expect(steps([suite, ...keys('enter')]).state.opening).toBe('starting the run');
		expect(steps([suite, ...keys('A', 'enter')]).state.opening).toBe('starting 3 benchmarks');
	});

	test('a suite that was written anew forgets what it no longer has; coming back picks none', () => {
		const picked = steps([suite, ...keys('A')]).state;
		expect(steps([suiteOf('search', 'new')], picked).state.picked).toEqual(['search']);
		expect(steps([{kind: 'returned', choices}], picked).state.picked).toEqual([]);
	});

	test('what is wrong with the file is told', () => {
		const message = 'benchtop.yaml:3:5: benchmarks.checkout has no member "ulr".';
		const {state} = steps([{kind: 'suite', loaded: {state: 'failed', message}}]);
		expect(state.message).toBe(message);
		expect(state.suite).toBeUndefined();
	});

	test('the keys are those of benchmarks alone', () => {
		expect(started('g', 'space', 'A')).toEqual([]);
		expect(steps([suite, ...keys('g', 'space', 'A')]).state.picked).toEqual([]);
	});

	test('R reads it again with the history', () => {
		expect(steps(keys('R')).effects).toEqual([{kind: 'history'}, {kind: 'suite'}]);
	});
});

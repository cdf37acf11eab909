import {describe, expect, test} from 'vitest';
import type {Ending} from '../../source/core/event.ts';
import {emptyRunState, type RunState} from '../../source/core/run-state.ts';
import {bindings, keysOf, type Press} from '../../source/tui/keys.ts';
import {type Effect, type Input, openView, reduceView, type ViewState} from '../../source/tui/state.ts';

const names = ['latency', 'throughput', 'events'];
const running: RunState = {...emptyRunState, phase: 'measure', at: 5000};
const ended = (ending: Ending): RunState => ({...running, ending});

const steps = (inputs: readonly Input[], from: ViewState = openView(names, true)) => {
	let state = from;
	const effects: Effect[] = [];
	for (const input of inputs) {
		const step = reduceView(state, input);
		state = step.state;
		effects.push(...step.effects);
	}

	return {state, effects};
};

const keys = (...pressed: readonly string[]): Input[] => pressed.map((key) => ({kind: 'key', key}));
const run = (state: RunState): Input => ({kind: 'run', run: state});

describe('quitting', () => {
	test('q asks, Escape goes on, nothing is sent', () => {
		const {state, effects} = steps([run(running), ...keys('q')]);
		expect(state.overlay).toBe('question');
		expect(effects).toEqual([]);
		expect(steps(keys('escape'), state).state.overlay).toBeUndefined();
	});

	test.each(['s', 'q'])('q %s stops; the viewer goes when the run is over', (key) => {
		const {state, effects} = steps([run(running), ...keys('q', key)]);
		expect(effects).toEqual([{kind: 'send', command: {command: 'stop', by: 'user'}}]);
		expect(state.going).toBe('stopped');
		expect(steps([{kind: 'over'}], state).effects).toEqual([{kind: 'leave', how: 'stopped'}]);
	});

	test('q d leaves it running', () => {
		expect(steps([run(running), ...keys('q', 'd')]).effects).toEqual([{kind: 'leave', how: 'detached'}]);
	});

	test('s and d mean nothing without the question, other keys nothing within it', () => {
		expect(steps([run(running), ...keys('s', 'd')])).toMatchObject({effects: [], state: {overlay: undefined}});
		expect(steps([run(running), ...keys('q', 'z', 'm', '2')])).toMatchObject({
			effects: [],
			state: {overlay: 'question', zoom: false, focus: 'latency'},
		});
	});

	test('q while it is stopping asks nothing', () => {
		expect(steps([run(running), ...keys('q', 's', 'q')]).state.overlay).toBeUndefined();
	});

	test('when the run is over q leaves, and the question goes away by itself', () => {
		expect(steps([run(ended({state: 'finished'})), ...keys('q')]).effects).toEqual([{kind: 'leave', how: 'done'}]);
		expect(steps([run(ended({state: 'stopped', by: 'user'})), ...keys('q')]).effects).toEqual([
			{kind: 'leave', how: 'stopped'},
		]);
		expect(steps([run(running), ...keys('q'), run(ended({state: 'finished'}))]).state.overlay).toBeUndefined();
	});

	test('a replay is left by q and by Ctrl+C, without a question', () => {
		const replay = openView(names, false);
		expect(steps([run(running), ...keys('q')], replay).effects).toEqual([{kind: 'leave', how: 'done'}]);
		expect(steps([run(running), ...keys('ctrl+c')], replay).effects).toEqual([{kind: 'leave', how: 'interrupted'}]);
	});
});

describe('Ctrl+C and SIGTERM', () => {
	test('once stops and waits, twice aborts', () => {
		const once = steps([run(running), ...keys('ctrl+c')]);
		expect(once.effects).toEqual([{kind: 'send', command: {command: 'stop', by: 'user'}}]);
		expect(once.state.going).toBe('interrupted');
		expect(steps(keys('ctrl+c'), once.state).effects).toEqual([
			{kind: 'send', command: {command: 'abort'}},
			{kind: 'leave', how: 'aborted'},
		]);
		expect(steps([{kind: 'over'}], once.state).effects).toEqual([{kind: 'leave', how: 'interrupted'}]);
	});

	test('works within the question and the help', () => {
		expect(steps([run(running), ...keys('q', 'ctrl+c')]).state).toMatchObject({
			going: 'interrupted',
			overlay: undefined,
		});
		expect(steps([run(running), ...keys('?', 'ctrl+c')]).state.going).toBe('interrupted');
	});

	test('when the run is over it leaves', () => {
		expect(steps([run(ended({state: 'finished'})), ...keys('ctrl+c')]).effects).toEqual([{kind: 'leave', how: 'done'}]);
	});

	test('SIGTERM stops by signal', () => {
		expect(steps([run(running), {kind: 'terminate'}]).effects).toEqual([
			{kind: 'send', command: {command: 'stop', by: 'signal'}},
		]);
		expect(steps([run(ended({state: 'finished'})), {kind: 'terminate'}]).effects).toEqual([
			{kind: 'leave', how: 'interrupted'},
		]);
	});
});

describe('looking', () => {
	test('focus moves round, and to a number', () => {
		expect(steps(keys('tab')).state.focus).toBe('throughput');
		expect(steps(keys('shift+tab')).state.focus).toBe('events');
		expect(steps(keys('tab', 'tab', 'tab')).state.focus).toBe('latency');
		expect(steps(keys('3')).state.focus).toBe('events');
		expect(steps(keys('9')).state.focus).toBe('latency');
	});

	test('Escape goes back one level and never quits', () => {
		const {state} = steps([run(running), ...keys('space', 'z', '?')]);
		expect(state).toMatchObject({frozen: true, zoom: true, overlay: 'help'});
		const once = steps(keys('escape'), state).state;
		expect(once).toMatchObject({frozen: true, zoom: true, overlay: undefined});
		const twice = steps(keys('escape'), once).state;
		expect(twice).toMatchObject({frozen: true, zoom: false});
		expect(steps(keys('escape', 'escape', 'escape'), twice)).toMatchObject({state: {frozen: false}, effects: []});
	});

	test('a frozen view stays while the run goes on', () => {
		const later = {...running, at: 9000};
		const {state} = steps([run(running), ...keys('space'), run(later)]);
		expect(state.shown).toBe(running);
		expect(state.latest).toBe(later);
		expect(steps(keys('space'), state).state.shown).toBe(later);
	});

	test('marks are numbered, and only of a running run', () => {
		expect(steps([run(running), ...keys('m', 'm')]).effects).toEqual([
			{kind: 'send', command: {command: 'mark', text: 'mark 1'}},
			{kind: 'send', command: {command: 'mark', text: 'mark 2'}},
		]);
		expect(steps([run(ended({state: 'finished'})), ...keys('m')]).effects).toEqual([]);
	});

	test('an unknown key changes nothing', () => {
		const state = openView(names, true);
		expect(reduceView(state, {kind: 'key', key: 'X'}).state).toBe(state);
	});
});

const noPress: Press = {ctrl: false, shift: false, meta: false, tab: false, return: false, escape: false};

describe('keys', () => {
	test.each([
		['q', {}, ['q']],
		['zz2', {}, ['z', 'z', '2']],
		['\t\tq', {}, ['tab', 'tab', 'q']],
		['\u0003\u0003', {}, ['ctrl+c', 'ctrl+c']],
		[' ', {}, ['space']],
		['\n', {}, ['enter']],
		['', {tab: true, shift: true}, ['shift+tab']],
		['', {escape: true, meta: true}, ['escape']],
		['c', {ctrl: true}, ['ctrl+c']],
		['q', {meta: true}, ['escape', 'q']],
		['', {}, []],
	] as const)('%j with %o: %j', (input, press, expected) => {
		expect(keysOf(input, {...noPress, ...press})).toEqual(expected);
	});

	test('no key has two meanings at once', () => {
		const contexts = [
			{when: ['always', 'question']},
			{when: ['always', 'board', 'running']},
			{when: ['always', 'board', 'over']},
		];
		for (const {when} of contexts) {
			const all = bindings.filter((binding) => when.includes(binding.when)).flatMap(({keys: each}) => each);
			expect(new Set(all).size).toBe(all.length);
		}
	});
});

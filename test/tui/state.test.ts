import {describe, expect, test} from 'vitest';
import type {Ending} from '../../source/core/event.ts';
import {emptyHistogram} from '../../source/core/histogram.ts';
import type {Steerable} from '../../source/core/plan.ts';
import {emptyRunState, type RunState} from '../../source/core/run-state.ts';
import {emptySnapshot, encodeSnapshot} from '../../source/core/snapshot.ts';
import {latenciesOf} from '../../source/core/summary.ts';
import {applies, bindings, keysOf, type Press, rebind} from '../../source/tui/keys.ts';
import {type Input, reduceView} from '../../source/tui/state.ts';
import type {Effect, ViewState} from '../../source/tui/view-state.ts';
import {openBoard} from '../helpers/board.ts';
import {fakeBegan, fakeRun, fakeState} from '../helpers/fake-source.ts';

const running: RunState = {...emptyRunState, phase: 'measure', at: 5000};
const ended = (ending: Ending): RunState => ({...running, ending});

const steps = (inputs: readonly Input[], from: ViewState = openBoard()) => {
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
		expect(state.overlay).toEqual({kind: 'question'});
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

	test('d means nothing without the question, other keys nothing within it', () => {
		expect(steps([run(running), ...keys('d')])).toMatchObject({effects: [], state: {overlay: undefined}});
		expect(steps([run(running), ...keys('q', 'z', 'm', '2')])).toMatchObject({
			effects: [],
			state: {overlay: {kind: 'question'}, zoom: false, focus: 'latency'},
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
		const replay = openBoard({live: false, speed: 1});
		expect(steps([run(running), ...keys('q')], replay).effects).toEqual([{kind: 'leave', how: 'done'}]);
		expect(steps([run(running), ...keys('ctrl+c')], replay).effects).toEqual([{kind: 'leave', how: 'done', out: true}]);
		const early = steps([{kind: 'time', elapsed: 1000, end: 9000}, ...keys('ctrl+c')], replay);
		expect(early.effects).toEqual([{kind: 'leave', how: 'detached', out: true}]);
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

	test('when the run is over it leads out, with nothing interrupted', () => {
		expect(steps([run(ended({state: 'finished'})), ...keys('ctrl+c')]).effects).toEqual([
			{kind: 'leave', how: 'done', out: true},
		]);
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
		expect(state).toMatchObject({frozen: true, zoom: true, overlay: {kind: 'help'}});
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
		const state = openBoard();
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
		for (const context of [
			{question: true, over: false, replay: false},
			{question: false, over: false, replay: false},
			{question: false, over: true, replay: false},
			{question: false, over: true, replay: true},
		]) {
			const all = bindings.filter((binding) => applies(binding, context)).flatMap(({keys: each}) => each);
			expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
		}
	});
});

const second = (from: number): RunState['timeline'][number] => ({
	fromMs: from,
	toMs: from + 1000,
	rate: 100,
	latency: latenciesOf(emptyHistogram, emptyHistogram),
	answered: 100,
	failed: 0,
	snapshot: encodeSnapshot(emptySnapshot(from)),
});
const seconds: RunState = {...running, timeline: [0, 1000, 2000, 3000].map(second)};

describe('reading off', () => {
	test('[ and ] go from second to second, ] past the newest goes back to now', () => {
		expect(steps([run(seconds), ...keys('[')]).state.cursor).toBe(3500);
		expect(steps([run(seconds), ...keys('[', '[')]).state.cursor).toBe(2500);
		expect(steps([run(seconds), ...keys('[', '[', ']')]).state.cursor).toBe(3500);
		expect(steps([run(seconds), ...keys('[', ']')]).state.cursor).toBeUndefined();
		expect(steps([run(seconds), ...keys('{', '[')]).state.cursor).toBe(500);
		expect(steps([run(seconds), ...keys('g')]).state.cursor).toBe(500);
		expect(steps([run(seconds), ...keys('g', 'G')]).state.cursor).toBeUndefined();
	});

	test('a run without a second says so', () => {
		expect(steps([run(running), ...keys('[')]).state).toMatchObject({
			cursor: undefined,
			message: 'no second is over yet',
		});
	});

	test('lists scroll, and their ends are theirs', () => {
		const {state} = steps([run(seconds), ...keys('3', 'up', 'k', 'pageup')]);
		expect(state.scroll).toBe(12);
		expect(steps([{kind: 'drawn', mostScroll: 5}], state).state.scroll).toBe(5);
		expect(steps(keys('G'), state).state.scroll).toBe(0);
		expect(steps([...keys('g'), {kind: 'drawn', mostScroll: 5}], state).state.scroll).toBe(5);
	});
});

describe('a replay', () => {
	const replay = openBoard({live: false, speed: 1});
	const time = (elapsed: number): Input => ({kind: 'time', elapsed, end: 10_000});

	test('goes with the time, at its speed, to its end', () => {
		expect(steps([time(1500)], replay).state.playback?.at).toBe(1500);
		expect(steps([...keys('>'), time(1500)], replay).state.playback?.at).toBe(3000);
		expect(steps([...keys('<'), time(1500)], replay).state.playback?.at).toBe(750);
		expect(steps([time(60_000)], replay).state.playback?.at).toBe(10_000);
	});

	test('is held, stepped and sought', () => {
		const held = steps([run(seconds), time(5000), ...keys('space'), time(3000)], replay).state;
		expect(held.playback).toMatchObject({at: 5000, playing: false});
		expect(steps([...keys('['), time(0)], held).state.playback?.at).toBe(4000);
		expect(steps(keys('}'), held).state.playback?.at).toBe(10_000);
		expect(steps(keys('g'), held).state.playback?.at).toBe(0);
		expect(
			steps([...keys(':'), ...keys(...'jump'), ...keys('space', ...'00:07', 'enter')], held).state.playback?.at,
		).toBe(7000);
	});

	test('begins again after its end', () => {
		const again = steps([time(10_000), ...keys('space')], replay).state;
		expect(again.playback).toMatchObject({at: 0, playing: true});
	});

	test('left early it has nothing to report', () => {
		expect(steps([time(5000), ...keys('q')], replay).effects).toEqual([{kind: 'leave', how: 'detached'}]);
		expect(steps([time(10_000), ...keys('q')], replay).effects).toEqual([{kind: 'leave', how: 'done'}]);
	});
});

describe('the command line', () => {
	const type = (text: string): Input[] =>
		keys(...Array.from(text, (character) => (character === ' ' ? 'space' : character)));
	const typed = (text: string, from = openBoard()) =>
		steps([run(seconds), ...keys(':'), ...type(text), ...keys('enter')], from);

	test('takes a text for a mark', () => {
		expect(typed('mark deployed v2').effects).toEqual([
			{kind: 'send', command: {command: 'mark', text: 'deployed v2'}},
		]);
	});

	test('knows every action by its name', () => {
		for (const action of ['zoom', 'freeze', 'overlay', 'help']) {
			expect(typed(action).state, action).not.toEqual(steps([run(seconds)]).state);
		}

		expect(typed('theme light').state.choices.theme).toBe('light');
		expect(typed('units us').state.choices.units).toBe('us');
		expect(typed('units µs').state.choices.units).toBe('us');
		expect(typed('charset ascii').state.choices.charset).toBe('ascii');
		expect(typed('layout compare').state).toMatchObject({choices: {layout: 'compare'}, focus: 'latency'});
		expect(typed('window 30s').state.window).toBe(30_000);
		expect(typed('jump 00:02').state.cursor).toBe(2500);
	});

	test('says what is wrong', () => {
		expect(typed('zom').state).toMatchObject({
			overlay: undefined,
			message: 'Nothing is called "zom". Did you mean "zoom"?',
		});
		expect(typed('theme nowhere').state.message).toBe('There is no theme "nowhere".');
		expect(typed('jump soon').state.message).toContain('no moment of a run');
		expect(typed('jump 59:00').state.message).toContain('has not come to 59:00');
		expect(typed('window 0s').state.message).toContain('no time between');
		expect(typed('zoom now').state.message).toBe('"zoom" takes nothing after it.');
		expect(typed('export pdf').state.message).toBe('There is no format "pdf".');
	});

	test('Tab completes, Enter takes the marked completion, Escape leaves the line', () => {
		const tab = steps([run(seconds), ...keys(':'), ...type('them'), ...keys('tab')]).state;
		expect(tab.overlay).toMatchObject({text: 'theme '});
		expect(steps([...keys('down', 'enter')], tab).state.choices.theme).toBe('light');
		expect(steps(keys('escape'), tab).state.overlay).toBeUndefined();
		expect(steps([...keys('ctrl+u', 'backspace')], tab).state.overlay).toBeUndefined();
	});

	test('a key of the board is text here, and pasted text is typed', () => {
		expect(steps([run(running), ...keys(':', 'q', 'm')])).toMatchObject({state: {overlay: {text: 'qm'}}, effects: []});
		const pasted = steps([...keys(':'), {kind: 'text', text: 'mark a b\n:quit'}]).state;
		expect(pasted.overlay).toMatchObject({text: 'mark a b'});
		expect(steps([{kind: 'text', text: 'qs'}]).effects).toEqual([]);
	});
});

describe('filtering', () => {
	test('works while it is typed; Enter keeps it, Escape lifts it', () => {
		const typing = steps(keys('/', 'p', '9')).state;
		expect(typing.filter).toBe('p9');
		expect(steps(keys('enter'), typing).state).toMatchObject({overlay: undefined, filter: 'p9'});
		expect(steps(keys('escape'), typing).state).toMatchObject({overlay: undefined, filter: ''});
		expect(steps(keys('enter', 'escape'), typing).state.filter).toBe('');
	});
});

describe('choosing from a list', () => {
	const exports = [
		{name: 'text', about: ''},
		{name: 'json', about: ''},
	];

	test('a report and a picture', () => {
		const board = openBoard({exports});
		expect(steps(keys('e', 'down', 'enter'), board).effects).toEqual([{kind: 'export', format: 'json'}]);
		expect(steps(keys('e', '1'), board).effects).toEqual([{kind: 'export', format: 'text'}]);
		expect(steps(keys('s', 'enter'), board).effects).toEqual([{kind: 'screenshot', format: 'svg'}]);
		expect(steps(keys('s', 'q'), board)).toMatchObject({state: {overlay: undefined}, effects: []});
		expect(steps(keys('e')).state.message).toBe('nothing can be exported here');
	});

	test('a baseline takes the place of the run’s own, none takes it away', () => {
		const own = fakeState(fakeRun, 10_000);
		const {state, effects} = steps([run(own), ...keys('b')]);
		expect(effects).toEqual([{kind: 'baselines'}]);
		const {baseline} = fakeBegan(fakeRun);
		const other = {...baseline!, id: 'other', label: 'release-2'};
		const chosen = steps([{kind: 'baselines', baselines: [other]}, ...keys('down', 'enter'), run(own)], state).state;
		expect(chosen.shown.began?.baseline?.label).toBe('release-2');
		const none = steps([{kind: 'baselines', baselines: [other]}, ...keys('enter'), run(own)], chosen).state;
		expect(none.shown.began?.baseline).toBeUndefined();
	});
});

test('+ and - say what charts span: exactly that, or the whole of a run that is no longer', () => {
	expect(steps([run(running), ...keys('+')]).state).toMatchObject({window: 30_000, message: 'charts span 30s'});
	expect(steps([run({...ended({state: 'finished'}), at: 90_000}), ...keys('-')]).state).toMatchObject({
		window: 120_000,
		message: 'charts span the whole run, which is no longer than 2m',
	});
});

test('a paste of megabytes is a line that is full, not an hour of typing', () => {
	const typing = steps(keys(':')).state;
	const {overlay} = steps([{kind: 'text', text: `${'word '.repeat(1_000_000)}\nmore`}], typing).state;
	expect(overlay?.kind === 'prompt' ? overlay.text.length : 0).toBe(2000);
});

describe('rebinding', () => {
	test('replaces the keys of an action everywhere', () => {
		const {bindings: own, faults} = rebind({zoom: 'x', theme: ['F', 'y'], copy: ['Y', 'PgUp'], 'page-up': 'Esc'});
		expect(faults).toEqual([
			expect.objectContaining({action: 'page-up', message: 'Esc would mean both back and page-up.'}),
			expect.objectContaining({action: 'copy', message: 'PgUp would mean both page-up and copy.'}),
			expect.objectContaining({action: 'theme', message: 'y would mean both copy and theme.'}),
		]);
		const board = openBoard({bindings: own});
		expect(steps(keys('x'), board).state.zoom).toBe(true);
		expect(steps(keys('z'), board).state.zoom).toBe(false);
	});

	test('lets two actions change keys', () => {
		const {bindings: own, faults} = rebind({zoom: 't', theme: ['Z', 'Enter', 'z', 'z']});
		expect(faults).toEqual([]);
		expect(own.find(({action}) => action === 'zoom')?.keys).toEqual(['t']);
		expect(own.find(({action}) => action === 'theme')?.keys).toEqual(['Z', 'enter', 'z']);
	});

	test('tells what cannot be, and what was meant', () => {
		const [fault] = rebind({zom: 'x'}).faults;
		expect(fault).toMatchObject({action: 'zom', message: 'No action is called "zom".'});
		expect(fault?.hint).toBe('Did you mean zoom?');
		expect(rebind({nonsense: 'x'}).faults[0]?.hint).toMatch(/^Actions: help, quit, /);
		expect(rebind({stop: 'x'}).faults[0]?.message).toBe('The keys of "stop" are fixed.');
		expect(rebind({interrupt: 'x'}).faults[0]?.message).toContain('fixed');
		expect(rebind({zoom: ['x', 'entre']}).faults[0]).toMatchObject({
			message: '"entre" is no key for zoom.',
			hint: expect.stringMatching(/^Did you mean enter\? Keys: /),
		});
		expect(rebind({zoom: []}).faults[0]?.message).toContain('needs a key');
		expect(rebind({zoom: 'ctrl+c'}).faults[0]?.message).toBe('Ctrl+C would mean both interrupt and zoom.');
		expect(rebind({zoom: 't'}).bindings).toEqual(bindings);
	});
});

describe('steering', () => {
	const steerable = (steering: readonly Steerable[], load: RunState['load'] = {connections: 10}): RunState => ({
		...running,
		began: {...fakeBegan(fakeRun), steering},
		load,
	});
	const all = steerable(['pause', 'connections', 'rate'], {connections: 10, rate: 2000});

	test('P pauses, and lets go on what is paused', () => {
		expect(steps([run(all), ...keys('P')]).effects).toEqual([{kind: 'send', command: {command: 'pause'}}]);
		expect(steps([run({...all, paused: true}), ...keys('P')]).effects).toEqual([
			{kind: 'send', command: {command: 'resume'}},
		]);
	});

	test('a quarter more or less, in round numbers, of what it is now', () => {
		const sent = (key: string, from: RunState) => steps([run(from), ...keys(key)]).effects;
		expect(sent('.', all)).toEqual([{kind: 'send', command: {command: 'steer', connections: 13}}]);
		expect(sent(',', all)).toEqual([{kind: 'send', command: {command: 'steer', connections: 8}}]);
		expect(sent('>', all)).toEqual([{kind: 'send', command: {command: 'steer', rate: 2500}}]);
		expect(sent('<', all)).toEqual([{kind: 'send', command: {command: 'steer', rate: 1600}}]);
		const one = steerable(['connections'], {connections: 1});
		expect(sent('.', one)).toEqual([{kind: 'send', command: {command: 'steer', connections: 2}}]);
		expect(steps([run(one), ...keys(',')])).toMatchObject({
			effects: [],
			state: {message: 'connections 1 is the least'},
		});
	});

	test('by name to a value', () => {
		const typed = [...keys(':', ...'rate'), ...keys('space', ...'1.5k', 'enter')];
		expect(steps([run(all), ...typed]).effects).toEqual([{kind: 'send', command: {command: 'steer', rate: 1500}}]);
		const wrong = [...keys(':', ...'connections'), ...keys('space', ...'2.5', 'enter')];
		expect(steps([run(all), ...wrong])).toMatchObject({
			effects: [],
			state: {message: '"2.5" is no number of connections.'},
		});
	});

	test('what cannot be changed is said, and nothing sent', () => {
		const message = (key: string, from: RunState) => {
			const {state, effects} = steps([run(from), ...keys(key)]);
			expect(effects).toEqual([]);
			return state.message;
		};
		expect(message('P', steerable([]))).toBe('a run of http cannot be paused');
		expect(message('>', steerable(['pause', 'connections']))).toContain('this run has no rate');
		expect(message('.', running)).toBe('the run has not begun');
		expect(message('P', {...all, ending: {state: 'finished'}})).toBeUndefined();
	});
});

describe('the mouse', () => {
	test('is off until asked for; a click focuses, a second one zooms, the wheel scrolls', () => {
		expect(openBoard().choices.mouse).toBe(false);
		expect(steps(keys('M')).state.choices.mouse).toBe(true);
		const {state} = steps([{kind: 'click', pane: 'events'}]);
		expect(state).toMatchObject({focus: 'events', zoom: false});
		expect(steps([{kind: 'click', pane: 'events'}], state).state.zoom).toBe(true);
		expect(steps([{kind: 'wheel', pane: 'events', up: true}]).state).toMatchObject({focus: 'events', scroll: 1});
	});
});

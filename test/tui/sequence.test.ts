import {afterEach, describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/core/event.ts';
import {type Leaving, showAll, type Turn} from '../../source/tui/index.tsx';
import {type Kind, kindEvents} from '../helpers/fake-kinds.ts';
import {fakePairs, fakeRule, fakeSideEvents} from '../helpers/fake-sides.ts';
import {type ManualSource, manualSource} from '../helpers/fake-source.ts';
import {type FakeTerminal, fakeTerminal, until} from '../helpers/terminal.ts';

const utf8 = {TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8'};

const members = [
	{id: 'one', name: 'sorting', kind: 'functions'},
	{id: 'two', name: 'building', kind: 'command'},
	{id: 'three', name: 'shopping', kind: 'scenario'},
] as const satisfies ReadonlyArray<{readonly id: string; readonly name: string; readonly kind: Kind}>;

type Member = (typeof members)[number];

const eventsOf = ({id, name, kind}: Member, bail: boolean): readonly RunEvent[] => {
	const runs = members.map((member) => ({id: member.id, name: member.name, length: 20_000}));
	return Array.from(kindEvents(kind, {id, name, suite: {id: 'suite', bail, runs}}), ([, event]) => event);
};

type Stage = {
	readonly terminal: FakeTerminal;
	readonly sources: readonly ManualSource[];
	readonly opened: () => number;
	readonly closed: readonly string[];
	readonly left: Promise<readonly Leaving[]>;
};

const open: Stage[] = [];

const start = (terminal = fakeTerminal(120, 40)): Stage => {
	let opened = 0;
	const closed: string[] = [];
	const sources = members.map(() =>
		manualSource(true, (command, source) => {
			if (command.command !== 'stop') return;
			source.push({kind: 'ended', at: 20_000, ending: {state: 'stopped', by: command.by}, doubts: []});
			source.end();
		}),
	);
	const turns = members.map(
		({name}, index): Turn =>
			() => {
				opened += 1;
				return {...sources[index]!, close: () => closed.push(name)};
			},
	);
	const [first, ...others] = turns;
	const left = showAll([first!, ...others], {
		stdin: terminal.stdin,
		stdout: terminal.stdout,
		environment: utf8,
		refresh: 20,
	});
	left.catch(() => {});
	const stage = {terminal, sources, opened: () => opened, closed, left};
	open.push(stage);
	return stage;
};

const shows = ({terminal}: Stage, text: string): Promise<void> =>
	until(async () => (await terminal.text()).join('\n').includes(text), JSON.stringify(text));

/** So many of a run's events, or all of them and its end. */
const feed = ({sources}: Stage, index: number, count = Number.POSITIVE_INFINITY, bail = false): void => {
	const events = eventsOf(members[index]!, bail);
	sources[index]!.push(...events.slice(0, count));
	if (count >= events.length) sources[index]!.end();
};

const names = (leavings: readonly Leaving[]): ReadonlyArray<string | undefined> =>
	leavings.map(({state}) => state.began?.name);

afterEach(async () => {
	for (const {terminal, left} of open.splice(0)) {
		terminal.stdin.emit('end');
		await left.catch(() => {});
	}
});

describe('runs one after the other', () => {
	test('the next takes the board by itself; the last one stays until it is left', async () => {
		const stage = start();
		feed(stage, 0, 20);
		await shows(stage, '1/3 sorting');
		feed(stage, 0);
		await shows(stage, 'waiting for the next: building');
		// What was measured stays in sight meanwhile.
		await shows(stage, 'sort n=1000');
		expect(stage.closed).toEqual(['sorting']);
		feed(stage, 1, 20);
		await shows(stage, '2/3 building');
		await shows(stage, 'peak memory');
		feed(stage, 1);
		feed(stage, 2);
		await shows(stage, '3/3 shopping');
		await shows(stage, 'DONE');
		await shows(stage, 'q leave');
		stage.terminal.type('q');
		const left = await stage.left;
		expect(names(left)).toEqual(['sorting', 'building', 'shopping']);
		expect(left.map(({how}) => how)).toEqual(['done', 'done', 'done']);
		expect(left.every(({state}) => state.saved !== undefined)).toBe(true);
		expect(stage.closed).toEqual(['sorting', 'building', 'shopping']);
		expect((await stage.terminal.left()).screen).toBe('normal');
	});

	test('what was chosen to look at a run stays for the next: zoom, focus, layout', async () => {
		const stage = start();
		feed(stage, 0, 20);
		await shows(stage, '[1 Metrics]');
		stage.terminal.type('c');
		await shows(stage, 'charset: block');
		await shows(stage, '┌');
		feed(stage, 0);
		feed(stage, 1, 20);
		// The pane that had the focus was nobody's choice: of a scenario there are no metrics.
		await shows(stage, '2/3 building');
		stage.terminal.type('\t');
		await shows(stage, '[2 Latency ms]');
		stage.terminal.type('z');
		feed(stage, 1);
		feed(stage, 2, 20);
		await shows(stage, '3/3 shopping');
		await shows(stage, '[1 Latency ms]');
		const text = (await stage.terminal.text()).join('\n');
		expect(text.split('┌').length - 1).toBe(1);
	});

	test('a view that was frozen stays frozen, and then shows the run that goes on', async () => {
		const stage = start();
		feed(stage, 0, 20);
		await shows(stage, '1/3 sorting');
		stage.terminal.type(' ');
		await shows(stage, 'FROZEN');
		feed(stage, 0);
		feed(stage, 1, 20);
		await until(() => stage.opened() === 2, 'the second run');
		expect((await stage.terminal.text())[0]).toContain('1/3 sorting');
		stage.terminal.type(' ');
		await shows(stage, '2/3 building');
	});

	test('stopping a run stops the suite: no other is begun', async () => {
		const stage = start();
		feed(stage, 0, 20);
		await shows(stage, '1/3 sorting');
		stage.terminal.type('q');
		await shows(stage, 'The suite is not over:');
		stage.terminal.type('s');
		const left = await stage.left;
		expect(left.map(({how}) => how)).toEqual(['stopped']);
		expect(stage.sources[0]!.sent).toEqual([{command: 'stop', by: 'user'}]);
		expect(stage.opened()).toBe(1);
	});

	test('stopping while the next run is waited for stops that one, and waits for it', async () => {
		const stage = start();
		feed(stage, 0);
		await shows(stage, 'waiting for the next: building');
		stage.terminal.type('q');
		await shows(stage, 'The suite is not over:');
		stage.terminal.type('s');
		const left = await stage.left;
		expect(stage.sources[1]!.sent).toEqual([{command: 'stop', by: 'user'}]);
		expect(left.map(({how}) => how)).toEqual(['done', 'stopped']);
		expect(stage.opened()).toBe(2);
	});

	test('Ctrl+C interrupts the suite', async () => {
		const stage = start();
		feed(stage, 0);
		feed(stage, 1, 20);
		await shows(stage, '2/3 building');
		stage.terminal.type('\u0003');
		const left = await stage.left;
		expect(left.map(({how}) => how)).toEqual(['done', 'interrupted']);
		expect(left.at(-1)?.signal).toBe('SIGINT');
		expect(stage.opened()).toBe(2);
	});

	test('detaching leaves all of it running', async () => {
		const stage = start();
		feed(stage, 0, 20);
		await shows(stage, '1/3 sorting');
		stage.terminal.type('qd');
		const left = await stage.left;
		expect(left.map(({how}) => how)).toEqual(['detached']);
		expect(stage.sources[0]!.sent).toEqual([]);
	});

	test('detaching while the next run is waited for tells of a run that nothing is known of', async () => {
		const stage = start();
		feed(stage, 0);
		await shows(stage, 'waiting for the next: building');
		stage.terminal.type('qd');
		const left = await stage.left;
		expect(left.map(({how}) => how)).toEqual(['done', 'detached']);
		expect(names(left)).toEqual(['sorting', undefined]);
	});

	test('one that somebody else stopped is the last', async () => {
		const stage = start();
		feed(stage, 0, 20);
		stage.sources[0]!.push({kind: 'ended', at: 4000, ending: {state: 'stopped', by: 'signal'}, doubts: []});
		stage.sources[0]!.end();
		await shows(stage, 'STOPPED');
		await shows(stage, 'q leave');
		expect(stage.opened()).toBe(1);
	});

	test.each([
		[false, 2],
		[true, 1],
	])('one that fails: with bail %s, so many are begun: %d', async (bail, count) => {
		const stage = start();
		feed(stage, 0, 20, bail);
		stage.sources[0]!.push({kind: 'ended', at: 4000, ending: {state: 'failed', message: 'no such file'}, doubts: []});
		stage.sources[0]!.end();
		await shows(stage, 'FAILED');
		await shows(stage, bail ? 'q leave' : 'waiting for the next: building');
		expect(stage.opened()).toBe(count);
	});

	test.each([
		// Six pairs, of which the run that is shown, with its 2.4 ms, completes the last.
		['decided', 50, 1],
		['not decided', 1, 2],
	])('of two sides: the next run is none where it is %s', async (_, ratio, count) => {
		const stage = start();
		const before = fakePairs(6, ratio, {}, 2.4 / ratio).slice(0, 11);
		const rule = {...fakeRule, pairs: 12, looks: [6, 12]};
		const side = {benchmark: 'page', pair: 6, is: 'candidate', of: 'topic'} as const;
		stage.sources[0]!.push(...fakeSideEvents(side, before, rule, {failures: false}));
		stage.sources[0]!.end();
		await shows(stage, count === 1 ? 'q leave' : 'waiting for the next: run');
		expect(stage.opened()).toBe(count);
	});

	test('that a run could not be begun is what the sequence rejects with', async () => {
		const stage = start();
		stage.sources[0]!.fail(new Error('no such engine'));
		await expect(stage.left).rejects.toThrow('no such engine');
		expect((await stage.terminal.left()).screen).toBe('normal');
	});
});

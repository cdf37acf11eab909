import {afterEach, describe, expect, test} from 'vitest';
import {type Opening, openScreen} from '../../source/tui/opening.ts';
import {type FakeTerminal, fakeTerminal} from '../helpers/terminal.ts';

const openings: Opening[] = [];

const open = (fake: FakeTerminal, theme = 'dark', environment: Record<string, string> = {}): Opening => {
	const opening = openScreen({
		stdin: fake.stdin,
		stdout: fake.stdout,
		environment: {COLORTERM: 'truecolor', ...environment},
		theme,
	});
	openings.push(opening);
	return opening;
};

afterEach(() => {
	for (const {taken} of openings.splice(0)) taken.close();
});

const listeners = (fake: FakeTerminal): number[] =>
	[process, fake.stdin, fake.stdout].map((emitter) =>
		emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0),
	);

describe('a screen that has nothing to show yet', () => {
	test.each([
		[120, 40, ' benchtop'],
		[80, 24, ' benchtop'],
		[5, 2, ' benc'],
		[1, 1, ''],
	])('%d×%d: says whose it is, and fits', async (columns, rows, words) => {
		const fake = fakeTerminal(columns, rows);
		open(fake);
		const [first, ...rest] = await fake.text();
		expect(first?.trimEnd()).toBe(words);
		expect(rest.every((line) => line === '')).toBe(true);
		expect(await fake.wrapped()).toBe(false);
		expect(await fake.left()).toEqual({screen: 'alternate', cursor: false, raw: true});
	});

	test("has the theme's ground in every cell", async () => {
		const fake = fakeTerminal(30, 5);
		open(fake, 'high-contrast');
		expect(await fake.grounds()).not.toContain('default');
	});

	test('has no colour where none is wanted', async () => {
		const fake = fakeTerminal(30, 5);
		open(fake, 'high-contrast', {NO_COLOR: '1'});
		expect(await fake.coloured()).toBe(false);
	});
});

describe('a terminal that was taken over', () => {
	test('is given back as it was, once, and nobody listens', async () => {
		const fake = fakeTerminal(30, 5);
		const before = listeners(fake);
		const {taken} = open(fake);
		taken.close();
		taken.close();
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(listeners(fake)).toEqual(before);
		expect(await fake.left()).toEqual({screen: 'normal', cursor: true, raw: false});
		expect(fake.written().split('\u001b[?1049l')).toHaveLength(2);
	});

	test('is left to whoever it was handed to', async () => {
		const fake = fakeTerminal(30, 5);
		const {taken} = open(fake);
		const heeded = taken.handOver();
		taken.close();
		expect(await fake.left()).toEqual({screen: 'alternate', cursor: false, raw: true});
		heeded();
		taken.output.close();
	});
});

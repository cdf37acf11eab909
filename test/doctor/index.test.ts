import {describe, expect, test} from 'vitest';
import {type Check, levelBelow, levelFrom, levels, worstOf} from '../../source/doctor/check.ts';
import {checks, examine} from '../../source/doctor/index.ts';
import {fakeHost} from './fake-host.ts';

describe.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) => {
	test('says in a sentence why it matters', () => {
		expect(check.why).toMatch(/^[A-Z].*\.$/);
		expect(check.about).not.toMatch(/\.$/);
	});

	test.each(['linux', 'darwin', 'win32', 'freebsd'] as const)(
		'finds something on %s without any file',
		async (platform) => {
			const findings = await check.run(fakeHost({}, {platform}));
			expect(findings.length).toBeGreaterThan(0);
			for (const {level, is, advice, commands, figures} of findings) {
				expect(levels).toContain(level);
				expect(is).not.toMatch(/undefined|NaN|\[object/);
				// Commands have words before them.
				if (commands !== undefined) expect(advice).toMatch(/:$/);
				for (const figure of Object.values(figures)) expect(figure).not.toBeNaN();
			}
		},
	);
});

test('a host that tells nothing is good in nothing that is read from files', async () => {
	const unreadable = (await examine(fakeHost())).filter(({level}) => level === 'unknown').map(({check}) => check);
	expect(unreadable).toEqual([
		'load',
		'load',
		'steal',
		'CPU quota',
		'CPU governor',
		'turbo',
		'SMT',
		'heat',
		'power',
		'memory',
		'swap',
		'timer',
		'clock source',
		'open files',
		'ports',
		'virtual machine',
	]);
});

test('names are told apart', () => {
	expect(new Set(checks.map(({name}) => name)).size).toBe(checks.length);
});

test('what takes times comes first and alone, the others at once, and all are told in the order of the table', async () => {
	const log: string[] = [];
	const check = (name: string, alone: boolean): Check => ({
		name,
		about: name,
		why: 'So.',
		alone,
		run: async () => {
			log.push(`${name} begins`);
			await new Promise(setImmediate);
			log.push(`${name} ends`);
			return [{level: 'good', is: name, figures: {}}];
		},
	});
	const found = await examine(fakeHost(), [check('a', false), check('b', true), check('c', false), check('d', true)]);
	expect(found.map((finding) => finding.check)).toEqual(['a', 'b', 'c', 'd']);
	expect(found[0]).toEqual({check: 'a', why: 'So.', level: 'good', is: 'a', figures: {}});
	expect(log).toEqual(['b begins', 'b ends', 'd begins', 'd ends', 'a begins', 'c begins', 'a ends', 'c ends']);
});

test('levels by limits', () => {
	const from = [1, 2, 3, 10].map((figure) => levelFrom(figure, [2, 'note'], [3, 'warning']));
	expect(from).toEqual(['good', 'note', 'warning', 'warning']);
	const below = [10, 3, 2, 1].map((figure) => levelBelow(figure, [3, 'note'], [2, 'bad']));
	expect(below).toEqual(['good', 'good', 'note', 'bad']);
	expect([worstOf([]), worstOf(['note', 'bad', 'good']), worstOf(['good', 'unknown'])]).toEqual([
		'good',
		'bad',
		'unknown',
	]);
});

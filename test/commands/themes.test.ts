import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {themes} from '../../source/commands/themes.ts';
import {builtInThemes} from '../../source/core/theme.ts';
import {themeSchema} from '../../source/core/theme-file.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {runCommand} from '../helpers/surroundings.ts';

let folder: string;
const terminal = {TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8'};
const run = (words: readonly string[], {columns, ...extra}: {columns?: number; [name: string]: unknown} = {}) =>
	runCommand(themes, words, {
		folder,
		...(columns === undefined ? {} : {columns}),
		environment: {XDG_CONFIG_HOME: folder, ...terminal, ...(extra as Record<string, string>)},
	});
const write = (name: string, text: string): string => {
	mkdirSync(join(folder, 'benchtop', 'themes'), {recursive: true});
	const file = join(folder, 'benchtop', 'themes', name);
	writeFileSync(file, text);
	return file;
};

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-themes-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('benchtop themes', () => {
	test('in a pipe: a line for each, the user’s too, and no escape code', async () => {
		const file = write('ocean.json', '{"title": "Ocean", "appearance": "light"}');
		const {stdout, stderr, code} = await run([]);
		const lines = stdout.trimEnd().split('\n');
		expect([code, stderr]).toEqual([0, '']);
		expect(lines.slice(1).map((line) => line.split(/ {2,}/))).toEqual([
			...builtInThemes.map(({name, title, appearance}) => [
				name,
				appearance === 'any' ? 'any background' : `a ${appearance} background`,
				title,
				'benchtop',
			]),
			['ocean', 'a light background', 'Ocean', file],
		]);
		expect(stdout).not.toContain('\u001b');
	});

	test('at a terminal: with samples in the colours of each', async () => {
		const {stdout} = await run([], {columns: 100});
		expect(stdout).toMatch(/\u001b\[48;2;15;20;25m[^\n]*\u001b\[38;2;126;201;126m✓ better/);
		expect(stdout).toMatch(/\u001b\[48;2;255;255;255m[^\n]*\u001b\[38;2;17;99;41m✓ better/);
		expect(stdout.match(/better/g)).toHaveLength(8);
		expect((await run([], {columns: 100, NO_COLOR: '1'})).stdout).not.toMatch(/[[;][34]8;/);
		expect((await run([], {columns: 100, TERM: 'dumb'})).stdout).not.toContain('\u001b');
		expect((await run(['--color', '256'])).stdout).toMatch(/\u001b\[38;5;\d+m✓ better/);
	});

	test('one of them larger, or as a file to begin with', async () => {
		const {stdout} = await run(['gruvbox-dark'], {columns: 100});
		expect(stdout).toMatch(/^gruvbox-dark: Gruvbox dark\n/);
		expect(stdout.split('\n').length).toBeGreaterThan(10);
		for (const step of ['122;143;154', '251;241;199']) expect(stdout).toContain(`38;2;${step}m`);
		const printed: unknown = JSON.parse((await run(['gruvbox-dark', '--json'])).stdout);
		expect(themeSchema.parse(printed).name).toBe('gruvbox-dark');
		const all: unknown = JSON.parse((await run(['--json'])).stdout);
		expect(all).toMatchObject(builtInThemes.map(({name}) => ({name, file: null})));
	});

	test('an unknown one, or two', async () => {
		expect(await rejectionOf(run(['drak']))).toMatchObject({message: 'There is no theme "drak".', exitCode: 2});
		expect(await rejectionOf(run(['dark', 'light']))).toMatchObject({exitCode: 2});
	});

	test('a broken file is a warning, and the others are listed', async () => {
		write('sea.json', '{\n\t"background": "sea"\n}');
		const {code, stdout, stderr} = await run([]);
		expect([code, stdout.trimEnd().split('\n').length]).toEqual([0, 9]);
		expect(stderr).toMatch(/^benchtop: warning: .*sea\.json:2:16: background: "sea" is no colour/);
	});
});

describe('benchtop themes check', () => {
	test('all of ours fit: 0', async () => {
		const {code, stdout} = await run(['check']);
		expect(code).toBe(0);
		expect(stdout.match(/✓ fits$/gm)).toHaveLength(6);
		expect(stdout).toMatch(/^colorblind +5\.4 +3\.5 +25\.0 +25\.0 +✓ fits$/m);
		expect(stdout).toMatch(/^mono +– .*nothing to measure$/m);
	});

	test('one that is too faint: which, and 1', async () => {
		writeFileSync(join(folder, 'faint.json'), '{"styles": {"muted": "#444444"}}');
		const {code, stdout} = await run(['check', 'faint.json']);
		expect(code).toBe(1);
		expect(stdout).toMatch(/^faint: ✗ 1 below the limit$/m);
		expect(stdout).toMatch(/^muted +4\.5 +1\.9 ✗ too low$/m);
		expect(stdout).toMatch(/^good bad +none +63\.3 +18\.1 +5\.0 +60\.2$/m);
	});

	test('one that promises what it does not keep: 1', async () => {
		writeFileSync(join(folder, 'claims.json'), '{"colorblind": true}');
		const {code, stdout} = await run(['check', 'claims.json', '--json']);
		expect(code).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject([
			{
				name: 'claims',
				measures: expect.arrayContaining([
					expect.objectContaining({of: 'good bad', vision: 'deuteranopia', least: 20, passes: false}),
					expect.objectContaining({of: 'text', least: 4.5, passes: true}),
				]),
			},
		]);
	});

	test('a broken file, one that is not there, or one of the user’s own: 2', async () => {
		writeFileSync(join(folder, 'broken.json'), '{"styles": []}');
		const {code, stderr} = await run(['check', 'broken.json', 'nowhere.json', 'dark']);
		expect(code).toBe(2);
		expect(stderr).toMatch(/broken\.json:1:12: styles: .*\n.*nowhere\.json cannot be read: ENOENT/);
		expect((await run(['check'])).code).toBe(0);
		write('own.json', '{');
		expect((await run(['check'])).code).toBe(2);
	});
});

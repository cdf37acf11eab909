import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {config} from '../../source/commands/config.ts';
import {rejectionOf} from '../helpers/rejection.ts';
import {runCommand} from '../helpers/surroundings.ts';

let folder: string;
const run = (...words: string[]) => runCommand(config, words, {folder, environment: {XDG_CONFIG_HOME: folder}});
const file = () => join(folder, 'benchtop', 'config.json');

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-config-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('benchtop config', () => {
	test('path, every setting, its value and where that comes from', async () => {
		await run('set', 'refresh', '250ms');
		const {stdout, code} = await run();
		const lines = stdout.trimEnd().split('\n');
		expect([code, lines[0]]).toEqual([0, file()]);
		expect(lines.find((line) => line.startsWith('refresh'))).toMatch(/^refresh +250 +file +Milliseconds/);
		expect(lines.find((line) => line.startsWith('theme'))).toMatch(/^theme +auto +default +The theme/);
		expect(lines).toHaveLength(14);
	});

	test('in a narrow terminal without the words on each', async () => {
		const {stdout} = await runCommand(config, [], {folder, columns: 80, environment: {XDG_CONFIG_HOME: folder}});
		expect(
			Math.max(
				...stdout
					.split('\n')
					.slice(2)
					.map((line) => line.length),
			),
		).toBeLessThanOrEqual(80);
		expect(stdout).toMatch(/^theme +auto +default$/m);
	});

	test('set, get and unset', async () => {
		expect((await run('get', 'theme')).stdout).toBe('auto\n');
		expect((await run('set', 'theme', 'light')).stdout).toBe('theme is now light.\n');
		expect((await run('set', 'keys.zoom', 'z,enter')).stdout).toBe('keys.zoom is now ["z","enter"].\n');
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({theme: 'light', keys: {zoom: ['z', 'enter']}});
		expect((await run('get', 'theme')).stdout).toBe('light\n');
		expect((await run('get', 'keys.zoom', '--json')).stdout).toBe('["z","enter"]\n');
		expect((await run('unset', 'theme')).stdout).toBe('theme is the default again: auto.\n');
		expect(JSON.parse((await run('--json')).stdout)).toEqual({
			path: file(),
			settings: {keys: {zoom: ['z', 'enter']}},
			notices: [],
		});
		expect((await run('path')).stdout).toBe(`${file()}\n`);
	});

	test.each([
		[['set', 'thme', 'x'], /^There is no setting "thme"/, /^Did you mean theme\? Settings: theme, /],
		[['set', 'theme', 'lite'], /^There is no theme "lite"/, /"light"/],
		[['set', 'color', 'blue'], /one of "auto", "never"/, /colours/],
		[['set', 'theme'], /^To what is theme to be set/, /name/],
		[['set', 'theme', 'a', 'b'], /"b" is one word too many/, /quotes/],
		[['set', 'keys.zom', 'x'], /^No action is called "zom"\.$/, /^Did you mean zoom\?/],
		[['set', 'keys.Zoom', 'x'], /^No action is called "Zoom"\.$/, /^Did you mean zoom\?/],
		[['set', 'keys.zoom', 'entre'], /^"entre" is no key for zoom\.$/, /^Did you mean enter\?/],
		[['set', 'keys.zoom', 'f5'], /^"f5" is no key for zoom\.$/, /Keys: any character/],
		[['set', 'keys.zoom', 't'], /^t would mean both theme and zoom\.$/, /config set keys\.theme KEY$/],
		[['set', 'keys.interrupt', 'x'], /^The keys of "interrupt" are fixed\.$/, /help, quit/],
		[
			['set', 'keys', '{"zoom": "x", "freeze": "x"}'],
			/^x would mean both freeze and zoom\.$|zoom and freeze/,
			/another/,
		],
		[['get'], /^Which setting\?/, /theme, charset/],
		[['get', 'theme', 'x'], /one word too many/, /config get theme/],
		[['unset', 'x'], /no setting "x"/, /Settings/],
		[['path', 'x'], /one word too many/, /alone/],
		[['constructor'], /knows no "constructor"/, /One of: list, get, set, unset, path/],
	])('%j is refused', async (words, message, hint) => {
		const error = await rejectionOf(run(...words));
		expect([error.message, error.hint, error.exitCode]).toEqual([
			expect.stringMatching(message),
			expect.stringMatching(hint),
			2,
		]);
	});

	test('keys are held against those that are set, and nothing is written of what is refused', async () => {
		await run('set', 'keys.theme', 'Z');
		expect((await run('set', 'keys.zoom', 't')).stdout).toBe('keys.zoom is now t.\n');
		const error = await rejectionOf(run('set', 'keys.freeze', 'Z'));
		expect([error.message, error.exitCode]).toEqual(['Z would mean both theme and freeze.', 2]);
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({keys: {theme: 'Z', zoom: 't'}});
	});

	test.each(['', ' \n'])('an empty file sets nothing, and takes what is set: %j', async (text) => {
		await run('set', 'theme', 'light');
		writeFileSync(file(), text);
		expect((await run()).stderr).toBe('');
		await run('set', 'theme', 'dark');
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({theme: 'dark'});
	});

	test('a broken file: listed with a warning, never written over', async () => {
		await run('set', 'theme', 'light');
		writeFileSync(file(), '{"theme": }');
		expect((await run()).stderr).toMatch(/^benchtop: warning: .*config\.json:1:11: /);
		expect((await rejectionOf(run('set', 'theme', 'dark'))).message).toMatch(/not JSON, so nothing was written/);
		expect(readFileSync(file(), 'utf8')).toBe('{"theme": }');
	});
});

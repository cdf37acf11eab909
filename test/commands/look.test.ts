import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {readLook} from '../../source/commands/look.ts';
import {parseFlags} from '../../source/config/flags.ts';
import {viewOptions} from '../../source/config/options.ts';

let folder: string;
const look = (words: readonly string[], environment: Record<string, string> = {}) =>
	readLook(parseFlags(words, viewOptions).flags, {environment: {XDG_CONFIG_HOME: folder, ...environment}});

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-look-'));
	mkdirSync(join(folder, 'benchtop', 'themes'), {recursive: true});
	writeFileSync(
		join(folder, 'benchtop', 'config.json'),
		JSON.stringify({
			theme: 'sea',
			color: '16',
			charset: 'block',
			refresh: 250,
			layout: {preset: 'latency', columns: [2, 1]},
			units: 'us',
		}),
	);
	writeFileSync(join(folder, 'benchtop', 'themes', 'sea.json'), '{}');
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('how the full screen looks', () => {
	test('as the settings say', async () => {
		const {themes = [], ...rest} = await look([]);
		expect(themes.map(({name}) => name)).toContain('sea');
		expect(rest).toMatchObject({
			color: '16',
			refresh: 250,
			settings: {theme: 'sea', charset: 'block', layout: {preset: 'latency', columns: [2, 1]}, units: 'us'},
			notices: [],
		});
		expect(rest).not.toHaveProperty('theme');
	});

	test('flags go before', async () => {
		const words = ['--theme', 'light', '--color', 'never', '--charset', 'auto', '--refresh', '1s', '--layout', 'all'];
		expect(await look(words)).toMatchObject({
			theme: 'light',
			color: 'never',
			refresh: 1000,
			settings: {theme: 'sea', charset: 'auto', layout: {preset: 'all', columns: [2, 1]}},
		});
	});

	test('a wrong name on the command line is an error, in the settings a notice', async () => {
		await expect(look(['--theme', 'see'])).rejects.toThrow(
			expect.objectContaining({hint: expect.stringMatching(/^Themes: "sea"/)}),
		);
		await expect(look([], {BENCHTOP_THEME: 'see'})).rejects.toThrow('There is no theme "see".');
		expect((await look(['--theme', 'auto'], {BENCHTOP_THEME: ''})).notices).toEqual([]);
		rmSync(join(folder, 'benchtop', 'themes', 'sea.json'));
		expect((await look([])).notices).toEqual([expect.stringMatching(/config\.json: there is no theme "sea"/)]);
	});
});

import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {dataFolder, runsFolder, sqlitePath, storeLocation} from '../../source/store/location.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-location-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));
const environment = {HOME: '/home/ada'};

describe('where the history is', () => {
	test('what --store says, from the folder', () => {
		expect(storeLocation({store: 'x.db', folder, environment})).toBe(join(folder, 'x.db'));
		expect(storeLocation({store: 'sqlite:x.db', folder, environment})).toBe(join(folder, 'x.db'));
		expect(storeLocation({store: '~/x.db', folder, environment})).toBe('/home/ada/x.db');
		expect(storeLocation({store: 'postgres://db/x', folder, environment})).toBe('postgres://db/x');
	});

	test.each(['yaml', 'yml', 'json', 'ts', 'js', 'mjs'])('beside a benchtop.%s found upwards', (ending) => {
		const project = join(folder, ending);
		const deep = join(project, 'a', 'b');
		mkdirSync(deep, {recursive: true});
		writeFileSync(join(project, `benchtop.${ending}`), '');
		expect(storeLocation({folder: deep, environment})).toBe(join(project, '.benchtop', 'history.db'));
	});

	test('else the user’s data folder', () => {
		expect(storeLocation({folder, environment, platform: 'linux'})).toBe('/home/ada/.local/share/benchtop/history.db');
		expect(dataFolder({...environment, XDG_DATA_HOME: '/data'}, 'linux')).toBe('/data/benchtop');
		expect(dataFolder({...environment, XDG_DATA_HOME: 'data'}, 'linux')).toBe('/home/ada/.local/share/benchtop');
		expect(dataFolder(environment, 'darwin')).toBe('/home/ada/Library/Application Support/benchtop');
		expect(dataFolder({...environment, LOCALAPPDATA: '/local'}, 'win32')).toBe('/local/benchtop');
	});

	test('what the settings say stands in for the data folder alone', () => {
		const project = join(folder, 'set');
		mkdirSync(project, {recursive: true});
		expect(storeLocation({setting: 'x.db', folder: project, environment})).toBe('/home/ada/x.db');
		expect(storeLocation({setting: 'postgres://db/x', folder: project, environment})).toBe('postgres://db/x');
		expect(storeLocation({store: 'y.db', setting: 'x.db', folder: project, environment})).toBe(join(project, 'y.db'));
		writeFileSync(join(project, 'benchtop.yaml'), '');
		expect(storeLocation({setting: 'x.db', folder: project, environment})).toBe(
			join(project, '.benchtop', 'history.db'),
		);
	});

	test('event logs lie beside it', () => {
		expect(runsFolder('/a/history.db')).toBe('/a/runs');
		expect(runsFolder('sqlite:/a/history.db')).toBe('/a/runs');
		expect(runsFolder('postgres://db/x', {XDG_DATA_HOME: '/data'})).toBe('/data/benchtop/runs');
	});

	test('a path with a colon is a path', () => {
		expect(sqlitePath('C:\\history.db')).toBe('C:\\history.db');
		expect(sqlitePath('/tmp/10:30.db')).toBe('/tmp/10:30.db');
		expect(sqlitePath('mysql://x')).toBeUndefined();
	});
});

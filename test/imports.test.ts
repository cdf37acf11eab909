import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {describe, expect, test} from 'vitest';

const root = new URL('../', import.meta.url).pathname;
const files = readdirSync(join(root, 'source'), {recursive: true, encoding: 'utf8'})
	.filter((file) => /\.tsx?$/.test(file))
	.map((file) => `source/${file.replaceAll('\\', '/')}`)
	.sort();

type Import = {readonly file: string; readonly target: string; readonly lazy: boolean; readonly typeOnly: boolean};

const importsOf = (file: string): Import[] => {
	const text = readFileSync(join(root, file), 'utf8');
	const found: Import[] = [];
	for (const [, kind, target] of text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)) {
		found.push({file, target: target!, lazy: false, typeOnly: kind !== undefined});
	}

	for (const [, target] of text.matchAll(/\bimport\('([^']+)'\)/g))
		found.push({file, target: target!, lazy: true, typeOnly: false});
	return found.map((entry) => ({
		...entry,
		target: entry.target.startsWith('.') ? normalize(join(dirname(file), entry.target)) : entry.target,
	}));
};

const all = files.flatMap(importsOf);
const roomOf = (path: string): string => (path.split('/').length > 2 ? path.split('/')[1]! : '');

/** Rooms that a room may use beside itself; errors, entries and version, which lie beside the rooms, are free to all but core. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
	core: [],
	stats: ['core'],
	engines: ['core', 'stats'],
	monitor: ['core', 'stats'],
	store: ['core', 'stats'],
	export: ['core', 'stats'],
	// What is read of the machine is read by the monitor's files.
	doctor: ['core', 'stats', 'monitor'],
	insight: ['core', 'stats'],
	// What other tools wrote.
	intake: ['core', 'stats'],
	// The runner process opens the history, through the table of stores alone.
	run: ['core', 'stats', 'engines', 'insight', 'monitor', 'store'],
	tui: ['core', 'stats'],
	config: ['core', 'engines'],
	commands: [
		'core',
		'stats',
		'engines',
		'insight',
		'monitor',
		'store',
		'export',
		'run',
		'tui',
		'config',
		'doctor',
		'intake',
	],
};
/** Files of a room that are all that other rooms may import from it. */
const doors: Readonly<Record<string, readonly string[]>> = {
	// The second one takes over the terminal before the first is loaded.
	tui: ['source/tui/index.tsx', 'source/tui/opening.ts'],
};
const openTo: Readonly<Record<string, readonly string[]>> = {
	'run>engines': ['source/engines/index.ts', 'source/engines/engine.ts'],
	'run>insight': ['source/insight/index.ts'],
	'run>monitor': ['source/monitor/index.ts', 'source/monitor/environment.ts'],
	'doctor>monitor': ['cgroup', 'cpu', 'machine', 'memory', 'text-file', 'throttle'].map(
		(name) => `source/monitor/${name}.ts`,
	),
	'run>store': ['source/store/index.ts', 'source/store/store.ts'],
	'config>engines': [
		'source/engines/index.ts',
		'source/engines/http-plan.ts',
		'source/engines/http-words.ts',
		'source/engines/http/plan.ts',
		'source/engines/http/scenario/har.ts',
		'source/engines/http/scenario/open-api.ts',
	],
};

describe('the rooms of the house', () => {
	test('import only what the table allows', () => {
		const faults = all
			.filter(({target}) => target.startsWith('source/'))
			.filter(({file, target}) => {
				const [from, to] = [roomOf(file), roomOf(target)];
				if (from === to) return false;
				if (from === '') return !['commands', 'run', 'engines', 'core', 'export'].includes(to);
				if (to === '') return from === 'core';
				if (!mayUse[from]?.includes(to)) return true;
				const open = openTo[`${from}>${to}`] ?? doors[to];
				return open !== undefined && !open.includes(target);
			})
			.map(({file, target}) => `${file} → ${target}`);
		expect(faults).toEqual([]);
	});

	test('every room is in the table', () => {
		expect([...new Set(files.map(roomOf))].filter((room) => room !== '' && !(room in mayUse))).toEqual([]);
	});

	test('core knows nothing of Node', () => {
		expect(all.filter(({file, target}) => roomOf(file) === 'core' && target.startsWith('node:'))).toEqual([]);
	});

	test('the entry imports nothing but its version before the Node version is known to fit', () => {
		expect(all.filter(({file, lazy}) => file === 'source/cli.ts' && !lazy).map(({target}) => target)).toEqual([
			'source/version.ts',
		]);
	});

	test('only the terminal loads React and Ink, and it is loaded by name alone', () => {
		const react = all.filter(({target}) => /^(react|ink)(\/|$)/.test(target));
		expect(react.filter(({file}) => roomOf(file) !== 'tui')).toEqual([]);
		const doorways = all.filter(({file, target}) => roomOf(file) !== 'tui' && roomOf(target) === 'tui');
		expect(doorways.filter(({lazy, typeOnly}) => !lazy && !typeOnly)).toEqual([]);
	});

	test('each engine and each command stands alone', () => {
		const shared = new Set(
			[
				...['engine.ts', 'http-plan.ts', 'http-words.ts', 'index.ts', 'stopwatch.ts', 'tool.ts'],
				...['redis-address.ts', 'redis-dialogue.ts', 'redis-reply.ts'],
				// What fills in what is asked, and when; what takes a load through its phases.
				...[
					'agenda.ts',
					'feeder.ts',
					'follow.ts',
					'pace-doubts.ts',
					'rows.ts',
					'schedule.ts',
					'shared-clock.ts',
					'template.ts',
					'think.ts',
					'waker.ts',
				],
				// When operations begin, and on which connections, is no matter of what is spoken there.
				...['closed-loop', 'open-loop', 'outcomes', 'plan', 'rests', 'way', 'wire'].map((name) => `http/${name}.ts`),
			].map((name) => `source/engines/${name}`),
		);
		const engineOf = (file: string): string => file.split('/').slice(0, 3).join('/');
		const engineFaults = all.filter(
			({file, target}) =>
				roomOf(file) === 'engines' &&
				roomOf(target) === 'engines' &&
				file !== 'source/engines/index.ts' &&
				// What lies in a folder is one engine.
				(dirname(file) === 'source/engines' || engineOf(file) !== engineOf(target)) &&
				!shared.has(target),
		);
		expect(engineFaults).toEqual([]);
	});

	test('a third-party package has one door', () => {
		const users = new Map<string, Set<string>>();
		for (const {file, target, typeOnly} of all) {
			if (target.startsWith('source/') || target.startsWith('node:') || target.startsWith('package.json') || typeOnly)
				continue;
			const name = target
				.split('/')
				.slice(0, target.startsWith('@') ? 2 : 1)
				.join('/');
			users.set(name, (users.get(name) ?? new Set()).add(file));
		}

		// Schemas, queries and components are written in a library's own words.
		const everywhere = new Set(['zod', 'kysely', 'react', 'ink']);
		const spread = [...users]
			.filter(([name, by]) => by.size > 1 && !everywhere.has(name))
			.map(([name, by]) => `${name}: ${[...by].join(', ')}`);
		expect(spread).toEqual([]);
	});

	test('has no cycles', () => {
		const edges = new Map<string, string[]>();
		for (const {file, target, typeOnly, lazy} of all) {
			if (target.startsWith('source/') && !typeOnly && !lazy) edges.set(file, [...(edges.get(file) ?? []), target]);
		}

		const done = new Set<string>();
		const cycles: string[] = [];
		const visit = (file: string, path: readonly string[]): void => {
			if (path.includes(file)) {
				cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
				return;
			}

			if (done.has(file)) return;
			for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
			done.add(file);
		};
		for (const file of files) visit(file, []);
		expect(cycles).toEqual([]);
	});

	test('process.exit stands in the entries, console nowhere', () => {
		const entries = new Set(['source/cli.ts', 'source/runner.ts', 'source/micro.ts']);
		const exits = files.filter(
			(file) => !entries.has(file) && /process\.exit\(/.test(readFileSync(join(root, file), 'utf8')),
		);
		const consoles = files.filter((file) => /\bconsole\.\w+\(/.test(readFileSync(join(root, file), 'utf8')));
		expect([exits, consoles]).toEqual([[], []]);
	});
});

import {expect, test} from 'vitest';
import {viewHeadless} from '../../source/commands/view.ts';
import {type Kind, type KindOptions, kindEvents} from '../helpers/fake-kinds.ts';
import {manualSource} from '../helpers/fake-source.ts';
import {surroundingsIn} from '../helpers/surroundings.ts';

const suite = {
	id: 's',
	bail: false,
	runs: [
		{id: 'a', name: 'sorting', length: 5000},
		{id: 'b', name: 'building', length: 20_000},
	],
};

/** What a viewer without a screen writes of a made-up run. */
const written = async (kind: Kind, mode: 'plain' | 'spoken', options: KindOptions = {}): Promise<string[]> => {
	const source = manualSource();
	source.push(...Array.from(kindEvents(kind, options), ([, event]) => event));
	source.end();
	let stdout = '';
	const surroundings = surroundingsIn({folder: '/', environment: {}});
	await viewHeadless(
		source,
		mode,
		{
			...surroundings,
			stdout: Object.assign(surroundings.stdout, {
				write: (text: string) => {
					stdout += text;
					return true;
				},
			}),
		},
		false,
	);
	return stdout.trimEnd().split('\n');
};

test('a run of a suite says its place, and without a planned length tells of none', async () => {
	const [first] = await written('command', 'plain', {id: 'b', name: 'building', suite, round: {number: 2, of: 3}});
	expect(first).toBe('(2 of 2) building: npm run build, round 2 of 3, engine command, run b');
	const [alone] = await written('command', 'plain', {id: 'b', planned: true});
	expect(alone).toBe('npm run build, engine command, 20s, run b');
	const [spoken] = await written('command', 'spoken', {id: 'b', name: 'building', suite});
	expect(spoken).toBe('Run 2 of 2, building. Loading npm run build with the engine command.');
});

test('progress of a run without latencies is the metric that was measured last', async () => {
	const lines = await written('functions', 'plain');
	expect(lines[2]).toMatch(
		/^00:05 {2}measure {2}\d.*M?\/s {2}sort n=10 18\d ns ±\? {2}failed 0% of \S.*\S {2}in flight 0$/,
	);
	expect(lines.join('\n')).toContain('sort: O(n log n)');
	const aloud = await written('functions', 'spoken');
	expect(aloud[2]).toMatch(/^Measuring at 10 seconds: .*, median [\d.]+ (nano|micro|milli)seconds; nothing failed\.$/);
});

test('progress of a run with latencies tells them as ever', async () => {
	const lines = await written('scenario', 'plain');
	expect(lines[2]).toMatch(/p50 [\d.]+ ms {2}p99 [\d.]+\?? ms {2}failed/);
});

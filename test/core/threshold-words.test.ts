import {expect, test} from 'vitest';
import {actualWords, spokenActual, spokenLimit} from '../../source/core/threshold-words.ts';
import {viewOf} from '../../source/tui/view.ts';
import {kindState} from '../helpers/fake-kinds.ts';

const {summary} = viewOf(kindState('command', 60_000));

test.each([
	['latency.p95', 412.3, 450, '412 ms', '412 milliseconds'],
	['checkout > latency.p95', 1204, 450, '1.20 s', '1.20 seconds'],
	['errors.5xx', 0.0003, 0.001, '0.03%', '0.03 percent'],
	['throughput', 1234, 1200, '1234/s', '1234 per second'],
	['peak memory.max', 320 * 1024 ** 2, 1, '320M', '320 megabytes'],
	['peak memory.count', 16, 1, '16', '16'],
	['no such figure', null, 1, 'not measured', 'not measured'],
	// Three digits would be those of the limit.
	['latency.p95', 450.04, 450, '450.04 ms', '450.04 ms'],
	['errors', 0.010_001, 0.01, '1.0001 %', '1.0001 %'],
	['latency.p95', 450, 450, '450 ms', '450 milliseconds'],
] as const)('%s of %d against %d is %s', (metric, actual, limit, words, aloud) => {
	expect(actualWords({metric, actual, limit}, summary)).toBe(words);
	expect(spokenActual({metric, actual, limit}, summary)).toBe(aloud);
});

test('a limit is read aloud without its signs', () => {
	expect(spokenLimit({metric: 'checkout > latency.p95', comparison: '<=', text: '<= 450ms'})).toBe(
		'checkout, latency.p95 at most 450ms',
	);
});

import {describe, expect, test} from 'vitest';
import {findingsText, headingText, noiseText, verdictText} from '../../source/commands/doctor-text.ts';
import {displayWidth} from '../../source/core/width.ts';
import {diagnose, isUnfit, type NoiseOutcome} from '../../source/doctor/diagnosis.ts';
import type {Found} from '../../source/doctor/index.ts';
import {noiseOf} from '../../source/doctor/noise-floor.ts';
import {fakeEnvironment} from '../doctor/fake-host.ts';

const finding = (parts: Partial<Found>): Found => ({
	check: 'turbo',
	level: 'good',
	is: 'off',
	why: 'How fast a core runs depends on heat, and on how many others are at work at the same time.',
	figures: {},
	...parts,
});

const findings: readonly Found[] = [
	finding({}),
	finding({
		check: 'load',
		level: 'note',
		is: '2.00 in the last minute, on 4 cores',
		advice: 'What is at work:',
		commands: ['ps -Ao pcpu,pid,comm | sort -rn | head -n 5'],
	}),
	finding({
		check: 'load',
		level: 'bad',
		is: '80.0% of all cores is in use at this moment',
		advice: 'What is at work:',
		commands: ['ps -Ao pcpu,pid,comm | sort -rn | head -n 5'],
	}),
	finding({check: 'SMT', level: 'unknown', is: '/sys/devices/system/cpu/smt/active is missing or cannot be read'}),
];

const measured: NoiseOutcome = {
	state: 'measured',
	load: {target: 'http://127.0.0.1:1/steady', connections: 10, durationMs: 2000},
	...noiseOf([
		{id: 'a', p50: 1, p99: 10, throughput: 900},
		{id: 'b', p50: 1.02, p99: 12, throughput: 910},
		{id: 'c', p50: 0.98, p99: 9, throughput: 890},
	])!,
	doubts: [{kind: 'generator-saturated', message: 'The load generator was the bottleneck.', runs: 2}],
};

test('the worst comes first, and what one check says twice is said once', () => {
	expect(findingsText(findings, 80)).toBe(
		[
			'✗ bad        load             80.0% of all cores is in use at this moment',
			'             How fast a core runs depends on heat, and on how many others are at',
			'             work at the same time.',
			'             What is at work:',
			'               ps -Ao pcpu,pid,comm | sort -rn | head -n 5',
			'· note       load             2.00 in the last minute, on 4 cores',
			'? not known  SMT              /sys/devices/system/cpu/smt/active is missing or',
			'                              cannot be read',
			'✓ good       turbo            off',
			'',
		].join('\n'),
	);
});

test('control characters from the host move nothing', () => {
	expect(findingsText([finding({is: 'a\u001b[31m'})], 80)).toContain('a␛[31m');
});

describe('the noise floor', () => {
	test('says what cannot be told, how well that is known, and from how much', () => {
		const text = noiseText(measured, 80);
		expect(text).toContain('3 runs alike, 2s each');
		expect(text).toMatch(/^ +p50 +2\.00% +2\.51% +1\.30% to 16\.9% {2}· note$/m);
		expect(text.replaceAll(/\s+/g, ' ')).toContain(
			'With 5 rounds a side a change of p50 below 2.51% cannot be told here. That is itself known only as well as the interval says: from 3 runs, 2 degrees of freedom.',
		);
		expect(text).toContain('2 of 3 runs: The load generator was the bottleneck.');
	});

	test('not measured: why', () => {
		expect(noiseText({state: 'skipped', because: 'it was left out (--quick)'}, 80)).toBe(
			'? not known  noise floor      it was left out (--quick)\n',
		);
		expect(noiseText({state: 'failed', because: 'no'}, 80)).toMatch(/^✗ bad/);
	});
});

test.each([80, 72, 100])('fits %d columns, but for lines to copy', (width) => {
	const diagnosis = diagnose({
		tool: {name: 'benchtop', version: '1.2.3'},
		began: '2026-01-01T00:00:00.000Z',
		environment: fakeEnvironment,
		fingerprint: {environment: 'x'},
		findings,
		noise: measured,
	});
	const text = [
		headingText(fakeEnvironment, width),
		findingsText(findings, width),
		noiseText(measured, width),
		verdictText(diagnosis, width),
	].join('');
	const long = text.split('\n').filter((line) => displayWidth(line) > width && !line.startsWith(' '.repeat(15)));
	expect(long).toEqual([]);
});

describe('a diagnosis', () => {
	const parts = {
		tool: {name: 'benchtop', version: '1.2.3'},
		began: '2026-01-01T00:00:00.000Z',
		environment: fakeEnvironment,
		fingerprint: {environment: 'x'},
	} as const;
	const skipped: NoiseOutcome = {state: 'skipped', because: 'so'};
	const of = (level: Found['level'], noise = skipped) => diagnose({...parts, findings: [finding({level})], noise});

	test('is as bad as its worst, and counts all', () => {
		const all = diagnose({...parts, findings, noise: measured});
		expect(all).toMatchObject({level: 'bad', counts: {good: 1, unknown: 1, note: 1, warning: 1, bad: 1}});
		expect(verdictText(all, 200)).toContain('(1 bad, 1 warning, 1 note, 1 not known, 1 good)');
		expect(of('note').level).toBe('note');
		expect(of('good', {state: 'failed', because: 'no'}).level).toBe('bad');
		expect(of('good', {state: 'interrupted', because: 'no'}).level).toBe('good');
	});

	test('what is bad fails, a warning only in strict hands, what is not known never', () => {
		const fails = (level: Found['level']) => [isUnfit(of(level), false), isUnfit(of(level), true)];
		expect(fails('bad')).toEqual([true, true]);
		expect(fails('warning')).toEqual([false, true]);
		for (const level of ['note', 'unknown', 'good'] as const) expect(fails(level)).toEqual([false, false]);
	});
});

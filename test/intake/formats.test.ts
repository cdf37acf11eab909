import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import type {Result} from '../../source/core/result.ts';
import {resultSchema} from '../../source/export/json-schema.ts';
import {givenOf} from '../../source/intake/given.ts';
import {formats, readRuns} from '../../source/intake/index.ts';
import {resultOfTold} from '../../source/intake/told-run.ts';
import {began} from '../helpers/began.ts';

const folder = new URL('../data/intake/', import.meta.url);
const files = readdirSync(folder).filter((file) => !file.endsWith('.md'));
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

const resultsOf = (file: string): readonly Result[] => {
	const {format, runs} = readRuns(textOf(file), file);
	return runs.map((run, index) =>
		resultOfTold(run, {
			tool: format.name,
			identity: `${index} ${file}`,
			began: '2026-01-01T00:00:00.000Z',
			tags: [],
			environment: began.environment,
			fingerprint: () => ({workload: '0000000000000000', environment: '0000000000000000'}),
			limits: [],
		}),
	);
};

describe('every format', () => {
	test.each(formats.map((format) => [format.name, format] as const))(
		'%s has a file that it wrote, and knows it',
		(name, format) => {
			const own = files.filter(
				(file) =>
					file.split('.', 1)[0]?.split('-')[0] === name.split('-')[0] && format.recognise(givenOf(textOf(file), file)),
			);
			expect(own).not.toEqual([]);
			expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
		},
	);

	test.each(files)('the file %s is of one format, and its runs are such as documents have', (file) => {
		expect(formats.filter((format) => format.recognise(givenOf(textOf(file), file)))).toHaveLength(1);
		for (const result of resultsOf(file)) {
			expect(resultSchema.safeParse(JSON.parse(JSON.stringify(result))).error?.issues ?? []).toEqual([]);
			const {operations, outcomes} = result.summary;
			expect(operations.offered).toBe(operations.succeeded + operations.failed + operations.inFlight);
			expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(
				operations.succeeded + operations.failed,
			);
		}
	});

	test.each([
		['nothing', ''],
		['JSON of something else', '{"name": "benchtop", "results": 3}'],
		['words', 'hello\n'],
		['half a file', '{"results": [{"command": "x", "mea'],
	])('knows none in %s', (_, text) => {
		expect(() => readRuns(text, 'report.txt')).toThrow('report.txt is in no format that is known.');
	});

	test('that is named is tried, and says what is wrong', () => {
		expect(() => readRuns('{"results": [{"command": 1}]}', 'a.json', 'hyperfine')).toThrow(
			/a\.json cannot be read as hyperfine: results\.0\.command: /,
		);
		expect(() => readRuns('', 'a.json', 'hyperfin')).toThrow('No format is called "hyperfin".');
	});
});

test('wrk: counts, percentiles and throughput as it printed them', () => {
	const [result] = resultsOf('wrk.txt');
	expect(result?.summary).toMatchObject({
		latency: {
			count: 18_651,
			p50: 0.145,
			p75: 2.78,
			p90: 11.91,
			p95: null,
			p99: 114.36,
			mean: 5.86,
			stddev: 18.3,
			max: 147.64,
		},
		operations: {offered: 18_651, succeeded: 18_651, failed: 0, inFlight: 0},
	});
	expect(result?.summary.throughput.mean).toBeCloseTo(9017.15, 1);
	expect(result?.target).toBe('http://127.0.0.1:18080/');
});

test('autocannon: the same of its document', () => {
	const told: {readonly latency: Readonly<Record<string, number>>; readonly '2xx': number; readonly duration: number} =
		JSON.parse(textOf('autocannon.json'));
	const [result] = resultsOf('autocannon.json');
	expect(result?.summary).toMatchObject({
		latency: {
			count: told['2xx'],
			p50: told.latency.p50,
			p99: told.latency.p99,
			p999: told.latency.p99_9,
			mean: told.latency.average,
		},
		outcomes: {200: told['2xx']},
	});
	expect(result?.summary.throughput.mean).toBeCloseTo(told['2xx'] / told.duration, 2);
});

test('hyperfine: every run of every command', () => {
	const told: {
		readonly results: ReadonlyArray<{
			readonly command: string;
			readonly times: readonly number[];
			readonly max: number;
		}>;
	} = JSON.parse(textOf('hyperfine.json'));
	const results = resultsOf('hyperfine.json');
	expect(results.map(({name}) => name)).toEqual(told.results.map(({command}) => command));
	for (const [index, {times, max}] of told.results.entries()) {
		const {latency} = results[index]!.summary;
		expect(latency.count).toBe(times.length);
		expect(latency.max).toBeCloseTo(max * 1000, 2);
	}
});

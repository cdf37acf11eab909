import {describe, expect, test} from 'vitest';
import {reportOf} from '../../source/core/report.ts';
import type {Result} from '../../source/core/result.ts';
import {overview} from '../../source/export/overview.ts';
import {withScalability} from '../../source/insight/scalability.ts';
import {madeRun} from '../helpers/made-run.ts';

const {result} = madeRun({seconds: 3});

/** A run whose throughput is what is said. */
const runOf = (name: string, throughput: number, load: Readonly<Record<string, unknown>> = {}): Result => ({
	...result,
	id: name,
	name,
	plan: {...result.plan, name, load},
	summary: {...result.summary, throughput: {...result.summary.throughput, mean: throughput}},
});

/** Gunther's law, with a little that differs from run to run. */
const law = (load: number, contention: number, coherency: number): number =>
	((1000 * load) / (1 + contention * (load - 1) + coherency * load * (load - 1))) * (1 + 0.004 * Math.sin(load * 7));

const insightsOf = (results: readonly Result[]) =>
	withScalability(reportOf(results)).insights.filter(({kind}) => kind === 'scalability');

describe('how throughput grows over several runs', () => {
	const loads = [1, 2, 4, 8, 16, 32, 64];

	test('the peak of a law is found, with its interval', () => {
		const [found, ...more] = insightsOf(loads.map((load) => runOf(`shop pool=${load}`, law(load, 0.03, 0.001))));
		expect(more).toEqual([]);
		expect(found).toMatchObject({name: 'shop', result: 'shop pool=64'});
		const peak = Math.sqrt((1 - 0.03) / 0.001);
		const {figures} = found!;
		expect(figures.parameter).toBe('pool');
		expect(Number(figures.peakLoad) / peak).toBeCloseTo(1, 1);
		expect(Number(figures.peakLoadLow)).toBeLessThan(Number(figures.peakLoad));
		expect(Number(figures.peakLoadHigh)).toBeGreaterThan(Number(figures.peakLoad));
		expect(Number(figures.contention)).toBeCloseTo(0.03, 2);
		expect(found!.text).toContain('Its peak is at pool 3');
		expect(found!.text).toContain('Each load was run once');
		expect(found!.recommendations[0]).toContain('more than 3');
	});

	test('where throughput does not fall there is none, and nothing is said of more', () => {
		const [found] = insightsOf(loads.map((load) => runOf(`shop connections=${load}`, 1000 * load)));
		expect(found!.text).toContain('There is no peak in the data');
		expect(found!.text).toContain('of more than was measured nothing can be said');
		expect(found!.figures.peakLoad).toBeNull();
	});

	test('repeated runs, and doubtful ones, are said to be', () => {
		const twice = [...loads, ...loads].map((load) => runOf(`shop pool=${load}`, law(load, 0.03, 0.001)));
		const [found] = insightsOf(
			twice.map((run, index) => (index > 1 ? run : {...run, validity: {trustworthy: false, reasons: [], limits: []}})),
		);
		expect(found!.text).toContain('2 of 14 runs are in doubt themselves');
		expect(found!.text).not.toContain('Each load was run once');
		expect(found!.figures).toMatchObject({loads: 7, runs: 14});
	});

	test('what is no law is said to be none', () => {
		const noise = [900, 300, 1200, 200, 1000, 250, 1100];
		const [found] = insightsOf(loads.map((load, index) => runOf(`shop pool=${load}`, noise[index]!)));
		expect(found!.text).toContain('it is no picture of them');
		expect(found!.recommendations.join()).not.toContain('costs throughput');
	});

	test('of fewer than six loads there is no fit, and why', () => {
		const [found] = insightsOf([1, 2, 4].map((load) => runOf(`shop pool=${load}`, law(load, 0.03, 0.001))));
		expect(found!.text).toContain('no scalability fit over pool: it takes 6 different loads at least, and there are 3');
		expect(found!.text).toContain('at pool 4');
		expect(insightsOf([1, 2].map((load) => runOf(`shop pool=${load}`, 100)))).toEqual([]);
	});

	test('each benchmark of a matrix has its own; rates and other names have none', () => {
		const small = loads.map((load) => runOf(`shop connections=${load} size=small`, law(load, 0.1, 0.01)));
		const large = loads.map((load) => runOf(`shop connections=${load} size=large`, law(load, 0.02, 0.001)));
		const [first, second, ...more] = insightsOf([...small, ...large]);
		expect([first!.name, second!.name, more]).toEqual(['shop size=small', 'shop size=large', []]);
		expect(insightsOf(loads.map((load) => runOf(`shop pool=${load}`, 100, {rate: 100})))).toEqual([]);
		expect(insightsOf(loads.map((load) => runOf(`shop size=${load}`, 100)))).toEqual([]);
	});

	test('it stands under the table of the runs', () => {
		const report = withScalability(reportOf(loads.map((load) => runOf(`shop pool=${load}`, law(load, 0.03, 0.001)))));
		const text = overview.render(report);
		expect(text).toContain('How throughput grows');
		expect(text).toContain('Its peak is at pool 3');
	});
});

import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {judge, judgeAll} from '../../source/stats/judge.ts';
import type {RunFigures} from '../../source/stats/judge-figures.ts';
import {moreRunsToDecide, noiseFloor, severityOf, verdictOf} from '../../source/stats/margin.ts';
import {normalQuantile} from '../../source/stats/normal.ts';
import {nominalLevels} from '../../source/stats/sequential.ts';

const latency = (
	base: readonly number[],
	candidate: readonly number[],
	more: Partial<RunFigures> = {},
): RunFigures => ({
	metric: 'p50',
	unit: 'ms',
	lowerIsBetter: true,
	margin: 0.05,
	base,
	candidate,
	...more,
});

const base = [10, 10.1, 9.9, 10.05, 9.95];
const times = (factor: number): number[] => base.map((value) => value * factor);

describe('three states by a margin', () => {
	test.each([
		[0.06, 0.2, 'worse', 'better'],
		[-0.2, -0.06, 'better', 'worse'],
		[-0.04, 0.04, 'same', 'same'],
		[0.04, 0.2, 'unclear', 'unclear'],
		[-0.3, 0.3, 'unclear', 'unclear'],
		[0.05, 0.2, 'unclear', 'unclear'],
		[-0.05, 0.01, 'unclear', 'unclear'],
	] as const)('%d … %d is %s where less is better, %s where more is', (low, high, lower, higher) => {
		expect(verdictOf(low, high, 0.05, true)).toBe(lower);
		expect(verdictOf(low, high, 0.05, false)).toBe(higher);
	});

	test('a change well beyond the margin is worse, with its severity', () => {
		const comparison = judge(latency(base, times(1.2)));
		expect(comparison).toMatchObject({
			verdict: 'worse',
			severity: 'high',
			because: 'The whole interval lies beyond the margin of 5.0%.',
			runs: {base: 5, candidate: 5},
			margin: 0.05,
			method: 'Welch interval of the logarithms of 5 and 5 runs; p from all 252 arrangements of the runs',
		});
		expect(comparison.change.estimate).toBeCloseTo(0.2, 12);
		expect(comparison.p).toBeCloseTo(2 / 252, 12);
		expect(comparison.candidate! / comparison.base! - 1).toBeCloseTo(comparison.change.estimate!, 12);
		expect(comparison).not.toHaveProperty('moreRuns');
	});

	test('the interval is Welch’s, on the logarithms, by hand', () => {
		// s of ln(10, 10.1, 9.9, 10.05, 9.95) is 0.00790596; both sides alike, so 8 degrees of freedom and t = 2.306004.
		const {change} = judge(latency(base, times(1.1)));
		const half = 2.306004135204166 * Math.sqrt(2 / 5) * 0.00790596;
		expect(Math.log1p(change.low!)).toBeCloseTo(Math.log(1.1) - half, 6);
		expect(Math.log1p(change.high!)).toBeCloseTo(Math.log(1.1) + half, 6);
	});

	test('more throughput is better', () => {
		expect(judge({...latency(base, times(1.2)), lowerIsBetter: false}).verdict).toBe('better');
		expect(judge({...latency(base, times(0.8)), lowerIsBetter: false})).toMatchObject({
			verdict: 'worse',
			severity: 'high',
		});
	});

	test('runs that do not differ are the same, and have no severity', () => {
		const comparison = judge(latency(base, [...base].reverse()));
		expect(comparison).toMatchObject({verdict: 'same', p: 1, because: 'The whole interval lies within ±5.0%.'});
		expect(comparison).not.toHaveProperty('severity');
	});

	test('a change of the margin itself is unclear, and says that runs will not help', () => {
		const comparison = judge(latency(base, times(1.05)));
		expect(comparison.verdict).toBe('unclear');
		expect(comparison.because).toMatch(
			/No hundred more runs would decide: it lies too near the margin, or runs vary too much/,
		);
		expect(comparison).not.toHaveProperty('moreRuns');
	});

	test('noise known from elsewhere widens the margin', () => {
		expect(noiseFloor(0.05, 5)).toBeCloseTo(Math.exp(1.959964 * Math.SQRT2 * (0.05 / Math.sqrt(5))) - 1, 6);
		const comparison = judge(latency(base, times(1.1), {noise: 0.1}));
		expect(comparison.margin).toBeCloseTo(noiseFloor(0.1, 5), 12);
		expect(comparison.verdict).toBe('same');
		expect(comparison.because).toMatch(/as wide as the noise between runs here/);
		expect(judge(latency(base, times(1.1), {noise: 0.001})).margin).toBe(0.05);
	});
});

describe('what cannot be judged', () => {
	test('fewer than four runs a side, however clear they look', () => {
		const comparison = judge(latency([10, 10.1, 9.9], [20, 20.1, 19.9]));
		expect(comparison).toMatchObject({verdict: 'unclear', moreRuns: 1});
		expect(comparison.because).toMatch(/3 runs a side: of fewer than 4/);
		expect(comparison.because).toMatch(/About 1 more run a side would decide/);
		// However little two vary, three are judged no more than they are.
		expect(judge(latency([10, 10.01], [20, 20.01]))).toMatchObject({verdict: 'unclear', moreRuns: 2});
		expect(comparison.change.low!).toBeGreaterThan(0.9);
	});

	test('one run a side: the change, no interval', () => {
		const comparison = judge(latency([10], [12]));
		expect(comparison).toMatchObject({verdict: 'unclear', change: {low: null, high: null}});
		expect(comparison.change.estimate).toBeCloseTo(0.2, 12);
		expect(comparison.because).toMatch(/cannot be judged/);
	});

	test.each([
		[[], [1, 2]],
		[[0, 1, 2, 3], base],
		[base, [1, 2, -3, 4]],
		[base, [Number.NaN, 1, 2, 3]],
	])('%j against %j', (a, b) => {
		const comparison = judge(latency(a, b));
		expect(comparison).toMatchObject({verdict: 'unclear', change: {estimate: null, low: null, high: null}});
		expect(comparison).not.toHaveProperty('p');
	});

	test('figures that never vary are compared all the same', () => {
		const flat = [8, 8, 8, 8, 8];
		expect(judge(latency(flat, flat))).toMatchObject({verdict: 'same', change: {estimate: 0, low: 0, high: 0}});
		expect(judge(latency(flat, [9, 9, 9, 9, 9])).verdict).toBe('worse');
	});

	test('what only rounding puts beyond the margin or within lies on it', () => {
		for (const [before, after, margin] of [
			[5, 5.25, 0.05],
			[7, 7.35, 0.05],
			[100, 110, 0.1],
			[100, 95, 0.05],
			[5, 4.75, 0.05],
		] as const) {
			const five = (value: number): readonly number[] => Array.from({length: 5}, () => value);
			expect(judge(latency(five(before), five(after), {margin})).verdict).toBe('unclear');
		}
	});
});

describe('how many more runs would decide', () => {
	test('as the formula has it', () => {
		// δ = 5 %, s = 4 %: n = 2(t + t)²s²/ln(1.05)² is 11.9 with 22 degrees of freedom, and 12.0 with 20.
		expect(moreRunsToDecide(0, 0.04, 0.05, 5, {confidence: 0.95, isPaired: false})).toBe(7);
		expect(judge(latency([9, 11, 10, 10.5, 9.6], [9.1, 10.9, 10.1, 10.4, 9.7])).moreRuns).toBeGreaterThan(5);
	});

	test('so many runs do decide, in four of five cases', () => {
		const random = seededRandom(21);
		const side = (count: number): number[] =>
			Array.from({length: count}, () => 10 * Math.exp(0.04 * normalQuantile(Math.max(1e-12, random()))));
		const rounds = 300;
		let decided = 0;
		for (let round = 0; round < rounds; round++) {
			if (judge(latency(side(12), side(12))).verdict === 'same') decided += 1;
		}

		// Of two margins at once, somewhat fewer than of one.
		expect(decided / rounds).toBeGreaterThan(0.5);
	});

	test('more noise takes more runs, a wider margin fewer', () => {
		const of = (deviation: number, margin: number): number =>
			moreRunsToDecide(0, deviation, margin, 5, {confidence: 0.95, isPaired: false}) ?? 101;
		fc.assert(
			fc.property(
				fc.double({min: 0.001, max: 0.2, noNaN: true}),
				fc.double({min: 0.01, max: 0.3, noNaN: true}),
				(s, m) => {
					expect(of(2 * s, m)).toBeGreaterThanOrEqual(of(s, m));
					expect(of(s, 2 * m)).toBeLessThanOrEqual(of(s, m));
				},
			),
		);
	});
});

describe('several metrics', () => {
	test('the exact p is held up for those that gate', () => {
		const [p50, p99] = judgeAll([latency(base, times(1.2)), latency(base, base, {metric: 'p99'})]);
		expect(p50!.p).toBeCloseTo(4 / 252, 12);
		expect(p50!.verdict).toBe('worse');
		expect(p99!.verdict).toBe('same');
	});

	test('displayed ones do not weigh on those that gate', () => {
		const [p50, p90] = judgeAll([latency(base, times(1.2)), latency(base, base, {metric: 'p90', isDisplayed: true})]);
		expect(p50!.p).toBeCloseTo(2 / 252, 12);
		expect(p90!.p).toBe(1);
	});

	test('one that chance makes in so many metrics is not called', () => {
		// Beyond the margin by its own interval, but one run of five on the wrong side: p = .024, times four .095.
		const figures = latency([10, 10, 10, 10, 10.9], [11.3, 11.3, 11.3, 11.3, 10.89], {margin: 0.001});
		expect(judge(figures)).toMatchObject({verdict: 'worse'});
		const others = ['a', 'b', 'c'].map((metric) => latency(base, base, {metric}));
		const [own] = judgeAll([figures, ...others]);
		expect(own!.verdict).toBe('unclear');
		expect(own!.because).toMatch(/chance alone does as much .* 4 metrics are judged together/);
	});

	test('of so many that no arrangement of so few runs is rare enough, t is taken', () => {
		const many = Array.from({length: 20}, (_, index) =>
			latency(base, index === 0 ? times(1.3) : base, {metric: `${index}`}),
		);
		const [first, second] = judgeAll(many);
		expect(first).toMatchObject({verdict: 'worse'});
		expect(first!.method).toMatch(/p by the same t/);
		expect(second!.verdict).toBe('same');
	});

	test('calls hardly any of unlike metrics by accident, whatever the figures are distributed like', () => {
		const random = seededRandom(31);
		const heavy = (): number => 10 * Math.exp(0.05 * Math.tan(Math.PI * (random() - 0.5)));
		const side = (): number[] => Array.from({length: 6}, heavy);
		const rounds = 300;
		let called = 0;
		for (let round = 0; round < rounds; round++) {
			const all = ['p50', 'p99', 'throughput'].map((metric) => latency(side(), side(), {metric, margin: 0}));
			if (judgeAll(all).some(({verdict}) => verdict === 'worse' || verdict === 'better')) called += 1;
		}

		expect(called / rounds).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
	});
});

describe('a look of several', () => {
	const levels = nominalLevels([0.25, 0.5, 0.75, 1], 0.05);

	test('asks more of an early difference than of a late one', () => {
		const figures = latency(base, times(1.08));
		const widths = levels.map((level) => {
			const {low, high} = judge(figures, {level}).change;
			return (high ?? Number.POSITIVE_INFINITY) - (low ?? -1);
		});
		expect(widths).toEqual([...widths].sort((a, b) => b - a));
		expect(judge(figures, {level: levels[0]!}).verdict).toBe('unclear');
		expect(judge(figures, {level: levels[3]!})).toMatchObject({verdict: 'worse', change: {confidence: 0.95}});
	});

	test('has no p, which would mean nothing to who may stop when it is small', () => {
		const comparison = judge(latency(base, times(1.08)), {level: levels[2]!});
		expect(comparison).not.toHaveProperty('p');
		expect(comparison.method).toBe('Welch interval of the logarithms of 5 and 5 runs, at the level of this look');
	});

	test('with nothing to spend yet decides nothing', () => {
		expect(judge(latency(base, times(3)), {level: 0})).toMatchObject({
			verdict: 'unclear',
			change: {low: -1, high: null},
		});
	});

	test('errs over all looks no more often than it says', () => {
		const random = seededRandom(41);
		const rounds = 300;
		const looks = [4, 6, 8, 10, 12];
		const own = nominalLevels(
			looks.map((runs) => runs / 12),
			0.05,
		);
		let called = 0;
		for (let round = 0; round < rounds; round++) {
			const draw = (): number[] =>
				Array.from({length: 12}, () => 10 * Math.exp(0.03 * normalQuantile(Math.max(1e-12, random()))));
			const [a, b] = [draw(), draw()];
			const isCalled = looks.some((runs, index) => {
				const figures = latency(a.slice(0, runs), b.slice(0, runs), {margin: 0});
				return judge(figures, {level: own[index]!}).verdict !== 'unclear';
			});
			if (isCalled) called += 1;
		}

		expect(called / rounds).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
		expect(called / rounds).toBeGreaterThan(0.01);
	});
});

describe('pairs', () => {
	// A machine that drifts by half: the pairs differ by 10 %, each time.
	const drifting = Array.from({length: 8}, (_, round) => 10 + round);
	const pairs = latency(
		drifting,
		drifting.map((value, index) => value * (index % 2 === 0 ? 1.1 : 1.11)),
	);

	test('see through a drift that independent sides drown in', () => {
		expect(judge(pairs).verdict).toBe('unclear');
		expect(judge(pairs, {isPaired: true})).toMatchObject({
			verdict: 'worse',
			p: 2 / 256,
			method: 'paired t interval of the logarithms of 8 pairs of runs; p from all 256 arrangements of the signs',
		});
	});

	test('fewer than six are not judged, and sides of different length are no pairs', () => {
		const five = latency(pairs.base.slice(0, 5), pairs.candidate.slice(0, 5));
		expect(judge(five, {isPaired: true}).because).toMatch(/5 pairs of runs: of fewer than 6/);
		expect(judge({...pairs, base: base.slice(0, 5)}, {isPaired: true}).method).toMatch(/^Welch/);
	});
});

describe('shares', () => {
	const shares = (failed: readonly number[], ended = 10_000) => failed.map((count) => ({failed: count, ended}));
	const errors = (a: readonly number[], b: readonly number[], ended?: number) =>
		judge({
			metric: 'error rate',
			lowerIsBetter: true,
			margin: 0.001,
			base: shares(a, ended),
			candidate: shares(b, ended),
		});

	test('are compared by their difference', () => {
		const comparison = errors([10, 12, 9, 11, 8], [210, 195, 201, 190, 204]);
		expect(comparison).toMatchObject({verdict: 'worse', unit: '%', severity: 'medium', base: 0.1, candidate: 2});
		expect(comparison.change.estimate).toBeCloseTo(0.019, 12);
		expect(comparison.because).toBe('The whole interval lies beyond the margin of 0.1 pp.');
	});

	test('without a failure nothing became worse, and it says of how many operations', () => {
		expect(errors([0, 0, 0, 0], [0, 0, 0, 0], 20)).toMatchObject({
			verdict: 'same',
			because: 'Neither side failed, in 80 and 80 operations.',
		});
	});

	test('a burst in one run is worth less than the same failures everywhere', () => {
		const [burst, spread] = [errors([0, 0, 0, 0, 0], [100, 0, 0, 0, 0]), errors([0, 0, 0, 0, 0], [20, 20, 20, 20, 20])];
		expect(spread.verdict).toBe('worse');
		expect(burst.verdict).toBe('unclear');
		expect(burst.p!).toBeGreaterThan(0.05);
		expect(burst.method).toMatch(/counts divided by 100\.2/);
	});

	test('of fewer than four runs a side nothing became worse, however many operations failed: they come in bursts', () => {
		const clear = [600, 640, 580, 610];
		for (const runs of [1, 2, 3]) {
			const comparison = errors(
				clear.slice(0, runs).map(() => 0),
				clear.slice(0, runs),
			);
			expect(comparison).toMatchObject({verdict: 'unclear', runs: {base: runs, candidate: runs}});
			expect(comparison.because).toMatch(/of fewer than 4 no outcome is rare enough/);
			expect(comparison).not.toHaveProperty('severity');
		}

		expect(errors([0], clear).verdict).toBe('unclear');
		expect(errors([0, 0, 0, 0], clear).verdict).toBe('worse');
		expect(errors([0], [0]).verdict).toBe('same');
		const [base, candidate] = [shares([0, 0, 0, 0, 0]), shares(clear.concat(600))];
		const paired = {metric: 'error rate', lowerIsBetter: true, margin: 0.001, base, candidate};
		expect(judge(paired, {isPaired: true}).because).toMatch(/5 pairs of runs: of fewer than 6/);
	});

	test('calls few by accident where failures come in bursts, and one run of each is not taken for many', () => {
		const random = seededRandom(5);
		const side = (count: number) =>
			shares(
				Array.from({length: count}, () => (random() < 0.25 ? 100 + Math.floor(200 * random()) : 0)),
				12_000,
			);
		for (const count of [1, 2, 4]) {
			const called = Array.from({length: 300}, () =>
				judge({metric: 'error rate', lowerIsBetter: true, margin: 0.001, base: side(count), candidate: side(count)}),
			).filter(({verdict}) => verdict === 'worse' || verdict === 'better');
			expect(called.length).toBeLessThanOrEqual(15);
		}
	});

	test('a side without operations has no share', () => {
		expect(
			judge({metric: 'error rate', lowerIsBetter: true, margin: 0, base: [], candidate: shares([1])}),
		).toMatchObject({
			verdict: 'unclear',
			base: null,
		});
	});
});

describe('in general', () => {
	const side = fc.array(fc.double({min: 0.5, max: 500, noNaN: true}), {minLength: 2, maxLength: 9});

	test('the same figures give the same, and turning the sides round turns the change round', () => {
		fc.assert(
			fc.property(side, side, fc.boolean(), (a, b, isPaired) => {
				const forth = judge(latency(a, b), {isPaired});
				expect(judge(latency(a, b), {isPaired})).toEqual(forth);
				const back = judge(latency(b, a), {isPaired});
				expect(Math.log1p(back.change.estimate!)).toBeCloseTo(-Math.log1p(forth.change.estimate!), 8);
				expect(back.p!).toBeCloseTo(forth.p!, 1);
			}),
			{numRuns: 60},
		);
	});

	test('units do not matter, and the interval holds the estimate', () => {
		fc.assert(
			fc.property(side, side, fc.double({min: 0.001, max: 1000, noNaN: true}), (a, b, factor) => {
				const {change, verdict} = judge(latency(a, b));
				const scaled = judge(
					latency(
						a.map((value) => value * factor),
						b.map((value) => value * factor),
					),
				);
				expect(scaled.change.estimate!).toBeCloseTo(change.estimate!, 6);
				expect(scaled.verdict).toBe(verdict);
				expect(change.low ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual(change.estimate! + 1e-9);
				expect(change.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(change.estimate! - 1e-9);
			}),
			{numRuns: 60},
		);
	});

	test('severity', () => {
		expect([0.05, 0.051, 0.15, 0.151, -0.2].map((change) => severityOf(change))).toEqual([
			'low',
			'medium',
			'medium',
			'high',
			'high',
		]);
		expect([0.005, 0.02, 0.06].map((change) => severityOf(change, true))).toEqual(['low', 'medium', 'high']);
	});
});

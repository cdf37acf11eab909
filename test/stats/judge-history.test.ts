import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../source/core/random.ts';
import {type HistoryFigures, judgeHistory} from '../../source/stats/judge-history.ts';
import {normalQuantile} from '../../source/stats/normal.ts';

const known = [10, 10.1, 9.9, 10.05, 9.95, 10.02, 9.98, 10.03, 9.97, 10];

const figures = (attempts: ReadonlyArray<readonly number[]>, more: Partial<HistoryFigures> = {}): HistoryFigures => ({
	metric: 'p99',
	unit: 'ms',
	lowerIsBetter: true,
	known,
	attempts,
	...more,
});

describe('a new run against history', () => {
	test('within the limit nothing changed, and the limit is kept', () => {
		const {comparison, limit, confirm} = judgeHistory(figures([[10.1]]));
		expect(comparison).toMatchObject({verdict: 'same', runs: {base: 10, candidate: 1}});
		expect(confirm).toBe(false);
		// mean ± t(.99; 9) s √(1 + 1/10) on the logarithms, by hand: s = 0.005690, t = 2.821438.
		const logarithms = known.map(Math.log);
		const mean = logarithms.reduce((sum, value) => sum + value, 0) / 10;
		const s = Math.sqrt(logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 9);
		expect(limit!.high).toBeCloseTo(Math.exp(mean + 2.8214379250258079 * s * Math.sqrt(1.1)), 9);
		expect(limit!.low).toBeCloseTo(Math.exp(mean - 2.8214379250258079 * s * Math.sqrt(1.1)), 9);
	});

	test('beyond it asks for a confirming run, which decides', () => {
		const first = judgeHistory(figures([[11]]));
		expect(first).toMatchObject({comparison: {verdict: 'unclear'}, confirm: true});
		expect(first.comparison.because).toMatch(/A confirming run decides/);
		const both = judgeHistory(figures([[11], [11.2]]));
		expect(both).toMatchObject({comparison: {verdict: 'worse', severity: 'medium'}, confirm: false});
		const one = judgeHistory(figures([[11], [10]]));
		expect(one).toMatchObject({comparison: {verdict: 'same'}, confirm: false});
		expect(one.comparison.because).toMatch(/the confirming one did not/);
	});

	test('an improvement asks for nothing, and is one when another run shows it too', () => {
		expect(judgeHistory(figures([[9]]))).toMatchObject({comparison: {verdict: 'unclear'}, confirm: false});
		expect(judgeHistory(figures([[9], [9.1]])).comparison.verdict).toBe('better');
		expect(judgeHistory(figures([[9], [9.1]], {lowerIsBetter: false})).comparison).toMatchObject({
			verdict: 'worse',
			severity: 'medium',
		});
		expect(judgeHistory(figures([[9], [11]])).comparison.verdict).toBe('same');
	});

	test('the mean of several rounds has a narrower limit than one', () => {
		const [one, four] = [judgeHistory(figures([[10.2]])), judgeHistory(figures([[10.2, 10.2, 10.2, 10.2]]))];
		expect(four.limit!.high).toBeLessThan(one.limit!.high);
	});

	test('a change within the margin is none, however quiet history was', () => {
		expect(judgeHistory(figures([[10.3]])).confirm).toBe(true);
		expect(judgeHistory(figures([[10.3]], {margin: 0.05})).comparison).toMatchObject({verdict: 'same', margin: 0.05});
	});

	test('the limit that is told is the one that was applied, be it the margin', () => {
		const still = Array.from({length: 9}, () => 100);
		const of = (value: number) => judgeHistory(figures([[value]], {known: still, margin: 0.05})).comparison.because;
		expect(of(110)).toMatch(/beyond the limit of \+5\.0%/);
		expect(of(90)).toMatch(/beyond the limit of -5\.0%/);
	});

	test('what only rounding puts beyond the margin lies on it', () => {
		for (const [before, after] of [
			[5, 5.25],
			[100, 105],
			[7, 7.35],
			[3, 3.15],
		] as const) {
			const still = Array.from({length: 9}, () => before);
			expect(judgeHistory(figures([[after]], {known: still, margin: 0.05})).confirm).toBe(false);
			expect(judgeHistory(figures([[after * 1.001]], {known: still, margin: 0.05})).confirm).toBe(true);
		}
	});

	// github-action-benchmark compares with the one run before: a slow or a lucky one then decides alone.
	test('one lucky run before does not make the next one a regression', () => {
		const lucky = [...known, 9.5];
		expect(judgeHistory(figures([[10.05]], {known: lucky})).comparison.verdict).toBe('same');
	});

	test('of fewer than eight runs, or of figures that are none, nothing is judged', () => {
		const short = judgeHistory(figures([[20]], {known: known.slice(0, 7)}));
		expect(short).toMatchObject({comparison: {verdict: 'unclear'}, confirm: false});
		expect(short.comparison.because).toBe('7 runs of history: of fewer than 8 no limit is drawn.');
		expect(short).not.toHaveProperty('limit');
		expect(judgeHistory(figures([])).comparison.verdict).toBe('unclear');
		expect(judgeHistory(figures([[0]])).comparison.change.estimate).toBeNull();
	});

	test('falsely alarms in few of many unchanged histories', () => {
		const random = seededRandom(51);
		const draw = (): number => 10 * Math.exp(0.03 * normalQuantile(Math.max(1e-12, random())));
		const rounds = 4000;
		let [asked, worse] = [0, 0];
		for (let round = 0; round < rounds; round++) {
			const own = Array.from({length: 12}, draw);
			const first = draw();
			if (!judgeHistory(figures([[first]], {known: own})).confirm) continue;
			asked += 1;
			if (judgeHistory(figures([[first], [draw()]], {known: own})).comparison.verdict === 'worse') worse += 1;
		}

		expect(Math.abs(asked / rounds - 0.01)).toBeLessThan(0.006);
		expect(worse / rounds).toBeLessThan(0.002);
	});
});

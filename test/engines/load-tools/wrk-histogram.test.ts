import {expect, test} from 'vitest';
import {type Counted, spread, withoutCorrection} from '../../../source/engines/load-tools/wrk-histogram.ts';

/** What wrk 4 does to its histogram, step by step. */
const corrected = (counted: Counted, interval: number): Counted => {
	const counts = new Map(counted);
	const largest = Math.max(...counts.keys());
	for (let value = interval * 2; value <= largest; value++) {
		const count = counts.get(value) ?? 0;
		for (let made = value - interval; count > 0 && made > interval; made -= interval) {
			counts.set(made, (counts.get(made) ?? 0) + count);
		}
	}

	return [...counts].sort(([a], [b]) => a - b);
};

const countIn = (counted: Counted): number => counted.reduce((sum, [, count]) => sum + count, 0);

test.each([[3], [10], [37], [250]])('what wrk adds with an interval of %i is taken away exactly', (interval) => {
	let seed = 1;
	const random = (): number => {
		seed = (seed * 48_271) % 2_147_483_647;
		return seed / 2_147_483_647;
	};
	const values = new Map<number, number>();
	for (let request = 0; request < 500; request++) {
		const value = Math.floor(random() ** 4 * 1000) + 1;
		values.set(value, (values.get(value) ?? 0) + 1);
	}

	const real: Counted = [...values].sort(([a], [b]) => a - b);
	const made = corrected(real, interval);
	expect(countIn(made)).toBeGreaterThan(500);
	expect(withoutCorrection(made, interval, 500)).toEqual(real);
	// With a wrong interval the counts do not come out.
	expect(withoutCorrection(made, interval + 1, 500)).toBeUndefined();
});

test('fewer values have the same percentiles', () => {
	const counted: Counted = [
		[10, 900],
		[20, 90],
		[30, 10],
	];
	expect([...spread(counted, 100)]).toEqual([...Array(90).fill(10), ...Array(9).fill(20), 30]);
	expect([...spread(counted, 0)]).toEqual([]);
	expect([...spread([], 0)]).toEqual([]);
});

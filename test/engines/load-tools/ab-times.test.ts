import {expect, test} from 'vitest';
import {latenciesOf} from '../../../source/engines/load-tools/ab-times.ts';

/** As ab writes them, of latencies in microseconds in rising order. */
const written = (latencies: readonly number[]) => ({
	rounded: latencies.map((latency) => Math.floor((latency + 500) / 1000)),
	percents: new Map(
		Array.from({length: 101}, (_, percent) => {
			const rank = percent === 100 ? latencies.length - 1 : Math.floor(0.5 + (latencies.length * percent) / 100);
			return [percent, (latencies[percent === 0 ? 0 : rank] ?? 0) / 1000] as const;
		}),
	),
});

test.each([[1], [7], [100], [250], [10_000]])(
	'each percent of %i latencies is exact, and no other further off than ab rounds',
	(count) => {
		const latencies = Array.from({length: count}, (_, rank) => 400 + Math.floor((rank ** 2 * 50_000) / count ** 2));
		const {rounded, percents} = written(latencies);
		const told = latenciesOf(rounded, percents);
		expect(told).toHaveLength(count);
		for (const [rank, latency] of told.entries())
			expect(Math.abs(latency - latencies[rank]!)).toBeLessThanOrEqual(1000);
		for (const percent of [0, 50, 75, 90, 95, 99, 100]) {
			const rank = percent === 100 ? count - 1 : Math.floor(0.5 + (count * percent) / 100);
			if (rank < count) expect(told[rank]).toBe(latencies[rank]);
		}
	},
);

test('without the percents, they are true to the millisecond', () => {
	expect([...latenciesOf([1, 2, 2], new Map())]).toEqual([1000, 2000, 2000]);
	expect([...latenciesOf([], new Map())]).toEqual([]);
});

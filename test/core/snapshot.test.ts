import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {gaugeOf} from '../../source/core/gauge.ts';
import {histogramOf} from '../../source/core/histogram.ts';
import {
	coveredIn,
	decodeSnapshot,
	emptySnapshot,
	encodeSnapshot,
	inFlightIn,
	mergeAllSnapshots,
	mergeSnapshots,
	type Snapshot,
} from '../../source/core/snapshot.ts';

const histogram = fc.array(fc.integer({min: 0, max: 10_000_000}), {maxLength: 30}).map(histogramOf);
const counts = fc.dictionary(
	fc.constantFrom('200', '404', '503', 'timeout', 'ECONNRESET'),
	fc.integer({min: 1, max: 1000}),
);
const snapshot: fc.Arbitrary<Snapshot> = fc.record({
	from: fc.integer({min: 0, max: 1000}),
	to: fc.integer({min: 1000, max: 2000}),
	latency: histogram,
	waiting: histogram,
	outcomes: counts,
	failures: counts,
	offered: fc.integer({min: -100, max: 1000}),
	bytesIn: fc.integer({min: 0, max: 1e9}),
	bytesOut: fc.integer({min: 0, max: 1e9}),
	gauges: fc.dictionary(
		fc.constantFrom('host.cpu.user', 'target.memory'),
		fc
			.tuple(fc.integer({min: 0, max: 1e9}), fc.integer({min: 1, max: 200}))
			.map(([value, weight]) => gaugeOf(value, weight)),
	),
});
const withUncorrected = fc
	.tuple(
		snapshot,
		fc.option(histogram, {nil: undefined}),
		fc.option(histogram, {nil: undefined}),
		fc.option(fc.integer({min: 1, max: 100}), {nil: undefined}),
		fc.option(fc.integer({min: 1, max: 900}), {nil: undefined}),
	)
	.map(
		([plain, uncorrected, firstByte, late, paused]): Snapshot => ({
			...plain,
			...(uncorrected === undefined ? {} : {uncorrected}),
			...(firstByte === undefined ? {} : {firstByte}),
			...(late === undefined ? {} : {late}),
			...(paused === undefined ? {} : {covered: plain.to - plain.from + paused}),
		}),
	);

describe('a Snapshot', () => {
	test('merges associatively, with nothing as the neutral element', () => {
		fc.assert(
			fc.property(withUncorrected, withUncorrected, withUncorrected, (a, b, c) => {
				expect(mergeSnapshots(mergeSnapshots(a, b), c)).toEqual(mergeSnapshots(a, mergeSnapshots(b, c)));
				expect(mergeSnapshots(a, emptySnapshot(a.to))).toEqual(a);
				expect(mergeAllSnapshots([a, b, c])).toEqual([a, b, c].reduce(mergeSnapshots));
			}),
		);
	});

	test('speaks for the time of its stretches and not for the gaps between, however they are joined', () => {
		const stretches = fc.array(fc.tuple(fc.nat({max: 50}), fc.nat({max: 500})), {minLength: 1, maxLength: 12});
		fc.assert(
			fc.property(stretches, fc.nat(), (lengths, where) => {
				let at = 0;
				const snapshots = lengths.map(([gap, length]) => {
					const from = at + gap;
					at = from + length;
					return {...emptySnapshot(from), to: at};
				});
				const cut = where % snapshots.length;
				const whole = [snapshots.slice(0, cut), snapshots.slice(cut)]
					.filter((part) => part.length > 0)
					.map((part) => part.reduce(mergeSnapshots))
					.reduce(mergeSnapshots);
				expect(coveredIn(whole)).toBe(lengths.reduce((sum, [, length]) => sum + length, 0));
				expect(whole.to - whole.from).toBe(at - lengths[0]![0]);
			}),
		);
	});

	test('comes back from JSON as it was', () => {
		fc.assert(
			fc.property(withUncorrected, (given) => {
				const back = decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(given))));
				const {uncorrected, firstByte, ...rest} = given;
				expect(back).toEqual({
					...rest,
					...(uncorrected === undefined || uncorrected.count === 0 ? {} : {uncorrected}),
					...(firstByte === undefined || firstByte.count === 0 ? {} : {firstByte}),
				});
			}),
		);
	});

	test('knows what is in flight from its counts', () => {
		const given: Snapshot = {
			...emptySnapshot(),
			offered: 10,
			outcomes: {200: 5, timeout: 1},
			waiting: histogramOf([1, 2]),
		};
		expect(inFlightIn(given)).toBe(2);
	});
});

import {type Random, seededRandom} from '../core/random.ts';
import {type Autoregression, fitAutoregression} from './autoregression.ts';
import {type Location, locateChange} from './change-location.ts';
import {hashOfSeries} from './series-hash.ts';

/** Where values[from … to − 1] are best split in two with means of their own, and what share of their squares that explains. */
export type BestCut = {readonly index: number; readonly explained: number};

/** Least squares; the same as the largest |t| with a pooled variance over all cuts. `undefined` of fewer than two values. */
export const bestCut = (values: ArrayLike<number>, from: number, to: number): BestCut | undefined => {
	const count = to - from;
	if (count < 2) return undefined;
	let mean = 0;
	for (let index = from; index < to; index++) mean += values[index]!;
	mean /= count;
	let squares = 0;
	let sum = 0;
	let most = -1;
	let best = from + 1;
	for (let before = 1; before <= count; before++) {
		const deviation = values[from + before - 1]! - mean;
		squares += deviation * deviation;
		sum += deviation;
		const between = before < count ? (sum * sum * count) / (before * (count - before)) : -1;
		if (between > most) {
			most = between;
			best = from + before;
		}
	}

	return {index: best, explained: squares > 0 ? most / squares : 0};
};

/** How candidates are confirmed. */
export type ConfirmationRules = {
	/**
	 * A change stays where chance alone has at most this p: among the first `reach` values, and after them, where a long
	 * series gives chance more places to strike.
	 */
	readonly significance: {readonly early: number; readonly late: number};
	readonly resamples: number;
	/** So many values before and after a candidate are witnesses, no more: what is long past does not change any more. */
	readonly reach: number;
};

/** Four windows of 50 each way. */
export const confirmationRules: ConfirmationRules = {
	significance: {early: 0.005, late: 0.0025},
	resamples: 399,
	reach: 200,
};

/** A change that was confirmed, and the p of the cut. */
export type Confirmation = Location & {readonly p: number};

/** The p of tests that were made, by the places that they depend on. */
export type KnownConfirmations = ReadonlyMap<string, number>;

const shuffle = (values: Float64Array, random: Random): void => {
	for (let last = values.length - 1; last > 0; last--) {
		const other = Math.floor(random() * (last + 1));
		const moved = values[last]!;
		values[last] = values[other]!;
		values[other] = moved;
	}
};

/** Steps that a resample takes before it counts, so that it does not begin at its mean. */
const runIn = 50;
/** From so many resamples on that are as extreme, the p is known well enough (Besag and Clifford, Biometrika 78, 1991). */
const enough = 2;

/**
 * The chance of so good a cut where nothing changes. The values are put in other orders: where they are independent, that
 * is an exact permutation test, whatever their distribution. Where they wander together, their innovations are, and
 * wander again (sieve bootstrap: Bühlmann, Bernoulli 3, 1997).
 */
const chanceOf = (
	values: Float64Array,
	explained: number,
	{coefficients, innovationShare}: Autoregression,
	{resamples, significance}: ConfirmationRules,
): number => {
	const count = values.length;
	const order = coefficients.length;
	const mean = values.reduce((sum, value) => sum + value, 0) / count;
	const innovations = values.map((value, index) =>
		index < order
			? (value - mean) * Math.sqrt(innovationShare)
			: coefficients.reduce((rest, share, lag) => rest - share * (values[index - 1 - lag]! - mean), value - mean),
	);
	const random = seededRandom(hashOfSeries(values));
	const path = new Float64Array(order === 0 ? count : runIn + count);
	const tolerated = explained * (1 - 1e-12);
	let extreme = 0;
	for (let resample = 1; resample <= resamples; resample++) {
		shuffle(innovations, random);
		if (order === 0) path.set(innovations);
		else {
			for (let step = 0; step < path.length; step++) {
				let level = step < runIn ? innovations[Math.floor(random() * count)]! : innovations[step - runIn]!;
				for (let lag = 0; lag < order && lag < step; lag++) level += coefficients[lag]! * path[step - 1 - lag]!;
				path[step] = level;
			}
		}

		if (bestCut(path, path.length - count, path.length)!.explained < tolerated) continue;
		extreme += 1;
		const p = (1 + extreme) / (1 + resample);
		if (extreme >= enough && p > significance.early) return p;
	}

	return (1 + extreme) / (1 + resamples);
};

/** All places that others are near enough to be tested with. */
const placesNear = (points: readonly number[], place: number, point: number, distance: number): readonly number[] => {
	const near: number[] = [];
	for (let at = place - 1; at >= 0 && point - points[at]! < distance; at--) near.unshift(at);
	for (let at = place; at < points.length && points[at]! - point < distance; at++) near.push(at);
	return near;
};

/**
 * The candidates that chance does not explain: each is tested on the two segments beside it, the worst is dropped, and what
 * stood near it is tested again. Those that remain lie where the segments beside them part best.
 * What is known afterwards is only of values before `settled`, which will not change.
 */
export const confirmChanges = (
	values: Float64Array,
	candidates: readonly number[],
	rules: ConfirmationRules,
	known: KnownConfirmations = new Map(),
	settled = values.length,
): {readonly confirmed: readonly Confirmation[]; readonly known: KnownConfirmations} => {
	const {reach, significance} = rules;
	const points = [...candidates];
	const used = new Map<string, number>();
	const lasting = new Map<string, number>();

	const surroundings = (place: number) => {
		const point = points[place]!;
		const from = Math.max(points[place - 1] ?? 0, point - reach);
		const to = Math.min(points[place + 1] ?? values.length, point + reach);
		// How much values wander together is learnt from more of them, as far as there are.
		const missing = Math.max(0, reach - (to - from));
		const first = Math.max(0, from - Math.ceil(missing / 2));
		const last = Math.min(values.length, first + Math.max(reach, to - first));
		const others = placesNear(points, place, point, 2 * reach)
			.map((at) => points[at]!)
			.filter((other) => other > first && other < last && other !== point);
		return {from, to, first, last, others};
	};

	const wandering = ({first, last, others}: ReturnType<typeof surroundings>, cut: number): Autoregression =>
		fitAutoregression(values, [first, ...[...others, cut].sort((a, b) => a - b), last]);

	const test = (place: number): number => {
		const around = surroundings(place);
		const {from, to, first, last, others} = around;
		const key = [from, to, first, last, ...others].join();
		const told = known.get(key) ?? used.get(key);
		const cut = bestCut(values, from, to);
		const p =
			told ??
			(cut === undefined ? 1 : chanceOf(values.slice(from, to), cut.explained, wandering(around, cut.index), rules));
		used.set(key, p);
		if (last <= settled) lasting.set(key, p);
		return p;
	};

	const failed = (place: number, p: number): boolean =>
		p > (points[place]! < reach ? significance.early : significance.late);

	const chances = points.map((_, place) => test(place));
	for (;;) {
		let worst = -1;
		for (const [place, p] of chances.entries()) {
			if (failed(place, p) && (worst < 0 || p > chances[worst]!)) worst = place;
		}

		if (worst < 0) break;
		const dropped = points[worst]!;
		points.splice(worst, 1);
		chances.splice(worst, 1);
		for (const place of placesNear(points, worst, dropped, 2 * reach)) chances[place] = test(place);
	}

	// From the left, each between the one before, where it lies now, and the next: so they stay in order.
	const confirmed: Confirmation[] = [];
	for (const [place, p] of chances.entries()) {
		const around = surroundings(place);
		const from = Math.max(around.from, confirmed.at(-1)?.index ?? 0);
		const cut = bestCut(values, from, around.to)?.index ?? points[place]!;
		confirmed.push({p, ...locateChange(values, from, around.to, wandering(around, cut))});
	}

	return {confirmed, known: lasting};
};

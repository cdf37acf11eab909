import {normalCdf, normalQuantile} from './normal.ts';

/** How much of an overall two-sided error rate may be spent by the time a share `t` of the information is in. */
export type Spending = (t: number, alpha: number) => number;

/** Little at first, nearly all at the end: what Lan and DeMets (Biometrika 70, 1983) made of O'Brien and Fleming (1979), each side its half. */
export const obrienFlemingSpending: Spending = (t, alpha) =>
	t <= 0 ? 0 : Math.min(alpha, 4 * normalCdf(normalQuantile(alpha / 4) / Math.sqrt(Math.min(1, t))));

/** Points of the grid on which the density of the sum is carried from look to look; odd, for Simpson's rule. */
const points = 801;
/** Beyond so many standard deviations there is nothing. */
const reach = 8;

const densityAt = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** The density of the sum on its way, times the weight of Simpson's rule, where no boundary was crossed yet. */
type Carried = {readonly at: Float64Array; readonly mass: Float64Array};

const gridTo = (edge: number): {at: Float64Array; weight: Float64Array} => {
	const step = (2 * edge) / (points - 1);
	return {
		at: Float64Array.from({length: points}, (_, index) => -edge + index * step),
		weight: Float64Array.from(
			{length: points},
			(_, index) => (step / 3) * (index === 0 || index === points - 1 ? 1 : index % 2 === 1 ? 4 : 2),
		),
	};
};

/** The chance that a sum which has not crossed yet is beyond ±edge after an increment of that deviation. */
const crossing = ({at, mass}: Carried, edge: number, deviation: number): {chance: number; slope: number} => {
	let chance = 0;
	let slope = 0;
	for (let index = 0; index < at.length; index++) {
		const here = mass[index]!;
		if (here === 0) continue;
		const [up, down] = [(edge - at[index]!) / deviation, (edge + at[index]!) / deviation];
		chance += here * (normalCdf(-up) + normalCdf(-down));
		slope -= (here * (densityAt(up) + densityAt(down))) / deviation;
	}

	return {chance, slope};
};

const carry = ({at, mass}: Carried, edge: number, deviation: number): Carried => {
	const grid = gridTo(edge);
	const next = new Float64Array(points);
	for (let to = 0; to < points; to++) {
		let density = 0;
		for (let from = 0; from < at.length; from++) {
			const z = (grid.at[to]! - at[from]!) / deviation;
			if (z < reach && z > -reach) density += mass[from]! * densityAt(z);
		}

		next[to] = (density / deviation) * grid.weight[to]!;
	}

	return {at: grid.at, mass: next};
};

const start: Carried = {at: Float64Array.of(0), mass: Float64Array.of(1)};

/** The edge at which the chance of crossing is what may be spent: Newton's steps on its logarithm, within a bracket. */
const edgeFor = (carried: Carried, spend: number, deviation: number, highest: number): number => {
	let [low, high] = [0, highest];
	let edge = highest / 2;
	for (let step = 0; step < 100; step++) {
		const {chance, slope} = crossing(carried, edge, deviation);
		if (chance > spend) low = edge;
		else high = edge;
		const newton = edge - (Math.log(chance / spend) * chance) / slope;
		const next = newton > low && newton < high ? newton : (low + high) / 2;
		if (Math.abs(next - edge) < 1e-11 * highest) return next;
		edge = next;
	}

	return edge;
};

/**
 * The |Z| to pass at each look, so that the chance to pass any of them while nothing differs is `alpha` over all looks,
 * two-sided (Armitage, McPherson and Rowe, 1969; Jennison and Turnbull, Group Sequential Methods, 2000, chapters 7 and
 * 19). `times` are the shares of the information at the looks, rising, the last 1. Infinite where nothing is spent yet.
 */
export const sequentialBoundaries = (
	times: readonly number[],
	alpha: number,
	spending: Spending = obrienFlemingSpending,
): readonly number[] => {
	const boundaries: number[] = [];
	let carried = start;
	let [spent, before] = [0, 0];
	for (const time of times) {
		const target = spending(time, alpha);
		const deviation = Math.sqrt(time - before);
		const highest = reach * Math.sqrt(time) + 2;
		const spend = target - spent;
		const edge = spend < 1e-14 ? highest : edgeFor(carried, spend, deviation, highest);
		boundaries.push(spend < 1e-14 ? Number.POSITIVE_INFINITY : edge / Math.sqrt(time));
		carried = carry(carried, Math.min(edge, highest), deviation);
		[spent, before] = [target, time];
	}

	return boundaries;
};

/** The chance that |Z| passes one of the boundaries, while nothing differs. */
export const crossingChance = (times: readonly number[], boundaries: readonly number[]): number => {
	let carried = start;
	let sum = 0;
	let before = 0;
	for (const [index, time] of times.entries()) {
		const deviation = Math.sqrt(time - before);
		const edge = Math.min(boundaries[index]!, reach + 2) * Math.sqrt(time);
		sum += crossing(carried, edge, deviation).chance;
		carried = carry(carried, edge, deviation);
		before = time;
	}

	return sum;
};

/**
 * The two-sided error rate that each look may use: that of its boundary. A t-test at the same level takes its place,
 * nearly (Jennison and Turnbull, §11.5).
 */
export const nominalLevels = (times: readonly number[], alpha: number): readonly number[] =>
	sequentialBoundaries(times, alpha).map((boundary) => 2 * normalCdf(-boundary));

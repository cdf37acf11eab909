import {solveLeastSquares} from './linear-model.ts';
import {studentTQuantile} from './student-t.ts';

/** Steady throughput at a load: processors, connections, clients. */
export type LoadPoint = {
	readonly load: number;
	readonly throughput: number;
	/** Its standard error, from repetitions; all points have one, or none. */
	readonly error?: number;
};

/** A parameter with its interval; `bound`: it lies where it may go no further, and the interval has one side only. */
export type Parameter = {
	readonly estimate: number;
	readonly low: number;
	readonly high: number;
	readonly bound: boolean;
};

/** Where throughput is highest. */
export type Peak =
	/** Throughput does not fall in the data, and nothing can be said of loads beyond them. */
	| {readonly kind: 'none'}
	| {
			readonly kind: 'peak';
			/** √((1−α)/β), with its interval: the end is open, that is infinite, where the interval of β holds 0. */
			readonly load: number;
			readonly low: number;
			readonly high: number;
			readonly throughput: number;
			/** Whether loads up to it were measured; beyond them it is a forecast. */
			readonly measured: boolean;
	  };

/** A fit of the Universal Scalability Law (Gunther, Guerrilla Capacity Planning, 2007): X(N) = γN/(1 + α(N−1) + βN(N−1)). */
export type Scalability = {
	/** Contention: the share of work that waits for one at a time. */
	readonly contention: Parameter;
	/** Coherency: what each has to agree on with each other. */
	readonly coherency: Parameter;
	/** Throughput at a load of one. */
	readonly single: Parameter;
	readonly peak: Peak;
	/** γ/α: no load brings more; infinite without contention. */
	readonly limit: number;
	/** With `freedom` degrees of freedom: in the unit of the throughput, or in standard errors where these are given. */
	readonly residualDeviation: number;
	readonly freedom: number;
	/** How much of the (weighted) squares around the mean is explained. */
	readonly explained: number;
	/** Throughput at a load by the fit. */
	readonly at: (load: number) => number;
};

/** With fewer different loads three parameters say nothing. */
export const leastLoads = 6;

type Triple = readonly [contention: number, coherency: number, single: number];

const throughputAt = ([contention, coherency, single]: Triple, load: number): number =>
	(single * load) / (1 + contention * (load - 1) + coherency * load * (load - 1));

/** What throughput changes by with each parameter. */
const gradientAt = (parameters: Triple, load: number): Triple => {
	const [contention, coherency, single] = parameters;
	const denominator = 1 + contention * (load - 1) + coherency * load * (load - 1);
	const change = -(single * load) / denominator ** 2;
	return [change * (load - 1), change * load * (load - 1), load / denominator];
};

const ceilings: Triple = [1, 1, Number.POSITIVE_INFINITY];
/** Where the search may begin: none, some, much of each. */
const shapes = [0, 0.001, 0.01, 0.05, 0.2, 0.5, 1].flatMap((contention) =>
	[0, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1].map((coherency) => [contention, coherency] as const),
);
/** It begins at so many of them, the best ones: there may be several valleys. */
const mostStarts = 5;

type Fit = {readonly parameters: Triple; readonly left: number};

/** Levenberg and Marquardt's steps, cut off at the bounds; a parameter at a bound that would go further is held there. */
const descend = (points: readonly LoadPoint[], roots: readonly number[], start: Triple): Fit => {
	const residuals = (parameters: Triple): number[] =>
		points.map(({load, throughput}, place) => roots[place]! * (throughput - throughputAt(parameters, load)));
	const squares = (some: readonly number[]): number => some.reduce((sum, value) => sum + value * value, 0);
	let parameters = start;
	let left = squares(residuals(parameters));
	let damping = 1e-3;
	for (let step = 0; step < 500 && damping < 1e15; step++) {
		const rest = residuals(parameters);
		const gradients = points.map(({load}, place) =>
			gradientAt(parameters, load).map((change) => change * roots[place]!),
		);
		const columns = [0, 1, 2].map((place) => gradients.map((row) => row[place]!));
		const downhill = columns.map((column) => column.reduce((sum, change, row) => sum + change * rest[row]!, 0));
		const free = parameters.map((value, place) =>
			value <= 0 ? downhill[place]! > 0 : value >= ceilings[place]! ? downhill[place]! < 0 : true,
		);
		const moving = [0, 1, 2].filter((place) => free[place]);
		// Damping as further rows, in units of each column.
		const solution = solveLeastSquares(
			moving.map((place) => [
				...columns[place]!,
				...moving.map((other) =>
					other === place ? Math.sqrt(damping * columns[place]!.reduce((sum, change) => sum + change ** 2, 0)) : 0,
				),
			]),
			[...rest, ...moving.map(() => 0)],
		);
		if (solution === undefined) {
			damping = damping * 10;
			continue;
		}

		const next = [...parameters] as [number, number, number];
		for (const [index, place] of moving.entries()) {
			next[place] = Math.min(ceilings[place]!, Math.max(0, parameters[place]! + solution.coefficients[index]!));
		}

		const found = squares(residuals(next));
		const moved = next.some((value, place) => Math.abs(value - parameters[place]!) > 1e-15 * Math.abs(value));
		if (found <= left && moved) {
			parameters = next;
			left = found;
			damping = Math.max(1e-20, damping / 10);
		} else if (!moved) break;
		else damping *= 10;
	}

	return {parameters, left};
};

/** The shapes that leave least, each with the throughput of one that suits it best. */
const startsOf = (points: readonly LoadPoint[], roots: readonly number[]): readonly Triple[] =>
	shapes
		.map(([contention, coherency]) => {
			let [squares, products] = [0, 0];
			for (const [place, {load, throughput}] of points.entries()) {
				const shape = throughputAt([contention, coherency, 1], load) * roots[place]!;
				squares += shape * shape;
				products += shape * throughput * roots[place]!;
			}

			const start: Triple = [contention, coherency, products / squares];
			// What the best throughput of one explains.
			return {start, explained: (products * products) / squares};
		})
		.sort((a, b) => b.explained - a.explained)
		.slice(0, mostStarts)
		.map(({start}) => start);

const holdsZero = ({low, bound}: Parameter): boolean => bound || low <= 0;

/**
 * Bounded least squares, weighted by the standard errors where there are any, the best of several starts. The others'
 * intervals are those of a fit without the parameters on their bounds. `undefined` with fewer than six different
 * loads, or of throughputs of nothing. Loads are positive.
 */
export const fitScalability = (points: readonly LoadPoint[], confidence = 0.95): Scalability | undefined => {
	const loads = new Set(points.map(({load}) => load));
	if (
		loads.size < leastLoads ||
		!points.some(({throughput}) => throughput > 0) ||
		[...loads].some((load) => !(load > 0))
	)
		return undefined;
	const weighted = points.every(({error}) => error !== undefined && error > 0);
	const roots = points.map(({error}) => (weighted ? 1 / error! : 1));
	const {parameters, left} = startsOf(points, roots)
		.map((start) => descend(points, roots, start))
		.reduce((best, fit) => (fit.left < best.left ? fit : best));
	const [contention, coherency, single] = parameters;

	const freedom = points.length - 3;
	const variance = left / freedom;
	const t = studentTQuantile((1 + confidence) / 2, freedom);
	const gradients = points.map(({load}, place) => gradientAt(parameters, load).map((change) => change * roots[place]!));
	const inside = [0, 1, 2].filter((place) => parameters[place]! > 0 && parameters[place]! < ceilings[place]!);
	const inverseOf = (places: readonly number[]) =>
		solveLeastSquares(
			places.map((place) => gradients.map((row) => row[place]!)),
			points.map(() => 0),
		)?.inverse;
	const [inverse, whole] = [inverseOf(inside), inverseOf([0, 1, 2])];
	if (inverse === undefined) return undefined;
	const covariance = (row: number, place: number): number => {
		const [one, other] = [inside.indexOf(row), inside.indexOf(place)];
		return one < 0 || other < 0 ? 0 : variance * inverse[one]![other]!;
	};
	const parameterOf = (place: number): Parameter => {
		const estimate = parameters[place]!;
		const bound = !inside.includes(place);
		const square = bound ? variance * (whole?.[place]?.[place] ?? Number.POSITIVE_INFINITY) : covariance(place, place);
		const reach = t * Math.sqrt(square);
		return {
			estimate,
			low: bound && estimate === 0 ? 0 : estimate - reach,
			high: bound && estimate > 0 ? estimate : estimate + reach,
			bound,
		};
	};

	const mean =
		points.reduce((sum, {throughput}, place) => sum + throughput * roots[place]! ** 2, 0) /
		roots.reduce((sum, root) => sum + root * root, 0);
	const around = points.reduce((sum, {throughput}, place) => sum + ((throughput - mean) * roots[place]!) ** 2, 0);

	const ofCoherency = parameterOf(1);
	const peakOf = (): Peak => {
		if (ofCoherency.bound || contention >= 1) return {kind: 'none'};
		const load = Math.sqrt((1 - contention) / coherency);
		// By the delta method on the logarithm of the load.
		const [byContention, byCoherency] = [-1 / (2 * (1 - contention)), -1 / (2 * coherency)];
		const reach =
			t *
			Math.sqrt(
				byContention ** 2 * covariance(0, 0) +
					byCoherency ** 2 * covariance(1, 1) +
					2 * byContention * byCoherency * covariance(0, 1),
			);
		return {
			kind: 'peak',
			load,
			low: load * Math.exp(-reach),
			high: holdsZero(ofCoherency) ? Number.POSITIVE_INFINITY : load * Math.exp(reach),
			throughput: throughputAt(parameters, load),
			measured: load <= Math.max(...loads),
		};
	};

	return {
		contention: parameterOf(0),
		coherency: ofCoherency,
		single: parameterOf(2),
		peak: peakOf(),
		limit: contention > 0 ? single / contention : Number.POSITIVE_INFINITY,
		residualDeviation: Math.sqrt(variance),
		freedom,
		explained: around > 0 ? 1 - left / around : 1,
		at: (load) => throughputAt(parameters, load),
	};
};

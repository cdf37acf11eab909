import type {Autoregression} from './autoregression.ts';

/** The first value after a change: as likely later as earlier; and the stretch that holds it with 95 %. */
export type Location = {readonly index: number; readonly earliest: number; readonly latest: number};

const confidence = 0.95;

/**
 * What is left of the squares of values[from … to − 1] where the mean changes at each place from `from` + 1 on, by least
 * squares on what each value adds to those before it: in values that wander, the step itself tells more than the levels.
 */
export const leftAfterCuts = (
	values: ArrayLike<number>,
	from: number,
	to: number,
	{coefficients, innovationShare}: Autoregression,
): readonly number[] => {
	const count = to - from;
	const order = coefficients.length;
	// The first values have none before them to be compared with, and vary by more.
	const first = Math.sqrt(innovationShare);
	const news = (level: (place: number) => number, place: number): number =>
		place < order
			? level(place) * first
			: coefficients.reduce((rest, share, lag) => rest - share * level(place - 1 - lag), level(place));
	const centre = values[from]!;
	const value = (place: number): number => values[from + place]! - centre;
	const one = (): number => 1;
	const settled = news(one, order);

	// Sums over the places from each to the last.
	const sums = {ones: new Float64Array(count + 1), products: new Float64Array(count + 1)};
	let squares = 0;
	for (let place = count - 1; place >= 0; place--) {
		const [constant, now] = [news(one, place), news(value, place)];
		sums.ones[place] = sums.ones[place + 1]! + constant * constant;
		sums.products[place] = sums.products[place + 1]! + constant * now;
		squares += now * now;
	}

	const [ones, products] = [sums.ones[0]!, sums.products[0]!];
	const alone = squares - (products * products) / ones;
	return Array.from({length: count - 1}, (_, index) => {
		const cut = index + 1;
		const step = (place: number): number => (place >= cut ? 1 : 0);
		const steady = Math.min(count, Math.max(cut, order) + order);
		// From there on the step is as good as a constant.
		let [crossed, stepped, met] = [sums.ones[steady]!, sums.ones[steady]!, sums.products[steady]!];
		for (let place = cut; place < steady; place++) {
			const jump = news(step, place);
			crossed += jump * (place < order ? first : settled);
			stepped += jump * jump;
			met += jump * news(value, place);
		}

		const free = stepped - (crossed * crossed) / ones;
		const explained = met - (crossed * products) / ones;
		return free > 1e-12 * stepped ? alone - (explained * explained) / free : alone;
	});
};

/**
 * The likelihood of each place, as if all were as likely before: its median, which is nearer to the truth than its maximum,
 * and around that the shortest stretch with 95 % of it. Needs two values.
 */
export const locateChange = (
	values: ArrayLike<number>,
	from: number,
	to: number,
	autoregression: Autoregression,
): Location => {
	const left = leftAfterCuts(values, from, to, autoregression);
	const least = left.reduce((low, here) => Math.min(low, here), Number.POSITIVE_INFINITY);
	const best = left.indexOf(least);
	const unit = (2 * Math.max(0, least)) / Math.max(1, to - from - 3);
	const weights = left.map((here, place) => (place === best ? 1 : unit > 0 ? Math.exp((least - here) / unit) : 0));
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	let middle = 0;
	for (let sum = weights[0]!; sum < total / 2; sum += weights[middle]!) middle += 1;
	let [earliest, latest, held] = [middle, middle, weights[middle]!];
	while (held < confidence * total) {
		const [before, after] = [weights[earliest - 1] ?? -1, weights[latest + 1] ?? -1];
		if (before < 0 && after < 0) break;
		if (before >= after) held += weights[--earliest]!;
		else held += weights[++latest]!;
	}

	return {index: from + 1 + middle, earliest: from + 1 + earliest, latest: from + 1 + latest};
};

/** What bounds the sizes that are tried. Milliseconds. */
export type GrowthLimits = {
	/** Absent: sizes are found. Otherwise these are taken. */
	readonly given: readonly number[] | undefined;
	readonly largest: number;
	/** Of one call, about. */
	readonly longest: number;
};

const smallest = 2;
/** With fewer sizes no class can be told from its neighbours. */
const leastSizes = 10;
/** Sizes whose making and trying takes so many times longer than a call may are large enough. */
const patience = 20;

/** A size and the time of one call there. */
type Tried = readonly [size: number, time: number];

const rateOf = ([before, last]: readonly [Tried, Tried]): number =>
	Math.log(last[1] / before[1]) / (last[0] - before[0]);

/** Four sizes to the octave: where growth ends differs from run to run, and sizes of the same name are compared. */
const onGrid = (size: number): number => {
	const unit = 2 ** Math.max(0, Math.floor(Math.log2(size)) - 2);
	return Math.floor(size / unit) * unit;
};

/** How much longer than wanted a call may take, should the least favourable of the last rates be the true one. */
const mostOvershoot = 20;

/**
 * The next size after those tried: twice the last one, or a smaller step if calls would take too long. Growth is taken to
 * go on multiplied anew by every step: of a power of n that is more than comes, of 2ⁿ it is what comes. The lowest of the
 * last three rates decides, unless the highest says that all would be lost: one that is wrong, since the code became
 * faster or something came between, decides nothing alone. The last size when there is no room for another.
 */
export const nextSize = (
	tried: readonly Tried[],
	{largest, longest}: Pick<GrowthLimits, 'largest' | 'longest'>,
): number => {
	const last = tried.at(-1);
	if (last === undefined) return Math.min(smallest, largest);
	const rates = [1, 2, 3].flatMap((back) => {
		const [before, after] = [tried.at(-1 - back), tried.at(-back)];
		return before === undefined || after === undefined ? [] : [Math.max(0, rateOf([before, after]))];
	});
	const room = (rate: number, most: number): number =>
		rate > 0 ? Math.log(most / last[1]) / rate : Number.POSITIVE_INFINITY;
	if (rates.length === 0) rates.push(0);
	const step = Math.min(last[0], room(Math.min(...rates), longest), room(Math.max(...rates), mostOvershoot * longest));
	return Math.min(largest, Math.max(last[0], onGrid(last[0] + step)));
};

/** Sizes in between, where they lie farthest apart, until there are enough. */
const filled = (tried: readonly number[]): readonly number[] => {
	const all = [...tried];
	while (all.length < leastSizes) {
		let [widest, at] = [1, -1];
		for (let index = 1; index < all.length; index++) {
			const gap = all[index]! - all[index - 1]!;
			if (gap > 1 && gap >= widest) [widest, at] = [gap, index];
		}

		if (at < 0) break;
		all.splice(at, 0, Math.floor((all[at - 1]! + all[at]!) / 2));
	}

	return all;
};

/**
 * Sizes to measure an algorithm at: each about twice the one before, until a call takes long. `time` tries a size and
 * gives the milliseconds of one call.
 */
export const growSizes = async (
	time: (size: number) => Promise<number>,
	limits: GrowthLimits,
	now: () => number = () => performance.now(),
): Promise<{readonly sizes: readonly number[]}> => {
	if (limits.given !== undefined) return {sizes: limits.given};
	const tried: Tried[] = [];
	for (;;) {
		const size = nextSize(tried, limits);
		if (size === tried.at(-1)?.[0]) break;
		const begin = now();
		const took = await time(size);
		// What takes no time that a clock can tell grows by no factor.
		tried.push([size, Math.max(1e-6, took)]);
		if (took >= limits.longest || now() - begin > patience * limits.longest) break;
	}

	return {sizes: filled(tried.map(([size]) => size))};
};

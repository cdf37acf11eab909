import {medianOf} from './describe.ts';
import {type Point, type Slope, trendOf} from './trend.ts';

/** Why nothing can be said: too few points, a growth that fades, or too much noise. */
export type Unclear = 'few' | 'slowing' | 'noise';

/** What a level, such as the memory that is left after a garbage collection, does in the long run. */
export type Growth = {
	readonly verdict: 'growing' | 'steady' | 'shrinking' | 'unclear';
	readonly because?: Unclear;
	/** Of all points when growing or shrinking, else of the later half. Absent of too few points. */
	readonly slope?: Slope;
	readonly points: number;
	/** The first of the points that the slope is of. */
	readonly from: number;
	/** How much it rose in the earlier half, where it is steady now and was not then. */
	readonly before?: number;
};

/** With fewer points nothing is said. */
export const leastPoints = 16;

/** By chance alone, growth is found in one of a hundred series. */
const significance = 2.575829;
/** A growth that falls to less than this of what it was is fading. */
const fadingShare = 0.5;
/** The last few points are held against the others, so that a late jump is not lost. */
const lastPoints = 3;

const rising = (points: readonly Point[]): number => {
	const quarter = Math.max(2, points.length >> 2);
	const level = (some: readonly Point[]): number => medianOf(some.map(({value}) => value));
	return level(points.slice(-quarter)) - level(points.slice(0, quarter));
};

/** So many times the usual distance from a line is no chance. */
const farOff = 6;

/** Whether the last two points lie far below the line that the others follow: the growth has just stopped. */
const hasStopped = (points: readonly Point[], {estimate}: Slope): boolean => {
	const offsets = points.map(({at, value}) => value - estimate * at);
	const middle = medianOf(offsets);
	const usual = medianOf(offsets.map((offset) => Math.abs(offset - middle)));
	const step = (estimate * (points.at(-1)!.at - points[0]!.at)) / (points.length - 1);
	return offsets.slice(-2).every((offset) => middle - offset > Math.max(farOff * usual, step));
};

/**
 * Whether a series goes on growing. What fills up and then stays, as a cache does, grows at first: so the later half
 * must grow as well, about as fast as the earlier one, and its last part too. `least` is the rise over the time of the
 * later half below which a growth is no concern, in units of the value: steady means that more than that is ruled out.
 */
export const judgeGrowth = (points: readonly Point[], least: number): Growth => {
	const count = points.length;
	if (count < leastPoints) return {verdict: 'unclear', because: 'few', points: count, from: 0};
	const half = count >> 1;
	const later = points.slice(half);
	const [whole, early, late, last] = [points, points.slice(0, half), later, points.slice(-(count >> 2))].map((part) =>
		trendOf(part),
	);
	if (whole === undefined || early === undefined || late === undefined || last === undefined) {
		return {verdict: 'unclear', because: 'few', points: count, from: 0};
	}

	const span = later.at(-1)!.at - later[0]!.at;
	const {slope} = late;
	const jump = medianOf(later.slice(-lastPoints).map(({value}) => value)) - medianOf(later.map(({value}) => value));
	const moves = (sign: 1 | -1): boolean =>
		late.deviate * sign > significance &&
		slope.estimate * sign * span > least &&
		(sign === 1 ? slope.low : -slope.high) > 0;
	if (moves(1)) {
		const fades =
			slope.estimate < fadingShare * early.slope.estimate ||
			last.slope.estimate < fadingShare * slope.estimate ||
			hasStopped(later, slope);
		return fades
			? {verdict: 'unclear', because: 'slowing', slope, points: count, from: half}
			: {verdict: 'growing', slope: whole.slope, points: count, from: 0};
	}

	if (moves(-1) && whole.deviate < -significance)
		return {verdict: 'shrinking', slope: whole.slope, points: count, from: 0};
	if (slope.high * span > least || jump > least) {
		return {verdict: 'unclear', because: 'noise', slope, points: count, from: half};
	}

	const before = rising(points.slice(0, half));
	return {verdict: 'steady', slope, points: count, from: half, ...(before > least ? {before} : {})};
};

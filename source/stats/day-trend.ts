import {medianOf} from './describe.ts';
import {fitLine, type Line} from './least-squares.ts';
import {normalCdf} from './normal.ts';
import {type Point, type Slope, trendOf} from './trend.ts';

/** What a series of runs does from day to day. */
export type DayTrend = {
	/** Where the interval of the slope per day excludes 0; `unclear` else, however steep the slope looks. */
	readonly direction: 'rising' | 'falling' | 'unclear';
	/** Value per day, by the median of all slopes. */
	readonly perDay: Slope;
	/** The same as a share of the median value: 0.01 is 1 % per day. `undefined` where that is not positive. */
	readonly sharePerDay: Slope | undefined;
	/** The median value, which shares are of. */
	readonly level: number;
	/** The chance of as clear an order where nothing rises or falls (Mann–Kendall, two-sided). */
	readonly p: number;
	/** By least squares, per day, with r²: beside it, for those who are used to it. Points that wander make it look firmer than it is. */
	readonly line: Line | undefined;
	/** From the first point to the last. */
	readonly days: number;
	readonly points: number;
};

const day = 86_400_000;

/**
 * The trend of points at times in milliseconds, in any order. For one level, without the change points before it: a step
 * is no slope. `undefined` of fewer than three points, or of points at one time.
 */
export const trendPerDay = (points: readonly Point[], confidence = 0.95): DayTrend | undefined => {
	const ordered = points.toSorted((a, b) => a.at - b.at);
	const first = ordered[0]?.at ?? 0;
	// Days since the first: the milliseconds of an epoch have no digits left for their squares.
	const byDay = ordered.map(({at, value}) => ({at: (at - first) / day, value}));
	const trend = trendOf(byDay, confidence);
	if (trend === undefined) return undefined;
	const {slope: perDay, deviate} = trend;
	const level = medianOf(byDay.map(({value}) => value));
	return {
		direction: perDay.low > 0 ? 'rising' : perDay.high < 0 ? 'falling' : 'unclear',
		perDay,
		sharePerDay:
			level > 0
				? {...perDay, estimate: perDay.estimate / level, low: perDay.low / level, high: perDay.high / level}
				: undefined,
		level,
		p: Math.min(1, 2 * normalCdf(-Math.abs(deviate))),
		line: fitLine(byDay, confidence),
		days: byDay.at(-1)!.at,
		points: points.length,
	};
};

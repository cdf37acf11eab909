/** What of an interval a column shows. */
export type IntervalMark = 'nothing' | 'margin' | 'zero' | 'interval' | 'estimate' | 'beyond';

/** An interval around an estimate; either end may be infinite. */
export type Interval = {readonly low: number; readonly high: number; readonly estimate: number};

/** The scale never shows more than so many times the margin, on either side: the margin must stay in sight. */
const mostMargins = 100;
/** And never less: the margin lies well within. */
const leastMargins = 1.5;

/**
 * An interval over exactly so many columns, the middle one 0, with a mark at the margin on both sides. The scale is its
 * own, so that an interval is seen to close in, and that of the square root: what is far off and the margin are both in
 * sight. What lies beyond the scale ends in a mark of that.
 */
export const intervalMarks = (
	{low, high, estimate}: Interval,
	margin: number,
	columns: number,
): readonly IntervalMark[] => {
	if (columns <= 0) return [];
	const middle = Math.floor((columns - 1) / 2);
	const farthest = Math.max(Math.abs(low), Math.abs(high), Math.abs(estimate));
	const span =
		margin > 0 ? Math.min(mostMargins, Math.max(leastMargins, (1.05 * farthest) / margin)) * margin : farthest;
	const place = (value: number): number =>
		span > 0 ? Math.round(middle + Math.sign(value) * Math.sqrt(Math.abs(value) / span) * middle) : middle;
	const [from, to, at] = [place(low), place(high), place(estimate)];
	return Array.from({length: columns}, (_, column): IntervalMark => {
		if ((column === 0 && from < 0) || (column === columns - 1 && to > columns - 1)) return 'beyond';
		if (column === at) return 'estimate';
		if (column === middle) return 'zero';
		if (column === place(margin) || column === place(-margin)) return 'margin';
		return column >= from && column <= to ? 'interval' : 'nothing';
	});
};

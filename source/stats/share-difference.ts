/** So many failures of so many operations. Both may be fractions, once they are scaled for overdispersion. */
export type Share = {readonly failed: number; readonly ended: number};

/** The 0.975 quantile of the standard normal distribution. */
const usual = 1.959963984540054;

/** Wilson's score interval of a share, within `z` standard deviations; 95 % by default. */
export const wilsonInterval = ({failed, ended}: Share, z = usual): readonly [low: number, high: number] => {
	const share = failed / ended;
	const centre = (share + z ** 2 / (2 * ended)) / (1 + z ** 2 / ended);
	const half = (z * Math.sqrt((share * (1 - share)) / ended + z ** 2 / (4 * ended ** 2))) / (1 + z ** 2 / ended);
	return [failed === 0 ? 0 : Math.max(0, centre - half), failed === ended ? 1 : Math.min(1, centre + half)];
};

/**
 * The interval of the difference b − a of two shares, from counts, 95 % by default: sound with no failures at all on either side
 * (Newcombe, Interval estimation for the difference between independent proportions, 1998, method 10).
 */
export const shareDifference = (a: Share, b: Share, z = usual): readonly [low: number, high: number] => {
	const [lowA, highA] = wilsonInterval(a, z);
	const [lowB, highB] = wilsonInterval(b, z);
	const shareA = a.failed / a.ended;
	const shareB = b.failed / b.ended;
	return [
		shareB - shareA - Math.hypot(shareB - lowB, highA - shareA),
		shareB - shareA + Math.hypot(highB - shareB, shareA - lowA),
	];
};

/**
 * How many times the counts of the parts vary more than independent failures would: Pearson's χ²/(n − 1), at least 1
 * (McCullagh and Nelder, Generalized Linear Models, §4.5). Failures come in bursts; a binomial interval does not know.
 */
export const overdispersion = (parts: readonly Share[]): number => {
	const used = parts.filter(({ended}) => ended > 0);
	const failed = used.reduce((sum, part) => sum + part.failed, 0);
	const ended = used.reduce((sum, part) => sum + part.ended, 0);
	const share = failed / ended;
	if (used.length < 2 || !(share > 0 && share < 1)) return 1;
	const chiSquare = used.reduce(
		(sum, part) => sum + (part.failed - part.ended * share) ** 2 / (part.ended * share * (1 - share)),
		0,
	);
	return Math.max(1, chiSquare / (used.length - 1));
};

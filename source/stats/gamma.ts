const halfLogTwoPi = 0.918_938_533_204_672_8;
/** From here on the series holds to the last digit. */
const seriesFrom = 16;

/** The terms B₂ₖ/(2k(2k−1)) of Stirling's series (NIST Digital Library of Mathematical Functions, 5.11.1). */
const terms = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156] as const;

const series = (x: number): number => {
	const square = 1 / (x * x);
	return terms.reduceRight((sum, term) => sum * square + term, 0) / x;
};

/** ln Γ(x) for x > 0: Stirling's series, small arguments by the recurrence Γ(x + 1) = xΓ(x). */
export const logGamma = (x: number): number => {
	let factor = 1;
	let shifted = x;
	while (shifted < seriesFrom) {
		factor *= shifted;
		shifted += 1;
	}

	return (shifted - 0.5) * Math.log(shifted) - shifted + halfLogTwoPi + series(shifted) - Math.log(factor);
};

/**
 * How far ln Γ(x + 1) is above Stirling's (x + ½)ln x − x + ½ln 2π, for x > 0. Kept apart from the large terms, which
 * would swallow its digits (Loader, Fast and accurate computation of binomial probabilities, 2000).
 */
export const stirlingError = (x: number): number =>
	x >= seriesFrom ? series(x) : logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - halfLogTwoPi;

/** x·ln(x/m) + m − x without cancellation where x is near m: the deviance of Loader (2000), for x, m > 0. */
export const deviance = (x: number, m: number): number => {
	const difference = x - m;
	if (Math.abs(difference) >= 0.1 * (x + m)) return x * Math.log(x / m) - difference;
	const ratio = difference / (x + m);
	const square = ratio * ratio;
	let sum = difference * ratio;
	let term = 2 * x * ratio;
	for (let odd = 3; odd < 1000; odd += 2) {
		term *= square;
		const next = sum + term / odd;
		if (next === sum) break;
		sum = next;
	}

	return sum;
};

const precision = 1e-16;

/** P(Z ≤ z) of the standard normal distribution: the series 26.2.10 of Abramowitz and Stegun (1964), beyond 6 the fraction 26.2.14. */
export const normalCdf = (z: number): number => {
	if (z < 0) return 1 - normalCdf(-z);
	const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
	if (z > 6) {
		let fraction = z;
		for (let step = 60; step > 0; step--) fraction = z + step / fraction;
		return 1 - density / fraction;
	}

	let term = z;
	let sum = z;
	for (let step = 1; term > sum * precision; step++) {
		term *= (z * z) / (2 * step + 1);
		sum += term;
	}

	return 0.5 + density * sum;
};

/** The z with P(Z ≤ z) = p, for 0 < p < 1; by bisection, to 1e-12. */
export const normalQuantile = (p: number): number => {
	let [low, high] = [-40, 40];
	while (high - low > 1e-13) {
		const middle = (low + high) / 2;
		if (middle === low || middle === high) break;
		if (normalCdf(middle) < p) low = middle;
		else high = middle;
	}

	return (low + high) / 2;
};

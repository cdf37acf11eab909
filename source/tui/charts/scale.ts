/** A round number not below the value (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 or 10 times a power of ten); 1 for none. */
export const ceiling = (value: number | undefined): number => {
	if (value === undefined || !Number.isFinite(value) || value <= 0) return 1;
	const power = 10 ** Math.floor(Math.log10(value));
	for (const step of [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8]) {
		// Rounded, since 3 × 0.1 is not 0.3.
		const round = Number((step * power).toPrecision(2));
		if (round >= value) return round;
	}

	return Number((10 * power).toPrecision(2));
};

/**
 * Which rows of an axis carry a label, and its value: the top, the foot, and rows between. Where the rows cannot be
 * divided evenly, a label stands on the row its value lies in.
 */
export const labelledRows = (rows: number, maximum: number): ReadonlyMap<number, number> => {
	const labels = new Map<number, number>();
	if (rows <= 0) return labels;
	if (rows === 1) return new Map([[0, maximum]]);
	const last = rows - 1;
	const parts = last >= 8 ? 4 : last >= 4 ? 2 : 1;
	for (let part = 0; part <= parts; part++) {
		labels.set(Math.round((last * part) / parts), maximum * (1 - part / parts));
	}

	return labels;
};

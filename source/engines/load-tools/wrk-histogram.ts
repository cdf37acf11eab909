/** Latencies in microseconds with how many there were of each, in rising order. */
export type Counted = ReadonlyArray<readonly [microseconds: number, count: number]>;

const countIn = (counted: Counted): number => counted.reduce((sum, [, count]) => sum + count, 0);

/**
 * wrk adds to every latency n of at least twice the mean interval e the samples n − e, n − 2e … above e, for requests that
 * its connection "should" have sent meanwhile (stats_correct). It goes upwards, and what it adds lies below: going downwards
 * from the largest takes away exactly what was added. `undefined` where the counts say that it was something else.
 */
export const withoutCorrection = (counted: Counted, interval: number, requests: number): Counted | undefined => {
	const largest = counted.at(-1)?.[0] ?? 0;
	const counts = new Float64Array(largest + 1);
	for (const [value, count] of counted) counts[value] = count;
	if (interval > 0) {
		for (let value = largest; value >= 2 * interval; value--) {
			const count = counts[value] ?? 0;
			if (count < 0) return undefined;
			if (count === 0) continue;
			for (let made = value - interval; made > interval; made -= interval) counts[made]! -= count;
		}
	}

	const real = counted.map(([value]) => [value, counts[value] ?? 0] as const).filter(([, count]) => count !== 0);
	return real.some(([, count]) => count < 0) || countIn(real) !== requests ? undefined : real;
};

/**
 * So many values that have the percentiles of a histogram: the middle of each of so many equal parts of it. In rising order.
 */
export const spread = (counted: Counted, values: number): Float64Array => {
	const spreadOut = new Float64Array(values);
	const all = countIn(counted);
	let index = 0;
	let passed = 0;
	for (const [value, count] of counted) {
		passed += count;
		while (index < values && ((index + 0.5) * all) / values <= passed) spreadOut[index++] = value;
	}

	return spreadOut;
};

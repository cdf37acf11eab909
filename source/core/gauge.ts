/** What a level (CPU %, bytes in use, loop delay) did over a stretch of time; `mergeGauges` of two is again a Gauge. */
export type Gauge = {
	/** Of each sample's value times its weight. */
	readonly sum: number;
	/** How long the samples speak for: their mean is one over time, so that a short last stretch counts for little. */
	readonly weight: number;
	readonly minimum: number;
	readonly maximum: number;
	readonly last: number;
};

export type Gauges = Readonly<Record<string, Gauge>>;

/** One sample that speaks for `weight` milliseconds. */
export const gaugeOf = (value: number, weight = 1): Gauge => ({
	sum: value * weight,
	weight,
	minimum: value,
	maximum: value,
	last: value,
});

/** One sample as gauges; values that are not finite are left out. */
export const gaugesOf = (sample: {readonly [name: string]: number | undefined}, weight = 1): Gauges =>
	Object.fromEntries(
		Object.entries(sample).flatMap(([name, value]) =>
			value === undefined || !Number.isFinite(value) || weight <= 0 ? [] : [[name, gaugeOf(value, weight)]],
		),
	);

export const gaugeMean = (gauge: Gauge): number => gauge.sum / gauge.weight;

const mergeGauge = (a: Gauge, b: Gauge): Gauge => ({
	sum: a.sum + b.sum,
	weight: a.weight + b.weight,
	minimum: Math.min(a.minimum, b.minimum),
	maximum: Math.max(a.maximum, b.maximum),
	last: b.last,
});

/** `b` is the later one. */
export const mergeGauges = (a: Gauges, b: Gauges): Gauges => {
	const merged: Record<string, Gauge> = {...a};
	for (const [name, gauge] of Object.entries(b)) {
		const known = merged[name];
		merged[name] = known === undefined ? gauge : mergeGauge(known, gauge);
	}

	return merged;
};

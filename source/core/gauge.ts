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

/** One sample, to the thousandth, that speaks for `weight` milliseconds. */
export const gaugeOf = (level: number, weight = 1): Gauge => {
	const value = Math.round(level * 1000) / 1000;
	return {sum: value * weight, weight, minimum: value, maximum: value, last: value};
};

/** A gauge as JSON: a single sample as [value, weight], more as [sum, weight, minimum, maximum, last]. */
export type EncodedGauge = readonly number[];

export const encodeGauge = ({sum, weight, minimum, maximum, last}: Gauge): EncodedGauge =>
	minimum === last && maximum === last && sum === last * weight
		? [last, weight]
		: [sum, weight, minimum, maximum, last];

export const decodeGauge = ([first = 0, weight = 1, minimum, maximum, last]: EncodedGauge): Gauge =>
	minimum === undefined || maximum === undefined || last === undefined
		? {sum: first * weight, weight, minimum: first, maximum: first, last: first}
		: {sum: first, weight, minimum, maximum, last};

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

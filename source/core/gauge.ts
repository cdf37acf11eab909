/** What a level (CPU %, bytes in use, loop delay) did over a stretch of time; `mergeGauges` of two is again a Gauge. */
export type Gauge = {
	readonly sum: number;
	readonly count: number;
	readonly minimum: number;
	readonly maximum: number;
	readonly last: number;
};

export type Gauges = Readonly<Record<string, Gauge>>;

export const gaugeOf = (value: number): Gauge => ({sum: value, count: 1, minimum: value, maximum: value, last: value});

/** One sample as gauges; values that are not finite are left out. */
export const gaugesOf = (sample: {readonly [name: string]: number | undefined}): Gauges =>
	Object.fromEntries(
		Object.entries(sample).flatMap(([name, value]) =>
			value === undefined || !Number.isFinite(value) ? [] : [[name, gaugeOf(value)]],
		),
	);

export const gaugeMean = (gauge: Gauge): number => gauge.sum / gauge.count;

const mergeGauge = (a: Gauge, b: Gauge): Gauge => ({
	sum: a.sum + b.sum,
	count: a.count + b.count,
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

import {chiSquaredQuantile} from '../stats/chi-squared.ts';
import {deviationOf} from '../stats/describe.ts';
import {defaultMargins, noiseFloor} from '../stats/margin.ts';
import {type Level, worstOf} from './check.ts';

/** The figures of one run of the same load. */
export type NoiseRun = {
	readonly id: string;
	/** Milliseconds. */
	readonly p50: number;
	readonly p99: number;
	/** Per second. */
	readonly throughput: number;
};

export const noiseMetrics = ['p50', 'p99', 'throughput'] as const;
export type NoiseMetric = (typeof noiseMetrics)[number];

/** How much one figure differs between runs that are alike. */
export type MetricNoise = {
	readonly metric: NoiseMetric;
	/** The standard deviation between runs of its natural logarithm: about the relative one. */
	readonly deviation: number;
	/** Changes below this cannot be told with `rounds` a side: relative. */
	readonly floor: number;
	/** Where the floor is with 95 %, by how well so few runs tell a deviation (chi-squared, of normal values). */
	readonly low: number;
	readonly high: number;
	readonly level: Level;
};

/** What runs alike, one after the other, tell of the host. */
export type Noise = {
	readonly runs: readonly NoiseRun[];
	readonly degreesOfFreedom: number;
	/** Rounds a side that the floors are told for. */
	readonly rounds: number;
	readonly confidence: number;
	readonly metrics: readonly MetricNoise[];
};

/** Rounds a side that verdicts rest on by default. */
const roundsAside = 5;
const confidence = 0.95;
/** Fewer runs than this say next to nothing of how much runs differ. */
export const leastRuns = 3;

/** Against the margin that changes are judged by: within half of it, within it, within three times. */
const levelOf = (floor: number, margin: number): Level =>
	floor <= margin / 2 ? 'good' : floor <= margin ? 'note' : floor <= 3 * margin ? 'warning' : 'bad';

/** The noise floor of runs that were alike. `undefined` of fewer than three, or where a figure of theirs is not above 0. */
export const noiseOf = (runs: readonly NoiseRun[], rounds = roundsAside): Noise | undefined => {
	if (runs.length < leastRuns || runs.some((run) => noiseMetrics.some((metric) => !(run[metric] > 0))))
		return undefined;
	const freedom = runs.length - 1;
	const [narrow, wide] = [
		Math.sqrt(freedom / chiSquaredQuantile((1 + confidence) / 2, freedom)),
		Math.sqrt(freedom / chiSquaredQuantile((1 - confidence) / 2, freedom)),
	];
	return {
		runs,
		degreesOfFreedom: freedom,
		rounds,
		confidence,
		metrics: noiseMetrics.map((metric): MetricNoise => {
			const deviation = deviationOf(runs.map((run) => Math.log(run[metric])));
			const floor = noiseFloor(deviation, rounds);
			return {
				metric,
				deviation,
				floor,
				low: noiseFloor(deviation * narrow, rounds),
				high: noiseFloor(deviation * wide, rounds),
				level: levelOf(floor, defaultMargins[metric]),
			};
		}),
	};
};

/** The worst of what runs alike differ in. */
export const noiseLevel = ({metrics}: Noise): Level => worstOf(metrics.map(({level}) => level));

import {momentsOf} from './moments.ts';
import {modifiedZScore, modifiedZScores, outlierScore, outliersOf} from './outliers.ts';
import {studentTQuantile} from './student-t.ts';

/** One step of Rosner's procedure: the most extreme of the values that are left. */
export type ExtremeValue = {
	readonly index: number;
	/** |value − mean| in standard deviations, both of what is left. */
	readonly deviate: number;
	/** How many values are left, itself among them. */
	readonly of: number;
};

/** What the deviate of the most extreme of so many values must exceed: the more there are, the more. */
export const criticalDeviate = (of: number, significance: number): number => {
	const t = studentTQuantile(1 - significance / (2 * of), of - 2);
	return ((of - 1) * t) / Math.sqrt((of - 2 + t * t) * of);
};

/**
 * The generalised extreme Studentised deviate test for up to `most` outliers (Rosner, Technometrics 25, 1983): as many are
 * outliers as the last step has whose deviate exceeds its critical value, so that several do not hide each other. By then
 * a series of normal values has one by chance with `significance`, from 25 values on.
 */
export const extremeValues = (
	values: readonly number[],
	most: number,
	significance = 0.05,
): {readonly steps: readonly ExtremeValue[]; readonly outliers: readonly number[]} => {
	// In order, the most extreme of what is left is one of its ends.
	const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]! || a - b);
	const sorted = Float64Array.from(order, (index) => values[index]!);
	let [from, to] = [0, sorted.length];
	const steps: ExtremeValue[] = [];
	while (steps.length < most && to - from > 2) {
		const {count, mean, squares} = momentsOf(sorted, from, to);
		const deviation = Math.sqrt(squares / (count - 1));
		if (!(deviation > 0)) break;
		const isLeast = mean - sorted[from]! >= sorted[to - 1]! - mean;
		const place = isLeast ? from++ : --to;
		steps.push({index: order[place]!, deviate: Math.abs(sorted[place]! - mean) / deviation, of: count});
	}

	// What does not exceed the least of the critical values exceeds none: most of them, which are dear, are not needed.
	const last = steps.at(-1);
	const least = last === undefined ? 0 : criticalDeviate(last.of, significance);
	const isBeyond = ({deviate, of}: ExtremeValue): boolean =>
		deviate > least && deviate > criticalDeviate(of, significance);
	return {steps, outliers: steps.slice(0, steps.findLastIndex(isBeyond) + 1).map(({index}) => index)};
};

/** A value that does not belong to those around it. */
export type Anomaly = {
	readonly index: number;
	readonly value: number;
	/** How far it is from the median of the segment, in robust standard deviations; its sign tells to which side. */
	readonly score: number;
};

/** From so many values on Rosner's critical values are good. */
const leastForTest = 25;
/** At most so many of a segment are anomalies; more are not exceptions but the rule. */
const mostShare = 0.1;
/** With fewer values there is no saying what is usual. */
export const leastForAnomalies = 8;

/**
 * The anomalies in the values since the last change point: by Rosner's test where there are enough of them, else by the
 * modified z-score of Iglewicz and Hoaglin alone. None of fewer than eight values.
 */
export const anomaliesIn = (segment: readonly number[]): readonly Anomaly[] => {
	if (segment.length < leastForAnomalies) return [];
	const found =
		segment.length < leastForTest
			? outliersOf(segment)
			: extremeValues(segment, Math.ceil(segment.length * mostShare)).outliers;
	const scores = modifiedZScores(segment);
	return found
		.map((index) => ({index, value: segment[index]!, score: scores[index]!}))
		.sort((a, b) => a.index - b.index);
};

/**
 * How far a new value is from the segment that it would join, in robust standard deviations of the segment without it;
 * beyond ±3.5 it is an anomaly. `undefined` of fewer than eight values; infinite where they do not vary and it differs.
 */
export const scoreAgainst = (segment: readonly number[], value: number): number | undefined =>
	segment.length < leastForAnomalies ? undefined : modifiedZScore(value, segment);

/** Whether a score is one of an anomaly. */
export const isAnomaly = (score: number): boolean => Math.abs(score) > outlierScore;

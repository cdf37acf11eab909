import {momentsOf} from './moments.ts';
import {modifiedZScore, modifiedZScores, outlierScore, outliersOf} from './outliers.ts';
import {studentTQuantile} from './student-t.ts';

/** One step of Rosner's procedure: the most extreme of the values that are left. */
export type ExtremeValue = {
	readonly index: number;
	/** |value − mean| in standard deviations, both of what is left. */
	readonly deviate: number;
	/** What the deviate must exceed. */
	readonly critical: number;
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
	const rest = values.map((value, index) => ({value, index}));
	const steps: ExtremeValue[] = [];
	let outliers = 0;
	while (steps.length < most && rest.length > 2) {
		const {count, mean, squares} = momentsOf(rest.map(({value}) => value));
		const deviation = Math.sqrt(squares / (count - 1));
		if (!(deviation > 0)) break;
		const distance = (place: number): number => Math.abs(rest[place]!.value - mean);
		let place = 0;
		for (let other = 1; other < rest.length; other++) if (distance(other) > distance(place)) place = other;
		const t = studentTQuantile(1 - significance / (2 * count), count - 2);
		const critical = ((count - 1) * t) / Math.sqrt((count - 2 + t * t) * count);
		const deviate = distance(place) / deviation;
		steps.push({index: rest[place]!.index, deviate, critical});
		if (deviate > critical) outliers = steps.length;
		rest.splice(place, 1);
	}

	return {steps, outliers: steps.slice(0, outliers).map(({index}) => index)};
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

import type {Comparison} from '../core/report.ts';
import {noiseFloor, severityOf, verdictOf, verdictWords} from './margin.ts';
import type {BetweenRuns} from './run-figures.ts';
import {studentTQuantile} from './student-t.ts';

/** What two runs, one a side, say of a metric, and what is known of how much runs vary. */
export type OneRunEach = {
	/** ln(candidate/base). */
	readonly difference: number;
	/** The variance of that within these two runs: both standard errors squared, together. Absent where it is not known. */
	readonly variance?: number;
	readonly noise: BetweenRuns;
	readonly margin: number;
};

const confidence = 0.95;

/**
 * D ± t·√(se²_A + se²_B + 2σ²_run), judged by a margin that is never finer than the noise between runs. t is for the
 * degrees of freedom that σ_run from few runs leaves (Satterthwaite, Biometrics 2, 1946): 1.96 of many.
 */
export const judgeOneRun = (shown: Comparison, {difference, variance = 0, noise, margin}: OneRunEach): Comparison => {
	const between = 2 * noise.deviation ** 2;
	const total = variance + between;
	const freedom = between === 0 ? Number.POSITIVE_INFINITY : (noise.of - 1) * (total / between) ** 2;
	const half = studentTQuantile((1 + confidence) / 2, freedom) * Math.sqrt(total);
	const [low, high] = [Math.expm1(difference - half), Math.expm1(difference + half)];
	const widened = Math.max(margin, noiseFloor(noise.deviation, 1));
	const verdict = verdictOf(low, high, widened, shown.lowerIsBetter);
	const {estimate} = shown.change;
	return {
		...shown,
		change: {
			...shown.change,
			low,
			high,
			confidence,
			covers: `what varies within these two runs and between runs, as ${noise.of} runs before showed it`,
		},
		verdict,
		because: [
			verdictWords(verdict, widened),
			...(widened > margin ? ['The margin is as wide as the noise between runs here.'] : []),
			...(verdict === 'unclear' ? ['One run a side: more of them tell finer changes.'] : []),
		].join(' '),
		margin: widened,
		runs: {base: 1, candidate: 1},
		...(verdict === 'worse' && estimate !== null ? {severity: severityOf(estimate)} : {}),
		method: `${variance > 0 ? 'block bootstrap of the seconds of both runs, and ' : ''}the deviation of ${noise.of} runs before`,
	};
};

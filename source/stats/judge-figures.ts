import {seededRandom} from '../core/random.ts';
import type {Comparison} from '../core/report.ts';
import {deviationOf, meanOf, varianceOf} from './describe.ts';
import {type Assessed, chanceWords, coversRuns, fewWords, type HeldUp, type Judging, leastOf} from './judging.ts';
import {moreRunsToDecide, noiseFloor, severityOf, unjudged, verdictOf, verdictWords} from './margin.ts';
import {type PermutationTest, permutationOfLabels, signFlips} from './permutation.ts';
import {hashOfSeries} from './series-hash.ts';
import {type Estimated, intervalOf, paired, testOf, welch} from './welch.ts';

/** One metric of several runs a side: the run is the unit, each gives one figure, all above 0. */
export type RunFigures = {
	readonly metric: string;
	readonly unit: string;
	readonly lowerIsBetter: boolean;
	/** In the order of the rounds. */
	readonly base: readonly number[];
	readonly candidate: readonly number[];
	/** Relative; changes within ± this count for none. */
	readonly margin: number;
	/** How much runs of this benchmark vary here (standard deviation of ln), known from elsewhere: the margin is never finer. */
	readonly noise?: number;
	/** Displayed only: it fails no gate, and takes no part in Holm's procedure. */
	readonly isDisplayed?: boolean;
};

type Measured = {
	readonly figures: RunFigures;
	readonly estimated: Estimated;
	/** Of one run, or of a difference within a pair. */
	readonly deviation: number;
	/** None at one look of several: p means nothing to who may stop when it is small. */
	readonly test: PermutationTest | undefined;
	readonly runs: number;
};

const logarithms = (values: readonly number[]): readonly number[] => values.map(Math.log);

const measure = (figures: RunFigures, isPaired: boolean, isLook: boolean): Measured => {
	const [base, candidate] = [logarithms(figures.base), logarithms(figures.candidate)];
	const random = seededRandom(hashOfSeries([...base, Number.NaN, ...candidate]));
	const runs = Math.min(base.length, candidate.length);
	if (isPaired) {
		const differences = candidate.map((value, index) => value - base[index]!);
		const test = isLook ? undefined : signFlips(differences, random);
		return {figures, estimated: paired(base, candidate), deviation: deviationOf(differences), test, runs};
	}

	return {
		figures,
		estimated: welch(base, candidate),
		deviation: Math.sqrt((varianceOf(base) + varianceOf(candidate)) / 2),
		test: isLook ? undefined : permutationOfLabels(base, candidate, random),
		runs,
	};
};

const methodOf = ({figures, test}: Measured, isPaired: boolean, isExact: boolean): string => {
	const [a, b] = [figures.base.length, figures.candidate.length];
	const interval = isPaired
		? `paired t interval of the logarithms of ${a} pairs of runs`
		: `Welch interval of the logarithms of ${a} and ${b} runs`;
	if (test === undefined) return `${interval}, at the level of this look`;
	const arrangements = `${test.exact ? 'all' : 'drawn:'} ${test.arrangements} arrangements of the ${isPaired ? 'signs' : 'runs'}`;
	return `${interval}; ${isExact ? `p from ${arrangements}` : 'p by the same t, since so few runs have too few arrangements'}`;
};

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What cannot be measured: too few figures, or none above 0. */
const blank = (figures: RunFigures, confidence: number): Comparison | undefined => {
	const {metric, unit, lowerIsBetter, base, candidate} = figures;
	const shown = {metric, unit, lowerIsBetter};
	const change = {estimate: null, low: null, high: null, confidence, covers: coversRuns(false)};
	const figure = (values: readonly number[]): number | null => (values.length === 0 ? null : meanOf(values));
	const both = {...shown, base: figure(base), candidate: figure(candidate)};
	if (base.length === 0 || candidate.length === 0)
		return unjudged(both, change, 'One of the sides has no such figure.');
	if ([...base, ...candidate].some((value) => !(value > 0 && Number.isFinite(value)))) {
		return unjudged(both, change, 'A relative change from or to nothing says nothing.');
	}

	if (base.length < 2 || candidate.length < 2) {
		const [before, after] = [Math.exp(meanOf(logarithms(base))), Math.exp(meanOf(logarithms(candidate)))];
		return unjudged(
			{...shown, base: before, candidate: after},
			{...change, estimate: after / before - 1},
			'A single run on a side: how much two runs of the same program differ is unknown, so it cannot be judged.',
		);
	}

	return undefined;
};

const judged = (measured: Measured, heldUp: HeldUp, judging: Judging): Comparison => {
	const {figures, estimated, deviation, runs} = measured;
	const {confidence = 0.95, isPaired = false, level} = judging;
	const isLook = level !== undefined;
	const alpha = 1 - confidence;
	const margin = Math.max(figures.margin, figures.noise === undefined ? 0 : noiseFloor(figures.noise, runs));
	const [low, high] = intervalOf(estimated, 1 - (level ?? alpha)).map(Math.expm1) as [number, number];
	const estimate = Math.expm1(estimated.difference);
	const least = leastOf(isPaired);
	const isFew = runs < least;
	const byInterval = verdictOf(low, high, margin, figures.lowerIsBetter);
	const isRare = isLook || byInterval === 'same' || byInterval === 'unclear' || heldUp.p <= alpha;
	const verdict = isFew || !isRare ? 'unclear' : byInterval;
	const needed =
		verdict === 'unclear'
			? moreRunsToDecide(estimated.difference, deviation, margin, runs, {confidence, isPaired})
			: undefined;
	// However little they vary, fewer than that are never judged.
	const more = needed === undefined ? undefined : Math.max(needed, least - runs);
	const because = [
		isFew ? fewWords(isPaired, runs) : verdictWords(byInterval, margin),
		...(isFew || isRare ? [] : [chanceWords(heldUp)]),
		...(margin > figures.margin ? ['The margin is as wide as the noise between runs here.'] : []),
		...(verdict !== 'unclear'
			? []
			: more === undefined
				? ['No hundred more runs would decide: it lies too near the margin, or runs vary too much.']
				: [
						`About ${more} more ${isPaired ? 'pair' : 'run'}${more === 1 ? '' : 's'}${isPaired ? '' : ' a side'} would decide.`,
					]),
	].join(' ');
	return {
		metric: figures.metric,
		unit: figures.unit,
		lowerIsBetter: figures.lowerIsBetter,
		base: Math.exp(meanOf(logarithms(figures.base))),
		candidate: Math.exp(meanOf(logarithms(figures.candidate))),
		change: {estimate, low: finite(low), high: finite(high), confidence, covers: coversRuns(isLook)},
		verdict,
		because,
		margin,
		runs: {base: figures.base.length, candidate: figures.candidate.length},
		...(isLook ? {} : {p: heldUp.p}),
		...(more === undefined ? {} : {moreRuns: more}),
		...(verdict === 'worse' ? {severity: severityOf(estimate)} : {}),
		method: methodOf(measured, isPaired, heldUp.isExact),
	};
};

/**
 * Figures of several runs a side, compared as the ratio of their geometric means: the Welch or the paired interval on the
 * logarithms, and the exact permutation of the runs. Sides of different length are never paired.
 */
export const assessFigures = (figures: RunFigures, judging: Judging): Assessed => {
	const nothing = blank(figures, judging.confidence ?? 0.95);
	if (nothing !== undefined) return {p: undefined, conclude: () => nothing};
	const isPaired = judging.isPaired === true && figures.base.length === figures.candidate.length;
	const measured = measure(figures, isPaired, judging.level !== undefined);
	const {test, estimated} = measured;
	return {
		p:
			test === undefined
				? undefined
				: {
						exact: test.p,
						// An arrangement and its mirror image are equally extreme.
						least: test.exact ? 2 / test.arrangements : 1 / (1 + test.arrangements),
						normal: testOf(estimated).twoSided,
					},
		conclude: (heldUp) => judged(measured, heldUp, {...judging, isPaired}),
	};
};

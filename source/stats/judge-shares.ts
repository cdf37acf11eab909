import type {Comparison} from '../core/report.ts';
import {formatCount} from '../core/units.ts';
import {fisherExact} from './fisher.ts';
import {type Assessed, chanceWords, coversRuns, fewWords, type Judging, leastOf} from './judging.ts';
import {severityOf, unjudged, verdictOf, verdictWords} from './margin.ts';
import {normalQuantile} from './normal.ts';
import {overdispersion, type Share, shareDifference} from './share-difference.ts';

/** A share of several runs a side, such as the operations that failed: each run gives its counts. */
export type RunShares = {
	readonly metric: string;
	readonly lowerIsBetter: boolean;
	readonly base: readonly Share[];
	readonly candidate: readonly Share[];
	/** The difference of the shares that counts for none: 0.001 is a tenth of a percentage point. */
	readonly margin: number;
	/** Displayed only: it fails no gate, and takes no part in Holm's procedure. */
	readonly isDisplayed?: boolean;
};

const together = (shares: readonly Share[]): Share => ({
	failed: shares.reduce((sum, {failed}) => sum + failed, 0),
	ended: shares.reduce((sum, {ended}) => sum + ended, 0),
});

const scaled = ({failed, ended}: Share, factor: number): Share => ({failed: failed / factor, ended: ended / factor});

const whole = ({failed, ended}: Share): Share => ({failed: Math.round(failed), ended: Math.round(ended)});

/**
 * Counts of several runs a side, compared as the difference of the shares and never as a ratio: Newcombe's interval and
 * Fisher's exact test, on counts that are worth less where they vary more between runs than independent failures do.
 */
export const assessShares = (shares: RunShares, judging: Judging): Assessed => {
	const {metric, lowerIsBetter, margin} = shares;
	const {confidence = 0.95, level, isConfirmed = false} = judging;
	const [base, candidate] = [together(shares.base), together(shares.candidate)];
	const shareOf = ({failed, ended}: Share): number | null => (ended === 0 ? null : failed / ended);
	const [before, after] = [shareOf(base), shareOf(candidate)];
	const percentOf = (share: number | null): number | null => (share === null ? null : share * 100);
	const shown = {metric, unit: '%', lowerIsBetter, base: percentOf(before), candidate: percentOf(after)};
	const covers = `${coversRuns(level !== undefined)}, failures that come in bursts included (absolute difference of the two shares: 0.01 is one percentage point)`;
	if (before === null || after === null) {
		const change = {estimate: null, low: null, high: null, confidence, covers};
		return {p: undefined, conclude: () => unjudged(shown, change, 'One of the sides has no such figure.')};
	}

	const factor = Math.max(overdispersion(shares.base), overdispersion(shares.candidate));
	const [a, b] = [scaled(base, factor), scaled(candidate, factor)];
	const z = -normalQuantile((level ?? 1 - confidence) / 2);
	const [low, high] = Number.isFinite(z) ? shareDifference(a, b, z) : [-1, 1];
	const estimate = after - before;
	const change = {estimate, low, high, confidence, covers};
	const runs = {base: shares.base.length, candidate: shares.candidate.length};
	const test = level === undefined ? "; p by Fisher's exact test" : ', at the level of this look';
	const isPaired = judging.isPaired === true && runs.base === runs.candidate;
	const fewest = Math.min(runs.base, runs.candidate);
	// How much failures come in bursts, so few runs do not tell.
	const isFew = !isConfirmed && fewest < leastOf(isPaired);
	const method = `Newcombe interval of the difference of the shares${test}${factor > 1 ? `, counts divided by ${factor.toFixed(1)} for failures that come in bursts` : ''}`;
	const judgedAs = (p: number, verdict: Comparison['verdict'], because: string): Comparison => ({
		...shown,
		change,
		verdict,
		because,
		margin,
		runs,
		...(level === undefined ? {p} : {}),
		...(verdict === 'worse' ? {severity: severityOf(estimate, true)} : {}),
		method,
	});
	if (base.failed === 0 && candidate.failed === 0) {
		const because = `Neither side failed, in ${formatCount(base.ended)} and ${formatCount(candidate.ended)} operations.`;
		return {p: {exact: 1, least: 0}, conclude: ({p}) => judgedAs(p, 'same', because)};
	}

	const byInterval = verdictOf(low, high, margin, lowerIsBetter);
	const words = isFew ? fewWords(isPaired, fewest) : verdictWords(byInterval, margin, true);
	return {
		p: level === undefined ? {exact: fisherExact(whole(a), whole(b)), least: 0} : undefined,
		conclude: (heldUp) =>
			isFew
				? judgedAs(heldUp.p, 'unclear', words)
				: level !== undefined || byInterval === 'same' || byInterval === 'unclear' || heldUp.p <= 1 - confidence
					? judgedAs(heldUp.p, byInterval, words)
					: judgedAs(heldUp.p, 'unclear', `${words} ${chanceWords(heldUp)}`),
	};
};

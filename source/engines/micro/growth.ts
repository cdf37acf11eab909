import type {Finding} from '../../core/finding.ts';
import type {Random} from '../../core/random.ts';
import {quantileOf} from '../../core/samples.ts';
import {formatCount} from '../../core/units.ts';
import {type ComplexityFit, complexityText, fitComplexity, type SizeCosts} from '../../stats/complexity.ts';

/** What was measured of an algorithm at one size, of each launch: nanoseconds and bytes of one call. */
export type SizeRecord = {readonly size: number; readonly times: number[]; readonly bytes: number[]};

const medianOf = (values: readonly number[]): number | null =>
	quantileOf(
		[...values].sort((a, b) => a - b),
		0.5,
	) ?? null;

const digits = (value: number | null | undefined, count = 4): number | null =>
	value === null || value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(count));

/** 97.3 % as '97 %'; what is nearly sure is not. */
const percent = (share: number): string => (share > 0.99 ? 'above 99 %' : `${Math.floor(share * 100)} %`);

const verdict = (fit: ComplexityFit): string =>
	fit.class === undefined
		? `no class can be told, since ${fit.because}`
		: `${complexityText(fit.class, fit.base)}, with a probability of ${percent(fit.probabilities[fit.class])}`;

/** Of an exponential, a power of n says nothing. */
const exponentText = ({exponent, class: found}: ComplexityFit): string =>
	exponent === undefined || found === 'exponential'
		? ''
		: `; over the larger sizes like n^${exponent.estimate.toFixed(2)} (95 %: ${exponent.low.toFixed(2)} to ${exponent.high.toFixed(2)})`;

const figuresOf = (prefix: string, fit: ComplexityFit): Finding['figures'] => {
	const name = (word: string): string => (prefix === '' ? word : `${prefix}${word[0]?.toUpperCase()}${word.slice(1)}`);
	return {
		[name('class')]: fit.class === undefined ? null : complexityText(fit.class, fit.base),
		[name('confidence')]: fit.class === undefined ? null : digits(fit.probabilities[fit.class]),
		[name('because')]: fit.because ?? null,
		[name('exponent')]: digits(fit.exponent?.estimate),
		[name('exponentLow')]: digits(fit.exponent?.low),
		[name('exponentHigh')]: digits(fit.exponent?.high),
		[name('error')]: digits(fit.error),
	};
};

/** Bytes of the smallest thing on V8's heap, a fractional number: less is what the counting leaves, or else the process. */
const smallestThing = 16;

const timesOf = (records: readonly SizeRecord[]): readonly SizeCosts[] =>
	records.map(({size, times}) => ({size, costs: times}));

const bytesOf = (records: readonly SizeRecord[]): readonly SizeCosts[] =>
	records.map(({size, bytes}) => ({size, costs: bytes.map((each) => Math.max(smallestThing, each))}));

/**
 * What an algorithm's times and allocations say of how it grows. Times are those of whole calls, with what an empty call
 * takes: the fit has a part that is fixed.
 */
export const growthFinding = (
	subject: string,
	records: readonly SizeRecord[],
	random: Random,
	resamples?: number,
): Finding | undefined => {
	const seen = records.filter(({times}) => times.length > 0).sort((a, b) => a.size - b.size);
	const [smallest, largest] = [seen[0], seen.at(-1)];
	if (smallest === undefined || largest === undefined) return undefined;
	const time = fitComplexity(timesOf(seen), random, resamples);
	const allocates = seen.some(({bytes}) => (medianOf(bytes) ?? 0) >= smallestThing);
	const memory = allocates ? fitComplexity(bytesOf(seen), random, resamples) : undefined;
	return {
		kind: 'complexity',
		subject,
		text: `time: ${verdict(time)}${exponentText(time)}; memory: ${
			memory === undefined ? 'nothing is allocated' : verdict(memory)
		}; from n=${formatCount(smallest.size)} to ${formatCount(largest.size)}`,
		figures: {
			...figuresOf('', time),
			...(memory === undefined ? {memoryClass: null} : figuresOf('memory', memory)),
			sizes: seen.map(({size}) => size),
			nanoseconds: seen.map(({times}) => digits(medianOf(times), 6)),
			allocatedBytes: seen.map(({bytes}) => digits(medianOf(bytes), 6)),
		},
	};
};

/** b of n^b, of one launch alone; `undefined` with fewer than three sizes. */
export const exponentOfLaunch = (costs: ReadonlyArray<readonly [size: number, cost: number]>, random: Random) =>
	fitComplexity(
		costs.map(([size, cost]) => ({size, costs: [cost]})),
		random,
		0,
	).exponent?.estimate;

import {seededRandom} from '../core/random.ts';
import type {Comparison} from '../core/report.ts';
import {type Compared, type ComparedSecond, histogramAt} from '../core/result.ts';
import {type Samples, samplesOf} from '../core/samples.ts';
import {figureNames} from '../core/summary.ts';
import {createResampler, percentileInterval, type Resample, type Stretch} from './bootstrap.ts';
import {varianceOf} from './describe.ts';
import {effectiveSamples} from './effective-samples.ts';
import {leastHistory} from './judge-history.ts';
import {judgeOneRun} from './judge-one-run.ts';
import {marginIn, unjudged} from './margin.ts';
import {medianRatio} from './median-ratio.ts';
import {type BetweenRuns, errorShareOf} from './run-figures.ts';
import {overdispersion, type Share, shareDifference} from './share-difference.ts';

const confidence = 0.95;
const resamples = 1000;
const blockMilliseconds = 10_000;
/** Fewer effective samples a side than this carry no interval. */
const leastSamples = 30;
/** A stretch shorter than this share of the longest is the run's last, cut short. */
const wholeStretch = 0.9;

const quantiles = [
	{key: 'p50', q: 0.5},
	{key: 'p90', q: 0.9},
	{key: 'p99', q: 0.99},
] as const;

const unknownNoise =
	'One run a side: the change is observed, but how much two runs of the same program differ here is unknown, so it cannot be judged.';

const noFigure = 'One of the runs has no such figure.';

const relativeCovers =
	'within these two runs only (circular block bootstrap of their seconds, 10 s blocks, 1000 resamples); not the noise between runs';

const medianCovers =
	'within these two runs only (ratio of the medians by Price and Bonett, values of one process launch counted once); not the noise between runs';

const shareCovers =
	'within these two runs only (absolute difference of the two shares: 0.01 is one percentage point; Newcombe’s interval on the counts, widened for failures that come in bursts); not the noise between runs';

/** FNV-1a. http://www.isthe.com/chongo/tech/comp/fnv/ */
const hashOf = (text: string): number => {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	}

	return hash >>> 0;
};

const wholeStretches = (result: Compared): ComparedSecond[] => {
	const longest = result.timeline.reduce((most, {fromMs, toMs}) => Math.max(most, toMs - fromMs), 0);
	return result.timeline.filter(({fromMs, toMs}) => toMs > fromMs && toMs - fromMs >= longest * wholeStretch);
};

const stretchOf = (second: ComparedSecond): Stretch => ({
	latency: histogramAt(second),
	answered: ((second.rate ?? 0) * (second.toMs - second.fromMs)) / 1000,
	milliseconds: second.toMs - second.fromMs,
});

const plain = (count: number): string => (count < 10 ? count.toFixed(1) : Math.floor(count).toString());

/** Why the seconds of two runs carry no interval; `undefined` when they do. */
const tooFew = (series: Pair<readonly number[]>): string | undefined => {
	const [a, b] = both(series, effectiveSamples);
	if (a >= leastSamples && b >= leastSamples) return undefined;
	return `No interval: the seconds are worth ${plain(a)} (base) and ${plain(b)} (candidate) independent ones, and ${leastSamples} a side are needed; measure longer.`;
};

const present = (values: ReadonlyArray<number | null>): number[] => values.flatMap((value) => value ?? []);

/** What holds of the base, then of the candidate. */
type Pair<T> = readonly [base: T, candidate: T];

const both = <From, To>([base, candidate]: Pair<From>, of: (side: From) => To): Pair<To> => [of(base), of(candidate)];

/** What is known beside two runs. */
export type Known = {
	/** How much runs of this benchmark vary on this machine, by the name of the metric (`noiseBetween`). */
	readonly noise?: ReadonlyMap<string, BetweenRuns>;
	/** By the name of the metric; else the default ones. */
	readonly margins?: Readonly<Record<string, number>>;
};

const marginOf = (metric: string, {margins}: Known): number => marginIn(margins ?? {}, metric);

type Side = {readonly result: Compared; readonly seconds: readonly ComparedSecond[]};

/** Draws of ln(candidate/base), moved to lie around the change of the figures that are shown. */
const relative = (
	metric: string,
	unit: 'ms' | '1/s',
	[base, candidate]: Pair<number | null>,
	series: Pair<readonly number[]>,
	draws: () => {readonly observed: number; readonly ratios: readonly number[]},
	known: Known,
): Comparison => {
	const shown = {metric, unit, lowerIsBetter: unit === 'ms', base, candidate, verdict: 'unclear'} as const;
	const without = (estimate: number | null, because: string): Comparison => ({
		...shown,
		change: {estimate, low: null, high: null, confidence, covers: relativeCovers},
		because,
	});
	if (base === null || candidate === null) return without(null, noFigure);
	if (base <= 0 || candidate <= 0) return without(null, 'A relative change from or to nothing says nothing.');
	const estimate = candidate / base - 1;
	const difference = Math.log(candidate / base);
	const noise = known.noise?.get(metric);
	const margin = marginOf(metric, known);
	const reason = tooFew(series);
	if (reason !== undefined) {
		// What whole runs vary by holds what their seconds do: where those are too few to tell, enough runs do.
		return noise !== undefined && noise.of >= leastHistory
			? judgeOneRun(without(estimate, reason), {difference, noise, margin})
			: without(estimate, `${unknownNoise} ${reason}`);
	}

	const {observed, ratios} = draws();
	// The shown figures count operations still in flight at the end, the histograms do not.
	const shift = difference - observed;
	const interval = percentileInterval(ratios, confidence);
	if (interval === undefined) {
		return without(estimate, `${unknownNoise} No interval: too many seconds without an answer.`);
	}

	const [low, high] = both(interval, (ratio) => Math.exp(ratio + shift) - 1);
	const change = {estimate, low, high, confidence, covers: relativeCovers};
	const comparison: Comparison = {...shown, change, because: unknownNoise};
	if (noise === undefined) return comparison;
	return judgeOneRun(comparison, {difference, variance: varianceOf(ratios.filter(Number.isFinite)), noise, margin});
};

/** Operations that ended and failed, in parts of a block each: bursts are shorter. */
const shareParts = (seconds: readonly ComparedSecond[]): Share[] => {
	const parts = new Map<number, Share>();
	const from = seconds[0]?.fromMs ?? 0;
	for (const second of seconds) {
		const part = Math.floor((second.fromMs - from) / blockMilliseconds);
		const known = parts.get(part) ?? {failed: 0, ended: 0};
		const ended = Object.values(second.outcomes).reduce((sum, count) => sum + count, 0);
		parts.set(part, {failed: known.failed + second.failed, ended: known.ended + ended});
	}

	return [...parts.values()];
};

/** What a share counts for once its failures come in bursts. */
const widened = ({result, seconds}: Side): Share => {
	const factor = overdispersion(shareParts(seconds));
	const {failed, ended} = errorShareOf(result);
	return {failed: failed / factor, ended: ended / factor};
};

const errorRate = (sides: Pair<Side>): Comparison => {
	const [base, candidate] = both(sides, ({result}) => {
		const {failed, ended} = errorShareOf(result);
		return ended === 0 ? null : failed / ended;
	});
	const shown = {
		metric: 'error rate',
		unit: '%',
		lowerIsBetter: true,
		base: base === null ? null : base * 100,
		candidate: candidate === null ? null : candidate * 100,
		verdict: 'unclear',
	} as const;
	if (base === null || candidate === null) {
		return {
			...shown,
			change: {estimate: null, low: null, high: null, confidence, covers: shareCovers},
			because: noFigure,
		};
	}

	const [a, b] = both(sides, widened);
	const [low, high] = shareDifference(a, b);
	const change = {estimate: candidate - base, low, high, confidence, covers: shareCovers};
	return {...shown, change, because: unknownNoise};
};

const resamplerOf = ({seconds}: Side) =>
	createResampler(
		seconds.map(stretchOf),
		quantiles.map(({q}) => q),
		blockMilliseconds,
	);

/** Every quantile, then the rate. */
const figuresOf = ({quantiles: values, rate}: Resample): number[] => [...values, rate];

type Draws = {readonly observed: readonly number[]; readonly ratios: ReadonlyArray<readonly number[]>};

/** ln(candidate/base) of each quantile, then of the rate. */
const drawRatios = (sides: Pair<Side>): Draws => {
	const [base, candidate] = sides;
	const random = seededRandom(hashOf(`${base.result.id}\0${candidate.result.id}`));
	const [a, b] = both(sides, resamplerOf);
	const ratios = (from: Resample, to: Resample): number[] => {
		const after = figuresOf(to);
		return figuresOf(from).map((before, index) => Math.log(after[index]! / before));
	};
	return {
		observed: ratios(a.observed, b.observed),
		ratios: Array.from({length: resamples}, () => {
			const from = a.draw(random);
			return ratios(from, b.draw(random));
		}),
	};
};

type Sampled = NonNullable<Compared['samples']>[string];

/** Only what is kept of them: that is all that a median needs. */
const samplesOfKept = ({values, groups}: Sampled): Samples => samplesOf(values, groups);

/** The medians of the metrics that the base has. */
const metrics = ([base, candidate]: Pair<Compared>, known: Known): Comparison[] =>
	Object.entries(base.summary.metrics ?? {}).flatMap(([name, before]): Comparison[] => {
		if (figureNames.includes(name)) return [];
		const others = candidate.summary.metrics ?? {};
		const after = Object.hasOwn(others, name) ? others[name] : undefined;
		if (after === undefined || after.unit !== before.unit) {
			return [
				unjudged(
					{
						metric: name,
						unit: before.unit,
						lowerIsBetter: before.better !== 'higher',
						base: before.p50,
						candidate: null,
					},
					{estimate: null, low: null, high: null, confidence, covers: medianCovers},
					'The candidate has no such figure.',
				),
			];
		}

		const [kept, keptAfter] = [base.samples?.[name], candidate.samples?.[name]];
		const ratio =
			kept === undefined || keptAfter === undefined
				? undefined
				: medianRatio(samplesOfKept(kept), samplesOfKept(keptAfter), confidence);
		const hasRatio = before.p50 !== null && after.p50 !== null && before.p50 > 0 && after.p50 > 0;
		const comparison: Comparison = {
			metric: name,
			unit: before.unit,
			lowerIsBetter: before.better !== 'higher',
			base: before.p50,
			candidate: after.p50,
			change: {
				estimate: hasRatio ? (after.p50 ?? 0) / (before.p50 ?? 1) - 1 : null,
				low: ratio === undefined ? null : ratio.low - 1,
				high: ratio === undefined ? null : ratio.high - 1,
				confidence,
				covers: medianCovers,
			},
			verdict: 'unclear',
			because: ratio === undefined ? `${unknownNoise} No interval: too few independent values.` : unknownNoise,
		};
		const noise = known.noise?.get(name);
		// Where neither more nor less is better, there is nothing to judge.
		if (ratio === undefined || noise === undefined || before.better === null) return [comparison];
		const {variance} = ratio;
		const difference = Math.log(ratio.estimate);
		return [judgeOneRun(comparison, {difference, variance, noise, margin: marginOf(name, known)})];
	});

/**
 * Two runs beside each other: p50, p90, p99 in milliseconds, throughput per second, error rate in percent, and the
 * medians of the metrics that the base has. Intervals are of what happened within these two runs: the noise between runs is
 * unknown, so the verdict is `unclear` throughout, unless history says how much runs vary (`known.noise`). The same two
 * runs always give the same answer. The change of the error rate is the absolute difference of the shares, as its
 * `covers` says; all others are relative.
 */
export const compareRuns = (base: Compared, candidate: Compared, known: Known = {}): Comparison[] => {
	const sides = both([base, candidate], (result): Side => ({result, seconds: wholeStretches(result)}));
	let drawn: Draws | undefined;
	/** Drawn once, when the first metric asks. */
	const drawsOf = (index: number) => () => {
		drawn ??= drawRatios(sides);
		return {observed: drawn.observed[index]!, ratios: drawn.ratios.map((draw) => draw[index]!)};
	};
	const isTimed = both(sides, ({result}) => result.summary.latency.count > 0);
	return [
		// Where neither run timed its operations one by one, there is nothing to say of latencies.
		...(isTimed[0] || isTimed[1] ? quantiles : []).map(({key}, index) =>
			relative(
				key,
				'ms',
				both(sides, ({result}) => result.summary.latency[key]),
				both(sides, ({seconds}) => present(seconds.map((second) => second[key]))),
				drawsOf(index),
				known,
			),
		),
		relative(
			'throughput',
			'1/s',
			both(sides, ({result}) => result.summary.throughput.mean),
			both(sides, ({seconds}) => present(seconds.map(({rate}) => rate))),
			drawsOf(quantiles.length),
			known,
		),
		errorRate(sides),
		...metrics([base, candidate], known),
	];
};

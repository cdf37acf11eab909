import type {Flags} from '../config/flags.ts';
import {gateCode, gateOutcome, type Inconclusive, inconclusiveChoices} from '../core/gate.ts';
import {nearest} from '../core/nearest.ts';
import {printable} from '../core/printable.ts';
import {type Comparison, isMeasured} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import {type CheckedThreshold, isDelta, metricOfDelta, type Threshold} from '../core/threshold.ts';
import {BenchtopError} from '../errors.ts';
import {differences} from '../stats/differences.ts';
import {type JudgedByHistory, judgeByHistory} from '../stats/judge-by-history.ts';
import {judgeDeltas, marginsOf} from '../stats/judge-deltas.ts';
import {judgeSides} from '../stats/judge-sides.ts';
import type {Store, StoredRun} from '../store/store.ts';
import type {Surroundings} from './command.ts';
import {earlierRuns, noiseBefore, sessionsOf} from './earlier-runs.ts';
import {judgeable, roundsOf} from './find-sides.ts';
import {withHistory} from './open-history.ts';
import type {Viewed} from './view.ts';

/** What was made of runs, and how the command is to end for it. */
export type Gated = {
	readonly comparisons: readonly Comparison[];
	/** Limits of changes. */
	readonly deltas: readonly CheckedThreshold[];
	/** Runs that were made to confirm others. */
	readonly confirming: readonly Viewed[];
	readonly code: 0 | 1 | 2 | 3;
};

/** `wereTold`: each run was told as it ended, so that one that confirms them is to be, too. */
export type Gate = (results: readonly Result[], wereTold: boolean) => Promise<Gated>;

export type Gating = {
	/** The baseline to be held against; else the newest of each benchmark, or its history. */
	readonly baseline?: string;
	/** Whether anything that became worse fails; else only limits of changes do. */
	readonly isStrict: boolean;
	readonly isForced: boolean;
	readonly inconclusive?: Inconclusive;
};

/** The wishes of a command line. Throws a BenchtopError on a choice that is none, or that means nothing without --gate. */
export const readGating = (flags: Flags): Gating => {
	const inconclusive = flags.choice('inconclusive', inconclusiveChoices);
	const isStrict = flags.has('gate');
	if (inconclusive !== undefined && !isStrict) {
		throw new BenchtopError('--inconclusive is for --gate.', {hint: `Add --gate, or leave --inconclusive out.`});
	}

	const baseline = flags.text('baseline');
	return {
		isStrict,
		isForced: flags.has('force'),
		...(baseline === undefined ? {} : {baseline}),
		...(inconclusive === undefined ? {} : {inconclusive}),
	};
};

/** Rejects with a BenchtopError where the baseline that all is to be held against does not exist: before the first load. */
export const checkBaseline = async (
	{baseline}: Gating,
	names: readonly string[],
	flags: Flags,
	surroundings: Surroundings,
): Promise<void> => {
	if (baseline === undefined) return;
	await withHistory(flags, surroundings, async (store) => {
		const known = await store.baselines();
		if (known.some(({name, benchmark}) => name === baseline && names.includes(benchmark))) return;
		const isOfOthers = known.some(({name}) => name === baseline);
		const meant = nearest(baseline, [...new Set(known.map(({name}) => name))]);
		throw new BenchtopError(
			isOfOthers
				? `The baseline ${JSON.stringify(baseline)} is of other benchmarks than these.`
				: `There is no baseline ${JSON.stringify(baseline)} in ${store.location}.`,
			{
				hint:
					meant === undefined || isOfOthers
						? `Make one: benchtop baseline set ${printable(baseline)}, after a run with --rounds 5.`
						: `Did you mean ${printable(meant)}?`,
			},
		);
	});
};

/** What a benchmark was judged to be, and whether it may be that a second look is wanted. */
type Judged = {
	readonly comparisons: readonly Comparison[];
	readonly deltas: readonly CheckedThreshold[];
	/** It was not judged, since it ran otherwise than its base. */
	readonly isRefused: boolean;
	/** Something lies beyond what its history lets expect: measured once more, the benchmark is judged so. */
	readonly confirm?: (run: Result) => Pick<Judged, 'comparisons' | 'deltas'>;
};

const isLowerBetter = (runs: readonly Result[]) => (metric: string) =>
	metric === 'throughput' ? false : runs[0]?.summary.metrics?.[metric]?.better !== 'higher';

const deltasOf = (runs: readonly Result[]): readonly Threshold[] => (runs[0]?.plan.thresholds ?? []).filter(isDelta);

/** Of a benchmark that there is nothing to hold against: its figures, each without a verdict. */
const without = (runs: readonly Result[], because: string): readonly Comparison[] =>
	judgeByHistory([], [runs]).comparisons.map((comparison) => {
		const {change, isDisplayed, metric, unit, lowerIsBetter, base, candidate} = comparison;
		return {
			...{metric, unit, lowerIsBetter, base, candidate},
			change: {...change, covers: 'nothing'},
			verdict: 'unclear',
			because,
			...(isDisplayed === true ? {isDisplayed} : {}),
		};
	});

const judgeByBaseline = async (
	store: Store,
	label: string,
	stored: Result,
	runs: readonly [Result, ...Result[]],
	{isForced}: Gating,
): Promise<Judged> => {
	const base = judgeable(await roundsOf(store, stored));
	const [first] = base;
	const differ =
		first === undefined ? [] : [...new Set([...base.slice(1), ...runs].flatMap((run) => differences(first, run)))];
	const against = {label: `baseline ${label}`, runs: base.map(({id}) => id)};
	const deltas = deltasOf(runs);
	if (first === undefined || (differ.length > 0 && !isForced)) {
		const because =
			first === undefined
				? `The baseline ${label} has no figures.`
				: `Not comparable with the baseline ${label}: ${differ.join('; ')}.`;
		const comparisons = without(runs, because).map((each) => ({...each, against}));
		return {comparisons, deltas: judgeDeltas(deltas, comparisons, runs.at(-1) ?? runs[0]), isRefused: true};
	}

	const comparisons = judgeSides(base, runs, {
		margins: marginsOf(deltas, isLowerBetter(runs)),
		noise: differ.length > 0 ? new Map() : await noiseBefore(store, [...base, ...runs]),
	}).map((each) => ({
		...each,
		against,
		...(differ.length === 0
			? {}
			: {because: `${each.because ?? ''} Compared by force although these differ: ${differ.join('; ')}.`.trimStart()}),
	}));
	return {comparisons, deltas: judgeDeltas(deltas, comparisons, runs.at(-1) ?? runs[0]), isRefused: false};
};

const judgeByEarlier = (earlier: readonly StoredRun[], runs: readonly [Result, ...Result[]]): Judged => {
	const deltas = deltasOf(runs);
	const margins = marginsOf(deltas, isLowerBetter(runs));
	const sessions = sessionsOf(earlier);
	const against = {
		label: 'the history',
		runs: earlier.map(({id}) => id),
	};
	const conclude = ({comparisons}: JudgedByHistory) => {
		const told = comparisons.map((each) => ({...each, against}));
		return {comparisons: told, deltas: judgeDeltas(deltas, told, runs.at(-1) ?? runs[0])};
	};
	const judged = judgeByHistory(sessions, [runs], {margins});
	return {
		...conclude(judged),
		isRefused: false,
		...(judged.toConfirm.length === 0
			? {}
			: {confirm: (run: Result) => conclude(judgeByHistory(sessions, [runs, [run]], {margins}))}),
	};
};

const judgeBenchmark = async (store: Store, runs: readonly [Result, ...Result[]], gating: Gating): Promise<Judged> => {
	const [{name}] = runs;
	const {baseline} = gating;
	const stored = (await store.baselines(name)).find((each) => baseline === undefined || each.name === baseline);
	const base = stored === undefined ? undefined : await store.load(stored.runId);
	// Made a baseline meanwhile: nothing is held against itself.
	if (stored !== undefined && base !== undefined && !runs.some(({id}) => id === base.id)) {
		return judgeByBaseline(store, printable(stored.name), base, runs, gating);
	}

	if (baseline !== undefined) {
		const comparisons = without(runs, `There is no baseline ${baseline} of this benchmark.`);
		return {comparisons, deltas: judgeDeltas(deltasOf(runs), comparisons, runs[0]), isRefused: false};
	}

	return judgeByEarlier(await earlierRuns(store, runs[0], runs), runs);
};

/** What limits of changes say where only they are asked: the metrics that none is about are left out. */
const onlyLimited = ({comparisons, deltas}: Judged): readonly Comparison[] => {
	const metrics = new Set(deltas.map(metricOfDelta));
	return comparisons
		.filter(({metric}) => metrics.has(metric))
		.map((comparison): Comparison => ({...comparison, isDisplayed: true}));
};

/** All runs of a benchmark that ended in order. */
const wholeRuns = (results: readonly Result[]): ReadonlyMap<string, readonly [Result, ...Result[]]> => {
	const benchmarks = new Map<string, readonly [Result, ...Result[]]>();
	for (const result of results) {
		if (!isMeasured(result) || result.ending.state !== 'finished') continue;
		const known = benchmarks.get(result.name);
		benchmarks.set(result.name, known === undefined ? [result] : [...known, result]);
	}

	return benchmarks;
};

/**
 * A gate: each benchmark held against its baseline, or else against what its history lets expect. What lies beyond
 * that is measured once more by `measureAgain`, which gets the last run of each.
 */
export const createGate =
	(
		gating: Gating,
		flags: Flags,
		surroundings: Surroundings,
		measureAgain: (
			runs: readonly Result[],
			wereTold: boolean,
		) => Promise<{readonly viewed: readonly Viewed[]; readonly results: readonly Result[]}>,
	): Gate =>
	async (results, wereTold) => {
		const benchmarks = [...wholeRuns(results).values()].filter((runs) => gating.isStrict || deltasOf(runs).length > 0);
		const judged = await withHistory(flags, surroundings, async (store) => {
			const all: {readonly runs: readonly [Result, ...Result[]]; readonly judged: Judged}[] = [];
			for (const runs of benchmarks) all.push({runs, judged: await judgeBenchmark(store, runs, gating)});
			return all;
		});
		const hits = judged.filter((each) => each.judged.confirm !== undefined);
		const {viewed, results: again} =
			hits.length === 0
				? {viewed: [], results: []}
				: await measureAgain(
						hits.map(({runs}) => runs.at(-1) ?? runs[0]),
						wereTold,
					);
		const concluded = judged.map(({runs, judged: first}): Judged & {readonly name: string} => {
			const [{name}] = runs;
			const run = again.find((each) => each.name === name && isMeasured(each) && each.ending.state === 'finished');
			return {...first, ...(run === undefined ? {} : first.confirm?.(run)), name};
		});
		const comparisons = concluded.flatMap((each) =>
			(gating.isStrict ? each.comparisons : onlyLimited(each)).map((comparison) => ({
				...comparison,
				metric: concluded.length === 1 ? comparison.metric : `${each.name}: ${comparison.metric}`,
				benchmark: each.name,
			})),
		);
		const deltas = concluded.flatMap((each) => each.deltas);
		const refused = concluded.filter(({isRefused}) => isRefused);
		for (const {
			name,
			comparisons: [first],
		} of refused) {
			surroundings.stderr.write(
				`benchtop: ${printable(`${name}: ${first?.because ?? ''}`)} Measure both alike, set the baseline anew, or judge all the same with --force.\n`,
			);
		}

		const outcome = gateOutcome(comparisons, deltas);
		const code = gating.isStrict ? gateCode(outcome, gating.inconclusive) : outcome === 'fail' ? 1 : 0;
		return {comparisons, deltas, confirming: viewed, code: refused.length > 0 && code !== 1 ? 2 : code};
	};

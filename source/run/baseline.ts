import type {Baseline, Fingerprint} from '../core/event.ts';
import {encodeHistogram} from '../core/histogram.ts';
import {isOwnRun} from '../core/plan.ts';
import {type ComparedSecond, histogramOfResult, type Result} from '../core/result.ts';
import type {Store, StoredRun} from '../store/store.ts';

/** A baseline travels in the first line of every log of its benchmark. In characters. */
const mostTimeline = 100_000;

/** What of the seconds a log can carry: all that comparisons read; without the histograms; or nothing. */
const carried = (timeline: Result['timeline']): readonly ComparedSecond[] | undefined => {
	const seconds = timeline.map(
		({fromMs, toMs, rate, min, max, p50, p90, p99, failed, outcomes, histogram, sumMicroseconds}): ComparedSecond => ({
			fromMs,
			toMs,
			rate,
			min,
			max,
			p50,
			p90,
			p99,
			failed,
			outcomes,
			histogram,
			sumMicroseconds,
		}),
	);
	const fits = (kept: readonly ComparedSecond[]): boolean => JSON.stringify(kept).length <= mostTimeline;
	return [seconds, seconds.map((second) => ({...second, histogram: null}))].find(fits);
};

/** A stored run as the baseline of another. */
export const asBaseline = (run: Result, label: string): Baseline => {
	const timeline = carried(run.timeline);
	return {
		id: run.id,
		label,
		began: run.began,
		fingerprint: run.fingerprint,
		summary: run.summary,
		histogram: encodeHistogram(histogramOfResult(run)),
		...(timeline === undefined ? {} : {timeline}),
		...(run.plan.round === undefined || run.plan.round.of < 2 ? {} : {round: run.plan.round}),
	};
};

const differs = (a: Fingerprint, b: Fingerprint): string | undefined => {
	if (a.workload !== b.workload) return 'another load';
	return a.environment === b.environment ? undefined : 'another machine or environment';
};

/** Whether a run went its planned way from beginning to end, so that another can stand beside it unasked. */
const isUndisturbed = ({pausedMs, validity, plan}: StoredRun): boolean =>
	pausedMs === undefined && isOwnRun(plan) && !validity.reasons.some(({kind}) => kind === 'steered');

const atFirst = 8;

const previousRun = async (
	store: Store,
	name: string,
	fingerprint: Fingerprint,
	limit = atFirst,
): Promise<StoredRun | undefined> => {
	const runs = await store.list({name, fingerprint, state: 'finished', limit});
	const found = runs.find(isUndisturbed);
	return found !== undefined || runs.length < limit ? found : previousRun(store, name, fingerprint, limit * 4);
};

/**
 * Finds the run that a new one is shown against: the named baseline, else the benchmark's newest baseline, else its last
 * finished run of its own that was neither steered nor paused. One that was made with another load, or elsewhere, is no base
 * for a delta: it is left out with a warning.
 */
export const baselineFinder =
	(store: Store, wanted: string | undefined, warn: (text: string) => void) =>
	async (name: string, fingerprint: Fingerprint): Promise<Baseline | undefined> => {
		const stored = (await store.baselines(name)).find((baseline) => wanted === undefined || baseline.name === wanted);
		if (stored !== undefined) {
			const run = await store.load(stored.runId);
			if (run === undefined) return undefined;
			const difference = differs(fingerprint, run.fingerprint);
			if (difference === undefined) return asBaseline(run, stored.name);
			warn(`The baseline ${stored.name} was made with ${difference}; no deltas are shown against it.`);
			return undefined;
		}

		if (wanted !== undefined) {
			warn(`There is no baseline ${wanted} for ${name}. Set one: benchtop baseline set ${wanted}`);
			return undefined;
		}

		const undisturbed = await previousRun(store, name, fingerprint);
		const previous = undisturbed === undefined ? undefined : await store.load(undisturbed.id);
		return previous === undefined ? undefined : asBaseline(previous, 'previous run');
	};

import type {Environment} from './environment.ts';
import type {Began, Doubt, Ending, Fingerprint} from './event.ts';
import type {Finding} from './finding.ts';
import {decodeGauge, gaugeMean} from './gauge.ts';
import {decodeHistogram, emptyHistogram, type Histogram, mergeHistograms} from './histogram.ts';
import type {Insight} from './insight.ts';
import type {RunPlan} from './plan.ts';
import {isMoment, measured, pausedTime, type RunState} from './run-state.ts';
import {type Samples, sampled} from './samples.ts';
import {coveredIn, endedIn} from './snapshot.ts';
import {type Latencies, type Summary, summarise, thousandth} from './summary.ts';
import type {TimelineEntry} from './timeline.ts';
import {formatClock, formatCount} from './units.ts';
import {generalDoubts, type Validity} from './validity.ts';

/** One stretch of the measured time as it stands in a document. */
export type ResultSecond = Latencies & {
	readonly fromMs: number;
	readonly toMs: number;
	readonly rate: number | null;
	readonly failed: number;
	readonly outcomes: Readonly<Record<string, number>>;
	/** Means. */
	readonly gauges: Readonly<Record<string, number>>;
	/** HdrHistogram V2 compressed, base64; latencies in microseconds. Null when nothing ended. */
	readonly histogram: string | null;
	/** Exact sum of the latencies, microseconds. */
	readonly sumMicroseconds: number;
};

/** What of a second a comparison reads. */
export type ComparedSecond = Pick<
	ResultSecond,
	| 'fromMs'
	| 'toMs'
	| 'rate'
	| 'min'
	| 'max'
	| 'p50'
	| 'p90'
	| 'p99'
	| 'failed'
	| 'outcomes'
	| 'histogram'
	| 'sumMicroseconds'
>;

/** Something that happened in a run, in a document. */
export type ResultMark = {readonly atMs: number; readonly text: string};

/** A run that is over: what exporters render, what the store keeps, what comparisons read. Plain JSON throughout. */
export type Result = {
	readonly id: string;
	readonly name: string;
	readonly engine: string;
	readonly target: string;
	/** ISO 8601. */
	readonly began: string;
	/** Of the measured phase, pauses left out. */
	readonly durationMs: number;
	/** How long the load was paused, in any phase; absent where it was not. */
	readonly pausedMs?: number;
	readonly ending: Ending;
	readonly environment: Environment;
	readonly plan: RunPlan;
	readonly fingerprint: Fingerprint;
	readonly warmup: {readonly durationMs: number; readonly operations: number};
	readonly summary: Summary;
	readonly validity: Validity;
	readonly marks: readonly ResultMark[];
	readonly timeline: readonly ResultSecond[];
	/** The samples of its metrics, by name, in their order. */
	readonly samples?: Readonly<Record<string, Pick<Samples, 'values' | 'groups' | 'every'>>>;
	/** What it found out beside figures; absent where that is nothing. */
	readonly findings?: readonly Finding[];
	/** What was found in it when it was over, the gravest first; absent where that is nothing. */
	readonly insights?: readonly Insight[];
};

/** What of a run a comparison reads; a Result has it all. */
export type Compared = Pick<Result, 'id' | 'summary'> &
	Partial<Pick<Result, 'samples'>> & {readonly timeline: readonly ComparedSecond[]};

const secondOf = (entry: TimelineEntry): ResultSecond => ({
	fromMs: entry.fromMs,
	toMs: entry.toMs,
	rate: entry.rate,
	...entry.latency,
	failed: entry.failed,
	outcomes: entry.snapshot.outcomes,
	gauges: Object.fromEntries(
		Object.entries(entry.snapshot.gauges).map(([name, gauge]) => [name, thousandth(gaugeMean(decodeGauge(gauge)))]),
	),
	histogram: entry.snapshot.latency?.encoded ?? null,
	sumMicroseconds: entry.snapshot.latency?.sum ?? 0,
});

/** A second shorter than this has no rate that could stand beside a whole second's. */
const wholeSecond = 0.9;
/** Nor has one of which so much less counts than of others: it was idle, but for what was told of that too late. */
const leastCovered = 0.25;

/** The figures of the measured phase up to now. */
export const summaryOf = (state: RunState): Summary => {
	const whole = state.timeline
		.slice(state.warmupEntries)
		.filter(({fromMs, toMs}) => toMs - fromMs >= state.step * wholeSecond);
	const most = whole.reduce((longest, {snapshot}) => Math.max(longest, coveredIn(snapshot)), 0);
	const rates = whole
		.filter(({snapshot}) => coveredIn(snapshot) >= most * leastCovered)
		.flatMap(({rate}) => (rate === null ? [] : [rate]));
	return summarise(measured(state), rates, state.began?.means ?? '', state.warmup?.setup, state.precision);
};

/** A load that was changed while it ran is not the one that the plan names. */
const steeredDoubts = ({steered, measuredFrom}: RunState): Doubt[] => {
	if (steered === undefined) return [];
	const {at, text} = steered;
	const since = `The load was changed while it ran, from ${formatClock(at)} on (${text})`;
	const message =
		measuredFrom === undefined || at < measuredFrom
			? `${since}: the figures are of another load than the planned one.`
			: `${since}: the figures mix several loads, and compare with no other run.`;
	return [{kind: 'steered', message}];
};

/** What is to be said of the figures up to now. */
export const validityOf = (state: RunState, p99: number | null): Validity => {
	// Before the end, and in a run that was broken off, operations in flight are no discrepancy.
	const orderly = state.ending !== undefined && state.ending.state !== 'failed';
	const general = generalDoubts(measured(state), p99).filter(
		({kind}) => orderly || (kind !== 'counts' && kind !== 'nothing-ended'),
	);
	const broken: Doubt[] =
		state.ending?.state === 'failed' ? [{kind: 'failed', message: `The run failed: ${state.ending.message}`}] : [];
	const {amount} = state.began?.plan ?? {};
	const ended = endedIn(measured(state));
	const missed: Doubt[] =
		amount !== undefined && state.ending?.state === 'finished' && ended < amount
			? [
					{
						kind: 'amount-missed',
						message: `Only ${formatCount(ended)} of ${formatCount(amount)} operations were measured.`,
					},
				]
			: [];
	const reasons = [...broken, ...steeredDoubts(state), ...state.doubts, ...missed, ...general];
	return {trustworthy: reasons.length === 0, reasons, limits: state.began?.limits ?? []};
};

/** The Result of a run whose events have come to an end. One that was killed has no ending and counts as failed. */
export const resultOf = (known: RunState & {readonly began: Began}): Result => {
	const ending: Ending = known.ending ?? {state: 'failed', message: 'The run was killed before it could end.'};
	const state = {...known, ending};
	const {began} = state;
	const total = measured(state);
	const summary = summaryOf(state);
	const metrics = sampled(total.metrics);
	return {
		id: began.id,
		name: began.name,
		engine: began.engine,
		target: began.target,
		began: began.began,
		durationMs: thousandth(coveredIn(total)),
		...(pausedTime(state) > 0 ? {pausedMs: thousandth(pausedTime(state))} : {}),
		ending,
		environment: began.environment,
		plan: began.plan,
		fingerprint: began.fingerprint,
		warmup: {
			durationMs: state.warmup === undefined ? 0 : thousandth(coveredIn(state.warmup)),
			operations: Object.values(state.warmup?.outcomes ?? {}).reduce((sum, count) => sum + count, 0),
		},
		summary,
		validity: validityOf(state, summary.latency.p99),
		marks: state.occurrences.filter(isMoment).map(({at, text}) => ({atMs: thousandth(at), text})),
		timeline: state.timeline.slice(state.warmupEntries).map(secondOf),
		...(state.findings.length === 0 ? {} : {findings: state.findings}),
		...(state.insights.length === 0 ? {} : {insights: state.insights}),
		...(metrics === undefined
			? {}
			: {
					samples: Object.fromEntries(
						Object.entries(metrics).map(([name, {samples}]) => {
							const {values, groups, every} = samples;
							return [name, {values, ...(groups === undefined ? {} : {groups}), every}];
						}),
					),
				}),
	};
};

/** Whether a run timed its operations one by one: of engines that only count them there is no latency to tell of. */
export const hasLatencies = ({summary: {latency, operations}}: Pick<Result, 'summary'>): boolean =>
	latency.max !== null || operations.succeeded === 0;

/** The histogram of one stretch of a Result's timeline. */
export const histogramAt = (second: Pick<ResultSecond, 'histogram' | 'min' | 'max' | 'sumMicroseconds'>): Histogram =>
	second.histogram === null || second.min === null || second.max === null
		? emptyHistogram
		: decodeHistogram({
				encoded: second.histogram,
				minimum: Math.round(second.min * 1000),
				maximum: Math.round(second.max * 1000),
				sum: second.sumMicroseconds,
			});

/** All measured latencies of a Result. */
export const histogramOfResult = (result: Result): Histogram =>
	result.timeline.map(histogramAt).reduce(mergeHistograms, emptyHistogram);

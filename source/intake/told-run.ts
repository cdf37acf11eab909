import {createHash} from 'node:crypto';
import type {Environment} from '../core/environment.ts';
import type {Began, Fingerprint, RunEvent} from '../core/event.ts';
import {createAccumulator, emptyHistogram, type Histogram} from '../core/histogram.ts';
import type {RunPlan} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import {type Result, resultOf} from '../core/result.ts';
import {emptyRunState, hasBegun, type RunState, reduceRun} from '../core/run-state.ts';
import {type Metrics, samplesOf} from '../core/samples.ts';
import {isSecretName, redacted, redactUrl, redactWords} from '../core/secret.ts';
import {emptySnapshot, encodeSnapshot, mergeSnapshots, type Snapshot} from '../core/snapshot.ts';
import {uncertainAt} from '../core/summary.ts';
import type {TimedOperation, ToldRun} from './format.ts';

/** What the one who brings a run in knows of it. */
export type Origin = {
	/** The tool that it comes from. */
	readonly tool: string;
	/** Of the text and the place in it: the same gives the same run. */
	readonly identity: string;
	/** ISO 8601, for runs that do not tell it. */
	readonly began: string;
	readonly name?: string;
	readonly tags: readonly string[];
	readonly environment: Environment;
	readonly fingerprint: (plan: RunPlan, versions: Readonly<Record<string, string>>) => Fingerprint;
	/** What is to be said of the whole. */
	readonly limits: readonly string[];
};

const letters = '0123456789abcdefghjkmnpqrstvwxyz';

/** The id of a run by what it is made of. */
const idOf = (identity: string): string =>
	[...createHash('sha256').update(identity).digest().subarray(0, 10)]
		.map((byte) => letters[byte % letters.length])
		.join('');

const second = 1000;

/** What a tool names, as it may be kept and shown. */
const shown = (name: string): string => printable(redactWords(name));

/** One for all: a thousand seconds with parts would hold as many as empty ones. */
const accumulator = createAccumulator();

const histogramFrom = (microseconds: readonly number[]): Histogram => {
	for (const value of microseconds) accumulator.record(value);
	return accumulator.take();
};

/** Operations of one second, or of the whole where nobody says when. */
const createSecond = (nameOf: (name: string) => string) => {
	const parts = new Map<string, ReturnType<typeof createPart>>();
	const whole = createPart();
	return {
		add(operation: TimedOperation): void {
			whole.add(operation);
			if (operation.part === undefined) return;
			const name = nameOf(operation.part);
			let part = parts.get(name);
			if (part === undefined) {
				part = createPart();
				parts.set(name, part);
			}

			part.add(operation);
		},
		take: (from: number, to: number): Snapshot => ({
			...emptySnapshot(from),
			to,
			...whole.take(),
			...(parts.size === 0 ? {} : {parts: Object.fromEntries([...parts].map(([name, part]) => [name, part.take()]))}),
		}),
	};
};

const createPart = () => {
	const latencies: number[] = [];
	const outcomes = new Map<string, number>();
	const failures = new Map<string, number>();
	let offered = 0;
	return {
		add({outcome, failed, microseconds}: TimedOperation): void {
			const name = shown(outcome);
			offered += 1;
			outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
			if (failed) failures.set(name, (failures.get(name) ?? 0) + 1);
			if (microseconds !== undefined) latencies.push(microseconds);
		},
		take: () => ({
			latency: histogramFrom(latencies),
			waiting: emptyHistogram,
			outcomes: Object.fromEntries(outcomes),
			failures: Object.fromEntries(failures),
			offered,
		}),
	};
};

/** The snapshots of timed operations that are told by stretches of time. */
const stretchedSnapshots = (timed: Iterable<TimedOperation>, ends: readonly number[]): readonly Snapshot[] => {
	const places = ends.map(() => createSecond(shown));
	for (const operation of timed) {
		const [at, last] = [operation.at ?? 0, ends.length - 1];
		let [low, high] = [0, last];
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			if (at < ends[middle]!) high = middle;
			else low = middle + 1;
		}

		places[low]?.add(operation);
	}

	return places.map((place, index) => place.take(ends[index - 1] ?? 0, ends[index]!));
};

/** The snapshots of timed operations: one a second where they say when they ended, else one of all. */
function* timedSnapshots(timed: Iterable<TimedOperation>, duration: number | undefined): Iterable<Snapshot> {
	const seconds = new Map<number, ReturnType<typeof createSecond>>();
	const names = new Map<string, string>();
	const nameOf = (name: string): string => {
		const known = names.get(name) ?? shown(name);
		names.set(name, known);
		return known;
	};
	let end = duration ?? 0;
	for (const operation of timed) {
		const at = operation.at ?? 0;
		if (duration === undefined) end = Math.max(end, at);
		// What ended beside the time that is told belongs to its ends.
		const last = duration === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil(duration / second) - 1);
		const index = operation.at === undefined ? -1 : Math.min(last, Math.max(0, Math.floor(at / second)));
		let place = seconds.get(index);
		if (place === undefined) {
			place = createSecond(nameOf);
			seconds.set(index, place);
		}

		place.add(operation);
	}

	const unplaced = seconds.get(-1);
	if (unplaced !== undefined && seconds.size === 1) {
		yield unplaced.take(0, end);
		return;
	}

	for (let index = 0; index * second < end; index++) {
		const [from, to] = [index * second, Math.min(end, (index + 1) * second)];
		yield seconds.get(index)?.take(from, to) ?? {...emptySnapshot(from), to};
	}

	// One that ended at the very end.
	for (const [index, place] of seconds) if (index === -1 || index * second >= end) yield place.take(end, end);
}

/** A name that none of them has: 'sort', 'sort (2)'. */
const freeName = (name: string, taken: ReadonlySet<string>): string => {
	for (let number = 1; ; number++) {
		const free = number === 1 ? name : `${name} (${number})`;
		if (!taken.has(free)) return free;
	}
};

/** Metrics that have values; those that the tool calls the same have a number behind their names. */
const metricsOf = ({metrics = []}: ToldRun): Metrics | undefined => {
	const taken = new Set<string>();
	const all = metrics.flatMap(({name, unit, better, about, values, groups}) => {
		const isFigure = (_: unknown, index: number): boolean => Number.isFinite(values[index]);
		const figures = values.filter(isFigure);
		if (figures.length === 0) return [];
		const free = freeName(shown(name), taken);
		taken.add(free);
		const metric = {
			unit: printable(unit),
			...(better === undefined ? {} : {better}),
			...(about === undefined ? {} : {about: shown(about)}),
			samples: samplesOf(figures, groups?.filter(isFigure)),
		};
		return [[free, metric] as const];
	});
	return all.length === 0 ? undefined : Object.fromEntries(all);
};

/** Settings as they may be kept: what is behind a secret's name, or in a URL, is none. */
const settingsOf = ({settings = {}}: ToldRun): Record<string, string | number | boolean> =>
	Object.fromEntries(
		Object.entries(settings).map(([name, value]) => [
			printable(name),
			isSecretName(name) ? redacted : typeof value === 'string' ? shown(value) : value,
		]),
	);

const countedSnapshot = (run: ToldRun, to: number): Snapshot => {
	const counted = run.counted ?? [];
	const metrics = metricsOf(run);
	const byName = (which: typeof counted): Record<string, number> => {
		const counts: Record<string, number> = {};
		for (const {outcome, count} of which) counts[shown(outcome)] = (counts[shown(outcome)] ?? 0) + count;
		return counts;
	};
	return {
		...emptySnapshot(to),
		outcomes: byName(counted),
		failures: byName(counted.filter(({failed}) => failed)),
		offered: counted.reduce((sum, {count}) => sum + count, 0),
		bytesIn: run.bytesIn ?? 0,
		bytesOut: run.bytesOut ?? 0,
		...(metrics === undefined ? {} : {metrics}),
	};
};

const shownTarget = (target: string): string =>
	printable(URL.canParse(target) && /^[a-z]+:\/\//i.test(target) ? redactUrl(target) : redactWords(target));

/** A run with the figures of its latencies as they were told: of single latencies nothing is known. */
const withLatency = (result: Result, {count, ...figures}: NonNullable<ToldRun['latency']>): Result => ({
	...result,
	summary: {
		...result.summary,
		latency: {
			...result.summary.latency,
			...Object.fromEntries(
				Object.entries(figures).map(([name, figure]) => [
					name,
					// Of no latencies some tools tell zeros, or no number.
					figure === null || !Number.isFinite(figure) || count === 0 ? null : Number(figure.toPrecision(12)),
				]),
			),
			count,
			uncertain: uncertainAt(count),
		},
	},
});

/** A run of which it is not told how its seconds differed. */
const withoutSeconds = (result: Result): Result => ({
	...result,
	summary: {...result.summary, throughput: {...result.summary.throughput, stddev: null, min: null, max: null}},
});

/** A run that another tool tells, as if its events had come here. */
export const resultOfTold = (run: ToldRun, origin: Origin): Result => {
	const versions = run.version === undefined ? {} : {[origin.tool]: printable(run.version)};
	const target = shownTarget(run.target ?? run.name);
	const plan: RunPlan = {
		id: idOf(origin.identity),
		name: origin.name ?? printable(redactWords(run.name)),
		engine: origin.tool,
		target,
		load: {...settingsOf(run), imported: true, target},
		warmup: 0,
		...(run.duration === undefined ? {} : {duration: run.duration}),
		workers: 1,
		tags: origin.tags,
		watch: {},
	};
	// How long it took is an outcome of what ends by itself.
	const {duration: _, ...workload} = plan;
	const began: Began = {
		kind: 'began',
		version: 1,
		id: plan.id,
		name: plan.name,
		engine: plan.engine,
		target,
		means: run.means ?? '',
		limits: [
			...(run.latency === undefined
				? []
				: [
						`Percentiles are those that ${origin.tool} tells: of single latencies, and of when they were, nothing is known.`,
					]),
			...(run.limits ?? []),
			...origin.limits,
		].map(printable),
		steering: [],
		...(run.timed === undefined && run.latency === undefined ? {panes: ['metrics', 'status', 'events']} : {}),
		pid: process.pid,
		began: run.began ?? origin.began,
		plan,
		environment: {...origin.environment, versions: {...origin.environment.versions, ...versions}},
		fingerprint: origin.fingerprint(workload, versions),
	};
	const {timed = [], stretches} = run;
	const placed = (): Iterable<Snapshot> =>
		stretches === undefined ? timedSnapshots(timed, run.duration) : stretchedSnapshots(timed, stretches);
	const take = (before: RunState, snapshot: Snapshot): RunState =>
		reduceRun(before, {kind: 'snapshot', phase: 'measure', snapshot: encodeSnapshot(snapshot)});
	const opened: readonly RunEvent[] = [began, {kind: 'phase', at: 0, phase: 'measure'}];
	let state = opened.reduce(reduceRun, emptyRunState);
	// One at a time: all seconds of a long run at once would be gigabytes.
	let last: Snapshot | undefined;
	for (const snapshot of run.timed === undefined ? [] : placed()) {
		if (last !== undefined) state = take(state, last);
		last = snapshot;
	}

	const end = Math.max(run.duration ?? 0, last?.to ?? 0);
	state = take(state, mergeSnapshots(last ?? {...emptySnapshot(0), to: end}, countedSnapshot(run, end)));
	const closing: readonly RunEvent[] = [
		...(run.findings ?? []).map((finding): RunEvent => ({kind: 'finding', at: end, finding})),
		{kind: 'ended', at: end, ending: {state: 'finished'}, doubts: run.doubts ?? []},
	];
	state = closing.reduce(reduceRun, state);
	if (!hasBegun(state)) throw new Error('It has no beginning.');
	const result = run.timed === undefined ? withoutSeconds(resultOf(state)) : resultOf(state);
	return run.latency === undefined ? result : withLatency(result, run.latency);
};

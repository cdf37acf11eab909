import {parseFlags} from '../config/flags.ts';
import {newRunId} from '../config/http-flags.ts';
import {keepOptions, loadOptions} from '../config/options.ts';
import type {RunPlan} from '../core/plan.ts';
import {isMeasured} from '../core/report.ts';
import {histogramOfResult, type Result, resultOf} from '../core/result.ts';
import {emptyRunState, hasBegun, reduceRun} from '../core/run-state.ts';
import type {NoiseDoubt, NoiseOutcome} from '../doctor/diagnosis.ts';
import {leastRuns, type NoiseRun, noiseOf} from '../doctor/noise-floor.ts';
import {messageOf} from '../errors.ts';
import {isAlive} from '../operating-system.ts';
import {followRun} from '../run/follow.ts';
import {launchRun} from '../run/launch.ts';
import type {RunnerOrder} from '../run/order.ts';
import {runQuantile} from '../stats/run-quantile.ts';
import type {Surroundings} from './command.ts';
import {startDemo} from './demo-server.ts';
import {runOrder} from './run-order.ts';

/** So many runs alike, each measuring for so many milliseconds. */
export type NoiseOrder = {readonly rounds: number; readonly duration: number};

/** How it is broken off, and watched. */
export type NoiseControl = {
	/** Stops the run that is under way, and makes no more. */
	readonly leaving: AbortSignal;
	/** Does not wait for its end either. */
	readonly hurry: AbortSignal;
	readonly onRound: (words: string) => void;
};

/** The path of the demo server that does the same work for each request, and nothing by chance. */
const path = '/steady';
const connections = 10;
/** How long a runner process may take to go, and how often it is looked for. Milliseconds. */
const farewell = 5000;
const look = 20;

/** Until the process has gone: two runs at once would measure each other. */
const awaitEnd = async (pid: number): Promise<void> => {
	for (let waited = 0; isAlive(pid) && waited < farewell; waited += look) {
		await new Promise((resolve) => setTimeout(resolve, look));
	}
};

/** One run in a runner process of its own, from its start until that process has gone. */
const performOne = async (
	order: Omit<RunnerOrder, 'runs'>,
	plan: RunPlan,
	{leaving, hurry}: NoiseControl,
): Promise<Result | undefined> => {
	const run = await launchRun({...order, runs: [{plan}]});
	const source = followRun(run);
	const stop = (): void => source.send({command: 'stop', by: 'user'});
	leaving.addEventListener('abort', stop, {once: true});
	hurry.addEventListener('abort', source.close, {once: true});
	if (leaving.aborted) stop();
	let state = emptyRunState;
	try {
		for await (const event of source.events) state = reduceRun(state, event);
	} finally {
		source.close();
		leaving.removeEventListener('abort', stop);
		hurry.removeEventListener('abort', source.close);
	}

	if (!hurry.aborted) await awaitEnd(run.pid);
	return hasBegun(state) && state.ending !== undefined ? resultOf(state) : undefined;
};

const figuresOf = (result: Result): NoiseRun | undefined => {
	const histogram = histogramOfResult(result);
	const [p50, p99] = [runQuantile(histogram, 0.5), runQuantile(histogram, 0.99)];
	const throughput = result.summary.throughput.mean;
	if (p50 === undefined || p99 === undefined || throughput === null) return undefined;
	return {id: result.id, p50: p50 / 1000, p99: p99 / 1000, throughput};
};

/** How a run failed, in words. */
const faultOf = (result: Result | undefined): string => {
	if (result === undefined) return 'the process that drives the load went away';
	if (result.ending.state === 'failed') return result.ending.message;
	return `none of its requests was answered well (${Object.entries(result.summary.outcomes)
		.map(([outcome, count]) => `${outcome}: ${count}`)
		.join(', ')})`;
};

/**
 * Makes runs of the same load against the built-in demo server, one after the other and each in a process of its own, as
 * runs are that people compare. One before them warms the server up and counts for nothing. Nothing is kept of them.
 */
export const measureNoise = async (
	{rounds, duration}: NoiseOrder,
	control: NoiseControl,
	surroundings: Surroundings,
): Promise<NoiseOutcome> => {
	const {flags} = parseFlags(
		['--no-save', `--connections=${connections}`, `--duration=${duration}ms`, '--name=noise floor'],
		[...loadOptions, ...keepOptions],
	);
	const {plan: planned, release} = await startDemo(path, flags, surroundings);
	const runs: NoiseRun[] = [];
	const doubts = new Map<string, NoiseDoubt>();
	try {
		const [plan, order] = await Promise.all([planned, runOrder(flags, surroundings)]);
		for (let round = 0; round <= rounds; round++) {
			control.onRound(round === 0 ? 'warming up' : `run ${round} of ${rounds}`);
			const result = control.leaving.aborted ? undefined : await performOne(order, {...plan, id: newRunId()}, control);
			if (control.leaving.aborted) {
				return {state: 'interrupted', because: `it was broken off after ${runs.length} of ${rounds} runs`};
			}

			const figures = result === undefined || !isMeasured(result) ? undefined : figuresOf(result);
			if (result === undefined || figures === undefined)
				return {state: 'failed', because: `A run against the built-in server failed: ${faultOf(result)}`};
			if (round === 0) continue;
			runs.push(figures);
			for (const {kind, message} of result.validity.reasons)
				doubts.set(kind, {kind, message, runs: (doubts.get(kind)?.runs ?? 0) + 1});
		}

		const noise = noiseOf(runs);
		if (noise === undefined) return {state: 'failed', because: `It takes ${leastRuns} runs whose figures are above 0.`};
		const load = {target: plan.target, connections, durationMs: duration};
		return {state: 'measured', load, ...noise, doubts: [...doubts.values()]};
	} catch (error) {
		return {state: 'failed', because: `A run against the built-in server failed: ${messageOf(error)}`};
	} finally {
		await release();
	}
};

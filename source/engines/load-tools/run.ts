import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Doubt} from '../../core/event.ts';
import type {Sample} from '../../core/metric.ts';
import {formatCount, formatDuration, formatPercent} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {Control, Recorder} from '../engine.ts';
import {findTool, type RunningTool, startTool, type ToolEnd, toolEndWords, toolFailure} from '../tool.ts';
import type {Adapter, Errand, Launch, LoadToolPlan, Told} from './adapter.ts';
import {followFile} from './follow.ts';
import {createTally, type Tally} from './tally.ts';

/** A tool that has not ended so long after its time, its requests timed out long since, is interrupted. Milliseconds. */
const grace = 3000;
/** What a tool that is interrupted may take to tell what it has. */
const patience = 600;
const longPatience = 5000;

/** The time that a tool tells nothing about is set aside as idle; more than any run takes. Milliseconds. */
const setAside = 1e9;

type Processes = {
	/** How the one ended that makes the load. */
	readonly ended: Promise<ToolEnd>;
	readonly lastWords: () => readonly string[];
	readonly levels: () => Sample;
	readonly tell: (signal: NodeJS.Signals) => void;
	readonly stop: (patience: number) => Promise<void>;
};

/** Starts a tool, and the process that reads what it writes where there is one. */
const startProcesses = (
	path: string,
	{words, input, environment, through, hear}: Launch,
	scratch: string,
): Processes => {
	const reader: RunningTool | undefined =
		through === undefined ? undefined : startTool(path, through, {input: 'fed', ...(hear === undefined ? {} : {hear})});
	const loader = startTool(path, words, {
		scratch,
		...(input === undefined ? {} : {input}),
		...(environment === undefined ? {} : {environment}),
		...(reader?.feed !== undefined ? {into: reader.feed} : hear === undefined ? {} : {hear}),
	});
	const all = reader === undefined ? [loader] : [loader, reader];
	return {
		ended: (async () => {
			const end = await loader.ended;
			// Once the one has ended the other reads on to the end of what it wrote.
			await reader?.ended;
			return end;
		})(),
		lastWords: () => all.flatMap((tool) => tool.lastWords()),
		levels() {
			const uses = all.flatMap((tool) => tool.use() ?? []);
			return uses.length === 0
				? {}
				: {
						'tool.cpu': uses.reduce((sum, {cpu}) => sum + cpu, 0),
						'tool.memory': uses.reduce((sum, {memory}) => sum + memory, 0),
					};
		},
		tell: (signal) => loader.tell(signal),
		async stop(wait) {
			await loader.stop('SIGINT', wait);
			await Promise.race([reader?.ended, sleep(100)]);
			await reader?.stop('SIGKILL', 0);
		},
	};
};

/** What one run of a tool came to. */
type Outcome = {
	readonly told: Told | undefined;
	readonly tally: Tally;
	/** It did not end by itself. */
	readonly isForced: boolean;
};

/** The error of a tool that ended as if all were well, and told nothing that could be counted. */
const silence = (name: string, end: ToolEnd, words: readonly string[]): BenchtopError =>
	new BenchtopError(`${name} ${toolEndWords(end)}, and told nothing of its requests.`, {
		hint: ['Is it another program of this name, or a version that speaks otherwise?', ...words.slice(-8)].join('\n'),
		exitCode: 4,
	});

const perform = async (adapter: Adapter, path: string, errand: Errand, control: Control): Promise<Outcome> => {
	const {signal} = control;
	const {tally, limit, plan} = errand;
	const launch = await adapter.launch(errand);
	const processes = startProcesses(path, launch, errand.folder);
	const log = launch.log === undefined ? undefined : followFile(launch.log.path, launch.log.hear);
	let [isForced, isInterrupted] = [false, false];
	const force = (wait: number): void => {
		isForced = true;
		void processes.stop(wait);
	};
	const stop = (): void => force(patience);
	signal.addEventListener('abort', stop);
	control.watch(() => Number.NaN, processes.levels);
	const timers: NodeJS.Timeout[] = [];
	if (launch.interruptAfter !== undefined) {
		timers.push(
			setTimeout(() => {
				isInterrupted = true;
				processes.tell('SIGINT');
			}, launch.interruptAfter),
		);
	}

	if ('duration' in limit) {
		timers.push(setTimeout(() => force(longPatience), limit.duration + Math.min(plan.timeout, 5000) + grace));
	}

	try {
		const end = await processes.ended;
		for (const timer of timers) clearTimeout(timer);
		// Whatever it left behind.
		await processes.stop(0);
		log?.finish();
		const told = await launch.conclude();
		const isWell = 'code' in end && end.code === 0;
		if (!isWell && !isForced && !(isInterrupted && told !== undefined)) {
			throw toolFailure(adapter.name, end, processes.lastWords());
		}

		if (told === undefined && !isForced) throw silence(adapter.name, end, processes.lastWords());

		return {told, tally, isForced};
	} finally {
		for (const timer of timers) clearTimeout(timer);
		signal.removeEventListener('abort', stop);
		await processes.stop(0);
	}
};

const doubtsOf = (
	{name, leavesOutTimeouts}: Adapter,
	{told, tally, isForced}: Outcome,
	isStopped: boolean,
): Doubt[] => {
	const [ended, timeouts] = [tally.ended(), tally.timeouts()];
	const difference = told?.requests === undefined ? 0 : told.requests - ended;
	return [
		...(told?.doubts ?? []),
		...(told === undefined && ended === 0
			? [{kind: 'nothing-told', message: `${name} was ended before it told anything of its requests.`}]
			: []),
		...(isForced && !isStopped
			? [{kind: 'ended-by-force', message: `${name} did not end in its time, and was interrupted.`}]
			: []),
		...(difference === 0
			? []
			: [
					{
						kind: 'counts-differ',
						message: `${name} says that ${formatCount(told?.requests ?? 0)} requests ended; ${formatCount(ended)} were counted.`,
					},
				]),
		...(leavesOutTimeouts && timeouts > 0
			? [
					{
						kind: 'timeouts-left-out',
						message: `${formatCount(timeouts)} of ${formatCount(ended)} requests (${formatPercent((timeouts / ended) * 100)}) timed out, and ${name} has no latency of them: the percentiles are better than what users would see.`,
					},
				]
			: []),
	];
};

/** Runs a tool once for the warm-up, and once to be measured. */
export const loadByTool =
	(adapter: Adapter) =>
	async (plan: LoadToolPlan, recorder: Recorder, control: Control): Promise<void> => {
		const {signal, warmup, duration, amount} = control;
		if (signal.aborted) return;
		const path = findTool(adapter.tool);
		const phases: ReadonlyArray<readonly ['warm-up' | 'measure', Errand['limit']]> = [
			...(warmup > 0 ? [['warm-up', {duration: Math.ceil(warmup)}] as const] : []),
			['measure', amount === undefined ? {duration: Math.ceil(duration ?? 0)} : {amount}],
		];
		for (const [phase, limit] of phases) {
			if (signal.aborted) return;
			const folder = mkdtempSync(join(tmpdir(), 'benchtop-'));
			const from = performance.now();
			control.enter(phase);
			const entered = performance.now();
			const isLive = adapter.isLive === true;
			if (!isLive) recorder.idle(setAside);
			// Short, and after the phase: on a small screen it stands there for as long as there is nothing else.
			if (!isLive && phase === 'measure') {
				const after = duration === undefined ? '' : `, after ${formatDuration(duration)}`;
				control.notice(`${adapter.name} tells its figures at its end${after}.`);
			}

			let idle: number | undefined;
			try {
				const outcome = await perform(adapter, path, {plan, limit, folder, tally: createTally(recorder)}, control);
				if (phase === 'measure') {
					for (const doubt of doubtsOf(adapter, outcome, signal.aborted)) control.doubt(doubt);
				}

				// What was covered is the time that the tool divides by; starting it, and its end, measured nothing.
				if (outcome.told !== undefined) idle = performance.now() - from - outcome.told.duration;
			} finally {
				// Also where it failed: what was set aside must not stay so.
				if (!isLive) recorder.idle((idle ?? performance.now() - entered) - setAside);
				else if (idle !== undefined) recorder.idle(idle);
				if (phase === 'measure') control.finish();
				rmSync(folder, {recursive: true, force: true, maxRetries: 5});
			}
		}
	};

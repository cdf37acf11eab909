import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {printable} from '../../core/printable.ts';
import {BenchtopError} from '../../errors.ts';
import type {Control, Recorder} from '../engine.ts';
import {findTool, type RunningTool, startTool, type Tool, type ToolEnd} from '../tool.ts';
import {k6Environment, k6Words} from './arguments.ts';
import {openChannel} from './channel.ts';
import {type Counting, createCounting} from './counting.ts';
import {type Course, createCourse, stretchAt} from './course.ts';
import {failureOf, verdictOf} from './exit.ts';
import {createSaid} from './log.ts';
import {createPace, lag, type Pace, step} from './pace.ts';
import type {K6Plan} from './plan.ts';
import {createPointReader, type PointReader} from './points.ts';
import {changeK6, freeAddress} from './steering.ts';
import {type Summary, summaryIn} from './told.ts';
import {k6Doubts, k6Findings} from './verdicts.ts';

export const k6Tool: Tool = {
	name: 'k6',
	programs: ['k6'],
	hint: "Install it: 'brew install k6', 'apt install k6' from its own repository, or 'go install go.k6.io/k6@latest'.",
};

/** How long iterations may go on after the planned time before k6 is told to end: no run waits for ever. Milliseconds. */
const longestGrace = 10_000;
/** So long it may then take, with teardown() and its summary; a run that is stopped cannot wait so long. Milliseconds. */
const patience = 3000;
const shortPatience = 600;

/** How long k6 is to load, warm-up included; absent where the script says so. Milliseconds. */
const durationOf = (plan: K6Plan, {warmup, duration}: Control): number | undefined => {
	if (duration === undefined) return undefined;
	if (plan.stages === undefined) return warmup + duration;
	throw new BenchtopError('Stages say how long they take: a duration beside them says nothing.', {
		hint: 'Leave out the duration, or the stages.',
	});
};

const readSummary = (path: string): Summary | undefined => {
	try {
		return summaryIn(readFileSync(path, 'utf8'));
	} catch {
		return undefined;
	}
};

/** Whether a script, or what is beside it, says which figures a summary is to have. */
const choosesFigures = ({script, config, environment, variables}: K6Plan): boolean => {
	const name = 'K6_SUMMARY_TREND_STATS';
	if (config !== undefined || name in environment || name in variables || name in process.env) return true;
	try {
		return readFileSync(script).includes('summaryTrendStats');
	} catch {
		return false;
	}
};

/** Hands k6's points to the pace, and says how late the latest of them came. */
const readPoints = (course: Course, counting: Counting, pace: Pace): PointReader & {readonly late: () => number} => {
	let late = 0;
	const comes = (at: number): void => {
		late = Math.max(late, Date.now() - at);
	};
	const reader = createPointReader({
		metric: counting.metric,
		request(request) {
			const {at, tags, duration, blocked} = request;
			comes(at);
			if (tags.scenario !== undefined) course.beginOperation(at - duration - blocked);
			pace.add({at, take: (isMeasured) => counting.request(request, isMeasured)});
		},
		point(point) {
			comes(point.at);
			if (point.metric === 'iteration_duration') course.beginOperation(point.at - point.value);
			pace.add({at: point.at, take: (isMeasured) => counting.point(point, isMeasured)});
		},
	});
	return {...reader, late: () => late};
};

/** Passes on what the load is told, to a script that can be told. */
const steerThrough = (address: string, pace: Pace, {onSteer, notice}: Control): void =>
	onSteer((steering) => {
		const change = async (): Promise<void> => {
			if (steering.to === 'steer') {
				const {connections: vus} = steering;
				const why = vus === undefined ? undefined : await changeK6(address, {vus});
				if (why !== undefined) notice(`k6 did not take ${vus} virtual users: ${printable(why)}`);
				return;
			}

			const paused = steering.to === 'pause';
			const why = await changeK6(address, {paused});
			if (why !== undefined) {
				notice(`k6 was not ${paused ? 'paused' : 'resumed'}: ${printable(why)}`);
				return;
			}

			// What happened before is counted so much later.
			await sleep(lag);
			pace.pause(paused);
		};
		void change();
	});

/** Counts what comes until k6 has ended and all is counted, or the run is stopped; true: k6 had to be told to end. */
const follow = async (
	{ended, stop}: Pick<RunningTool, 'ended' | 'stop'>,
	exited: Promise<ToolEnd>,
	course: Course,
	pace: Pace,
	{signal}: Control,
	isBounded: boolean,
): Promise<boolean> => {
	let wasTold = false;
	let isOut = false;
	const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}));
	void ended.then(() => {
		isOut = true;
	});
	const timer = setInterval(() => {
		const now = Date.now();
		pace.advance(now - lag);
		const over = course.ended();
		if (!isBounded || wasTold || isOut || over === undefined || course.isOver() || now < over + longestGrace) return;
		wasTold = true;
		void stop('SIGINT', patience);
	}, step);
	try {
		await Promise.race([exited, stopped]);
		// Of what never began nothing is to be waited for.
		const isLeft = (): boolean =>
			course.begun() !== undefined && (pace.isDue() || Date.now() - lag < (course.ended() ?? 0));
		while (!signal.aborted && isLeft()) await Promise.race([sleep(step), stopped]);
	} finally {
		clearInterval(timer);
	}

	return wasTold;
};

/** Runs a script with k6 and counts its data points as they come. */
export const loadWithK6 = async (plan: K6Plan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal, warmup} = control;
	const duration = durationOf(plan, control);
	if (signal.aborted) return;
	const path = findTool(k6Tool, plan.folder, plan.environment);
	const course = createCourse(warmup, duration);
	const counting = createCounting(recorder, plan.operations, (at) => stretchAt(course, at));
	const said = createSaid(course);
	const pace = createPace({
		course,
		recorder,
		control,
		settle: counting.settle,
		onBegin(ago) {
			const planned = duration ?? said.planned();
			if (planned > 0) control.expect(planned - ago);
		},
	});
	const points = readPoints(course, counting, pace);
	const channel = await openChannel(points.read);
	try {
		const summary = join(channel.folder, 'summary.json');
		const address = plan.steerable ? await freeAddress() : '';
		// It may have been stopped meanwhile.
		if (signal.aborted) return;
		const places = {points: channel.path, summary, address, choosesFigures: choosesFigures(plan)};
		const tool = startTool(path, k6Words(plan, duration, places), {
			folder: plan.folder,
			environment: k6Environment(plan),
			scratch: channel.folder,
			hear: said.hearProgress,
			hearError: (line) => said.hearLog(line, Date.now()),
		});
		control.watch(
			() => Number.NaN,
			() => {
				const use = tool.use();
				return use === undefined ? {} : {'tool.cpu': use.cpu, 'tool.memory': use.memory};
			},
		);
		if (plan.steerable) steerThrough(address, pace, control);
		const exited = tool.ended.then(async (end) => {
			await channel.drained();
			points.end();
			course.end(Date.now());
			return end;
		});
		const wasTold = await follow(tool, exited, course, pace, control, duration !== undefined);
		const over = Date.now() - lag;
		if (signal.aborted) course.end(over);
		pace.finish(over);
		counting.close();
		await tool.stop('SIGINT', shortPatience);
		const end = await exited;
		pace.rest();

		const failure = failureOf(end, said.words(), signal.aborted || wasTold);
		if (failure !== undefined) throw failure;
		const told = {
			requests: counting.requests(),
			calls: counting.calls(),
			iterations: counting.iterations(),
			dropped: counting.dropped(),
			interrupted: said.interrupted(),
			thrown: said.thrown(),
			late: points.late(),
			...(wasTold ? {endedAfter: longestGrace} : {}),
			summary: readSummary(summary),
			wasStopped: signal.aborted,
			...verdictOf(end),
			hasWarmup: warmup > 0,
		};
		const made = Object.values(told.requests).reduce((all, count) => all + count, 0);
		if (plan.operations === 'requests' && made === 0 && told.iterations.measure > 0) {
			throw new BenchtopError('The script made no HTTP or gRPC request: nothing of them can be measured.', {
				hint: 'Measure its iterations: --operations iterations.',
				exitCode: 4,
			});
		}

		for (const finding of [...counting.findings(), ...k6Findings(told)]) control.find(finding);
		for (const doubt of k6Doubts(told)) control.doubt(doubt);
		if (counting.hasOtherParts()) {
			control.notice('The requests have more names than are told apart: give those of one kind the same tag "name".');
		}
	} finally {
		channel.close();
	}
};

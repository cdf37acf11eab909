import type {PhaseName} from '../../core/plan.ts';
import type {Control, Recorder} from '../engine.ts';
import {createStopwatch} from '../stopwatch.ts';
import {closedLoop} from './closed-loop.ts';
import {createHttp1Wire} from './http1-wire.ts';
import {createHttp2Wire} from './http2-wire.ts';
import type {Loop} from './loop.ts';
import {openLoop} from './open-loop.ts';
import type {OwnHttpPlan} from './plan.ts';
import {requestBytes, requestFields} from './request.ts';
import {createRoutes} from './route.ts';
import {findWay, type Way} from './way.ts';
import type {Wire, WireParts} from './wire.ts';

/** Requests that have waited too long are looked for this often, and more often if they time out sooner. */
const longestSweep = 100;
const shortestSweep = 5;

/** The wire that speaks what a plan asks for. */
const wireOf = (plan: OwnHttpPlan, way: Way, parts: WireParts): Wire =>
	plan.http2 === true
		? createHttp2Wire(createRoutes(plan, way, requestFields, false, parts.notice), parts)
		: createHttp1Wire(createRoutes(plan, way, requestBytes, true, parts.notice), parts);

/** The same request over and over. */
const requestLoop = (plan: OwnHttpPlan, way: Way, recorder: Recorder, control: Control, onDone: () => void): Loop =>
	(plan.rate === undefined ? closedLoop : openLoop)({
		plan,
		warmup: control.warmup,
		duration: control.duration ?? 0,
		recorder,
		openWire: (hooks) =>
			wireOf(plan, way, {
				pipelining: plan.pipelining,
				isOpenLoop: plan.rate !== undefined,
				recorder,
				notice: control.notice,
				...hooks,
			}),
		notice: control.notice,
		onDone,
	});

/** Loads until the plan's end or the signal; what is in flight at a phase's end counts in the next one. */
export const loadHttp = async (plan: OwnHttpPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal} = control;
	if (signal.aborted) return;
	const way = await findWay(plan, signal);
	if (signal.aborted) return;
	let finish = (): void => {};
	const onDone = (): void => finish();
	const {scenario} = plan;
	const loop =
		scenario === undefined
			? requestLoop(plan, way, recorder, control, onDone)
			: (await import('./scenario/loop.ts')).scenarioLoop({
					plan: {...plan, scenario},
					way,
					warmup: control.warmup,
					duration: control.duration ?? 0,
					recorder,
					notice: control.notice,
					onDone,
				});
	try {
		await loop.prepare();
		if (signal.aborted) return;
		await new Promise<void>((resolve) => {
			finish = follow(plan, control, loop, resolve);
			// Counted from here on: what comes before the first phase belongs to none.
			if (way.lookedUp !== undefined) recorder.setup('dns', way.lookedUp * 1000);
			loop.start();
		});
	} finally {
		await loop.close();
	}
};

const shortestTimeout = ({timeout, scenario}: OwnHttpPlan): number =>
	[...(scenario?.once ?? []), ...(scenario?.flows ?? []).flatMap(({steps}) => steps)].reduce(
		(shortest, step) => ('timeout' in step && step.timeout !== undefined ? Math.min(shortest, step.timeout) : shortest),
		timeout,
	);

/** Takes a loop through its phases and tells it what the load is told. Gives how to end it, which happens once. */
const follow = (plan: OwnHttpPlan, control: Control, loop: Loop, onEnd: () => void): (() => void) => {
	const {signal, warmup, amount, duration = 0} = control;
	const stopwatch = createStopwatch();
	const alarms: Array<() => void> = [];
	let isFinished = false;
	let isPaused = false;
	let phase: PhaseName | undefined;
	const enter = (next: PhaseName): void => {
		phase = next;
		if (!isPaused) control.enter(next);
		if (next === 'measure') loop.measure(amount);
	};
	const sweep = setInterval(
		() => loop.sweep(performance.now()),
		Math.min(longestSweep, Math.max(shortestSweep, shortestTimeout(plan) / 10)),
	);
	const finish = (): void => {
		if (isFinished) return;
		isFinished = true;
		for (const doubt of loop.end(performance.now())) control.doubt(doubt);
		control.finish();
		signal.removeEventListener('abort', finish);
		clearInterval(sweep);
		for (const cancel of alarms) cancel();
		onEnd();
	};
	enter(warmup > 0 ? 'warm-up' : 'measure');
	signal.addEventListener('abort', finish);
	control.watch(() => {
		const now = performance.now();
		return now - loop.oldest(now);
	}, loop.levels);
	control.onSteer((steering) => {
		if (isFinished) return;
		const now = performance.now();
		switch (steering.to) {
			case 'pause':
				isPaused = true;
				stopwatch.stop();
				loop.pause(now);
				control.enter('pause');
				return;
			case 'resume':
				isPaused = false;
				stopwatch.go();
				if (phase !== undefined) control.enter(phase);
				loop.resume(now);
				return;
			case 'steer':
				loop.steer(steering, now);
		}
	});
	if (warmup > 0) alarms.push(stopwatch.at(warmup, () => enter('measure')));
	if (amount === undefined) alarms.push(stopwatch.at(warmup + duration, finish));
	return finish;
};

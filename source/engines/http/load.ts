import type {Control, Recorder} from '../engine.ts';
import {follow} from '../follow.ts';
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
			finish = follow(shortestTimeout(plan), control, loop, resolve);
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

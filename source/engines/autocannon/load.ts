import type {PhaseName} from '../../core/plan.ts';
import type {Control, Recorder} from '../engine.ts';
import type {HttpPlan} from '../http-plan.ts';
import {createStopwatch, type Stopwatch} from '../stopwatch.ts';
import {follow} from './client.ts';
import {foreign, isGuest, never} from './guest.ts';

/** The wheel of a thread's load: what it is told while it runs, for the clients that are running. */
type Helm = {
	readonly stopwatch: Stopwatch;
	connections: number;
	rate: number | undefined;
	paused: boolean;
	/** Brings the clients in line with the above. */
	obey: () => void;
};

/** With a rate, a connection makes one request per second at least. */
const connectionsOf = ({connections, rate}: Helm): number => Math.min(connections, rate ?? connections);

const shareOf = (whole: number, shares: number, index: number): number =>
	Math.floor(whole / shares) + (index < whole % shares ? 1 : 0);

type Limit = {readonly duration: number} | {readonly amount: number};

/**
 * One autocannon instance until a time of the stopwatch, an amount of requests, or the signal. `onEnd` is
 * called when the last one has been counted; autocannon then takes some 50 ms to settle.
 */
const load = async (
	autocannon: typeof import('autocannon'),
	plan: HttpPlan,
	recorder: Recorder,
	control: Control,
	helm: Helm,
	limit: Limit,
	onEnd: () => void,
): Promise<void> => {
	const {signal} = control;
	if (signal.aborted) return;
	const {stopwatch} = helm;
	const followers: Array<ReturnType<typeof follow>> = [];
	let finished = false;
	let started = false;
	let cancelSecond = (): void => {};
	const finish = (): void => {
		if (finished) return;
		finished = true;
		cancelSecond();
		helm.obey = () => {};
		const now = performance.now();
		for (const follower of followers) follower.finish(now);
		onEnd();
	};
	const setUp = (client: object): void => {
		if (!isGuest(client)) throw foreign();
		client.timeout = plan.timeout;
		const follower = follow(
			client,
			plan.pipelining,
			recorder,
			control,
			() => helm.paused,
			() => {
				if (started && followers.every((other) => other.isAtRest())) finish();
			},
		);
		// One that joins a running load waits for its share of it.
		follower.park(started);
		followers.push(follower);
	};
	/** Opens, parks and lets go connections, and divides among them the rate and what is left of the amount. */
	const obey = (): void => {
		const clients = followers.filter((follower) => !follower.isDone());
		const [template] = followers;
		if (template === undefined || clients.length === 0) return;
		const left =
			'amount' in limit
				? clients.reduce((sum, {guest}) => sum + Math.max(0, (guest.responseMax ?? 0) - guest.reqsMade), 0)
				: Number.POSITIVE_INFINITY;
		// All is sent: there is nothing to divide.
		if (left === 0) {
			for (const client of clients) client.release();
			return;
		}

		const wanted = Math.min(connectionsOf(helm), left);
		for (let open = clients.length; open < wanted; open++) {
			Reflect.construct(template.guest.constructor, [template.guest.opts]);
			const [opened] = followers.slice(-1);
			if (opened !== undefined) clients.push(opened);
		}

		for (const [index, client] of clients.entries()) {
			const {guest} = client;
			const joins = client.isParked() && index < wanted;
			client.park(index >= wanted);
			if ('amount' in limit) guest.responseMax = guest.reqsMade + (index < wanted ? shareOf(left, wanted, index) : 0);
			if (helm.rate === undefined) continue;
			// Nobody sends without a limit, and who joins begins with the next second.
			guest.rate = Math.max(1, index < wanted ? shareOf(helm.rate, wanted, index) : 0);
			if (joins) guest.reqsMadeThisSecond = guest.rate;
		}

		for (const client of clients) client.release();
	};
	const began = stopwatch.elapsed();
	const countSecond = (second: number): void => {
		cancelSecond = stopwatch.at(began + second * 1000, () => {
			for (const {guest} of followers) {
				guest.reqsMadeThisSecond = 0;
				if (guest.paused === true && !guest.destroyed) guest._doRequest();
				guest.paused = false;
			}

			if (!finished) countSecond(second + 1);
		});
	};
	control.watch(() => {
		const oldest = Math.min(...followers.map((follower) => follower.oldestStart()));
		return Number.isFinite(oldest) ? performance.now() - oldest : 0;
	});
	signal.addEventListener('abort', finish);
	const cancelDeadline = 'duration' in limit ? stopwatch.at(limit.duration, finish) : () => {};
	try {
		await new Promise<void>((resolve, reject) => {
			autocannon(
				{
					url: plan.url,
					method: plan.method as 'GET',
					headers: plan.headers,
					...(plan.bodyBase64 === undefined ? {} : {body: Buffer.from(plan.bodyBase64, 'base64')}),
					connections: connectionsOf(helm),
					pipelining: plan.pipelining,
					...(helm.rate === undefined ? {} : {overallRate: helm.rate, ignoreCoordinatedOmission: true}),
					...('amount' in limit ? {amount: limit.amount} : {duration: Math.floor(never / 1000)}),
					timeout: Math.max(1, plan.timeout / 1000),
					sampleInt: 50,
					setupClient: setUp,
				},
				(error: unknown) => {
					if (error) reject(error instanceof Error ? error : new Error(String(error)));
					else resolve();
				},
			);
			started = true;
			helm.obey = obey;
			if (helm.rate !== undefined) countSecond(1);
		});
	} finally {
		cancelDeadline();
		finish();
		signal.removeEventListener('abort', finish);
	}
};

/** Loads until the plan's end or the signal; with a warm-up and an amount, by two instances one after the other. */
export const loadByAutocannon = async (plan: HttpPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {default: autocannon} = await import('autocannon');
	const {warmup, duration, amount} = control;
	let phase: PhaseName | undefined;
	const helm: Helm = {
		stopwatch: createStopwatch(),
		connections: plan.connections,
		rate: plan.rate,
		paused: false,
		obey: () => {},
	};
	const enter = (next: PhaseName): void => {
		phase = next;
		// Between two phases of a load that is paused, the next one waits for the pause to end.
		if (!helm.paused) control.enter(next);
	};
	enter(warmup > 0 ? 'warm-up' : 'measure');
	control.onSteer((steering) => {
		switch (steering.to) {
			case 'pause':
				helm.paused = true;
				helm.stopwatch.stop();
				control.enter('pause');
				return;
			case 'resume':
				helm.paused = false;
				helm.stopwatch.go();
				if (phase !== undefined) control.enter(phase);
				break;
			case 'steer':
				helm.connections = steering.connections ?? helm.connections;
				if (helm.rate !== undefined) helm.rate = steering.rate ?? helm.rate;
				if (steering.connections !== undefined && connectionsOf(helm) < helm.connections) {
					control.notice(
						`autocannon uses no more connections than it sends requests per second: ${connectionsOf(helm)} in a load thread, not ${helm.connections}.`,
					);
				}
		}

		helm.obey();
	});
	if (amount === undefined) {
		const cancelBoundary = warmup > 0 ? helm.stopwatch.at(warmup, () => enter('measure')) : () => {};
		await load(autocannon, plan, recorder, control, helm, {duration: warmup + (duration ?? 0)}, () => {
			cancelBoundary();
			control.finish();
		});
		return;
	}

	if (warmup > 0) await load(autocannon, plan, recorder, control, helm, {duration: warmup}, () => {});
	if (control.signal.aborted) return;
	enter('measure');
	await load(autocannon, plan, recorder, control, helm, {amount}, control.finish);
};

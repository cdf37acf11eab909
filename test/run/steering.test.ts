import {once} from 'node:events';
import {createServer, type Socket} from 'node:net';
import {afterEach, describe, expect, test} from 'vitest';
import {z} from 'zod';
import type {RunEvent, SteeringCommand} from '../../source/core/event.ts';
import type {PhaseName, Steerable} from '../../source/core/plan.ts';
import {type Result, resultOf} from '../../source/core/result.ts';
import {hasBegun} from '../../source/core/run-state.ts';
import type {Engine, Steering} from '../../source/engines/engine.ts';
import {type AnyEngine, engines, erase} from '../../source/engines/index.ts';
import {createJournal} from '../../source/run/journal.ts';
import {performRun} from '../../source/run/runner.ts';
import {type StartThread, startWorker} from '../../source/run/threads.ts';
import {began} from '../helpers/began.ts';
import {inlineThread} from '../helpers/inline-thread.ts';
import {httpTarget, okReply, rawTarget, type Target} from '../helpers/target.ts';

const open: Target[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((target) => target.close()));
});

const keep = async (target: Promise<Target>): Promise<Target> => {
	const opened = await target;
	open.push(opened);
	return opened;
};

type Given = {
	readonly plan?: Partial<typeof began.plan> & {readonly amount?: number; readonly duration?: number | undefined};
	readonly load: unknown;
	readonly engines?: readonly AnyEngine[];
	readonly startThread?: StartThread;
	/** Hears every event, and steers or stops. */
	readonly on: (event: RunEvent, steer: (command: SteeringCommand) => void, stop: () => void) => void;
};

const perform = async ({plan = {}, load, engines: table = engines, startThread, on}: Given) => {
	const events: RunEvent[] = [];
	const stop = new AbortController();
	let steer: (command: SteeringCommand) => void = () => {};
	const journal = createJournal((event) => {
		events.push(event);
		on(
			event,
			(command) => steer(command),
			() => stop.abort('user'),
		);
	});
	const {duration: _, ...rest} = began.plan;
	await performRun(
		{
			plan: {...rest, warmup: 0, engine: table[0]?.name ?? '', load, ...plan},
			environment: began.environment,
		},
		{
			journal,
			monitor: {sample: () => ({}), close: () => {}},
			stop: stop.signal,
			engines: table,
			startThread: startThread ?? inlineThread(table),
			onSteer(hear) {
				steer = hear;
			},
		},
	);
	const state = journal.state();
	if (!hasBegun(state)) throw new Error('The run never began.');
	const {at} = state;
	return {events, state, result: resultOf(state), at};
};

/** Calls each step once, when its phase has gone on for so many beats of 200 ms since the last step. */
const script = (steps: ReadonlyArray<readonly [phase: PhaseName, beats: number, step: () => void]>) => {
	let next = 0;
	let seen = 0;
	return (event: RunEvent): void => {
		const step = steps[next];
		if (step === undefined || event.kind !== 'snapshot' || event.phase !== step[0]) return;
		seen += event.snapshot.to - event.snapshot.from;
		if (seen < step[1] * 200 - 20) return;
		seen = 0;
		next += 1;
		step[2]();
	};
};

const http = (url: string, more: object = {}) => ({
	url,
	method: 'GET',
	headers: {},
	connections: 4,
	pipelining: 1,
	timeout: 10_000,
	...more,
});

const autocannon = engines.filter(({name}) => name === 'autocannon');

const phasesOf = (events: readonly RunEvent[]): string[] =>
	events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []));
const noticesOf = (events: readonly RunEvent[]): string[] =>
	events.flatMap((event) => (event.kind === 'notice' ? [event.text] : []));
const kindsOf = (reasons: ReadonlyArray<{readonly kind: string}>): string[] => reasons.map(({kind}) => kind);

const run = async (
	given: Omit<Given, 'on'>,
	steps: (
		steer: (command: SteeringCommand) => void,
		stop: () => void,
	) => ReadonlyArray<readonly [PhaseName, number, () => void]>,
) => {
	let follow: ((event: RunEvent) => void) | undefined;
	return perform({
		...given,
		on(event, steer, stop) {
			follow ??= script(steps(steer, stop));
			follow(event);
		},
	});
};

/** The target saw what was offered; what was sent at the very end it may never have read. */
const expectSeen = (target: Target, {summary: {operations}}: Result): void => {
	expect(target.requests()).toBeLessThanOrEqual(operations.offered);
	expect(target.requests()).toBeGreaterThanOrEqual(operations.offered - operations.inFlight);
};

describe('a pause', () => {
	test('sends nothing, and every figure is of the time that the load ran', async () => {
		const sockets = new Set<unknown>();
		const target = await keep(
			rawTarget((socket) => {
				sockets.add(socket);
				setTimeout(() => socket.write(okReply), 20);
			}),
		);
		let [atPause, atResume] = [0, 0];
		const {events, result, at} = await run(
			{load: http(target.url, {timeout: 500}), plan: {duration: 2000}},
			(steer) => [
				['measure', 5, () => steer({command: 'pause'})],
				['pause', 2, () => (atPause = target.requests())],
				[
					'pause',
					6,
					() => {
						atResume = target.requests();
						steer({command: 'resume'});
					},
				],
			],
		);
		expect(phasesOf(events)).toEqual(['measure', 'pause', 'measure']);
		expect(atResume).toBe(atPause);
		expect(target.requests()).toBeGreaterThan(atResume);
		// Waiting without a request is no waiting for a reply.
		expect(sockets.size).toBe(4);
		expect(result.pausedMs).toBeGreaterThan(1100);
		expect(at).toBeGreaterThan(3100);
		expect(result.durationMs).toBeGreaterThan(1980);
		expect(result.durationMs).toBeLessThan(1000 + (result.pausedMs ?? 0));
		const {throughput, latency, operations} = result.summary;
		// What was in flight when the pause began is no throughput.
		expect(throughput.total - (throughput.mean ?? 0) * (result.durationMs / 1000)).toBeCloseTo(4, 0);
		expect(latency.p50).toBeLessThan(60);
		expect(latency.max).toBeLessThan(1000);
		expect(latency.count).toBe(operations.succeeded);
		expect(operations.offered).toBe(operations.succeeded + operations.inFlight);
		expectSeen(target, result);
		expect(operations.inFlight).toBe(latency.waiting.count);
		const covered = result.timeline.reduce((sum, {fromMs, toMs}) => sum + toMs - fromMs, 0);
		expect(covered).toBeCloseTo(result.durationMs, 0);
		expect(kindsOf(result.validity.reasons)).not.toContain('steered');
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
		expect(result.marks.map(({text}) => text)).toEqual([
			'paused: nothing is sent, and the time does not count',
			'going on measuring',
		]);
	});

	test('counts what is in flight where it was sent, also when it ends long after', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 750)));
		const {state, result} = await run({load: http(target.url, {connections: 3}), plan: {duration: 900}}, (steer) => [
			['measure', 2, () => steer({command: 'pause'})],
			['pause', 6, () => steer({command: 'resume'})],
		]);
		expect(state.total?.late).toBe(3);
		expect(result.summary.outcomes).toEqual({200: 3});
		expect(result.summary.latency.min).toBeGreaterThan(740);
		expect(result.summary.throughput).toMatchObject({total: 3, mean: 0});
		expect(result.summary.operations).toMatchObject({offered: 6, inFlight: 3});
	});

	test('times nothing out but what is in flight, and a connection that the target closes meanwhile is no failure', async () => {
		let closed = 0;
		const target = await keep(
			rawTarget((socket, request) => {
				clearTimeout(timers.get(socket));
				timers.set(
					socket,
					setTimeout(() => {
						closed += 1;
						socket.end();
					}, 400),
				);
				if (request !== 11) setTimeout(() => socket.write(okReply), 10);
			}),
		);
		const timers = new Map<unknown, NodeJS.Timeout>();
		const {result} = await run(
			{load: http(target.url, {timeout: 350, connections: 2}), plan: {duration: 1200}},
			(steer) => [
				['measure', 1, () => steer({command: 'pause'})],
				['pause', 7, () => steer({command: 'resume'})],
			],
		);
		expect(closed).toBeGreaterThan(0);
		expect(result.summary.outcomes).toEqual({200: expect.any(Number), timeout: 1});
		expect(result.summary.operations.succeeded).toBeGreaterThan(20);
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
	});

	test('leaves a target in peace that hangs up on everybody', async () => {
		let [connections, hangsUp] = [0, false];
		const sockets = new Set<Socket>();
		const server = createServer((socket) => {
			connections += 1;
			sockets.add(socket);
			socket.on('error', () => {});
			socket.on('data', () => socket.write(okReply));
			if (hangsUp) socket.end();
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const address = server.address();
		if (typeof address !== 'object' || address === null) throw new Error('no port');
		let [before, after] = [0, 0];
		const {result} = await run({load: http(`http://127.0.0.1:${address.port}/`), plan: {duration: 800}}, (steer) => [
			['measure', 2, () => steer({command: 'pause'})],
			[
				'pause',
				1,
				() => {
					before = connections;
					hangsUp = true;
					for (const socket of sockets) socket.end();
				},
			],
			[
				'pause',
				4,
				() => {
					after = connections;
					hangsUp = false;
					steer({command: 'resume'});
				},
			],
		]);
		server.close();
		for (const socket of sockets) socket.destroy();
		expect(after).toBe(before);
		expect(connections).toBe(before + 4);
		expect(Object.keys(result.summary.outcomes)).toEqual(['200']);
	});

	test('does not add to a rate: the second that it broke off goes on after it', async () => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {result} = await run({load: http(target.url, {rate: 40}), plan: {duration: 2600}}, (steer) => [
			['measure', 7, () => steer({command: 'pause'})],
			['pause', 6, () => steer({command: 'resume'})],
		]);
		// 40 a second over 2.6 s of measuring, however long the pause.
		const {offered} = result.summary.operations;
		// The schedule may begin and end a few milliseconds beside the phase; the pause alone would be 48 requests.
		expect(Math.abs(offered - 104)).toBeLessThanOrEqual(2);
		expectSeen(target, result);
		expect(kindsOf(result.validity.reasons)).not.toContain('rate-missed');
	});

	test('in the warm-up goes back to the warm-up, and takes nothing from either', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 5)));
		const {events, result} = await run({load: http(target.url), plan: {warmup: 600, duration: 600}}, (steer) => [
			['warm-up', 1, () => steer({command: 'pause'})],
			['pause', 3, () => steer({command: 'resume'})],
		]);
		expect(phasesOf(events)).toEqual(['warm-up', 'pause', 'warm-up', 'measure']);
		// A timer that is late on a busy machine takes from one phase what it gives to the other.
		expect(result.warmup.durationMs).toBeGreaterThan(500);
		expect(result.warmup.durationMs).toBeLessThan(1000);
		expect(result.durationMs).toBeGreaterThan(500);
		expect(result.durationMs).toBeLessThan(1000);
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
	});

	test.each([1, 2])('at the very change of phases, on %i threads, keeps both whole', async (workers) => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 5)));
		let asked = false;
		let pauses = 0;
		const {events, result} = await perform({
			load: http(target.url),
			plan: {warmup: 400, duration: 600, workers},
			on(event, steer) {
				if (event.kind === 'phase' && event.phase === 'measure' && !asked) {
					asked = true;
					steer({command: 'pause'});
				}

				if (event.kind === 'snapshot' && event.phase === 'pause') pauses += 1;
				if (pauses === 3) steer({command: 'resume'});
			},
		});
		expect(phasesOf(events)).toEqual(['warm-up', 'measure', 'pause', 'measure']);
		expect(result.warmup.durationMs).toBeGreaterThan(300);
		expect(result.durationMs).toBeGreaterThan(500);
		expect(result.durationMs).toBeLessThan(580 + (result.pausedMs ?? 0));
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
	});

	test('called for twice, or many times at once, is one', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 5)));
		const {events, result} = await run(
			{load: http(target.url), plan: {duration: 900, workers: 2}, startThread: startWorker},
			(steer) => [
				[
					'measure',
					1,
					() => {
						steer({command: 'resume'});
						steer({command: 'pause'});
						steer({command: 'resume'});
						steer({command: 'pause'});
						steer({command: 'pause'});
					},
				],
				[
					'pause',
					2,
					() => {
						steer({command: 'pause'});
						steer({command: 'resume'});
						steer({command: 'resume'});
					},
				],
			],
		);
		expect(phasesOf(events)).toEqual(['measure', 'pause', 'measure']);
		expect(noticesOf(events)).toEqual([]);
		expect(result.ending).toEqual({state: 'finished'});
		expect(result.durationMs).toBeGreaterThan(880);
	});

	test('ends at once when the run is stopped', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 5)));
		let stopped = 0;
		const {result} = await run({load: http(target.url), plan: {duration: 60_000}}, (steer, stop) => [
			['measure', 2, () => steer({command: 'pause'})],
			[
				'pause',
				3,
				() => {
					stopped = performance.now();
					stop();
				},
			],
		]);
		expect(performance.now() - stopped).toBeLessThan(1500);
		expect(result.ending).toEqual({state: 'stopped', by: 'user'});
		expect(result.summary.operations.inFlight).toBe(0);
		expect(result.pausedMs).toBeGreaterThan(390);
		expect(result.durationMs).toBeLessThan(2000);
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
	});

	test('of a load on several threads is joined like one', async () => {
		const target = await keep(httpTarget((_, response) => setTimeout(() => response.end('hello'), 10)));
		const {events, result} = await run(
			{load: http(target.url), plan: {duration: 1200, workers: 2}, startThread: startWorker},
			(steer) => [
				['measure', 3, () => steer({command: 'pause'})],
				['pause', 5, () => steer({command: 'resume'})],
			],
		);
		expect(phasesOf(events)).toEqual(['measure', 'pause', 'measure']);
		expect(result.durationMs).toBeGreaterThan(1180);
		expect(result.durationMs).toBeLessThan(1800);
		const covered = result.timeline.reduce((sum, {fromMs, toMs}) => sum + toMs - fromMs, 0);
		expect(Math.abs(covered - result.durationMs)).toBeLessThan(30);
		expectSeen(target, result);
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
	});
});

describe('steering', () => {
	test('more connections are seen by the target, and so are fewer', async () => {
		const seen: Set<unknown>[] = [new Set()];
		const target = await keep(
			rawTarget((socket) => {
				seen.at(-1)?.add(socket);
				setTimeout(() => socket.write(okReply), 5);
			}),
		);
		const look = (): unknown => seen.push(new Set());
		const {events, result, state} = await run(
			{load: http(target.url, {connections: 2}), plan: {duration: 3000}},
			(steer) => [
				['measure', 2, () => steer({command: 'steer', connections: 5})],
				['measure', 1, look],
				['measure', 2, () => steer({command: 'steer', connections: 1})],
				['measure', 1, look],
				['measure', 2, look],
				['measure', 1, () => steer({command: 'steer', connections: 3})],
				['measure', 1, look],
			],
		);
		expect(seen.map(({size}) => size)).toEqual([expect.any(Number), 5, 1, expect.any(Number), 3]);
		// Those that are too many are closed; later ones are new.
		expect(new Set(seen.flatMap((sockets) => [...sockets])).size).toBe(7);
		expect(events.flatMap((event) => (event.kind === 'steer' ? [[event.text, event.connections]] : []))).toEqual([
			['connections 2 → 5', 5],
			['connections 5 → 1', 1],
			['connections 1 → 3', 3],
		]);
		expect(state.load).toEqual({connections: 3});
		expect(Object.keys(result.summary.outcomes)).toEqual(['200']);
		expectSeen(target, result);
		expect(kindsOf(result.validity.reasons)).toContain('steered');
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
		expect(result.marks.map(({text}) => text)).toEqual(['connections 2 → 5', 'connections 5 → 1', 'connections 1 → 3']);
	});

	test.each([1, 2])('a rate is what the target gets, on %i threads', async (workers) => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		const {result, events} = await run(
			{load: http(target.url, {connections: 3, rate: 41}), plan: {duration: 3000, workers}},
			(steer) => [['measure', 8, () => steer({command: 'steer', rate: 203})]],
		);
		const [steered] = events.flatMap((event) => (event.kind === 'steer' ? [event] : []));
		const began = events.find((event) => event.kind === 'phase')?.at ?? 0;
		const before = (steered?.at ?? 0) - began;
		const due = (41 * before + 203 * (result.durationMs - before)) / 1000;
		expect(Math.abs(result.summary.operations.offered - due)).toBeLessThanOrEqual(2 + 0.02 * due);
		expect(Math.abs(target.requests() - result.summary.operations.offered)).toBeLessThanOrEqual(workers);
		expect(steered?.text).toBe('rate 41 → 203/s');
		expect(kindsOf(result.validity.reasons)).not.toContain('rate-missed');
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
	});

	test.each([1, 2])('under autocannon, a rate is what the target gets, on %i threads', async (workers) => {
		const target = await keep(httpTarget((_, response) => response.end('hello')));
		let [first, second] = [0, 0];
		const {result, events} = await run(
			{engines: autocannon, load: http(target.url, {connections: 3, rate: 41}), plan: {duration: 5700, workers}},
			(steer) => [
				[
					'measure',
					8,
					() => {
						first = target.requests();
						steer({command: 'steer', rate: 203});
					},
				],
				[
					'measure',
					5,
					() => {
						second = target.requests();
					},
				],
			],
		);
		// autocannon sends at the beginning of each second: two of them at the old rate, four at the new one.
		expect(first).toBe(2 * 41);
		expect(second).toBe(2 * 41 + 203);
		expect(target.requests()).toBe(2 * 41 + 4 * 203);
		expect(events.flatMap((event) => (event.kind === 'steer' ? [event.text] : []))).toEqual(['rate 41 → 203/s']);
		expect(kindsOf(result.validity.reasons)).not.toContain('rate-missed');
		expect(kindsOf(result.validity.reasons)).not.toContain('counts');
	});

	test('an amount stays that amount, however its connections change and pause', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 10)));
		const {result} = await run(
			{load: http(target.url, {connections: 3}), plan: {amount: 400, warmup: 200}},
			(steer) => [
				['measure', 1, () => steer({command: 'steer', connections: 6})],
				['measure', 1, () => steer({command: 'pause'})],
				[
					'pause',
					2,
					() => {
						steer({command: 'steer', connections: 1});
						steer({command: 'resume'});
					},
				],
				['measure', 2, () => steer({command: 'steer', connections: 4})],
			],
		);
		expect(result.ending).toEqual({state: 'finished'});
		expect(result.summary.outcomes).toEqual({200: 400});
		expect(result.summary.operations).toMatchObject({offered: 400, inFlight: 0});
	});

	test('to what it is already is nothing', async () => {
		const target = await keep(rawTarget((socket) => setTimeout(() => socket.write(okReply), 10)));
		const {events, result} = await run({load: http(target.url), plan: {duration: 600}}, (steer) => [
			['measure', 1, () => steer({command: 'steer', connections: 4})],
		]);
		expect(events.filter(({kind}) => kind === 'steer' || kind === 'notice')).toEqual([]);
		expect(kindsOf(result.validity.reasons)).not.toContain('steered');
	});

	test('what the plan or the threads do not allow is said, and left', async () => {
		const target = await keep(httpTarget((_, response) => setTimeout(() => response.end('hello'), 5)));
		const {events, state} = await run({load: http(target.url), plan: {duration: 900, workers: 2}}, (steer) => [
			[
				'measure',
				1,
				() => {
					steer({command: 'steer', rate: 100});
					steer({command: 'steer', connections: 1});
					steer({command: 'steer', connections: 2.5});
				},
			],
		]);
		expect(noticesOf(events)).toEqual([
			'This load cannot change its rate while it runs. It can be paused and change its connections.',
			'Each of the 2 load threads keeps one connection at least: connections 2, not 1.',
			expect.stringMatching(/^The load cannot be steered so: .*int/),
		]);
		expect(events.flatMap((event) => (event.kind === 'steer' ? [event.text] : []))).toEqual(['connections 4 → 2']);
		expect(state.load).toEqual({connections: 2});
	});
});

type Plan = {readonly connections: number};

const made = (steerable: readonly Steerable[] | undefined, told: Steering[] = []): AnyEngine =>
	erase<Plan>({
		name: 'made',
		about: 'a made-up load',
		plan: z.strictObject({connections: z.number()}),
		latencyMeans: 'what the test says',
		...(steerable === undefined ? {} : {steering: () => steerable}),
		run: async (_plan, recorder, control) => {
			control.enter('measure');
			control.onSteer((steering) => told.push(steering));
			recorder.offer(1);
			recorder.record(recorder.outcome('200', false), 1000);
			await new Promise((resolve) => control.signal.addEventListener('abort', resolve));
		},
	} satisfies Engine<Plan>);

test('a run is given the time that it was paused', async () => {
	const events: RunEvent[] = [];
	let steer: (command: SteeringCommand) => void = () => {};
	let [finish, pause] = [() => {}, () => {}];
	const paused = new Promise<void>((resolve) => {
		pause = resolve;
	});
	const engine = erase<Plan>({
		name: 'made',
		about: 'a made-up load',
		plan: z.strictObject({connections: z.number()}),
		latencyMeans: 'what the test says',
		steering: () => ['pause'],
		run: async (_plan, _recorder, control) => {
			control.enter('measure');
			control.onSteer(({to}) => control.enter(to === 'pause' ? 'pause' : 'measure'));
			await new Promise<void>((resolve) => {
				finish = resolve;
				control.signal.addEventListener('abort', () => resolve());
			});
		},
	});
	let waits = 0;
	const journal = createJournal((event) => {
		events.push(event);
		if (event.kind === 'snapshot' && event.phase === 'measure') steer({command: 'pause'});
		if (event.kind === 'snapshot' && event.phase === 'pause') pause();
	});
	await performRun(
		{plan: {...began.plan, engine: 'made', load: {connections: 1}}, environment: began.environment},
		{
			journal,
			monitor: {sample: () => ({}), close: () => {}},
			stop: new AbortController().signal,
			engines: [engine],
			startThread: inlineThread([engine]),
			onSteer(hear) {
				steer = hear;
			},
			clock: {
				now: () => performance.now(),
				wall: () => new Date(0),
				sleep: async (_milliseconds, signal) => {
					waits += 1;
					// All the time allowed passes in the pause.
					if (waits === 1) return paused;
					setTimeout(() => finish(), 100);
					await new Promise((resolve) => signal?.addEventListener('abort', resolve));
				},
			},
		},
	);
	expect(waits).toBe(2);
	expect(events.at(-1)).toMatchObject({kind: 'ended', ending: {state: 'finished'}});
});

test('a load that cannot be steered says so, and what it can', async () => {
	const told: Steering[] = [];
	const ask = (engine: AnyEngine) =>
		run({load: {connections: 3}, plan: {duration: 60_000}, engines: [engine]}, (steer, stop) => [
			[
				'measure',
				1,
				() => {
					steer({command: 'pause'});
					steer({command: 'steer', connections: 4});
					stop();
				},
			],
		]);
	const rigid = await ask(made(undefined, told));
	expect(noticesOf(rigid.events)).toEqual([
		'This load cannot be paused while it runs. Nothing of it can.',
		'This load cannot change its connections while it runs. Nothing of it can.',
	]);
	expect(told).toEqual([]);
	const [first] = rigid.events;
	expect(first).toMatchObject({kind: 'began', steering: []});
	const partly = await ask(made(['connections'], told));
	expect(noticesOf(partly.events)).toEqual([
		'This load cannot be paused while it runs. It can change its connections.',
	]);
	expect(told).toEqual([{to: 'steer', connections: 4}]);
});

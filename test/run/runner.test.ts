import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import {parseEvent, type RunEvent} from '../../source/core/event.ts';
import {resultOf} from '../../source/core/result.ts';
import {emptyRunState, hasBegun, reduceRun} from '../../source/core/run-state.ts';
import {coveredIn, inFlightIn, mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import type {Engine} from '../../source/engines/engine.ts';
import {erase} from '../../source/engines/index.ts';
import {BenchtopError} from '../../source/errors.ts';
import {createJournal} from '../../source/run/journal.ts';
import {createRecorder} from '../../source/run/recorder.ts';
import {performRun, type RunParts} from '../../source/run/runner.ts';
import {createJoiner} from '../../source/run/threads.ts';
import {began} from '../helpers/began.ts';
import {inlineThread} from '../helpers/inline-thread.ts';

type Plan = {readonly share: number; readonly secret: string};

const fake = (run: Engine<Plan>['run'], more: Partial<Engine<Plan>> = {}): Engine<Plan> => ({
	name: 'fake',
	about: 'a made-up load',
	plan: z.strictObject({share: z.number(), secret: z.string()}),
	latencyMeans: 'what the test says',
	run,
	...more,
});

const steady: Engine<Plan>['run'] = async (plan, recorder, control) => {
	const slot = recorder.outcome('200', false);
	control.enter(control.warmup > 0 ? 'warm-up' : 'measure');
	if (control.warmup > 0) {
		recorder.offer(plan.share + 1);
		for (let index = 0; index < plan.share; index++) recorder.record(slot, 500_000);
		control.enter('measure');
		recorder.record(slot, 700);
	}

	recorder.offer(plan.share);
	for (let index = 0; index < plan.share; index++) recorder.record(slot, 1000);
	control.finish();
	recorder.record(slot, 9_000_000);
};

const perform = async (engine: Engine<Plan>, parts: Partial<RunParts> = {}, plan: Partial<typeof began.plan> = {}) => {
	const events: RunEvent[] = [];
	const engines = [erase(engine)];
	const journal = createJournal((event) => events.push(event));
	await performRun(
		{
			plan: {...began.plan, engine: 'fake', load: {share: 100, secret: 'hunter2'}, ...plan},
			environment: began.environment,
		},
		{
			journal,
			monitor: {sample: () => ({}), close: () => {}},
			stop: new AbortController().signal,
			engines,
			startThread: inlineThread(engines),
			...parts,
		},
	);
	const state = journal.state();
	if (!hasBegun(state)) throw new Error('The run never began.');
	return {events, result: resultOf(state)};
};

describe('a run', () => {
	test('keeps phases apart, hands over what is in flight, and counts nothing after the end', async () => {
		const {result} = await perform(fake(steady));
		expect(result.ending).toEqual({state: 'finished'});
		expect(result.warmup.operations).toBe(100);
		expect(result.summary.latency).toMatchObject({count: 101, min: 0.7, max: 1});
		expect(result.summary.operations).toEqual({offered: 101, succeeded: 101, failed: 0, inFlight: 0});
		expect(result.validity).toMatchObject({trustworthy: true, reasons: []});
	});

	test('on several threads counts everything once', async () => {
		const split: NonNullable<Engine<Plan>['split']> = (plan, threads) =>
			Array.from({length: threads}, () => ({...plan, share: plan.share / threads}));
		const {result, events} = await perform(fake(steady, {split}), {}, {workers: 4, warmup: 100});
		expect(result.summary.operations.offered).toBe(104);
		expect(result.warmup.operations).toBe(100);
		expect(events.filter(({kind}) => kind === 'phase')).toHaveLength(2);
	});

	test('whose counts do not add up says so', async () => {
		const {result} = await perform(
			fake(async (_plan, recorder, control) => {
				control.enter('measure');
				recorder.offer(3);
				recorder.record(recorder.outcome('200', false), 1000);
			}),
		);
		expect(result.validity.reasons).toMatchObject([{kind: 'counts', message: expect.stringContaining('2 missing')}]);
	});

	test('whose engine breaks has failed, with what was measured, and tells no secret', async () => {
		const {result, events} = await perform(
			fake(
				async (plan, recorder, control) => {
					control.enter('measure');
					recorder.offer(1);
					recorder.record(recorder.outcome('200', false), 1000);
					throw new Error(`cannot log in with ${plan.secret}`);
				},
				{disclose: (plan) => ({plan: {share: plan.share}, secrets: [plan.secret]})},
			),
		);
		expect(result.ending).toEqual({state: 'failed', message: 'cannot log in with ***'});
		expect(result.summary.operations.succeeded).toBe(1);
		expect(JSON.stringify(events)).not.toContain('hunter2');
	});

	test('that its engine cannot start at all ends before any load', async () => {
		let ran = false;
		const {result, events} = await perform(
			fake(
				async () => {
					ran = true;
				},
				{
					probe: async () => {
						throw new BenchtopError('no tool', {hint: 'install it', exitCode: 4});
					},
				},
			),
		);
		expect(ran).toBe(false);
		expect(events.map(({kind}) => kind)).toEqual(['began', 'ended']);
		expect(result.ending).toEqual({state: 'failed', message: 'no tool', hint: 'install it'});
	});

	test('stopped by the user keeps what was measured', async () => {
		const stop = new AbortController();
		const {result} = await perform(
			fake(async (_plan, recorder, control) => {
				control.enter('measure');
				recorder.offer(2);
				recorder.record(recorder.outcome('200', false), 1000);
				setTimeout(() => stop.abort('user'), 10);
				await new Promise((resolve) => control.signal.addEventListener('abort', resolve));
				recorder.abandon(5000);
			}),
			{stop: stop.signal},
		);
		expect(result.ending).toEqual({state: 'stopped', by: 'user'});
		expect(result.summary.operations).toMatchObject({succeeded: 1, inFlight: 1});
		expect(result.summary.latency.waiting).toEqual({count: 1, longest: 5});
	});

	test('of an engine that never ends is ended', async () => {
		let told = 0;
		const {result} = await perform(
			fake(async (_plan, _recorder, control) => {
				control.enter('measure');
				await new Promise((resolve) => control.signal.addEventListener('abort', resolve));
			}),
			{
				clock: {
					now: () => performance.now(),
					wall: () => new Date(0),
					sleep: async (milliseconds, signal) => {
						// The time allowed to the engine passes at once; the time to settle is waited for.
						if (milliseconds > 10_000 && told++ === 0) return;
						await new Promise((resolve) => signal?.addEventListener('abort', resolve));
					},
				},
			},
		);
		expect(result.ending).toMatchObject({state: 'failed', message: expect.stringContaining('did not end')});
	});

	test('of an engine that takes long to make ready has its time all the same', async () => {
		let time = 0;
		const {result} = await perform(
			fake(async (plan, recorder, control) => {
				// A minute passes before the first phase, then all is as planned.
				time += 60_000;
				await new Promise((resolve) => setTimeout(resolve, 20));
				await steady(plan, recorder, control);
			}),
			{
				clock: {
					now: () => performance.now() + time,
					wall: () => new Date(0),
					sleep: async (milliseconds, signal) => {
						if (time > 0 || milliseconds < 10_000)
							return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
					},
				},
			},
		);
		expect(result.ending).toEqual({state: 'finished'});
	});

	test('doubts that only the engine can have go into the result', async () => {
		const {result} = await perform(
			fake(steady, {doubts: (_plan, total) => [{kind: 'made-up', message: `${total.offered} offered`}]}),
		);
		expect(result.validity).toMatchObject({trustworthy: false, reasons: [{kind: 'made-up', message: '101 offered'}]});
	});
});

describe('the recorder', () => {
	test('moves what is in flight from one phase to the next', () => {
		const recorder = createRecorder(0);
		const slot = recorder.outcome('200', false);
		recorder.offer(5);
		recorder.record(slot, 10);
		const first = recorder.take(100);
		recorder.record(slot, 10);
		const last = recorder.takeLast(200);
		recorder.record(slot, 10);
		recorder.record(slot, 10);
		recorder.abandon(70);
		const next = recorder.take(300);
		expect(inFlightIn(mergeSnapshots(first, last))).toBe(0);
		expect(next.offered).toBe(3);
		expect(inFlightIn(next)).toBe(0);
	});

	test('hands out one slot for a name', () => {
		const recorder = createRecorder(0);
		expect(recorder.outcome('timeout', true)).toBe(recorder.outcome('timeout', true));
		recorder.fail(recorder.outcome('timeout', true));
		recorder.record(recorder.outcome('200', false), 1);
		expect(recorder.take(1)).toMatchObject({outcomes: {timeout: 1, 200: 1}, failures: {timeout: 1}});
	});
});

describe('joining threads', () => {
	const part = (from: number, to: number, offered: number): Snapshot => ({...createRecorder(from).take(to), offered});

	test('gives one stream, loses nothing, and shows a stall as a longer stretch', () => {
		const joined: Array<[string, number, number, number]> = [];
		const joiner = createJoiner(2, (phase, {from, to, offered}) => joined.push([phase, from, to, offered]));
		joiner.add(0, 'warm-up', part(0, 200, 1), false);
		joiner.add(1, 'warm-up', part(0, 205, 2), false);
		joiner.add(0, 'warm-up', part(200, 300, 3), true);
		joiner.add(0, 'measure', part(300, 500, 10), false);
		joiner.add(1, 'warm-up', part(205, 310, 4), true);
		joiner.add(0, 'measure', part(500, 700, 20), false);
		joiner.add(1, 'measure', part(310, 910, 30), false);
		joiner.add(0, 'measure', part(700, 900, 40), true);
		joiner.add(1, 'measure', part(910, 1000, 50), true);
		joiner.flushAll();
		expect(joined).toEqual([
			['warm-up', 0, 202.5, 3],
			['warm-up', 202.5, 305, 7],
			['measure', 305, 805, 60],
			['measure', 805, 950, 90],
		]);
	});

	test('takes up a stretch after a pause, and goes on without a thread that is gone', () => {
		const joined: Array<[string, number, number, number, number]> = [];
		const joiner = createJoiner(2, (phase, snapshot) =>
			joined.push([phase, snapshot.from, snapshot.to, coveredIn(snapshot), snapshot.offered]),
		);
		joiner.add(0, 'measure', part(0, 200, 1), false);
		joiner.add(1, 'measure', part(20, 200, 2), false);
		joiner.add(0, 'measure', part(200, 300, 3), true);
		// A beat of the other one, before it has heard of the pause, waits for its end.
		joiner.add(1, 'measure', part(200, 305, 4), false);
		joiner.add(1, 'measure', part(305, 310, 5), true);
		joiner.add(0, 'measure', part(1000, 1200, 6), false);
		joiner.add(1, 'measure', part(1010, 1200, 7), false);
		joiner.add(0, 'measure', part(1200, 1300, 8), true);
		joiner.add(1, 'measure', part(1200, 1400, 9), false);
		joiner.leave(0);
		joiner.add(1, 'measure', part(1400, 1600, 10), true);
		joiner.flushAll();
		expect(joined).toEqual([
			['measure', 10, 200, 190, 3],
			['measure', 200, 305, 105, 12],
			['measure', 1005, 1200, 195, 13],
			['measure', 1200, 1350, 150, 17],
			['measure', 1350, 1600, 250, 10],
		]);
	});

	test('leaves out the time that a thread was paused in the midst of a stretch', () => {
		const joined: Snapshot[] = [];
		const joiner = createJoiner(2, (_, snapshot) => joined.push(snapshot));
		// It had entered the phase before the pause, the other one only after it.
		joiner.add(0, 'measure', part(90, 100, 1), true);
		joiner.add(0, 'measure', part(600, 800, 1), false);
		joiner.add(1, 'measure', part(610, 800, 1), false);
		expect(joined).toMatchObject([{from: 350, to: 800, covered: 200, offered: 3}]);
	});
});

test.each([
	[2, 1, 1],
	[1, 2, 2],
])('%d threads that tell of a trouble %d times each: %d notices', async (workers, times, notices) => {
	const {events} = await perform(
		fake(
			async (_plan, recorder, control) => {
				control.enter('measure');
				recorder.offer(1);
				recorder.record(recorder.outcome('200', false), 1000);
				for (let time = 0; time < times; time++) control.notice('all connections are busy');
				control.finish();
			},
			{split: (plan, threads) => Array.from({length: threads}, () => plan)},
		),
		{},
		{workers},
	);
	expect(events.filter(({kind}) => kind === 'notice')).toHaveLength(notices);
});

describe('operations told apart', () => {
	test('count in their part and in the whole, and move with it from phase to phase', () => {
		const recorder = createRecorder(0);
		const [read, write] = [recorder.part('read'), recorder.part('write')];
		const ok = recorder.outcome('ok', false);
		const bad = read.outcome('EIO', true);
		read.offer(3);
		write.offer(2);
		read.record(ok, 100);
		read.fail(bad);
		write.record(ok, 200);
		const last = recorder.takeLast(100);
		expect(last).toMatchObject({
			offered: 3,
			outcomes: {ok: 2, EIO: 1},
			failures: {EIO: 1},
			parts: {
				read: {offered: 2, outcomes: {ok: 1, EIO: 1}, failures: {EIO: 1}, latency: {count: 1}},
				write: {offered: 1, outcomes: {ok: 1}, failures: {}},
			},
		});
		read.abandon(50);
		write.record(ok, 300);
		const next = recorder.take(200);
		expect(next).toMatchObject({
			offered: 2,
			waiting: {count: 1},
			parts: {read: {offered: 1, waiting: {count: 1}}, write: {offered: 1, latency: {count: 1}}},
		});
		expect(inFlightIn(next)).toBe(0);
		expect(recorder.part('read')).toBe(read);
	});

	test('a name that is first used late has its counts where they belong', () => {
		const recorder = createRecorder(0);
		for (const name of ['a', 'b', 'c', 'd']) recorder.outcome(name, false);
		const part = recorder.part('late');
		part.offer(1);
		part.record(recorder.outcome('d', false), 1);
		expect(recorder.take(1).parts).toMatchObject({late: {outcomes: {d: 1}}});
	});
});

describe('figures beside latencies', () => {
	test('are handed out in their order, with what they are replicates of', () => {
		const recorder = createRecorder(0);
		const time = recorder.metric({name: 'time', unit: 'ns', better: 'lower'});
		expect(recorder.metric({name: 'time', unit: 's'})).toBe(time);
		recorder.sample(time, 3, 1);
		recorder.sample(time, Number.NaN, 1);
		recorder.sample(time, 1, 2);
		expect(recorder.take(10).metrics).toMatchObject({
			time: {unit: 'ns', better: 'lower', samples: {values: [3, 1], groups: [1, 2], count: 2, sum: 4}},
		});
		expect(recorder.take(20).metrics).toBeUndefined();
	});

	test('calls that are not timed one by one are counted, and time that measured nothing is in no rate', () => {
		const recorder = createRecorder(0);
		const ok = recorder.outcome('ok', false);
		recorder.offer(1000);
		recorder.count(ok, 1000);
		recorder.idle(150);
		const snapshot = recorder.take(200);
		expect(snapshot).toMatchObject({offered: 1000, outcomes: {ok: 1000}, covered: 50, latency: {count: 0}});
		expect(coveredIn(mergeSnapshots(snapshot, recorder.take(300)))).toBe(150);
	});

	test('idle time beyond one stretch belongs to the next', () => {
		const recorder = createRecorder(0);
		recorder.idle(250);
		expect([recorder.take(200).covered, recorder.take(400).covered, recorder.take(600).covered]).toEqual([
			0,
			150,
			undefined,
		]);
	});

	test('idle time that is told late makes the whole right all the same', () => {
		const recorder = createRecorder(0);
		const first = recorder.take(200);
		recorder.idle(250);
		const last = recorder.take(300, true);
		expect([last.covered, coveredIn(mergeSnapshots(first, last))]).toEqual([-150, 50]);
		expect(recorder.take(400).covered).toBeUndefined();
	});

	test('what an engine found out goes from the log into the Result, the last words of a kind and subject alone', async () => {
		const {events} = await perform(
			fake(
				async (_plan, _recorder, control) => {
					control.enter('measure');
					const finding = {kind: 'complexity', subject: 'sort', text: 'grows like n', figures: {class: 'n'}};
					control.find(finding);
					control.find({...finding, kind: 'leak', text: 'none', figures: {}});
					control.find({
						...finding,
						text: 'secret1 \u001b grows like n log n',
						figures: {class: 'secret1', low: 1.01, high: null, weights: [0.9, null]},
					});
					control.finish();
				},
				{disclose: () => ({plan: {}, secrets: ['secret1']})},
			),
		);
		const state = events.flatMap((event) => parseEvent(JSON.stringify(event)) ?? []).reduce(reduceRun, emptyRunState);
		expect(hasBegun(state) && resultOf(state).findings).toEqual([
			{
				kind: 'complexity',
				subject: 'sort',
				text: '*** ␛ grows like n log n',
				figures: {class: '***', low: 1.01, high: null, weights: [0.9, null]},
			},
			{kind: 'leak', subject: 'sort', text: 'none', figures: {}},
		]);
		expect(state.occurrences.map(({text}) => text)).toContain('sort: grows like n');
	});
});

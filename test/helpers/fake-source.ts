import type {Began, RunCommand, RunEvent, RunSource} from '../../source/core/event.ts';
import {gaugesOf} from '../../source/core/gauge.ts';
import {createAccumulator, encodeHistogram, histogramOf} from '../../source/core/histogram.ts';
import type {Sample} from '../../source/core/metric.ts';
import {seededRandom} from '../../source/core/random.ts';
import {emptyRunState, type RunState, reduceRun} from '../../source/core/run-state.ts';
import {emptySnapshot, encodeSnapshot, type Snapshot} from '../../source/core/snapshot.ts';
import {summarise} from '../../source/core/summary.ts';

/** What a made-up run is like. Times in milliseconds. */
export type FakeRun = {
	readonly seed: number;
	readonly warmup: number;
	readonly duration: number;
	readonly rate: number;
	readonly baseline: boolean;
	/** Share of the time that the generator's busiest thread is not idle, in percent. */
	readonly busy: number;
	readonly failures: boolean;
	readonly target: string;
};

export const fakeRun: FakeRun = {
	seed: 7,
	warmup: 3000,
	duration: 57_000,
	rate: 2000,
	baseline: true,
	busy: 45,
	failures: true,
	target: 'GET http://127.0.0.1:8080/cart',
};

const beat = 200;

/** Log-normal around 2.3 ms with a slow wave and a heavy tail; the same seed gives the same numbers. */
const latencies = function* (random: () => number, at: number, count: number): Generator<number> {
	const wave = 1 + 0.25 * Math.sin(at / 9000) + 0.15 * Math.sin(at / 2300);
	for (let index = 0; index < count; index++) {
		const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
		const spike = random() < 0.002 ? 8 : 1;
		yield 2300 * wave * Math.exp(0.55 * normal) * spike;
	}
};

const gauges = (random: () => number, at: number, run: FakeRun): Sample => {
	const near = (value: number): number => value * (0.85 + 0.3 * random());
	const wave = 1 + 0.4 * Math.sin(at / 7000);
	const user = near(38 * wave);
	const system = near(12);
	return {
		'host.cpu.user': user,
		'host.cpu.system': system,
		'host.cpu.iowait': near(0.4),
		'host.cpu.steal': near(0.1),
		'host.cpu.idle': 100 - user - system - 0.5,
		'host.cpu.busiestCore': Math.min(100, near(70)),
		'host.cpu.throttled': 0,
		'host.load': near(2.1),
		'host.memory.used': near(2.6 * 1024 ** 3),
		'host.memory.available': 1.4 * 1024 ** 3,
		'host.memory.total': 4 * 1024 ** 3,
		'host.memory.container': near(1024 ** 3),
		'host.disk.readIops': near(3),
		'host.disk.writeIops': near(40),
		'host.disk.readLatency': near(0.4),
		'host.disk.writeLatency': near(1.2),
		'host.disk.utilisation': near(4),
		'host.network.received': near(3.1 * 1024 ** 2),
		'host.network.sent': near(48 * 1024 ** 2),
		'target.cpu': near(95 * wave),
		'target.memory': near(220 * 1024 ** 2),
		'target.threads': 23,
		'target.openFiles': 90,
		'target.processes': 1,
		'generator.cpu': near(31),
		'generator.busy': Math.min(100, near(run.busy)),
		'generator.loopDelay': near(0.4),
		'generator.memory': near(80 * 1024 ** 2),
		'generator.oldestWait': near(6),
	};
};

const snapshotAt = (random: () => number, run: FakeRun, from: number): Snapshot => {
	const count = Math.round((run.rate * beat * (0.97 + 0.06 * random())) / 1000);
	const accumulator = createAccumulator();
	for (const value of latencies(random, from, count)) accumulator.record(value);
	const missing = run.failures && random() < 0.3 ? 1 : 0;
	const broken = run.failures && random() < 0.1 ? 1 : 0;
	const reset = run.failures && random() < 0.08 ? 1 : 0;
	const timeout = run.failures && random() < 0.05 ? 1 : 0;
	const failures = {
		...(missing && {'404': missing}),
		...(broken && {'503': broken}),
		...(reset && {ECONNRESET: reset}),
		...(timeout && {timeout}),
	};
	return {
		from,
		to: from + beat,
		latency: accumulator.take(),
		waiting:
			from + beat === run.warmup + run.duration
				? histogramOf([900, 1200, 1500, 2100, 2600, 4000])
				: emptySnapshot().waiting,
		outcomes: {'200': count - missing - broken, ...failures},
		failures,
		offered: count + reset + timeout + (from === run.warmup ? 6 : 0),
		bytesIn: count * 1200,
		bytesOut: count * 180,
		gauges: gaugesOf(gauges(random, from, run)),
	};
};

const baseline = () => {
	const random = seededRandom(99);
	const total: Snapshot = {
		...emptySnapshot(),
		to: 60_000,
		latency: histogramOf([...latencies(random, 4000, 40_000)].map((value) => value * 0.95)),
		outcomes: {'200': 119_000},
		offered: 119_000,
	};
	const means = 'from when a request was due to the last byte of its reply';
	return {summary: summarise(total, [1980, 2000, 2010], means), histogram: encodeHistogram(total.latency)};
};

/** The first event of a made-up run. */
export const fakeBegan = (run: FakeRun): Began => ({
	kind: 'began',
	version: 1,
	id: '01J0FAKE',
	name: 'checkout',
	engine: 'http',
	target: run.target,
	means: 'from when a request was due to the last byte of its reply',
	limits: [],
	steering: [],
	pid: 4711,
	began: '2026-11-23T12:00:00.000Z',
	plan: {
		id: '01J0FAKE',
		name: 'checkout',
		engine: 'http',
		target: run.target,
		load: {connections: 64, rate: run.rate},
		warmup: run.warmup,
		duration: run.duration,
		workers: 2,
		tags: [],
		watch: {port: 8080},
	},
	environment: {
		hostname: 'bench-07',
		os: {platform: 'linux', release: '6.1.0'},
		cpu: {model: 'Fake CPU', cores: 2, usableCores: 2},
		memory: {totalBytes: 4 * 1024 ** 3},
		loadAverage: [0.1, 0.1, 0.1],
		versions: {benchtop: '0.1.0', node: '24.0.0'},
	},
	fingerprint: {workload: 'w', environment: 'e'},
	...(run.baseline
		? {
				baseline: {
					id: '01J0BASE',
					label: 'main@3f2c',
					began: '2026-11-22T12:00:00.000Z',
					fingerprint: {workload: 'w', environment: 'e'},
					...baseline(),
				},
			}
		: {}),
});

/** A made-up run's events, each with the moment it would come at. The same seed gives the same events. */
export const fakeEvents = function* (run: FakeRun): Generator<readonly [at: number, event: RunEvent]> {
	const random = seededRandom(run.seed);
	const end = run.warmup + run.duration;
	yield [0, fakeBegan(run)];
	if (run.warmup > 0) yield [0, {kind: 'phase', at: 0, phase: 'warm-up'}];
	for (let from = 0; from < end; from += beat) {
		if (from === run.warmup) yield [from, {kind: 'phase', at: from, phase: 'measure'}];
		if (from === run.warmup + 4000)
			yield [from, {kind: 'notice', at: from, level: 'info', text: 'target restarted a worker'}];
		if (from === run.warmup + 9000) {
			yield [
				from,
				{
					kind: 'notice',
					at: from,
					level: 'warning',
					text: 'p99 over 15 ms for two seconds; the target is at its limit',
				},
			];
		}

		if (from === run.warmup + 12_000) yield [from, {kind: 'mark', at: from, text: 'deployed'}];
		const phase = from < run.warmup ? 'warm-up' : 'measure';
		yield [from + beat, {kind: 'snapshot', phase, snapshot: encodeSnapshot(snapshotAt(random, run, from))}];
	}

	yield [end, {kind: 'ended', at: end, ending: {state: 'finished'}, doubts: []}];
	yield [end, {kind: 'saved', at: end, store: '/home/user/.local/share/benchtop/history.db'}];
};

/** The state of a made-up run at a moment. */
export const fakeState = (run: FakeRun, until: number): RunState => {
	let state = emptyRunState;
	for (const [at, event] of fakeEvents(run)) {
		if (at > until) break;
		state = reduceRun(state, event);
	}

	return state;
};

/** A source whose events a test hands in, and that remembers what it was sent. */
export type ManualSource = RunSource & {
	readonly push: (...events: readonly RunEvent[]) => void;
	readonly end: () => void;
	readonly fail: (error: Error) => void;
	readonly sent: readonly RunCommand[];
};

export const manualSource = (
	live = true,
	answer?: (command: RunCommand, source: ManualSource) => void,
): ManualSource => {
	const queue: RunEvent[] = [];
	const sent: RunCommand[] = [];
	let over = false;
	let failure: Error | undefined;
	let wake = (): void => {};
	const events = async function* (): AsyncGenerator<RunEvent> {
		while (true) {
			const event = queue.shift();
			if (event !== undefined) yield event;
			else if (failure !== undefined) throw failure;
			else if (over) return;
			else {
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
		}
	};
	const source: ManualSource = {
		events: events(),
		live,
		sent,
		send: (command) => {
			sent.push(command);
			answer?.(command, source);
		},
		push: (...more) => {
			queue.push(...more);
			wake();
		},
		end: () => {
			over = true;
			wake();
		},
		fail: (error) => {
			failure = error;
			wake();
		},
	};
	return source;
};

/** A made-up run in real time, `speed` times as fast; it heeds stop, abort and mark. */
export const fakeSource = (run: FakeRun = fakeRun, speed = 1): RunSource => {
	const pending: RunEvent[] = [];
	let stopped: 'user' | 'signal' | undefined;
	let at = 0;
	const events = async function* (): AsyncGenerator<RunEvent> {
		const start = performance.now();
		for (const [due, event] of fakeEvents(run)) {
			const wait = due / speed - (performance.now() - start);
			if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
			at = due;
			while (pending.length > 0) yield pending.shift()!;
			if (stopped !== undefined) {
				yield {kind: 'ended', at, ending: {state: 'stopped', by: stopped}, doubts: []};
				return;
			}

			yield event;
		}
	};
	return {
		events: events(),
		live: true,
		send: (command) => {
			if (command.command === 'mark') pending.push({kind: 'mark', at, text: command.text});
			if (command.command === 'stop') stopped = command.by;
		},
	};
};

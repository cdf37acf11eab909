import type {Ending, Fingerprint, RunEvent} from '../../source/core/event.ts';
import {gaugesOf} from '../../source/core/gauge.ts';
import {createAccumulator, emptyHistogram} from '../../source/core/histogram.ts';
import {type Random, seededRandom} from '../../source/core/random.ts';
import {type Result, resultOf} from '../../source/core/result.ts';
import {emptyRunState, reduceRun} from '../../source/core/run-state.ts';
import {encodeSnapshot} from '../../source/core/snapshot.ts';

export type SyntheticRun = {
	readonly id?: string;
	readonly name?: string;
	readonly seed?: number;
	readonly seconds?: number;
	readonly perSecond?: number;
	/** Multiplies every latency. */
	readonly slower?: number;
	/** The level of each second, beside `slower`; 1 by default. */
	readonly levelAt?: (second: number) => number;
	readonly failedShare?: number;
	readonly connections?: number;
	readonly began?: string;
	readonly tags?: readonly string[];
	readonly hostname?: string;
	readonly git?: {readonly commit: string; readonly branch?: string; readonly dirty: boolean};
	readonly ending?: Ending;
	readonly fingerprint?: Fingerprint;
};

const standardNormal = (random: Random): number =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A run's events as an engine would send them: log-normal latencies around 8 ms, one snapshot a second. */
export const syntheticEvents = ({
	id = '01890000-0000-7000-8000-000000000001',
	name = 'checkout',
	seed = 1,
	seconds = 3,
	perSecond = 100,
	slower = 1,
	levelAt = () => 1,
	failedShare = 0,
	connections = 10,
	began = '2025-03-01T10:00:00.000Z',
	tags = [],
	hostname = 'bench-1',
	git = {commit: '0123456789abcdef0123456789abcdef01234567', branch: 'main', dirty: false},
	ending = {state: 'finished'},
	fingerprint = {workload: `http:${connections}`, environment: hostname},
}: SyntheticRun = {}): RunEvent[] => {
	const random = seededRandom(seed);
	const accumulator = createAccumulator();
	const snapshots = Array.from({length: seconds + 1}, (_, second): RunEvent => {
		const level = levelAt(second - 1) * slower;
		let failed = 0;
		for (let request = 0; request < perSecond; request++) {
			accumulator.record(level * 8000 * Math.exp(0.5 * standardNormal(random)));
			if (random() < failedShare) failed += 1;
		}

		return {
			kind: 'snapshot',
			phase: second === 0 ? 'warm-up' : 'measure',
			snapshot: encodeSnapshot({
				from: second * 1000,
				to: (second + 1) * 1000,
				latency: accumulator.take(),
				waiting: emptyHistogram,
				outcomes: failed === 0 ? {200: perSecond} : {200: perSecond - failed, 503: failed},
				failures: failed === 0 ? {} : {503: failed},
				offered: perSecond,
				bytesIn: perSecond * 512,
				bytesOut: perSecond * 128,
				gauges: gaugesOf({'host.cpu.user': 20 + second, 'generator.busy': 30}),
			}),
		};
	});
	return [
		{
			kind: 'began',
			version: 1,
			id,
			name,
			engine: 'http',
			target: 'http://127.0.0.1:8080/checkout',
			means: 'request sent to last byte received',
			limits: [],
			steering: [],
			pid: 4711,
			began,
			plan: {
				id,
				name,
				engine: 'http',
				target: 'http://127.0.0.1:8080/checkout',
				load: {url: 'http://127.0.0.1:8080/checkout', connections},
				warmup: 1000,
				duration: seconds * 1000,
				workers: 1,
				tags,
				watch: {},
			},
			environment: {
				hostname,
				os: {platform: 'linux', release: '6.8.0'},
				cpu: {model: 'Synthetic 3000', cores: 8, usableCores: 8},
				memory: {totalBytes: 16 * 1024 ** 3},
				loadAverage: [0.1, 0.2, 0.3],
				versions: {benchtop: '0.1.0', node: '24.0.0'},
				git,
			},
			fingerprint,
		},
		{kind: 'phase', at: 0, phase: 'warm-up'},
		snapshots[0]!,
		{kind: 'phase', at: 1000, phase: 'measure'},
		...snapshots.slice(1),
		{kind: 'mark', at: 1500, text: 'deployed'},
		{kind: 'ended', at: (seconds + 1) * 1000, ending, doubts: []},
	];
};

/** A Result made the way every Result is made: by folding a run's events. */
export const syntheticResult = (run: SyntheticRun = {}): Result => {
	const state = syntheticEvents(run).reduce(reduceRun, emptyRunState);
	if (state.began === undefined) throw new Error('A run begins with its first event.');
	return resultOf({...state, began: state.began});
};

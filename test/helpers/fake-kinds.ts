import type {Began, RunEvent} from '../../source/core/event.ts';
import {gaugesOf} from '../../source/core/gauge.ts';
import {histogramOf, mergeHistograms} from '../../source/core/histogram.ts';
import type {Membership} from '../../source/core/plan.ts';
import {type Random, seededRandom} from '../../source/core/random.ts';
import {emptyRunState, type RunState, reduceRun} from '../../source/core/run-state.ts';
import {type Metrics, samplesOf} from '../../source/core/samples.ts';
import {emptySnapshot, encodeSnapshot, type Snapshot} from '../../source/core/snapshot.ts';
import {summarise} from '../../source/core/summary.ts';
import type {Threshold} from '../../source/core/threshold.ts';
import {fakeBegan, fakeRun} from './fake-source.ts';

/** Kinds of benchmark that are not a load of HTTP requests. */
export type Kind = 'functions' | 'command' | 'scenario';

const beat = 200;

const near = (random: Random, value: number, spread = 0.04): number => value * (1 - spread + 2 * spread * random());

const functionNames = ['sort n=10', 'sort n=100', 'sort n=1000', 'sort n=10000', 'parse JSON 漢字', 'hash'];

const functionsAt = (random: Random, from: number): Partial<Snapshot> => {
	const index = Math.floor(from / beat) % functionNames.length;
	const name = functionNames[index]!;
	const level = [180, 2100, 31_000, 420_000, 1_250_000, 88][index]!;
	const calls = Math.round((beat * 1e6) / level);
	const launch = Math.floor(from / 2000);
	const metrics: Metrics = {
		[name]: {
			unit: 'ns',
			better: 'lower',
			about: 'time of one call',
			samples: samplesOf(
				Array.from({length: 8}, () => near(random, level)),
				new Array<number>(8).fill(launch),
			),
		},
		...(index === 2
			? {
					'sort n=1000 allocation': {
						unit: 'bytes/op',
						better: 'lower',
						samples: samplesOf([near(random, 24_600, 0.001)]),
					},
				}
			: {}),
		...(index === 5
			? {cacheHits: {unit: 'hits', better: 'higher', samples: samplesOf([Math.round(near(random, 12_000))])}}
			: {}),
	};
	return {outcomes: {ok: calls}, offered: calls, metrics};
};

/** A command of about a second, one after the other. */
const commandAt = (random: Random, from: number): Partial<Snapshot> => {
	if (from % 1200 !== 1000) return {};
	const time = near(random, 1150, 0.05);
	return {
		offered: 1,
		outcomes: {'exit 0': 1},
		latency: histogramOf([time * 1000]),
		metrics: {
			'user CPU': {
				unit: 'ms',
				better: 'lower',
				about: 'of the whole process tree',
				samples: samplesOf([near(random, 1700)]),
			},
			'system CPU': {unit: 'ms', better: 'lower', samples: samplesOf([near(random, 240)])},
			'peak memory': {unit: 'bytes', better: 'lower', samples: samplesOf([near(random, 310 * 1024 ** 2)])},
			modules: {unit: 'modules', samples: samplesOf([1234])},
		},
	};
};

/** Requests of three names, one of them failing now and then. */
const scenarioAt = (random: Random): Partial<Snapshot> => {
	const of = (count: number, level: number, failed = 0) => {
		const latency = histogramOf(Array.from({length: count}, () => level * 1000 * Math.exp(random() + random() - 1)));
		const failures = failed === 0 ? {} : {'check: has items': failed};
		return {
			latency,
			waiting: emptySnapshot().waiting,
			outcomes: {'200': count - failed, ...failures},
			failures,
			offered: count,
		};
	};
	const parts = {
		'GET /products': of(48, 4),
		'POST /cart': of(22, 9, random() < 0.2 ? 1 : 0),
		'POST /checkout, with a name that is longer than others': of(1, 45),
	};
	const each = Object.values(parts);
	const sum = (key: 'outcomes' | 'failures'): Record<string, number> => {
		const all: Record<string, number> = {};
		for (const part of each)
			for (const [name, count] of Object.entries(part[key])) all[name] = (all[name] ?? 0) + count;
		return all;
	};
	return {
		parts,
		latency: each.map(({latency}) => latency).reduce(mergeHistograms),
		outcomes: sum('outcomes'),
		failures: sum('failures'),
		offered: 71,
	};
};

const shapes: Readonly<
	Record<
		Kind,
		{
			readonly began: Partial<Began>;
			readonly load: unknown;
			readonly at: (random: Random, from: number) => Partial<Snapshot>;
		}
	>
> = {
	functions: {
		began: {engine: 'micro', target: 'bench/sort.ts', means: 'a call', panes: ['metrics', 'throughput']},
		load: {file: 'bench/sort.ts'},
		at: functionsAt,
	},
	command: {
		began: {
			engine: 'command',
			target: 'npm run build',
			means: 'from the start of the command to its end',
			panes: ['metrics', 'latency', 'latency-over-time'],
		},
		load: {command: 'npm run build'},
		at: commandAt,
	},
	scenario: {began: {engine: 'http', target: 'http://127.0.0.1:8080'}, load: {connections: 8}, at: scenarioAt},
};

export type KindOptions = {
	/** Milliseconds. */
	readonly length?: number;
	readonly name?: string;
	readonly id?: string;
	readonly suite?: Membership;
	readonly round?: {readonly number: number; readonly of: number};
	readonly baseline?: boolean;
	readonly thresholds?: readonly Threshold[];
	/** Whether the plan says how long it takes, or only the engine does while it runs. */
	readonly planned?: boolean;
};

const snapshotAt = (kind: Kind, random: Random, from: number): Snapshot => ({
	...emptySnapshot(from),
	to: from + beat,
	gauges: gaugesOf({
		'host.cpu.user': near(random, 48),
		'host.cpu.system': near(random, 6),
		'host.memory.used': near(random, 2.6e9),
		'host.memory.total': 4 * 1024 ** 3,
		'generator.cpu': near(random, 97),
		'generator.busy': near(random, 60),
		'generator.loopDelay': 0.4,
		'generator.memory': 80e6,
	}),
	...shapes[kind].at(random, from),
});

/** The events of a made-up run of a kind, each with the moment it would come at. */
export const kindEvents = function* (
	kind: Kind,
	options: KindOptions = {},
): Generator<readonly [at: number, event: RunEvent]> {
	const {
		length = 20_000,
		name = kind,
		id = `01J0${kind}`,
		suite,
		round,
		thresholds,
		baseline = false,
		planned = false,
	} = options;
	const random = seededRandom(3);
	const {baseline: _, ...plain} = fakeBegan(fakeRun);
	const {duration: __, ...plan} = plain.plan;
	const {began, load} = shapes[kind];
	const before: Snapshot = {...snapshotAt(kind, seededRandom(9), 1000), from: 0, to: 20_000};
	const firstMetrics = Array.from(
		{length: 6},
		(_each, index) => snapshotAt(kind, seededRandom(9), index * beat).metrics ?? {},
	);
	const known: Metrics = Object.assign({}, ...firstMetrics);
	yield [
		0,
		{
			...plain,
			...began,
			id,
			name,
			plan: {
				...plan,
				id,
				name,
				load,
				warmup: 0,
				workers: 1,
				engine: began.engine ?? 'http',
				target: began.target ?? '',
				...(planned ? {duration: length} : {}),
				...(suite === undefined ? {} : {suite}),
				...(round === undefined ? {} : {round}),
				...(thresholds === undefined ? {} : {thresholds}),
			},
			...(baseline
				? {
						baseline: {
							id: '01J0BASE',
							label: 'main@3f2c',
							began: '2026-11-22T12:00:00.000Z',
							fingerprint: {workload: 'w', environment: 'e'},
							summary: summarise({...before, ...(Object.keys(known).length === 0 ? {} : {metrics: known})}, [], ''),
						},
					}
				: {}),
		},
	];
	yield [0, {kind: 'phase', at: 0, phase: 'measure'}];
	if (!planned) yield [0, {kind: 'expect', at: 0, end: length}];
	for (let from = 0; from < length; from += beat) {
		yield [from + beat, {kind: 'snapshot', phase: 'measure', snapshot: encodeSnapshot(snapshotAt(kind, random, from))}];
		if (kind === 'functions' && from + beat === length / 2) {
			yield [
				length / 2,
				{
					kind: 'finding',
					at: length / 2,
					finding: {
						kind: 'complexity',
						subject: 'sort',
						text: 'O(n log n), 97 % sure, exponent 1.08 (1.05–1.11)',
						figures: {exponent: 1.08},
					},
				},
			];
		}
	}

	yield [length, {kind: 'ended', at: length, ending: {state: 'finished'}, doubts: []}];
	yield [length, {kind: 'saved', at: length, store: '/home/user/.local/share/benchtop/history.db'}];
};

/** The state of such a run at a moment. */
export const kindState = (kind: Kind, until: number, options: KindOptions = {}): RunState => {
	let state = emptyRunState;
	for (const [at, event] of kindEvents(kind, options)) if (at <= until) state = reduceRun(state, event);
	return state;
};

import {type Beat, createBeats} from '../../source/core/beat.ts';
import type {RunEvent} from '../../source/core/event.ts';
import {gaugesOf} from '../../source/core/gauge.ts';
import {createAccumulator, emptyHistogram} from '../../source/core/histogram.ts';
import {type Random, seededRandom} from '../../source/core/random.ts';
import {type Result, resultOf} from '../../source/core/result.ts';
import {emptyRunState, reduceRun} from '../../source/core/run-state.ts';
import {encodeSnapshot} from '../../source/core/snapshot.ts';
import type {Evidence} from '../../source/insight/rule.ts';
import {syntheticEvents} from './result.ts';

/** A run as an open loop makes it: so many operations a second are due, evenly, and each takes what is said. */
export type MadeRun = {
	readonly seed?: number;
	readonly seconds?: number;
	/** Due in a second that begins at so many milliseconds. */
	readonly perSecond?: (at: number) => number;
	/** Milliseconds, of an operation that is due then. */
	readonly latency?: (at: number, random: Random) => number;
	/** Of an operation that is due then; names that are no 2xx status failed. */
	readonly outcome?: (at: number, random: Random) => string;
	readonly gauges?: (at: number, random: Random) => Readonly<Record<string, number>>;
	/** Of the engine's plan, beside the connections. */
	readonly load?: Readonly<Record<string, unknown>>;
	readonly name?: string;
	readonly id?: string;
	readonly amount?: number;
};

const beatLength = 200;

/** Standard normal. */
export const deviate = (random: Random): number =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Log-normal. */
export const around = (median: number, random: Random, spread = 0.3): number =>
	median * Math.exp(spread * deviate(random));

const quiet = {
	'host.cpu.user': 9,
	'host.cpu.system': 5,
	'host.cpu.iowait': 0.2,
	'host.cpu.idle': 85.8,
	'host.cpu.steal': 0,
	'host.disk.utilisation': 2,
	'target.cpu': 60,
	'target.processes': 1,
	'target.memory': 90e6,
	'generator.cpu': 30,
	'generator.busy': 25,
	'generator.loopDelay': 1,
} as const;

/** The events of a made-up run, a snapshot for each beat. */
const eventsOf = ({
	seed = 1,
	seconds = 30,
	perSecond = () => 200,
	latency = (_, random) => around(8, random),
	outcome = () => '200',
	gauges = () => ({}),
	load = {},
	name = 'made up',
	id = 'made-up-run',
	amount,
}: MadeRun): readonly RunEvent[] => {
	const random = seededRandom(seed);
	const beats = (seconds * 1000) / beatLength;
	const ended = Array.from({length: beats}, (): (readonly [latency: number, outcome: string])[] => []);
	let due = 0;
	for (let beat = 0; beat < beats; beat++) {
		const start = beat * beatLength;
		due += (perSecond(start) * beatLength) / 1000;
		const count = Math.floor(due);
		due -= count;
		for (let index = 0; index < count; index++) {
			const at = start + ((index + random()) / count) * beatLength;
			const length = latency(at, random);
			const place = Math.min(beats - 1, Math.floor((at + length) / beatLength));
			ended[place]!.push([length, outcome(at, random)]);
		}
	}

	const [began] = syntheticEvents({seconds: 0, name, id});
	if (began?.kind !== 'began') throw new Error('A run begins with its first event.');
	const {plan} = began;
	const {duration: _, ...rest} = plan;
	const accumulator = createAccumulator();
	return [
		{
			...began,
			plan: {
				...rest,
				...(amount === undefined ? {duration: seconds * 1000} : {amount}),
				load: {url: 'http://127.0.0.1:8080/', connections: 10, rate: perSecond(0), ...load},
			},
		},
		{kind: 'phase', at: 0, phase: 'measure'},
		...ended.map((operations, beat): RunEvent => {
			const outcomes: Record<string, number> = {};
			for (const [length, name] of operations) {
				accumulator.record(length * 1000);
				outcomes[name] = (outcomes[name] ?? 0) + 1;
			}

			const histogram = accumulator.take();
			return {
				kind: 'snapshot',
				phase: 'measure',
				snapshot: encodeSnapshot({
					from: beat * beatLength,
					to: (beat + 1) * beatLength,
					latency: histogram,
					uncorrected: histogram,
					waiting: emptyHistogram,
					outcomes,
					failures: Object.fromEntries(Object.entries(outcomes).filter(([name]) => !/^2\d\d$/.test(name))),
					offered: operations.length,
					bytesIn: 0,
					bytesOut: 0,
					gauges: gaugesOf({...quiet, ...gauges(beat * beatLength, random)}, beatLength),
				}),
			};
		}),
		{kind: 'ended', at: seconds * 1000, ending: {state: 'finished'}, doubts: []},
	];
};

/** A run as rules read it, from its events. */
export const evidenceOf = (events: readonly RunEvent[]): Evidence & {readonly beats: readonly Beat[]} => {
	const beats = createBeats();
	const state = events.reduce((before, event) => {
		beats.add(event);
		return reduceRun(before, event);
	}, emptyRunState);
	if (state.began === undefined) throw new Error('A run begins with its first event.');
	return {result: resultOf({...state, began: state.began}), earlier: [], beats: beats.all()};
};

/** A made-up run as rules read it. */
export const madeRun = (run: MadeRun = {}): Evidence => evidenceOf(eventsOf(run));

/** The same without its beats, as the history keeps it. */
export const withoutBeats = (evidence: Evidence): Evidence => ({...evidence, beats: []});

/** A result with parts of it changed. */
export const withResult = (evidence: Evidence, change: (result: Result) => Partial<Result>): Evidence => ({
	...evidence,
	result: {...evidence.result, ...change(evidence.result)},
});

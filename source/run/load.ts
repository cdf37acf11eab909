import {monitorEventLoopDelay} from 'node:perf_hooks';
import type {Doubt} from '../core/event.ts';
import type {Finding} from '../core/finding.ts';
import {gaugesOf} from '../core/gauge.ts';
import type {Sample} from '../core/metric.ts';
import type {PhaseName} from '../core/plan.ts';
import type {Snapshot} from '../core/snapshot.ts';
import type {Steering} from '../engines/engine.ts';
import type {AcceptedLoad} from '../engines/index.ts';
import {createRecorder} from './recorder.ts';

/** What a load thread tells the runner. `last`: nothing more of this phase comes from this thread. */
export type LoadMessage =
	| {readonly kind: 'snapshot'; readonly phase: PhaseName; readonly snapshot: Snapshot; readonly last: boolean}
	| {readonly kind: 'phase'; readonly phase: PhaseName; readonly at: number}
	| {readonly kind: 'notice'; readonly text: string}
	| {readonly kind: 'finding'; readonly finding: Finding}
	/** New targets took effect. */
	| {readonly kind: 'steered'}
	| {readonly kind: 'doubt'; readonly doubt: Doubt}
	| {readonly kind: 'expect'; readonly end: number}
	| {readonly kind: 'done'}
	| {readonly kind: 'failed'; readonly message: string; readonly hint?: string};

export type LoadLimits = {readonly warmup: number; readonly duration?: number; readonly amount?: number};

/** What is told before anybody listens is kept for the one who will. */
export const createEars = () => {
	let hear: ((steering: Steering) => void) | undefined;
	const missed: Steering[] = [];
	return {
		tell(steering: Steering): void {
			if (hear === undefined) missed.push(steering);
			else hear(steering);
		},
		listen(listener: (steering: Steering) => void): void {
			hear = listener;
			for (const steering of missed.splice(0)) listener(steering);
		},
	};
};

/** The time between Snapshots. */
export const beat = 200;

/** How much before a moment a timer that was set for it may fire, at most. Milliseconds. */
const earliest = 5;

const delayResolution = 10;

/**
 * Runs one engine's plan in this thread and reports a Snapshot every beat and at each change of phase. `now` is the
 * run's clock in milliseconds. Resolves when the engine has settled and its last Snapshot was posted.
 */
export const hostLoad = async (
	load: AcceptedLoad,
	limits: LoadLimits,
	now: () => number,
	signal: AbortSignal,
	post: (message: LoadMessage) => void,
	listen: (hear: (steering: Steering) => void) => void = () => {},
): Promise<void> => {
	const recorder = createRecorder(now());
	const delay = monitorEventLoopDelay({resolution: delayResolution});
	let phase: PhaseName | undefined;
	/** The phase that a pause broke off. */
	let brokenOff: PhaseName | undefined;
	let utilisation = performance.eventLoopUtilization();
	let oldestWait: (() => number) | undefined;
	let levels: (() => Sample) | undefined;

	/** This thread's own health since the last call. */
	const health = (): Sample => {
		const current = performance.eventLoopUtilization();
		const {utilization} = performance.eventLoopUtilization(current, utilisation);
		utilisation = current;
		// The histogram holds the whole time between two ticks of its timer, in nanoseconds.
		const loopDelay = Math.max(0, delay.max / 1e6 - delayResolution);
		delay.reset();
		return {
			'generator.busy': utilization * 100,
			'generator.loopDelay': loopDelay,
			...(oldestWait === undefined ? {} : {'generator.oldestWait': oldestWait()}),
			...levels?.(),
		};
	};
	let finished = false;
	const report = (to: number, last: boolean, handsOver = false): void => {
		if (phase === undefined || finished) return;
		const snapshot = handsOver ? recorder.takeLast(to) : recorder.take(to);
		post({
			kind: 'snapshot',
			phase,
			snapshot: {...snapshot, gauges: gaugesOf(health(), snapshot.to - snapshot.from)},
			last,
		});
	};

	delay.enable();
	const finish = (): void => {
		report(now(), true);
		finished = true;
	};
	// All threads report at the same moments of the run's clock. A timer may fire a little early: that was this moment's.
	const untilNext = (): number => {
		const left = beat - (now() % beat);
		return left < earliest ? left + beat : left;
	};
	let timer: NodeJS.Timeout;
	const tick = (): void => {
		report(now(), false);
		timer = setTimeout(tick, untilNext());
	};
	timer = setTimeout(tick, untilNext());
	try {
		await load.run(recorder, {
			signal,
			warmup: limits.warmup,
			duration: limits.duration,
			amount: limits.amount,
			enter(next) {
				if (phase === next) return;
				const at = now();
				// What came before the first phase belongs to none.
				if (phase === undefined) recorder.take(at);
				else report(at, true, next !== 'pause' && next !== brokenOff);
				brokenOff = next === 'pause' ? phase : undefined;
				phase = next;
				post({kind: 'phase', phase, at});
			},
			finish,
			expect: (milliseconds) => post({kind: 'expect', end: now() + milliseconds}),
			watch(read, readLevels) {
				oldestWait = read;
				levels = readLevels;
			},
			onSteer(hear) {
				listen((steering) => {
					if (finished) return;
					hear(steering);
					if (steering.to === 'steer') post({kind: 'steered'});
				});
			},
			find: (finding) => post({kind: 'finding', finding}),
			notice: (text) => post({kind: 'notice', text}),
			doubt: (doubt) => post({kind: 'doubt', doubt}),
		});
	} finally {
		clearTimeout(timer);
		finish();
		delay.disable();
	}
};

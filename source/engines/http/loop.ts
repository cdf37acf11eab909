import type {Doubt} from '../../core/event.ts';
import type {Sample} from '../../core/metric.ts';
import type {Recorder, Steering} from '../engine.ts';
import type {LoopPlan} from './plan.ts';
import type {Wire, WireHooks} from './wire.ts';

/** What decides when requests begin. Moments are of `performance.now()`. */
export type Loop = {
	/** What takes time and no load. */
	readonly prepare: () => Promise<void>;
	readonly start: () => void;
	/** Measuring begins; so many requests are measured, those in flight among them. */
	readonly measure: (amount: number | undefined) => void;
	readonly pause: (now: number) => void;
	readonly resume: (now: number) => void;
	readonly steer: (targets: Extract<Steering, {readonly to: 'steer'}>, now: number) => void;
	/** Called now and then. */
	readonly sweep: (now: number) => void;
	/** Since when the oldest request waits; `now` if none does. */
	readonly oldest: (now: number) => number;
	/** Levels since they were last read. */
	readonly levels: () => Sample;
	/** Nothing begins any more, and what waits counts as abandoned. */
	readonly end: (now: number) => readonly Doubt[];
	readonly close: () => Promise<void>;
};

export type LoopParts = {
	readonly plan: LoopPlan;
	readonly warmup: number;
	readonly duration: number;
	readonly recorder: Pick<Recorder, 'outcome' | 'offer' | 'record' | 'fail' | 'abandon'>;
	readonly openWire: (hooks: WireHooks) => Wire;
	readonly notice: (text: string) => void;
	/** The amount has been reached. */
	readonly onDone: () => void;
};

import type {Recorder} from '../engine.ts';
import type {Followed} from '../follow.ts';
import type {LoopPlan} from './plan.ts';
import type {Wire, WireHooks} from './wire.ts';

/** What decides when requests begin. Moments are of `performance.now()`. */
export type Loop = Followed & {
	/** What takes time and no load. */
	readonly prepare: () => Promise<void>;
	readonly start: () => void;
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

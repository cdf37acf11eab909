import type {Fingerprint} from './event.ts';
import type {Side} from './plan.ts';

/** A run that was made for a side, and is over: few enough figures to travel in the first line of the runs after it. */
export type SideRun = {
	readonly id: string;
	readonly side: Side;
	readonly fingerprint: Fingerprint;
	/** What it is judged by beside others, by name. */
	readonly figures: Readonly<
		Record<string, {readonly unit: string; readonly lowerIsBetter?: boolean; readonly value: number}>
	>;
	/** Operations that ended, and those of them that failed. */
	readonly ended: number;
	readonly failed: number;
	/** Percentiles that rest on too few operations. */
	readonly uncertain: readonly string[];
	/** What speaks against its figures. */
	readonly doubts: readonly string[];
};

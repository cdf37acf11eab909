import type {Sample} from '../core/metric.ts';

import type {Watch} from '../core/plan.ts';

export type {Watch} from '../core/plan.ts';

/** Reads levels, many times a second: it must cost far less than a millisecond and never wait. */
export type Sampler = {
	/** The levels since the last call; a level that needs two readings is absent from the first. Never throws. */
	readonly sample: () => Sample;
	readonly close: () => void;
};

/**
 * One kind of thing that can be watched. Opened once a run; `undefined` where this machine does not offer it, or nobody
 * asked for it. Rejects with a BenchtopError where what was asked for is not to be had.
 */
export type Probe = {
	readonly name: string;
	readonly about: string;
	readonly open: (watch: Watch) => Promise<Sampler | undefined>;
};

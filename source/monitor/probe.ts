import type {Sample} from '../core/metric.ts';

/** What is to be watched: a process by its id, or whoever listens on a local TCP port. Neither: the host alone. */
export type Watch = {readonly pid?: number; readonly port?: number};

/** Reads levels, many times a second: it must cost far less than a millisecond and never wait. */
export type Sampler = {
	/** The levels since the last call; a level that needs two readings is absent from the first. Never throws. */
	readonly sample: () => Sample;
	readonly close: () => void;
};

/** One kind of thing that can be watched. Opened once a run; `undefined` where this machine does not offer it. */
export type Probe = {
	readonly name: string;
	readonly about: string;
	readonly open: (watch: Watch) => Promise<Sampler | undefined>;
};

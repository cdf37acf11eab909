import type {Ending, Fingerprint} from '../core/event.ts';
import type {Result} from '../core/result.ts';
import type {Series} from '../core/series.ts';

/** A stored run, without its timeline and samples: what a history lists. */
export type StoredRun = Omit<Result, 'timeline' | 'samples'>;

/** Which runs; every given field must match. Newest first. */
export type RunFilter = {
	readonly name?: string;
	readonly branch?: string;
	readonly commit?: string;
	readonly tag?: string;
	readonly hostname?: string;
	readonly fingerprint?: Fingerprint;
	readonly state?: Ending['state'];
	readonly ids?: readonly string[];
	readonly limit?: number;
	/** Only runs that come after this one in the list: so a long history is read in pieces. */
	readonly after?: {readonly began: string; readonly id: string};
};

/** Which runs of a benchmark make a series; every given field must match. */
export type SeriesFilter = Pick<RunFilter, 'branch' | 'tag' | 'hostname'> & {
	readonly name: string;
	/** Runs that began then or later. ISO 8601. */
	readonly since?: string;
};

/** A benchmark of the history. */
export type StoredBenchmark = {
	readonly name: string;
	readonly runs: number;
	/** When the newest of them began. ISO 8601 in UTC. */
	readonly newest: string;
};

/** A run that others are held against, under a name of the user's. One name means one run for each benchmark. */
export type StoredBaseline = {
	readonly name: string;
	readonly benchmark: string;
	readonly runId: string;
	readonly setAt: string;
};

/** The history. Every method may reject with a BenchtopError that names the store and the next step. */
export type Store = {
	/** Where it is, as people would name it. */
	readonly location: string;
	/** Keeps a run whole; saving the same id again changes nothing. Returns whether it is new. */
	readonly save: (result: Result) => Promise<boolean>;
	/** A run whole, by its id or an unambiguous beginning of it; `undefined` when there is none. */
	readonly load: (id: string) => Promise<Result | undefined>;
	/** Runs whole, by their whole ids and in the order of these; of one that there is not, nothing. */
	readonly loadAll: (ids: readonly string[]) => Promise<readonly Result[]>;
	readonly list: (filter: RunFilter) => Promise<readonly StoredRun[]>;
	/** Every benchmark there are runs of, that with the newest run first. */
	readonly benchmarks: () => Promise<readonly StoredBenchmark[]>;
	/** The runs of a benchmark with their figures and nothing else, oldest first: thousands of them are read at once. */
	readonly series: (filter: SeriesFilter) => Promise<Series>;
	readonly setBaseline: (baseline: StoredBaseline) => Promise<void>;
	/** Newest first; of one benchmark, or all. */
	readonly baselines: (benchmark?: string) => Promise<readonly StoredBaseline[]>;
	/** How many were deleted. */
	readonly deleteBaseline: (name: string, benchmark?: string) => Promise<number>;
	/** Deletes runs with all that is kept of them, baselines that they are included. Returns how many there were. */
	readonly remove: (ids: readonly string[]) => Promise<number>;
	readonly close: () => Promise<void>;
};

/** A history whose every error is put into words for people. */
export const explainedStore = (
	location: string,
	history: Omit<Store, 'location' | 'close'>,
	explain: (thrown: unknown) => unknown,
	close: () => Promise<void>,
): Store => {
	const explaining = async <T>(work: Promise<T>): Promise<T> => {
		try {
			return await work;
		} catch (error) {
			throw explain(error);
		}
	};
	return {
		location,
		save: (result) => explaining(history.save(result)),
		load: (id) => explaining(history.load(id)),
		loadAll: (ids) => explaining(history.loadAll(ids)),
		list: (filter) => explaining(history.list(filter)),
		benchmarks: () => explaining(history.benchmarks()),
		series: (filter) => explaining(history.series(filter)),
		setBaseline: (baseline) => explaining(history.setBaseline(baseline)),
		baselines: (benchmark) => explaining(history.baselines(benchmark)),
		deleteBaseline: (name, benchmark) => explaining(history.deleteBaseline(name, benchmark)),
		remove: (ids) => explaining(history.remove(ids)),
		close,
	};
};

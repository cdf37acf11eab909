/** One run. JSON is kept as text, so that any SQL database can hold it. */
export type BenchmarkResultRow = {
	readonly id: string;
	/** When the run began: ISO 8601 in UTC, so that text order is time order. */
	readonly timestamp: string;
	readonly benchmark_name: string;
	readonly commit_sha: string | null;
	readonly branch: string | null;
	/** JSON: the Result without its timeline, environment and samples; rows of version 1 have the samples in it. */
	readonly results: string;
	/** JSON. */
	readonly environment: string;
	readonly state: string;
	readonly engine: string;
	readonly target: string;
	readonly hostname: string;
	readonly workload_fingerprint: string;
	readonly environment_fingerprint: string;
};

/** One tag of one run; a table of its own, so that a tag is matched whole and by an index. */
export type ResultTagRow = {readonly result_id: string; readonly tag: string};

/** One stretch of a run's timeline. */
export type ResultSecondRow = {
	readonly result_id: string;
	/** From 0, in the order of the timeline. */
	readonly position: number;
	readonly from_ms: number;
	readonly to_ms: number;
	/** JSON: the ResultSecond without the columns beside it. */
	readonly figures: string;
	/** HdrHistogram V2 compressed, base64. */
	readonly histogram: string | null;
};

/** The samples of a run's metrics, of those that have any: apart, since no list needs them. */
export type ResultSamplesRow = {
	readonly result_id: string;
	/** JSON: the samples of the Result. */
	readonly samples: string;
};

/**
 * A run as one place of a series: narrow, so that thousands are read at once. A run has none until its figures are first
 * asked for, where a benchtop of version 1 wrote it.
 */
export type ResultFiguresRow = {
	readonly result_id: string;
	/** As in benchmark_results, and so are those that follow. */
	readonly timestamp: string;
	readonly benchmark_name: string;
	readonly commit_sha: string | null;
	readonly branch: string | null;
	readonly hostname: string;
	readonly workload_fingerprint: string;
	readonly environment_fingerprint: string;
	/** A Standing. */
	readonly standing: string;
	/** JSON: an array of [name, unit, value, 'lower' | 'higher' | null, whether it is uncertain]. */
	readonly figures: string;
};

/** An insight into a run. */
export type PerformanceInsightRow = {
	/** The run's, and its place among those of the run: in the order of ids, the gravest first. */
	readonly id: string;
	readonly benchmark_result_id: string;
	readonly insight_type: string;
	readonly description: string;
	readonly severity: string;
	/** JSON. */
	readonly recommendations: string;
	/** JSON. */
	readonly figures: string;
};

/** The run that a baseline's name stands for, of one benchmark. */
export type BaselineRow = {
	readonly name: string;
	readonly benchmark_name: string;
	readonly benchmark_result_id: string;
	/** ISO 8601. */
	readonly set_at: string;
};

/** One migration that was applied. */
export type SchemaMigrationRow = {readonly version: number; readonly applied_at: string};

/** The tables of a history. */
export type HistoryTables = {
	readonly benchmark_results: BenchmarkResultRow;
	readonly result_tags: ResultTagRow;
	readonly result_seconds: ResultSecondRow;
	readonly result_samples: ResultSamplesRow;
	readonly result_figures: ResultFiguresRow;
	readonly performance_insights: PerformanceInsightRow;
	readonly baselines: BaselineRow;
	readonly schema_migrations: SchemaMigrationRow;
};

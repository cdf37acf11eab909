// The public API: re-exports only.
export type {Environment} from './core/environment.ts';
export type {Began, Doubt, Ending, RunEvent} from './core/event.ts';
export {
	decodeHistogram,
	type EncodedHistogram,
	emptyHistogram,
	encodeHistogram,
	type Histogram,
	histogramOf,
	mergeHistograms,
	quantile,
} from './core/histogram.ts';
export type {Insight, ReportedInsight} from './core/insight.ts';
export type {RunPlan} from './core/plan.ts';
export type {Comparison, Report} from './core/report.ts';
export type {Result, ResultSecond} from './core/result.ts';
export type {Summary} from './core/summary.ts';
export type {Algorithms, Benchmark, Benchmarks, ParameterValues, ScaledBenchmark} from './engines/micro/module.ts';
export {BenchtopError} from './errors.ts';
export {type ReportDocument, reportJsonSchema, reportSchema} from './export/json-schema.ts';

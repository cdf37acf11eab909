import {confidenceWords, halfWidth} from '../core/metric-words.ts';
import {printable} from '../core/printable.ts';
import type {Comparison, Report} from '../core/report.ts';
import {hasLatencies, type Result} from '../core/result.ts';
import {endingWords} from '../core/run-state.ts';
import type {MetricSummary} from '../core/samples.ts';
import {
	spokenCount,
	spokenDuration,
	spokenMeasure,
	spokenMilliseconds,
	spokenPercent,
	spokenRate,
	spokenSentence,
} from '../core/spoken.ts';
import {isDoubtful, type LatencySummary, type PercentileKey, percentiles, type Summary} from '../core/summary.ts';
import {isBroken, toldThreshold} from '../core/threshold.ts';
import {spokenActual, spokenLimit} from '../core/threshold-words.ts';
import type {Exporter} from './exporter.ts';

/** Why a percentile is not to be relied on, or else between which latencies it lies within the run. */
const doubtWords = (latency: LatencySummary, key: PercentileKey): string => {
	if (latency.uncertain.includes(key)) return ', from too few operations to be relied on';
	if (isDoubtful(latency, key)) return ', from operations that hang together over seconds: too few independent ones';
	const interval = latency.intervals?.[key];
	return interval === undefined
		? ''
		: `, between ${spokenMilliseconds(interval.low)} and ${spokenMilliseconds(interval.high)} within this run`;
};

const latencySentences = (latency: LatencySummary): string[] => {
	const figures = percentiles.flatMap(({key, label}) => {
		const value = latency[key];
		if (value === null) return [];
		const name = key === 'p50' ? 'Median latency' : `${label.slice(1)}th percentile`;
		return [`${name} ${spokenMilliseconds(value)}${doubtWords(latency, key)}.`];
	});
	const {max, waiting} = latency;
	return [
		...figures,
		...(max === null ? ['No latency was measured.'] : [`The longest took ${spokenMilliseconds(max)}.`]),
		...(waiting.count === 0
			? []
			: [
					`${spokenCount(waiting.count)} were still in flight at the end${waiting.longest === null ? '' : `, the oldest for ${spokenMilliseconds(waiting.longest)}`}.`,
				]),
	];
};

/** How far the median may be off, and how sure that is. */
const intervalSentence = (metric: MetricSummary): string => {
	const {p50, interval, unit} = metric;
	if (p50 === null) return '';
	if (interval === null) return ', of too few samples for an interval';
	const sure = (confidenceWords(metric) || '95%').replace('%', '');
	const share = halfWidth(metric);
	const most =
		share === undefined
			? printable(spokenMeasure(Math.max(interval.high, -interval.low), unit))
			: spokenPercent(share * 100);
	return `, at most ${most} off with ${sure} percent confidence`;
};

const metricSentences = ({metrics = {}}: Summary): string[] =>
	Object.entries(metrics).map(
		([name, metric]) =>
			`${printable(name)}: median ${printable(spokenMeasure(metric.p50, metric.unit))}${intervalSentence(metric)}; ${spokenCount(metric.count)} samples from ${printable(spokenMeasure(metric.min, metric.unit))} to ${printable(spokenMeasure(metric.max, metric.unit))}.`,
	);

const partSentences = ({parts = {}}: Summary): string[] =>
	Object.entries(parts).map(([name, {latency, operations}]) => {
		const doubt = latency.uncertain.includes('p99') ? ', from too few operations to be relied on' : '';
		return `${printable(name)}: ${spokenCount(operations.succeeded + operations.failed)} operations, ${spokenCount(operations.failed)} failed; median ${spokenMilliseconds(latency.p50)}, 99th percentile ${spokenMilliseconds(latency.p99)}${doubt}.`;
	});

const findingSentences = ({findings = []}: Result): string[] =>
	findings
		.filter(({kind}) => kind !== toldThreshold)
		.map(({subject, text}) => `${printable(`${subject}: ${text}`).replace(/\.$/, '')}.`);

const thresholdSentences = ({id, summary}: Result, {thresholds}: Report): string[] =>
	thresholds
		.filter(({result}) => result === id)
		.map(
			(threshold) =>
				`Threshold ${spokenLimit(threshold)}: ${threshold.passed ? 'met' : isBroken(threshold) ? 'failed' : 'unclear'}, ${spokenActual(threshold, summary)}.`,
		);

const operationSentences = ({summary}: Result): string[] => {
	const {operations, throughput, outcomes} = summary;
	const ends = Object.entries(outcomes)
		.sort(([, a], [, b]) => b - a)
		.map(([outcome, count]) => `${printable(outcome)}, ${spokenCount(count)} times`);
	return [
		`Throughput ${spokenRate(throughput.mean)}.`,
		`${spokenCount(operations.succeeded)} operations succeeded, ${spokenCount(operations.failed)} failed.`,
		...(ends.length === 0 ? [] : [`They ended as: ${ends.join('; ')}.`]),
	];
};

const resourceSentences = ({summary: {resources}, environment}: Result): string[] => {
	const {cpu} = resources;
	return [
		`The machine used ${spokenPercent(cpu.user)} of ${environment.cpu.cores} cores in user code and ${spokenPercent(cpu.system)} in the kernel.`,
		`The busiest load thread was busy ${spokenPercent(resources.generator.busyPercent)} of the time.`,
	];
};

const sentences = (result: Result, report: Report): string[] => {
	const {ending, durationMs, validity} = result;
	return [
		`Run ${printable(result.name)} against ${printable(result.target)}: ${printable(endingWords(ending)).replace(/\.$/, '')}. Measured for ${spokenDuration(durationMs)}.`,
		...findingSentences(result),
		...(hasLatencies(result) ? latencySentences(result.summary.latency) : []),
		...partSentences(result.summary),
		...metricSentences(result.summary),
		...thresholdSentences(result, report),
		...operationSentences(result),
		...resourceSentences(result),
		validity.trustworthy
			? 'Nothing speaks against these figures.'
			: `These figures are in doubt: ${validity.reasons.map(({message}) => printable(message)).join(' ')}`,
		...insightSentences(result),
	];
};

/** Each of what was found, then what to do about it. */
const insightSentences = ({insights = []}: Result): string[] =>
	insights.flatMap(({text, recommendations}, index) => [
		`Insight ${index + 1} of ${insights.length}: ${spokenSentence(printable(text))}`,
		...recommendations.map((words) => `To do: ${spokenSentence(printable(words))}`),
	]);

const moreWords = (more: number | undefined): string =>
	more === undefined ? '' : ` About ${more} more ${more === 1 ? 'run' : 'runs'} a side would decide.`;

const comparisonSentence = ({metric, unit, change, verdict, severity, moreRuns}: Comparison): string => {
	const {estimate} = change;
	if (estimate === null) return `${printable(metric)}: ${verdict}, no change is known.`;
	const grave = severity === undefined ? '' : ` with ${severity} severity`;
	const amount = Math.abs(estimate) * 100;
	const size = unit === '%' ? `${amount.toFixed(2)} percentage points` : `${amount.toFixed(1)} percent`;
	return `${printable(metric)}: ${verdict}${grave}, ${size} ${estimate < 0 ? 'lower' : 'higher'}.${moreWords(moreRuns)}`;
};

const render = (report: Report): string => {
	const {results, comparisons} = report;
	const parts = [...results.map((result) => sentences(result, report)), comparisons.map(comparisonSentence)].filter(
		(part) => part.length > 0,
	);
	return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
};

/** What a screen reader reads out: one sentence a line, words instead of signs. */
export const spoken: Exporter = {
	name: 'spoken',
	ending: '.txt',
	about: 'sentences, for screen readers',
	render,
};

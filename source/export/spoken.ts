import {printable} from '../core/printable.ts';
import type {Comparison, Report} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import {endingWords} from '../core/run-state.ts';
import {spokenCount, spokenDuration, spokenMilliseconds, spokenPercent, spokenRate} from '../core/spoken.ts';
import {type LatencySummary, percentiles} from '../core/summary.ts';
import type {Exporter} from './exporter.ts';

const latencySentences = (latency: LatencySummary): string[] => {
	const figures = percentiles.flatMap(({key, label}) => {
		const value = latency[key];
		if (value === null) return [];
		const name = key === 'p50' ? 'Median latency' : `${label.slice(1)}th percentile`;
		const doubt = latency.uncertain.includes(key) ? ', from too few operations to be relied on' : '';
		return [`${name} ${spokenMilliseconds(value)}${doubt}.`];
	});
	const {max, waiting} = latency;
	return [
		...figures,
		...(max === null ? ['No latency was measured.'] : [`The longest took ${spokenMilliseconds(max)}.`]),
		...(waiting.count === 0
			? []
			: [
					`${spokenCount(waiting.count)} were still in flight at the end, the oldest for ${spokenMilliseconds(waiting.longest)}.`,
				]),
	];
};

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

const sentences = (result: Result): string[] => {
	const {ending, durationMs, validity} = result;
	return [
		`Run ${printable(result.name)} against ${printable(result.target)}: ${printable(endingWords(ending))}. Measured for ${spokenDuration(durationMs)}.`,
		...latencySentences(result.summary.latency),
		...operationSentences(result),
		...resourceSentences(result),
		validity.trustworthy
			? 'Nothing speaks against these figures.'
			: `These figures are in doubt: ${validity.reasons.map(({message}) => printable(message)).join(' ')}`,
	];
};

const comparisonSentence = ({metric, unit, change, verdict}: Comparison): string => {
	const {estimate} = change;
	if (estimate === null) return `${printable(metric)}: ${verdict}, no change is known.`;
	const amount = Math.abs(estimate) * 100;
	const size = unit === '%' ? `${amount.toFixed(2)} percentage points` : `${amount.toFixed(1)} percent`;
	return `${printable(metric)}: ${verdict}, ${size} ${estimate < 0 ? 'lower' : 'higher'}.`;
};

const render = ({results, comparisons}: Report): string => {
	const parts = [...results.map(sentences), comparisons.map(comparisonSentence)].filter((part) => part.length > 0);
	return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
};

/** What a screen reader reads out: one sentence a line, words instead of signs. */
export const spoken: Exporter = {
	name: 'spoken',
	ending: '.txt',
	about: 'sentences, for screen readers',
	render,
};

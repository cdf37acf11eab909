import {comparisonNotes, comparisonWords} from '../core/comparison-words.ts';
import {printable} from '../core/printable.ts';
import type {Comparison} from '../core/report.ts';
import {alignColumns} from './columns.ts';

/** Comparisons as an aligned table for people, then what the verdicts rest on. Empty without comparisons. */
export const renderComparisons = (comparisons: readonly Comparison[]): string => {
	const [first] = comparisons;
	if (first === undefined) return '';
	const told = comparisons.map((comparison) => ({comparison, words: comparisonWords(comparison)}));
	const isJudged = told.some(({words}) => words.margin !== '');
	const isOpen = told.some(({words}) => words.more !== '');
	const table = alignColumns(
		[
			{heading: 'metric'},
			{heading: 'base', right: true},
			{heading: 'candidate', right: true},
			{heading: 'change', right: true},
			{heading: `${Number((first.change.confidence * 100).toPrecision(4))}% interval`, right: true},
			...(isJudged ? [{heading: 'margin', right: true}] : []),
			{heading: 'verdict'},
			...(isOpen ? [{heading: 'more runs', right: true}] : []),
		],
		told.map(({comparison, words}) => [
			printable(comparison.metric),
			printable(words.base),
			printable(words.candidate),
			words.change,
			words.interval,
			...(isJudged ? [words.margin] : []),
			words.verdict,
			...(isOpen ? [words.more] : []),
		]),
	);
	const words = comparisonNotes(comparisons);
	return `${[...table, ...(words.length > 0 ? ['', ...words.map(printable)] : [])].join('\n')}\n`;
};

const ownName = ({metric, benchmark}: Comparison): string =>
	benchmark !== undefined && metric.startsWith(`${benchmark}: `) ? metric.slice(benchmark.length + 2) : metric;

const runsWords = ({runs}: Comparison): string =>
	runs === undefined ? '' : ` (${runs.candidate} ${runs.candidate === 1 ? 'run' : 'runs'} against ${runs.base})`;

/** The same of several benchmarks, each with what it was held against in a line before it. */
export const renderBenchmarks = (comparisons: readonly Comparison[]): string => {
	const names = [...new Set(comparisons.map(({benchmark}) => benchmark))];
	return names
		.map((name) => {
			const own = comparisons.filter(({benchmark}) => benchmark === name);
			const [first] = own;
			if (first === undefined || name === undefined) return renderComparisons(own);
			const against = first.against === undefined ? '' : ` against ${first.against.label}`;
			const head = printable(`${name}${against}${runsWords(first)}`);
			return `${head}\n${renderComparisons(own.map((each) => ({...each, metric: ownName(each)})))}`;
		})
		.join('\n');
};

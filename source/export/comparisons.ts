import {comparisonNotes, comparisonWords} from '../core/comparison-words.ts';
import {printable} from '../core/printable.ts';
import type {Comparison} from '../core/report.ts';
import {alignColumns} from './columns.ts';

/** Comparisons as an aligned table for people, then what the verdicts rest on. Empty without comparisons. */
export const renderComparisons = (comparisons: readonly Comparison[]): string => {
	const [first] = comparisons;
	if (first === undefined) return '';
	const table = alignColumns(
		[
			{heading: 'metric'},
			{heading: 'base', right: true},
			{heading: 'candidate', right: true},
			{heading: 'change', right: true},
			{heading: `${first.change.confidence * 100}% interval`, right: true},
			{heading: 'verdict'},
		],
		comparisons.map((comparison) => {
			const words = comparisonWords(comparison);
			return [printable(comparison.metric), words.base, words.candidate, words.change, words.interval, words.verdict];
		}),
	);
	const words = comparisonNotes(comparisons);
	return `${[...table, ...(words.length > 0 ? ['', ...words.map(printable)] : [])].join('\n')}\n`;
};

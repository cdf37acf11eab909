import {printable} from '../core/printable.ts';
import type {Comparison} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import {commitWords, localTime, shortId} from '../core/run-words.ts';
import {alignColumns} from '../export/columns.ts';
import {renderComparisons} from '../export/comparisons.ts';

/** Two runs and what came of holding them against each other. */
export type ComparedPair = {
	readonly base: Result;
	readonly candidate: Result;
	/** What differs in load and environment, and was overruled. */
	readonly differ: readonly string[];
	readonly comparisons: readonly Comparison[];
};

/** What is compared, what speaks against it, the table and what it rests on. */
export const renderPair = ({base, candidate, differ, comparisons}: ComparedPair): string => {
	const sides = [
		['base', base],
		['candidate', candidate],
	] as const;
	const [, ...head] = alignColumns(
		Array.from({length: 5}, () => ({heading: ''})),
		sides.map(([side, run]) => [side, shortId(run.id), localTime(run.began), printable(run.name), commitWords(run)]),
	);
	const doubts = sides.flatMap(([side, {validity}]) =>
		validity.reasons.map(({message}) => `! ${side}: ${printable(message)}`),
	);
	const forced =
		differ.length === 0
			? []
			: ['Compared by force, although these differ:', ...differ.map((words) => `  ${printable(words)}`)];
	return `${[...head, ...doubts, ...forced, '', renderComparisons(comparisons)].join('\n')}`;
};

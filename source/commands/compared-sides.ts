import {printable} from '../core/printable.ts';
import type {Comparison} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import {commitWords, localTime, shortId} from '../core/run-words.ts';
import {alignColumns} from '../export/columns.ts';
import {renderComparisons} from '../export/comparisons.ts';

/** Runs of a benchmark on two sides, and what came of holding them against each other. */
export type ComparedPair = {
	readonly base: readonly Result[];
	readonly candidate: readonly Result[];
	/** What differs in load and environment, and was overruled. */
	readonly differ: readonly string[];
	readonly comparisons: readonly Comparison[];
};

/** 'a, b, c and 4 more'. */
const some = (words: readonly string[]): string => {
	const different = [...new Set(words)];
	return different.length <= 2 ? different.join(', ') : `${different[0]} and ${different.length - 1} more`;
};

const sideRow = (side: string, runs: readonly Result[]): readonly string[] => {
	const [first, last] = [runs[0], runs.at(-1)];
	if (first === undefined || last === undefined) return [side, '', '', '', ''];
	return [
		side,
		runs.length === 1 ? shortId(first.id) : `${runs.length} runs, ${shortId(first.id)} … ${shortId(last.id)}`,
		localTime(first.began),
		printable(first.name),
		some(runs.map(commitWords)),
	];
};

/** What is compared, what speaks against it, the table and what it rests on. */
export const renderPair = ({base, candidate, differ, comparisons}: ComparedPair): string => {
	const sides = [
		['base', base],
		['candidate', candidate],
	] as const;
	const [, ...head] = alignColumns(
		Array.from({length: 5}, () => ({heading: ''})),
		sides.map(([side, runs]) => [...sideRow(side, runs)]),
	);
	const doubts = sides.flatMap(([side, runs]) => {
		const told = runs.flatMap(({validity}) => validity.reasons.map(({message}) => printable(message)));
		return [...new Set(told)].map((message) => {
			const times = told.filter((each) => each === message).length;
			return `! ${side}${runs.length === 1 ? '' : ` (${times} of ${runs.length} runs)`}: ${message}`;
		});
	});
	const forced =
		differ.length === 0
			? []
			: ['Compared by force, although these differ:', ...differ.map((words) => `  ${printable(words)}`)];
	return `${[...head, ...doubts, ...forced, '', renderComparisons(comparisons)].join('\n')}`;
};

import {readFileSync} from 'node:fs';
import {isRun, runFault} from '../../source/commands/document.ts';
import type {Beat} from '../../source/core/beat.ts';
import type {Evidence} from '../../source/insight/rule.ts';

const beatOf = (row: unknown): Beat => {
	if (!Array.isArray(row)) throw new Error('A beat is a row of numbers.');
	const [from, to, answered, longest, overHalf, overQuarter, held] = row.map((figure: unknown) =>
		typeof figure === 'number' ? figure : null,
	);
	return {
		from: from ?? 0,
		to: to ?? 0,
		answered: answered ?? 0,
		longest: longest ?? null,
		overHalf: overHalf ?? 0,
		overQuarter: overQuarter ?? 0,
		held: held ?? null,
	};
};

/** A run of test/data/insights, as rules read it. */
export const recorded = (name: string): Evidence => {
	const file = new URL(`../data/insights/${name}.jsonl`, import.meta.url);
	const [result, beats] = readFileSync(file, 'utf8').trim().split('\n');
	const rows: unknown = JSON.parse(beats ?? '[]');
	if (!Array.isArray(rows)) throw new Error('Beats are a list.');
	const run: unknown = JSON.parse(result ?? '');
	if (!isRun(run)) throw new Error(`${name} is no run: ${runFault(run)}`);
	return {result: run, earlier: [], beats: rows.map(beatOf)};
};

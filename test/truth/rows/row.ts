import type {TargetLog, TargetPlan} from '../servers/plan.ts';
import {startTarget} from '../servers/start.ts';
import type {Figures, Load, Tool} from '../tools/tool.ts';

/** Whether a tool told the truth: ✓ it did, ✗ it did not, – it has no way to be asked. */
export type Cell = {readonly mark: '✓' | '✗' | '–'; readonly said: string};

/** One situation whose truth is known, and what is asked of a tool in it. */
export type Row = {
	/** The number of the situation, and a letter where it has several parts. */
	readonly id: string;
	readonly situation: string;
	/** What must be said, with its tolerance. */
	readonly truth: string;
	/** Times decide: nothing else may run beside it. */
	readonly alone: boolean;
	/** A program without which the situation cannot be made. */
	readonly needs?: string;
	/** `scale` 1 is the short version, for the tests; a larger one measures so much longer. */
	readonly judge: (tool: Tool, scale: number) => Promise<Cell>;
};

/** Something that must hold, and the figures by which it is seen. */
export type Claim = readonly [holds: boolean, said: string];

export const cannot: Cell = {mark: '–', said: ''};

/** All claims as one verdict: what fails is said, or else the first figure. */
export const verdict = (claims: readonly Claim[]): Cell => {
	const failed = claims.filter(([holds]) => !holds).map(([, said]) => said);
	return failed.length > 0 ? {mark: '✗', said: failed.join('; ')} : {mark: '✓', said: claims[0]?.[1] ?? ''};
};

/** Opens a target, lets a tool load it, and gives what both saw; `undefined` where the tool cannot. */
export const observe = async (
	tool: Tool,
	plan: TargetPlan,
	load: Omit<Load, 'url'>,
): Promise<{readonly figures: Figures; readonly log: TargetLog} | undefined> => {
	const target = await startTarget(plan);
	try {
		const figures = await tool.measure({...load, url: target.url});
		return figures === undefined ? undefined : {figures, log: await target.log()};
	} finally {
		await target.close();
	}
};

const digits = new Intl.NumberFormat('en', {maximumFractionDigits: 1, useGrouping: false});
const fineDigits = new Intl.NumberFormat('en', {maximumFractionDigits: 3, useGrouping: false});

/** A figure for a cell; '–' is unknown. */
export const shown = (value: number | undefined): string =>
	value === undefined ? '–' : (Math.abs(value) < 10 ? fineDigits : digits).format(value);

/** A figure of the tool is as near as this to the truth. */
export const near = (name: string, value: number | undefined, truth: number, tolerance: number): Claim => [
	value !== undefined && Math.abs(value - truth) <= tolerance,
	`${name} ${shown(value)}${value !== undefined && Math.abs(value - truth) <= tolerance ? '' : `, not ${shown(truth)}`}`,
];

export const atLeast = (name: string, value: number | undefined, least: number): Claim => [
	value !== undefined && value >= least,
	`${name} ${shown(value)}${value !== undefined && value >= least ? '' : ` < ${shown(least)}`}`,
];

export const atMost = (name: string, value: number | undefined, most: number): Claim => [
	value !== undefined && value <= most,
	`${name} ${shown(value)}${value !== undefined && value <= most ? '' : ` > ${shown(most)}`}`,
];

/** It ended, and in its time. */
export const ended = ({hung}: Figures): Claim => [!hung, hung ? 'hangs' : 'ends'];

/** Of benchtop alone, since only its document has such a thing: claims that others are spared. */
export const ownClaims = (
	{report}: Figures,
	claims: (report: NonNullable<Figures['report']>) => readonly Claim[],
): readonly Claim[] => (report === undefined ? [] : claims(report));

/**
 * The verdict on a tool. Where times decide, a machine that does other things may spoil one run: what fails is measured
 * twice more, and holds only if both of those hold.
 */
export const judgeOf = async ({alone, judge}: Row, tool: Tool, scale: number): Promise<Cell> => {
	const first = await judge(tool, scale);
	if (first.mark !== '✗' || !alone) return first;
	const second = await judge(tool, scale);
	return second.mark === '✗' ? second : judge(tool, scale);
};

import type {Comparison} from '../core/report.ts';

/** How several runs a side are judged. */
export type Judging = {
	/** Of the intervals, and of all verdicts together; 0.95 by default. */
	readonly confidence?: number;
	/** The n-th runs of both sides were made one beside the other, and are held against each other. */
	readonly isPaired?: boolean;
	/**
	 * A look of several: the error rate of this one (`nominalLevels`, of the overall rate divided by the number of metrics
	 * that gate). The interval is then one of a row that hold all together, with `confidence`.
	 */
	readonly level?: number;
	/** What is called by them is called only once a second look agrees: then a single run on a side will do. */
	readonly isConfirmed?: boolean;
};

/** The p of one metric by itself. */
export type OwnP = {
	/** By an exact test: right whatever the figures are distributed like. */
	readonly exact: number;
	/** No outcome of so few runs has a smaller one. */
	readonly least: number;
	/** By a test that takes the logarithms for normal, where there is one: not bounded by the number of runs. */
	readonly normal?: number;
};

/** What a verdict is concluded from: p held up for so many metrics judged together. */
export type HeldUp = {readonly p: number; readonly together: number; readonly isExact: boolean};

/** A metric that was looked at by itself, and waits for how many others are judged beside it. */
export type Assessed = {
	/** `undefined` where nothing could be tested. */
	readonly p: OwnP | undefined;
	readonly conclude: (heldUp: HeldUp) => Comparison;
};

/** With fewer runs a side, no arrangement of them is rarer than 10 %. */
export const leastRuns = 4;
/** With fewer pairs, no arrangement of their signs is rarer than 6 %. */
const leastPairs = 6;

/** How many runs a side, or pairs, there must be. */
export const leastOf = (isPaired: boolean): number => (isPaired ? leastPairs : leastRuns);

/** That so few judge nothing. */
export const fewWords = (isPaired: boolean, runs: number): string =>
	`${runs} ${isPaired ? `pair${runs === 1 ? '' : 's'} of runs` : `run${runs === 1 ? '' : 's'} a side`}: of fewer than ${leastOf(isPaired)} no outcome is rare enough to be judged.`;

/** What the interval of several runs a side covers. */
export const coversRuns = (isLook: boolean): string =>
	isLook
		? 'what varies within runs and between them (the interval of this look, of a row of looks that hold together)'
		: 'what varies within runs and between them';

/** What chance alone does, where it is too much for a verdict. */
export const chanceWords = ({p, together}: HeldUp): string => {
	const said = p < 0.0001 ? '< 0.0001' : `= ${Number(p.toPrecision(2))}`;
	const metrics = together > 1 ? `, as ${together} metrics are judged together` : '';
	return `But chance alone does as much with p ${said}${metrics}.`;
};

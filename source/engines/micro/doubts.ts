import type {Doubt} from '../../core/event.ts';
import {quantileOf} from '../../core/samples.ts';
import {formatPercent} from '../../core/units.ts';
import {medianOf} from '../../stats/describe.ts';

/** What one process measured of a function. Nanoseconds of one call. */
export type LaunchRecord = {
	readonly median: number;
	/** Between its quartiles. */
	readonly spread: number;
	/** Of an empty function, in the same process. */
	readonly empty: number;
	readonly async: boolean;
	readonly steady: boolean | undefined;
	readonly coarse: boolean;
};

export type CaseRecord = {readonly label: string; readonly launches: LaunchRecord[]};

/** A function that takes less than this share of what an empty one takes cannot be told from it. */
const nothingShare = 0.2;
/** Launches whose medians lie further apart, of their median, disagree, if that is also so many times what batches vary. */
const disagreement = 0.25;
const beyondSpread = 2;
/** The same empty loop takes so many times longer in one launch than in another: the machine's speed changes. */
const speedChange = 1.3;
const mostNamed = 5;

/** Names of a few, and how many more. */
const named = (labels: readonly string[]): string =>
	labels.length <= mostNamed
		? labels.join(', ')
		: `${labels.slice(0, mostNamed).join(', ')} and ${labels.length - mostNamed} more`;

const significant = (nanoseconds: number): string => Number(nanoseconds.toPrecision(3)).toString();

const doubtIf = (kind: string, found: readonly string[], message: (names: string) => string): readonly Doubt[] =>
	found.length === 0 ? [] : [{kind, message: message(named(found))}];

/**
 * What is to be doubted of functions that were launched several times. `planned`: launches of each, where the run was not
 * broken off; `missing`: functions that were never launched.
 */
export const doubtsOf = (
	cases: readonly CaseRecord[],
	planned: number | undefined,
	missing: number,
): readonly Doubt[] => {
	const seen = cases.filter(({launches}) => launches.length > 0);
	const labelsOf = (holds: (launches: readonly LaunchRecord[]) => boolean): readonly string[] =>
		seen.filter(({launches}) => holds(launches)).map(({label}) => label);
	const disagreeing = seen.flatMap(({label, launches}) => {
		if (launches.length < 3) return [];
		const medians = launches.map(({median}) => median);
		const middle = medianOf(medians);
		const [least, most] = [Math.min(...medians), Math.max(...medians)];
		const within = medianOf(launches.map(({spread}) => spread));
		// A call itself is not the same to the half in each process: so much is no disagreement of the functions.
		if (most - least < medianOf(launches.map(({empty}) => empty)) / 2) return [];
		return most - least > disagreement * middle && most - least > beyondSpread * within
			? [`${label} (${significant(least)} to ${significant(most)} ns)`]
			: [];
	});
	const empties = seen
		.flatMap(({launches}) => launches.filter((launch) => !launch.async).map(({empty}) => empty))
		.sort((a, b) => a - b);
	const [slow, fast] = [quantileOf(empties, 0.9) ?? 0, quantileOf(empties, 0.1) ?? 0];
	const few = seen.filter(({launches}) => planned !== undefined && launches.length < planned);
	return [
		...doubtIf(
			'not-steady',
			labelsOf((launches) => 2 * launches.filter(({steady}) => steady === false).length >= launches.length),
			(names) => `Not steady when measuring began: ${names}. A longer warm-up limit, or a longer run, would help.`,
		),
		...doubtIf(
			'optimised-away',
			labelsOf((launches) => {
				const empty = medianOf(launches.map((launch) => launch.empty));
				const net = medianOf(launches.map(({median, async}) => (async ? median - empty : median)));
				return net < nothingShare * empty;
			}),
			(names) =>
				`As fast as a function that does nothing: ${names}. Perhaps the compiler left the work out. Return its result, and take what it works on from setup.`,
		),
		...doubtIf(
			'launches-disagree',
			disagreeing,
			(names) =>
				`Processes disagree by more than their batches do: ${names}. The machine was not quiet, or a process compiles or places things in another way than the next. The interval counts it; more launches would narrow it.`,
		),
		...(empties.length >= 4 && slow > speedChange * fast
			? [
					{
						kind: 'machine-speed',
						message: `The machine's speed changed: the same empty call took ${significant(fast)} to ${significant(slow)} ns (the middle 80 % of launches), ${formatPercent((slow / fast - 1) * 100)} apart. Something else ran on it, or its processor changes its clock.`,
					},
				]
			: []),
		...doubtIf(
			'clock-coarse',
			labelsOf((launches) => launches.some(({coarse}) => coarse)),
			(names) => `Batches were too short for the clock to tell 1 % of them: ${names}.`,
		),
		...(few.length > 0 && planned !== undefined
			? [
					{
						kind: 'launches-missed',
						message: `The time was over before each function had been launched ${planned} times: ${named(few.map(({label, launches}) => `${label} (${launches.length})`))}. A longer run gives intervals that can be relied on.`,
					},
				]
			: []),
		...(missing > 0 && planned !== undefined
			? [
					{
						kind: 'not-launched',
						message: `The time was over before ${missing === 1 ? 'one function was' : `${missing} functions were`} measured at all.`,
					},
				]
			: []),
	];
};

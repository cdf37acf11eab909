import type {Result, ResultSecond} from '../core/result.ts';
import {formatMilliseconds, formatRate} from '../core/units.ts';
import {medianOf} from '../stats/describe.ts';
import {askedIn} from './planned-load.ts';
import type {InsightRule} from './rule.ts';
import {endedIn, rounded, wholeSeconds} from './seconds.ts';

/** A load at which the target was asked for a while. */
type Level = {
	readonly asked: number;
	readonly answered: number;
	readonly median: number;
	readonly operations: number;
};

/** A ramp in a straight line is read in so many levels. */
const mostLevels = 10;
const leastLevels = 4;
/** With fewer operations a level's median says little. */
const leastOperations = 20;
/** From the knee on latency is at least so many times what it was before, and so many milliseconds more. */
const [turn, leastTurn] = [2, 1];
/** Answered less than this share of what was asked: the rest waits. */
const keepingUp = 0.95;

/** The seconds of a ramp by the rate that was asked, ascending. */
const levelsOf = (result: Result): readonly Level[] => {
	const asked = wholeSeconds(result).flatMap((second): (readonly [number, ResultSecond])[] => {
		const rate = askedIn(result, second);
		return rate === undefined ? [] : [[rate, second]];
	});
	const [lowest, highest] = [Math.min(...asked.map(([rate]) => rate)), Math.max(...asked.map(([rate]) => rate))];
	if (!(highest > lowest)) return [];
	const groups = new Map<number, (readonly [number, ResultSecond])[]>();
	for (const entry of asked) {
		const level = Math.round(((entry[0] - lowest) / (highest - lowest)) * (mostLevels - 1));
		groups.set(level, [...(groups.get(level) ?? []), entry]);
	}

	return [...groups]
		.sort(([a], [b]) => a - b)
		.flatMap(([, entries]): Level[] => {
			const medians = entries.flatMap(([, {p50}]) => p50 ?? []);
			const operations = entries.reduce((sum, [, second]) => sum + endedIn(second), 0);
			if (medians.length === 0 || operations < leastOperations) return [];
			const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
			return [
				{
					asked: mean(entries.map(([rate]) => rate)),
					answered: mean(entries.map(([, {rate}]) => rate ?? 0)),
					median: medianOf(medians),
					operations,
				},
			];
		});
};

/** The rate of a ramp from which on latency stays well above what it was at lower rates. */
export const knee: InsightRule = {
	kind: 'knee',
	about: 'the rate of a ramp at which latency turns up, and whether throughput goes on growing',
	find: ({result}) => {
		const levels = levelsOf(result);
		if (levels.length < leastLevels) return undefined;
		const base = medianOf(levels.slice(0, Math.max(2, Math.floor(levels.length / 3))).map(({median}) => median));
		const isTurned = ({median}: Level): boolean => median >= turn * base && median - base >= leastTurn;
		const place = levels.findIndex((_, index) => levels.slice(index).every(isTurned));
		const [before, at, last] = [levels[place - 1], levels[place], levels.at(-1)];
		if (before === undefined || at === undefined || last === undefined) return undefined;
		const behind = levels.slice(place).find(({asked, answered}) => answered < keepingUp * asked);
		const most = Math.max(...levels.map(({answered}) => answered));
		return {
			kind: 'knee',
			severity: behind === undefined ? 'low' : 'medium',
			text: `Between ${formatRate(before.asked)} and ${formatRate(at.asked)} operations per second the median latency turns up, from ${formatMilliseconds(base)} ms to ${formatMilliseconds(at.median)} ms and on to ${formatMilliseconds(last.median)} ms. ${behind === undefined ? 'Beyond it requests queue, and small bursts are felt at once.' : `Beyond it requests pile up: no more than ${formatRate(most)} per second are answered, whatever is asked.`}`,
			recommendations: [
				`Keep the load of normal days well below ${formatRate(before.asked)} per second, so that bursts have room.`,
				`Run once at ${formatRate(before.asked)} per second (-R ${Math.floor(before.asked)}) and look at the target's CPU, locks and pools there: what fills up first is what to widen.`,
			],
			figures: {
				ratePerSecondBefore: rounded(before.asked),
				ratePerSecondAt: rounded(at.asked),
				p50BeforeMs: rounded(base),
				p50AtMs: rounded(at.median),
				p50LastMs: rounded(last.median),
				mostAnsweredPerSecond: rounded(most),
				keepsUp: behind === undefined ? 'yes' : 'no',
			},
		};
	},
};

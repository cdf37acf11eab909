// The words that trends, changes and anomalies are told in, alike in text and on the screen.
import {formatChange, formatMeasure, formatPercent} from './units.ts';

/** An estimate with its interval; without ends where none is known. */
export type Interval = {readonly estimate: number; readonly low: number | null; readonly high: number | null};

export type Direction = 'rising' | 'falling' | 'unclear';

const arrows = {rising: '↑', falling: '↓', unclear: '?'} as const satisfies Record<Direction, string>;

/** The sign of a direction: one column. */
export const directionSign = (direction: Direction): string => arrows[direction];

/** A slope as a change, in percent a day with as many digits as tell it from nothing: '+0.012%'. */
const share = (ratio: number): string => {
	const percent = ratio * 100;
	const magnitude = Math.abs(percent);
	if (magnitude >= 0.0995 || magnitude < 0.00005) return formatChange(ratio);
	return `${percent < 0 ? '-' : '+'}${Number(magnitude.toPrecision(2))}%`;
};

const signed = (value: number, unit: string): string =>
	`${value < 0 ? '-' : '+'}${unit === '%' ? formatPercent(Math.abs(value)).replace('%', ' pp') : formatMeasure(Math.abs(value), unit)}`;

/** Both ends of an interval: '+0.1% … +0.3%'; a dash where there is none. */
const ends = ({low, high}: Interval, format: (value: number) => string): string => {
	if (low === null || high === null) return '–';
	return low === 0 && high === 0 ? '' : `${format(low)} … ${format(high)}`;
};

type Texts = {readonly estimate: string; readonly ends: string};

/** A slope a day: relative where there is a level that it can be a share of, else in the unit of the figure. */
export const slopeWords = (perDay: Interval, sharePerDay: Interval | undefined, unit: string): Texts =>
	sharePerDay === undefined || unit === '%'
		? {estimate: signed(perDay.estimate, unit), ends: ends(perDay, (value) => signed(value, unit))}
		: {estimate: share(sharePerDay.estimate), ends: ends(sharePerDay, share)};

/** A step: relative where it can be, else in the unit of the figure; of a percentage in points. */
export const stepWords = (difference: Interval, change: Interval | undefined, unit: string): Texts =>
	change === undefined || unit === '%'
		? {estimate: signed(difference.estimate, unit), ends: ends(difference, (value) => signed(value, unit))}
		: {estimate: formatChange(change.estimate), ends: ends(change, formatChange)};

/** What a change is for those who wait: '▲ worse', '▼ better', or '≠ other' where neither side is better. */
export const changeVerdict = (verdict: 'better' | 'worse' | undefined): string =>
	verdict === undefined ? '≠ other' : verdict === 'worse' ? '▲ worse' : '▼ better';

/** How far an anomaly lies off: '+8.1 σ'. */
export const scoreWords = (score: number): string =>
	Number.isFinite(score) ? `${score < 0 ? '-' : '+'}${Math.abs(score).toFixed(1)} σ` : `${score < 0 ? '-' : '+'}∞ σ`;

/** Runs that a series leaves out, or has although they are in doubt, in a sentence each. */
export const leftOutWords = ({
	doubtful,
	unfit,
}: {
	readonly doubtful: {readonly runs: number; readonly included: boolean};
	readonly unfit: number;
}): readonly string[] => {
	const runs = (count: number): string => `${count} run${count === 1 ? '' : 's'}`;
	return [
		...(doubtful.runs === 0
			? []
			: [
					doubtful.included
						? `${runs(doubtful.runs)} of these ${doubtful.runs === 1 ? 'is' : 'are'} in doubt`
						: `${runs(doubtful.runs)} in doubt left out`,
				]),
		...(unfit === 0 ? [] : [`${runs(unfit)} without figures of the planned load, or of another commit, left out`]),
	];
};

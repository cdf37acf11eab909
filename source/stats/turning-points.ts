import type {SeriesFigure} from '../core/series.ts';
import type {FigureChange, FigureChanges} from './figure-history.ts';

/** A figure that changed. */
export type ChangedFigure = {readonly figure: SeriesFigure; readonly change: FigureChange};

/** Where figures of a benchmark changed together. Places are those of runs in the series. */
export type TurningPoint = {
	/** The last run before it, and the first after it, where it most likely is. */
	readonly before: number;
	readonly after: number;
	/** It came with one of these runs: those that every one of its changes allows. */
	readonly earliest: number;
	readonly latest: number;
	/** The clearest first. */
	readonly figures: readonly ChangedFigure[];
};

type Growing = {earliest: number; latest: number; readonly figures: ChangedFigure[]};

/**
 * Changes of several figures, oldest first: those that may have come with the same run are taken for one. The place is
 * that of the clearest of them.
 */
export const turningPoints = (histories: readonly FigureChanges[]): readonly TurningPoint[] => {
	const all = histories
		.flatMap(({figure, changes}) => changes.map((change): ChangedFigure => ({figure, change})))
		.sort((a, b) => a.change.after - b.change.after);
	const groups: Growing[] = [];
	for (const changed of all) {
		const {earliest, latest} = changed.change;
		const last = groups.at(-1);
		// A figure changes only once at a time.
		const joins =
			last !== undefined &&
			earliest <= last.latest &&
			latest >= last.earliest &&
			!last.figures.some(({figure}) => figure === changed.figure);
		if (joins) {
			last.earliest = Math.max(last.earliest, earliest);
			last.latest = Math.min(last.latest, latest);
			last.figures.push(changed);
		} else groups.push({earliest, latest, figures: [changed]});
	}

	return groups.map(({earliest, latest, figures}) => {
		const clearest = figures.toSorted(
			(a, b) => a.change.p - b.change.p || a.change.latest - a.change.earliest - (b.change.latest - b.change.earliest),
		);
		const within = clearest.find(({change}) => change.after >= earliest && change.after <= latest) ?? clearest[0]!;
		return {before: within.change.before, after: within.change.after, earliest, latest, figures: clearest};
	});
};

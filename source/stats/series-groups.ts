import type {Fingerprint} from '../core/event.ts';
import {type Series, seriesOf} from '../core/series.ts';

/** Runs of one benchmark with the same load on the same kind of machine: only they stand in one series. */
export type SeriesGroup = {
	readonly fingerprint: Fingerprint;
	/** The machines they were made on, in order of their first run. */
	readonly hostnames: readonly string[];
	/** Those that are looked at, oldest first. */
	readonly series: Series;
	/** Runs whose figures are in doubt, and whether they are among those looked at. */
	readonly doubtful: {readonly runs: number; readonly included: boolean};
	/** Runs that are left out, since they have no figures, or those of another load than planned. */
	readonly unfit: number;
	/** Of all of them, those that are left out too. ISO 8601. */
	readonly first: string;
	readonly last: string;
};

/**
 * The runs of a benchmark told apart by the fingerprints of workload and environment, the group of the newest run first.
 * Runs in doubt are left out, unless they are asked for, or a group has no others.
 */
export const groupsOf = (
	all: Series,
	{doubtful = false}: {readonly doubtful?: boolean} = {},
): readonly SeriesGroup[] => {
	const groups = new Map<string, number[]>();
	for (const [place, {fingerprint}] of all.runs.entries()) {
		const {workload, environment} = fingerprint;
		const key = `${workload.length} ${workload}${environment}`;
		const places = groups.get(key);
		if (places === undefined) groups.set(key, [place]);
		else places.push(place);
	}

	return [...groups.values()]
		.map((places): SeriesGroup => {
			const standingAt = (place: number) => all.runs[place]!.standing;
			const doubted = places.filter((place) => standingAt(place) === 'doubtful').length;
			const included = doubted > 0 && (doubtful || !places.some((place) => standingAt(place) === 'fit'));
			const kept = places.filter(
				(place) => standingAt(place) === 'fit' || (included && standingAt(place) === 'doubtful'),
			);
			const [first, last] = [all.runs[places[0]!]!, all.runs[places.at(-1)!]!];
			return {
				fingerprint: first.fingerprint,
				hostnames: [...new Set(places.map((place) => all.runs[place]!.hostname))],
				series: seriesOf(all, kept),
				doubtful: {runs: doubted, included},
				unfit: places.filter((place) => standingAt(place) === 'unfit').length,
				first: first.began,
				last: last.began,
			};
		})
		.sort((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0));
};

import type {Fingerprint} from './event.ts';
import {isOwnRun} from './plan.ts';
import {isMeasured} from './report.ts';
import type {Result} from './result.ts';

/**
 * What a run's figures are good for in a series: `fit` for everything; `doubtful` where they cannot be relied on; `unfit`
 * where they are none, of another load than the planned one, or of a commit that does not belong where the run stands.
 */
export const standings = ['fit', 'doubtful', 'unfit'] as const;
export type Standing = (typeof standings)[number];

/** What a run's figures are good for. Only runs that ended as planned are beside each other for long. */
export const standingOf = ({
	ending,
	validity,
	summary,
	plan,
}: Pick<Result, 'ending' | 'validity' | 'summary' | 'plan'>): Standing => {
	if (!isOwnRun({...plan, tags: []})) return 'unfit';
	if (ending.state !== 'finished' || !isMeasured({ending, summary})) return 'unfit';
	if (validity.reasons.some(({kind}) => kind === 'steered')) return 'unfit';
	return validity.trustworthy ? 'fit' : 'doubtful';
};

/** A run as one place of a series. */
export type SeriesRun = {
	readonly id: string;
	/** ISO 8601 in UTC. */
	readonly began: string;
	readonly commit: string | null;
	readonly branch: string | null;
	readonly hostname: string;
	readonly fingerprint: Fingerprint;
	readonly standing: Standing;
};

/** One figure of runs in a row. */
export type SeriesFigure = {
	readonly name: string;
	readonly unit: string;
	/** Absent: neither is better. */
	readonly better?: 'lower' | 'higher';
	/** One for each run; NaN where it has none. */
	readonly values: Float64Array;
	/** In how many of the runs it rests on too few operations to be relied on. */
	readonly uncertain: number;
};

/** Runs of one benchmark, oldest first, with all their figures. */
export type Series = {readonly runs: readonly SeriesRun[]; readonly figures: readonly SeriesFigure[]};

/** A figure of one run. */
export type RunFigure = {
	readonly name: string;
	readonly unit: string;
	readonly better?: 'lower' | 'higher';
	readonly value: number;
	readonly uncertain: boolean;
};

/** Puts runs with their figures together to a series, in their order. A name with another unit is another figure. */
export const createSeries = () => {
	const runs: SeriesRun[] = [];
	type Growing = {
		readonly first: RunFigure;
		/** Of the runs that have it, and what they have. */
		readonly places: number[];
		readonly values: number[];
		uncertain: number;
	};
	const figures = new Map<string, Growing>();
	return {
		add(run: SeriesRun, own: readonly RunFigure[]): void {
			for (const figure of own) {
				// The length keeps a name and a unit apart from others that read the same together.
				const key = `${figure.name.length} ${figure.name}${figure.unit}`;
				let known = figures.get(key);
				if (known === undefined) {
					known = {first: figure, places: [], values: [], uncertain: 0};
					figures.set(key, known);
				}

				known.places.push(runs.length);
				known.values.push(figure.value);
				if (figure.uncertain) known.uncertain += 1;
			}

			runs.push(run);
		},
		take: (): Series => ({
			runs,
			figures: [...figures.values()].map(({first: {name, unit, better}, places, values: found, uncertain}) => {
				const values = new Float64Array(runs.length).fill(Number.NaN);
				for (const [index, place] of places.entries()) values[place] = found[index]!;
				return {name, unit, ...(better === undefined ? {} : {better}), values, uncertain};
			}),
		}),
	};
};

/** The same of only some of its runs, given by their places in order; figures that none of them has are left out. */
export const seriesOf = ({runs, figures}: Series, places: readonly number[]): Series => ({
	runs: places.map((place) => runs[place]!),
	figures: figures
		.map((figure) => ({...figure, values: Float64Array.from(places, (place) => figure.values[place]!)}))
		.filter(({values}) => values.some((value) => !Number.isNaN(value))),
});

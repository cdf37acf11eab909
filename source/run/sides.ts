import type {Baseline} from '../core/event.ts';
import type {Side} from '../core/plan.ts';
import type {Result} from '../core/result.ts';
import type {SideRun} from '../core/side-run.ts';
import {sideRunsWith} from '../stats/rounds.ts';
import {asBaseline} from './baseline.ts';

/** What a runner knows of the runs of two sides that it has carried out. */
export type Sides = {
	readonly add: (result: Result) => void;
	readonly runs: () => readonly SideRun[];
	/** The last run of the other side, to be shown beside one of this. */
	readonly partnerOf: (side: Side | undefined) => Baseline | undefined;
};

const keyOf = ({benchmark, is}: Pick<Side, 'benchmark' | 'is'>): string => JSON.stringify([benchmark, is]);

/** Of no runs yet. What is kept of each but the last of a side are a few figures. */
export const createSides = (): Sides => {
	let runs: readonly SideRun[] = [];
	const last = new Map<string, Baseline>();
	return {
		add(result) {
			const {side} = result.plan;
			const known = sideRunsWith(result, runs);
			if (side === undefined || known.length === runs.length) return;
			runs = known;
			last.set(keyOf(side), asBaseline(result, side.is));
		},
		runs: () => runs,
		partnerOf: (side) =>
			side === undefined
				? undefined
				: last.get(keyOf({benchmark: side.benchmark, is: side.is === 'base' ? 'candidate' : 'base'})),
	};
};

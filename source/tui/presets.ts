import type {RunState} from '../core/run-state.ts';
import type {Arrangeable} from './layout.ts';
import type {Pane} from './pane.ts';

/** A selection of panes for a question. */
export type Preset = {
	readonly name: string;
	readonly about: string;
	/** Names of panes, the most important first; absent: every pane. */
	readonly panes?: readonly string[];
};

/** The layouts that a key goes round. To add one: a line here. */
export const presets: readonly Preset[] = [
	{name: 'all', about: 'everything there is room for'},
	{
		name: 'latency',
		about: 'how long it takes',
		panes: ['latency', 'parts', 'latency-over-time', 'histogram', 'heat-map', 'throughput', 'events'],
	},
	{
		name: 'resources',
		about: 'what the machines do meanwhile',
		panes: ['resources', 'generator', 'throughput', 'latency-over-time', 'events'],
	},
	{
		name: 'compare',
		about: 'against the baseline',
		panes: ['comparison', 'deltas', 'metrics', 'latency', 'histogram', 'latency-over-time', 'throughput', 'status'],
	},
];

type Offered = Arrangeable & Pick<Pane, 'has' | 'wantsFor'>;

/** Of the pane that a run is read from first, so many rows are seen, or all that it has, before others get a place. */
const leadingRows = 9;

/**
 * The panes that a run has something for, in the order of their numbers: those that its engine names come first and stay
 * longest.
 */
export const panesFor = <Each extends Offered>(run: RunState, panes: readonly Each[]): readonly Each[] => {
	const offered = panes
		.filter(({has}) => has?.(run) ?? true)
		.map((pane) => (pane.wantsFor === undefined ? pane : {...pane, wants: pane.wantsFor(run)}));
	// Of a run that is made for a side, how the sides stand is what it is read for.
	const first = run.began?.plan.side === undefined ? [] : ['comparison'];
	const named = [...first, ...(run.began?.panes ?? [])].flatMap(
		(name) => offered.find((pane) => pane.name === name) ?? [],
	);
	if (named.length === 0) return offered;
	const rest = offered.filter((pane) => !named.includes(pane));
	return [
		...named.map((pane, rank) => {
			const rows = rank > 0 ? pane.least.rows : Math.max(pane.least.rows, Math.min(pane.wants, leadingRows));
			return {...pane, rank, least: {...pane.least, rows}};
		}),
		...rest.map((pane) => ({...pane, rank: named.length + pane.rank})),
	];
};

/**
 * The panes of a preset, the first one first. Of the preset with all of them the user may have an order: what it names
 * comes first, the rest follows.
 */
export const panesOf = <Each extends {readonly name: string; readonly rank: number}>(
	preset: string,
	panes: readonly Each[],
	order: readonly string[] = [],
): readonly Each[] => {
	const names = presets.find(({name}) => name === preset)?.panes;
	if (names === undefined && order.length === 0) return panes;
	const first = (names ?? order).flatMap((name) => panes.find((pane) => pane.name === name) ?? []);
	const rest = names === undefined ? panes.filter((pane) => !first.includes(pane)) : [];
	// What comes first here also stays longest where there is little room.
	return [...first, ...rest].map((pane, rank) => ({...pane, rank}));
};

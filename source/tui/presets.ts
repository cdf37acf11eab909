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
		panes: ['latency', 'latency-over-time', 'histogram', 'heat-map', 'throughput', 'events'],
	},
	{
		name: 'resources',
		about: 'what the machines do meanwhile',
		panes: ['resources', 'generator', 'throughput', 'latency-over-time', 'events'],
	},
	{
		name: 'compare',
		about: 'against the baseline',
		panes: ['deltas', 'latency', 'histogram', 'latency-over-time', 'throughput', 'status'],
	},
];

/**
 * The panes of a preset, the first one first. Of the preset with all of them the user may have an order: what it names
 * comes first, the rest follows.
 */
export const panesOf = <Pane extends {readonly name: string; readonly rank: number}>(
	preset: string,
	panes: readonly Pane[],
	order: readonly string[] = [],
): readonly Pane[] => {
	const names = presets.find(({name}) => name === preset)?.panes;
	if (names === undefined && order.length === 0) return panes;
	const first = (names ?? order).flatMap((name) => panes.find((pane) => pane.name === name) ?? []);
	const rest = names === undefined ? panes.filter((pane) => !first.includes(pane)) : [];
	// What comes first here also stays longest where there is little room.
	return [...first, ...rest].map((pane, rank) => ({...pane, rank}));
};

import {printable} from '../../core/printable.ts';
import {askedRate, inFlightNow, type RunState, targetWords} from '../../core/run-state.ts';
import {coveredIn, endedIn, type Snapshot} from '../../core/snapshot.ts';
import type {TimelineEntry} from '../../core/timeline.ts';
import {
	formatBytes,
	formatCount,
	formatLatencyAndUnit,
	formatPercent,
	formatRate,
	formatValue,
} from '../../core/units.ts';
import {busyLimit, delayFloor, delayShareLimit, stealLimit, throttledLimit} from '../../core/validity.ts';
import {type Line, span, within, wrap} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {type GaugeRow, gaugeLines} from './gauge-rows.ts';

const surpluses = new WeakMap<TimelineEntry, number>();

/** How many more operations were offered in a second than ended in it. */
const surplus = (entry: TimelineEntry): number => {
	const known = surpluses.get(entry);
	if (known !== undefined) return known;
	const {offered, outcomes} = entry.snapshot;
	const more = offered - Object.values(outcomes).reduce((sum, count) => sum + count, 0);
	surpluses.set(entry, more);
	return more;
};

const inFlightOf = new WeakMap<RunState['timeline'], ReadonlyMap<TimelineEntry, number>>();

/** Operations in flight at the end of every second: what was offered until then in its phase and has not ended. */
const inFlightAt = ({timeline, warmupEntries}: RunState): ReadonlyMap<TimelineEntry, number> => {
	const known = inFlightOf.get(timeline);
	if (known !== undefined) return known;
	const counts = new Map<TimelineEntry, number>();
	let open = 0;
	for (const [index, entry] of timeline.entries()) {
		if (index === warmupEntries) open = 0;
		open += surplus(entry);
		counts.set(entry, Math.max(0, open));
	}

	inFlightOf.set(timeline, counts);
	return counts;
};

const begunPerSecond = ({
	offered,
	...time
}: Pick<Snapshot, 'offered' | 'from' | 'to' | 'covered'>): number | undefined => {
	const covered = coveredIn(time);
	return covered > 0 ? (offered * 1000) / covered : undefined;
};

/** What was asked for per second; while the load is paused, and over a run that was steered, that is no one number. */
const asked = ({run, now, cursor}: View): number | undefined => {
	if (run.paused || (run.steered !== undefined && (now === undefined || cursor !== undefined))) return undefined;
	return askedRate(run);
};

/** Operations that were begun per second. */
const begun = ({run, now, cursor}: View): number | undefined => {
	const shown = now?.snapshot ?? (cursor === undefined ? run.total : undefined);
	return shown === undefined ? undefined : begunPerSecond(shown);
};

/** Operations that were begun, in percent of what was asked for. */
const sent = (view: View): number | undefined => {
	const [rate, done] = [asked(view), begun(view)];
	return done === undefined || rate === undefined || rate <= 0 ? undefined : (100 * done) / rate;
};

const inFlight = (view: View): number | undefined => {
	const {run, cursor} = view;
	if (cursor !== undefined) {
		const entry = run.timeline.find(({fromMs, toMs}) => fromMs <= cursor && cursor < toMs);
		return entry === undefined ? undefined : inFlightAt(run).get(entry);
	}

	if (run.total === undefined && run.warmup === undefined) return undefined;
	return run.ending === undefined ? inFlightNow(run) : (run.total?.waiting.count ?? 0);
};

/** More delay than this raises a doubt. Milliseconds. */
const delayLimit = ({summary}: View): number => Math.max(delayFloor, (summary.latency.p99 ?? 0) * delayShareLimit);

const rows: readonly GaugeRow[] = [
	{
		label: 'cpu',
		rank: 3,
		value: (read) => read('generator.cpu'),
		format: formatPercent,
		beside: (_, {run}) => {
			const threads = run.began?.plan.workers;
			return threads === undefined ? 'of one core' : `of a core, ${threads} thread${threads === 1 ? '' : 's'}`;
		},
		full: (_, {run}) => 100 * (run.began?.plan.workers ?? 1),
	},
	{
		label: 'busiest',
		rank: 1,
		value: (read) => read('generator.busy'),
		format: formatPercent,
		beside: () => `of time, limit ${busyLimit}%`,
		full: () => 100,
	},
	{
		label: 'delay',
		rank: 2,
		value: (read) => read('generator.loopDelay'),
		format: (value, {latencyUnit}) => formatLatencyAndUnit(value, latencyUnit),
		beside: () => 'of its event loop',
		full: (_, view) => delayLimit(view),
	},
	{
		label: 'sent',
		rank: 4,
		// Without a rate there is nothing to fall short of.
		value: (_, view) => (askedRate(view.run) === undefined ? begun(view) : sent(view)),
		format: (value, {run}) => (askedRate(run) === undefined ? formatValue(value, '1/s') : formatPercent(value)),
		beside: (_, view) => {
			const {rate} = view.run.load;
			if (rate === undefined) return 'no rate asked';
			return askedRate(view.run) === undefined
				? `in ${formatRate(rate)} sessions/s`
				: `of ${formatRate(asked(view))}/s asked`;
		},
		course: ({snapshot}) => begunPerSecond(snapshot),
	},
	{
		label: 'in flight',
		rank: 5,
		value: (_, view) => inFlight(view),
		format: (value) => (value === undefined ? '–' : formatCount(value)),
		beside: (_, {run}) => {
			const {connections} = run.load;
			return connections === undefined
				? 'operations'
				: `on ${formatCount(connections)} ${targetWords(run.began?.plan.load).connections}`;
		},
		course: (entry, {run}) => inFlightAt(run).get(entry),
		full: (_, {run}) => run.load.connections,
	},
	{
		label: 'oldest',
		rank: 6,
		value: (read) => read('generator.oldestWait'),
		format: (value, {latencyUnit}) => formatLatencyAndUnit(value, latencyUnit),
		beside: () => 'waiting in flight',
	},
	{
		label: 'memory',
		rank: 7,
		value: (read) => read('generator.memory'),
		format: formatBytes,
		beside: () => 'resident',
	},
];

const labelColumns = 10;

/** Whether the figures can be relied on so far, and why not. */
const verdictLines = (view: View, columns: number, rows: number): Line[] => {
	const {run, validity} = view;
	const [first, ...more] = validity.reasons;
	if (first === undefined) {
		if (run.total === undefined || endedIn(run.total) === 0) return [[span('○ nothing measured yet', 'muted')]];
		return [[span('✓ trustworthy', 'good'), span(run.ending === undefined ? ' so far' : '', 'muted')]];
	}

	return [first, ...more].flatMap(({message}) =>
		wrap(printable(message), Math.max(1, columns - 2), Math.max(1, rows)).map(
			(part, row): Line => [span(row === 0 ? '! ' : '  ', 'bad'), span(part, 'warn')],
		),
	);
};

/** What raises a doubt, in words. */
const limitLines = (view: View, columns: number): Line[] => {
	const {latencyUnit} = view;
	return [
		`Figures are doubted when the busiest thread is busy over ${busyLimit}% of the time, when the event loop is held up for more than ${formatLatencyAndUnit(delayLimit(view), latencyUnit)} on average (${delayShareLimit * 100}% of p99, at least ${formatLatencyAndUnit(delayFloor, latencyUnit)}), when the hypervisor takes over ${stealLimit}% of the CPU or a quota holds processes back over ${throttledLimit}% of the time, and when counts do not reconcile.`,
	].flatMap((text) => wrap(text, Math.max(1, columns), 6).map((part): Line => [span(part, 'muted')]));
};

const draw: Pane['draw'] = (view, {columns, rows: high}, {zoomed}) => {
	if (columns <= 0 || high <= 0) return [];
	// Levels keep at least half of the pane, unless it is zoomed.
	const spare = Math.max(1, high - Math.min(rows.length, Math.ceil(high / 2)));
	const verdict = verdictLines(view, columns, zoomed ? 4 : Math.min(2, spare)).slice(0, zoomed ? high : spare);
	const levels = gaugeLines(
		view,
		'generator',
		rows,
		columns,
		Math.min(rows.length, high - verdict.length),
		labelColumns,
	);
	const limits = zoomed ? [[], ...limitLines(view, columns)] : [];
	return within([...verdict, ...levels, ...limits], {columns, rows: high});
};

/** Whether the load generator itself is fit to be believed. */
export const generator: Pane = {
	name: 'generator',
	title: 'Load generator',
	about:
		'its own health: CPU, busiest thread, event loop, what it sent of what was asked; whether figures can be trusted',
	least: {columns: 36, rows: 7},
	wants: 8,
	rank: 9,
	draw,
	note: (view) =>
		view.now === undefined && view.cursor === undefined && view.run.ending !== undefined
			? [span('mean of the run', 'muted')]
			: [],
};

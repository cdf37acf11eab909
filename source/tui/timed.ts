import type {RunState} from '../core/run-state.ts';
import {endedIn} from '../core/snapshot.ts';
import {type Line, span, within, wrap} from './line.ts';
import type {Size} from './pane.ts';

/**
 * Whether a run has latencies, as far as is known: there are engines that count operations without timing each. Before
 * the first one ended, what the engine says of its panes decides.
 */
export const isTimed = ({began, warmup, total}: RunState): boolean => {
	if (began?.panes === undefined) return true;
	const phases = [warmup, total].flatMap((phase) => phase ?? []);
	if (phases.some(({latency, waiting}) => latency.count + waiting.count > 0)) return true;
	return phases.every((phase) => endedIn(phase) === 0) && began.panes.includes('latency');
};

/** What stands in place of a chart of latencies that nobody takes. */
export const untimed = (size: Size): Line[] =>
	within(
		wrap('Operations of this run are not timed one by one: its figures are metrics.', size.columns, size.rows).map(
			(text): Line => [span(text, 'muted')],
		),
		size,
	);

import type {Pane} from '../pane.ts';
import {comparison} from './comparison.ts';
import {deltas} from './deltas.ts';
import {events} from './events.ts';
import {generator} from './generator.ts';
import {heatMap} from './heat-map.ts';
import {histogram} from './histogram.ts';
import {latency} from './latency.ts';
import {latencyOverTime} from './latency-over-time.ts';
import {metrics} from './metrics.ts';
import {parts} from './parts.ts';
import {resources} from './resources.ts';
import {status} from './status.ts';
import {throughput} from './throughput.ts';

/** The panes of the board, in the order of their numbers. To add one: a file here and a line in this table. */
export const panes: readonly Pane[] = [
	latency,
	parts,
	metrics,
	latencyOverTime,
	heatMap,
	throughput,
	histogram,
	deltas,
	comparison,
	resources,
	generator,
	status,
	events,
];

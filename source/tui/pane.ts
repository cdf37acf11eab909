import type {RunState} from '../core/run-state.ts';
import type {Snapshot} from '../core/snapshot.ts';
import type {Latencies, PercentileKey, Summary} from '../core/summary.ts';
import type {Validity} from '../core/validity.ts';
import type {Charset} from './charset.ts';
import type {Line} from './line.ts';

export type Size = {readonly columns: number; readonly rows: number};

/** The last second of a running run. */
export type Now = {
	readonly snapshot: Snapshot;
	readonly latency: Latencies;
	/** Percentiles that one second's operations cannot carry. */
	readonly uncertain: readonly PercentileKey[];
	/** Answers per second. */
	readonly rate: number | undefined;
};

/** What panes draw: a run, its figures (computed once for all panes), and how it is looked at. */
export type View = {
	readonly run: RunState;
	readonly summary: Summary;
	readonly validity: Validity;
	/** Absent before the first snapshot and after the end. */
	readonly now: Now | undefined;
	readonly charset: Charset;
	/** How much time sparklines and charts span, in milliseconds. */
	readonly window: number;
};

/**
 * A part of the board. Pure: the same view and size give the same lines, at most `rows` of at most `columns`. Knows
 * nothing of colours, borders or the terminal. To add one: a file in panes/ and a line in panes/index.ts.
 */
export type Pane = {
	readonly name: string;
	readonly title: string;
	readonly about: string;
	/** Inside its border, the least it is useful at; below, the board leaves it out. */
	readonly least: Size;
	/** Rows it makes use of. */
	readonly wants: number;
	/** Panes of a higher rank are left out first. */
	readonly rank: number;
	readonly draw: (view: View, size: Size) => readonly Line[];
	/** Beside the title. */
	readonly note?: (view: View) => Line;
	/** In the lower border: what must be known to read the figures. */
	readonly foot?: (view: View) => Line;
};

import type {Charset} from '../core/charset.ts';
import type {RunState} from '../core/run-state.ts';
import type {Snapshot} from '../core/snapshot.ts';
import type {Latencies, PercentileKey, Summary} from '../core/summary.ts';
import type {LatencyUnit} from '../core/units.ts';
import type {Validity} from '../core/validity.ts';
import type {Line} from './line.ts';

export type Size = {readonly columns: number; readonly rows: number};

/** One second of a run. */
export type Now = {
	readonly snapshot: Snapshot;
	readonly latency: Latencies;
	/** Percentiles that one second's operations cannot carry. */
	readonly uncertain: readonly PercentileKey[];
	/** Answers per second. */
	readonly rate: number | undefined;
};

/** What the viewer itself takes. */
export type Cost = {
	/** Of one core. */
	readonly cpuPercent: number;
	/** Written to the terminal. */
	readonly bytesPerSecond: number;
};

/** How a run is looked at; every part is a choice of the user's. */
export type Look = {
	readonly charset: Charset;
	/** How much time sparklines and charts span, in milliseconds. */
	readonly window: number;
	/** Whether charts show the whole of a run that is short enough, however long the window. */
	readonly whole: boolean;
	/** The moment of the run that is read off, in milliseconds since it began; undefined: the newest. */
	readonly cursor: number | undefined;
	readonly latencyUnit: LatencyUnit;
	/** Whether the baseline lies over the charts. */
	readonly overlaid: boolean;
	/** What the user looks for in lists; '' for everything. Letter case does not matter. */
	readonly filter: string;
	/** What the user is to be told of settings and the like, which is none of the run's events. */
	readonly notices: readonly string[];
	/** Absent until it is known. */
	readonly cost: Cost | undefined;
};

/** What panes draw: a run, its figures (computed once for all panes), and how it is looked at. */
export type View = Look & {
	readonly run: RunState;
	readonly summary: Summary;
	readonly validity: Validity;
	/** The last second, or the one at the cursor. Absent before the first snapshot, and after the end without a cursor. */
	readonly now: Now | undefined;
};

/** How one pane stands on the board. */
export type Stance = {
	readonly focused: boolean;
	/** Alone on the board: the place for axes, legends and all there is to say. */
	readonly zoomed: boolean;
};

/**
 * A part of the board. Pure: the same view, size and stance give the same lines, at most `rows` of at most `columns`.
 * Knows nothing of colours, borders or the terminal. To add one: a file in panes/ and a line in panes/index.ts.
 */
export type Pane = {
	readonly name: string;
	readonly title: string;
	readonly about: string;
	/** Inside its border, the least it is useful at; below, the board leaves it out. */
	readonly least: Size;
	/** Rows it makes use of. */
	readonly wants: number;
	/** The same of a run, where it depends on what the run has. */
	readonly wantsFor?: (run: RunState) => number;
	/** Panes of a higher rank are left out first. */
	readonly rank: number;
	readonly draw: (view: View, size: Size, stance: Stance) => readonly Line[];
	/** Whether a run has anything for it; absent: every run has. Without that it is on no board, unless it has the focus. */
	readonly has?: (run: RunState) => boolean;
	/**
	 * A pane that scrolls hands out all its lines, also more than fit, and says which end is shown first; so many of its
	 * first lines stay where they are.
	 */
	readonly scroll?: {readonly from: 'start' | 'end'; readonly head?: (view: View, size: Size) => number};
	/** Whether the title is followed by the unit of latencies. */
	readonly latency?: true;
	/** Beside the title. */
	readonly note?: (view: View) => Line;
	/** In the lower border: what must be known to read the figures. */
	readonly foot?: (view: View) => Line;
};

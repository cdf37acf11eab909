import type {RunState} from '../core/run-state.ts';
import type {TimelineEntry} from '../core/timeline.ts';

/** A figure of one second; undefined or null where it was not measured. */
export type Figure = (entry: TimelineEntry) => number | null | undefined;

/** How seconds that share a column become one: the greatest (a spike must stay visible) or the mean. */
export type Joining = 'greatest' | 'mean';

/** A stretch of a run cut into equal buckets. Buckets lie at fixed times, so that a chart scrolls and never shimmers. */
export type Axis = {
	/** Milliseconds one bucket covers. */
	readonly bucket: number;
	/** Number of the first bucket; it begins at `first * bucket`. */
	readonly first: number;
	readonly count: number;
};

const middle = ({fromMs, toMs}: TimelineEntry): number => (fromMs + toMs) / 2;

/** An entry shorter than this share of a whole one speaks for too little time to be drawn as one. */
const leastShare = 0.5;

/** An entry is drawn in every bucket that holds at least this share of it. */
const sharedPart = 0.4;

/**
 * The buckets that an entry is drawn in, as [first, last] from the axis' own first; none when last < first. Entries
 * begin when their phase began, buckets at whole seconds: one that lies half in each of two is drawn in both, so that no
 * entry is left out and entries without a gap make a chart without one. Of buckets of two seconds and more it is the one
 * that holds the entry's middle.
 */
export const bucketsOf = ({step}: RunState, {bucket, first}: Axis, entry: TimelineEntry): readonly [number, number] => {
	const {fromMs, toMs} = entry;
	if (toMs - fromMs < step * leastShare) return [0, -1];
	if (bucket >= 2 * step) {
		const at = Math.floor(middle(entry) / bucket) - first;
		return [at, at];
	}

	const least = (toMs - fromMs) * sharedPart;
	const [begin, end] = [Math.floor(fromMs / bucket), Math.ceil(toMs / bucket) - 1];
	const from = (begin + 1) * bucket - fromMs < least ? begin + 1 : begin;
	const to = toMs - end * bucket < least ? end - 1 : end;
	return [from - first, to - first];
};

/** The number of the last bucket that anything is drawn in; 0 before the first second. */
const newestBucket = (run: RunState, bucket: number): number => {
	const axis: Axis = {bucket, first: 0, count: 0};
	const newest = run.timeline.findLast((entry) => {
		const [from, to] = bucketsOf(run, axis, entry);
		return from <= to;
	});
	return newest === undefined ? 0 : Math.max(0, bucketsOf(run, axis, newest)[1]);
};

/** So many of the newest buckets. A moment to be read off that lies before them is brought into their middle. */
const newestOf = (run: RunState, bucket: number, count: number, cursor: number | undefined): Axis => {
	const last = newestBucket(run, bucket);
	const wanted = cursor === undefined ? last : Math.floor(cursor / bucket);
	const end = wanted > last - count ? last : wanted + Math.floor(count / 2);
	return {bucket, first: end - count + 1, count};
};

/** Whole seconds that cover the last `window` milliseconds at least, in at most `most` columns. */
export const recentAxis = (run: RunState, window: number, most: number, cursor?: number): Axis => {
	const room = Math.max(1, most);
	const span = Number.isFinite(window) ? window : Math.max(run.step, run.at);
	const bucket = run.step * Math.max(1, Math.ceil(span / run.step / room));
	return newestOf(run, bucket, Math.min(room, Math.max(1, Math.ceil(span / bucket))), cursor);
};

/**
 * Exactly the last `window` milliseconds in at most `most` columns: buckets of a second, or of as many and a part as it
 * takes. No window is shorter than a second of the timeline.
 */
export const exactAxis = (run: RunState, window: number, most: number, cursor?: number): Axis => {
	const span = Math.max(run.step, window);
	const count = Math.max(1, Math.min(most, Math.floor(span / run.step)));
	return newestOf(run, span / count, count, cursor);
};

/** The buckets of the whole run, up to `end` milliseconds where that is known. */
export const wholeAxis = (run: RunState, most: number, end?: number): Axis => {
	const passed = newestBucket(run, run.step) + 1;
	const steps = end === undefined ? passed : Math.max(1, Math.ceil(end / run.step));
	const bucket = run.step * Math.max(1, Math.ceil(steps / Math.max(1, most)));
	return {bucket, first: 0, count: Math.max(1, Math.ceil((steps * run.step) / bucket))};
};

/** One value for every bucket; NaN where nothing was measured. */
export const seriesOf = (run: RunState, axis: Axis, figure: Figure, joining: Joining): number[] => {
	const values = new Array<number>(axis.count).fill(Number.NaN);
	const weights = new Array<number>(axis.count).fill(0);
	for (let index = run.timeline.length - 1; index >= 0; index--) {
		const entry = run.timeline[index]!;
		if (entry.toMs < axis.first * axis.bucket) break;
		const [from, to] = bucketsOf(run, axis, entry);
		const value = figure(entry);
		if (value === undefined || value === null || !Number.isFinite(value)) continue;
		for (let at = Math.max(0, from); at <= Math.min(axis.count - 1, to); at++) {
			const known = values[at]!;
			const weight = entry.toMs - entry.fromMs;
			const before = weights[at]!;
			if (Number.isNaN(known)) values[at] = value;
			else if (joining === 'greatest') values[at] = Math.max(known, value);
			else values[at] = (known * before + value * weight) / Math.max(1, before + weight);
			weights[at] = before + weight;
		}
	}

	return values;
};

/**
 * Values spread evenly over so many columns, in straight lines from one to the next. Where columns are no whole number
 * for each, the column that holds a value's middle shows that value: its height must not hang on where it came to lie.
 */
export const spreadOver = (values: readonly number[], columns: number): number[] => {
	const spread = straight(values, columns);
	if (columns < values.length || columns % values.length === 0) return spread;
	for (const [index, value] of values.entries()) spread[Math.floor(((index + 0.5) * columns) / values.length)] = value;
	return spread;
};

const straight = (values: readonly number[], columns: number): number[] =>
	Array.from({length: columns}, (_, column) => {
		const at = ((column + 0.5) * values.length) / columns - 0.5;
		const index = Math.min(values.length - 1, Math.max(0, Math.floor(at)));
		const value = values[index] ?? Number.NaN;
		const next = values[index + 1];
		const share = Math.max(0, at - index);
		if (next === undefined || !Number.isFinite(next)) return value;
		return Number.isFinite(value) ? value + (next - value) * share : share > 0.5 ? next : value;
	});

/** The least finite value; undefined when there is none. */
export const least = (values: readonly number[]): number | undefined => {
	const most = greatest(values.map((value) => -value));
	return most === undefined ? undefined : -most;
};

/** The greatest finite value; undefined when there is none. */
export const greatest = (...lists: ReadonlyArray<readonly number[]>): number | undefined => {
	let most: number | undefined;
	for (const list of lists) {
		for (const value of list) if (Number.isFinite(value) && (most === undefined || value > most)) most = value;
	}

	return most;
};

const mostRemembered = 128;

/** Remembers what was computed of a timeline until the next second makes another of it. */
export const createMemory = <Value>() => {
	const known = new WeakMap<RunState['timeline'], Map<string, Value>>();
	return ({timeline}: RunState, key: string, compute: () => Value): Value => {
		const values = known.get(timeline) ?? new Map<string, Value>();
		known.set(timeline, values);
		const before = values.get(key);
		if (before !== undefined) return before;
		// One that is looked at long, from everywhere.
		if (values.size >= mostRemembered) values.clear();
		const value = compute();
		values.set(key, value);
		return value;
	};
};

import type {Charset} from '../../core/charset.ts';
import {bucketCount, highestMicroseconds, lowestOf, visitBuckets} from '../../core/histogram.ts';
import type {RunState} from '../../core/run-state.ts';
import type {TimelineEntry} from '../../core/timeline.ts';
import {formatCount, formatLatency, formatLatencyBound, formatRate, type LatencyUnit} from '../../core/units.ts';
import {shadeOf, shadesOf} from '../charts/heat.ts';
import {fitting, type Line, lineWidth, right, type Span, span, within} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {bucketsOf, createMemory, greatest, seriesOf} from '../series.ts';
import {isTimed, untimed} from '../timed.ts';
import {
	axisColumns,
	dimmed,
	leastChart,
	momentWord,
	type TimeScale,
	timeScale,
	uprightsOf,
	withUprights,
	xAxis,
} from './chart.ts';

/** Bins of an octave, so fine that rows of any height are whole numbers of them. */
const perOctave = 128;

const binAt = (microseconds: number): number => Math.floor(perOctave * Math.log2(Math.max(1, microseconds)));

/** The latencies of one second in logarithmic bins. */
type Bins = {readonly first: number; readonly counts: Uint32Array};

const mostBins = binAt(highestMicroseconds) + 1;
/** The bin of every bucket of a histogram: one is narrower than a bin from 200 µs on, and a whole microsecond below. */
let binTable: Uint16Array | undefined;

const binOfBucket = (): Uint16Array => {
	binTable ??= Uint16Array.from({length: bucketCount}, (_, index) => binAt(lowestOf(index)));
	return binTable;
};

const known = new WeakMap<TimelineEntry, Bins>();
const scratch = new Uint32Array(mostBins);

/** Decoded once for every second: a second that is over does not change. */
const binsOf = (entry: TimelineEntry): Bins => {
	const before = known.get(entry);
	if (before !== undefined) return before;
	const {latency} = entry.snapshot;
	let first = mostBins;
	let last = -1;
	if (latency !== undefined) {
		const binOf = binOfBucket();
		visitBuckets(latency.encoded, (index, count) => {
			const bin = binOf[index]!;
			scratch[bin]! += count;
			if (bin < first) first = bin;
			last = bin;
		});
	}

	const bins = {first, counts: scratch.slice(first, last + 1)};
	scratch.fill(0, first, last + 1);
	known.set(entry, bins);
	return bins;
};

/** A row of equal ratio after the other, from the lowest bin up. */
type LogScale = {readonly first: number; readonly perRow: number; readonly rows: number};

const steps = [1, 2, 5] as const;

/** The round numbers (1, 2 or 5 times a power of ten) from one to another, in microseconds. */
const roundNumbers = (low: number, high: number): number[] => {
	const numbers: number[] = [];
	for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
		for (const step of steps) numbers.push(step * 10 ** power);
	}

	return numbers.filter((number) => number >= low && number <= high);
};

/** Rows between round numbers that hold the least and the greatest of the latencies shown. */
const logScale = (run: RunState, {axis}: TimeScale, rows: number): LogScale | undefined => {
	const most = greatest(seriesOf(run, axis, ({latency}) => latency.max, 'greatest'));
	const negative = greatest(
		seriesOf(run, axis, ({latency}) => (latency.min === null ? null : -latency.min), 'greatest'),
	);
	if (most === undefined || negative === undefined) return undefined;
	const low = Math.max(1, -negative * 1000);
	const high = Math.max(low, most * 1000);
	const below = roundNumbers(low / 10, low).at(-1) ?? 1;
	const above = roundNumbers(high, high * 10).find((number) => number > high) ?? high * 2;
	const first = binAt(below);
	const perRow = Math.max(1, Math.ceil((binAt(above) - first) / rows));
	return {first, perRow, rows};
};

/** Labels by row from the lowest: round numbers on the rows they lie in, with at least `apart` rows from one to the next. */
const labelsOf = ({first, perRow, rows}: LogScale, unit: LatencyUnit, apart: number): ReadonlyMap<number, string> => {
	const labels = new Map<number, string>();
	let free = 0;
	for (const number of roundNumbers(2 ** (first / perOctave), 2 ** ((first + perRow * rows) / perOctave))) {
		const row = Math.floor((binAt(number) - first) / perRow);
		if (row < free || row >= rows) continue;
		const text = formatLatencyBound(number / 1000, unit);
		labels.set(row, text.length < axisColumns ? text : formatRate(Number(text)));
		free = row + apart;
	}

	return labels;
};

/** Counts of one bucket of the axis, by row from the lowest. */
const columnsOf = (run: RunState, {axis}: TimeScale, {first, perRow, rows}: LogScale): Float64Array[] => {
	const columns = Array.from({length: axis.count}, () => new Float64Array(rows));
	for (let index = run.timeline.length - 1; index >= 0; index--) {
		const entry = run.timeline[index]!;
		if (entry.toMs < axis.first * axis.bucket) break;
		const [from, to] = bucketsOf(run, axis, entry);
		if (to < 0 || from >= axis.count || to < from) continue;
		const bins = binsOf(entry);
		for (const column of columns.slice(Math.max(0, from), to + 1)) {
			for (let bin = 0; bin < bins.counts.length; bin++) {
				const count = bins.counts[bin]!;
				if (count > 0)
					column[Math.min(rows - 1, Math.max(0, Math.floor((bins.first + bin - first) / perRow)))]! += count;
			}
		}
	}

	return columns;
};

type Cells = {readonly counts: readonly Float64Array[]; readonly fullest: readonly number[]};

const remembered = createMemory<Cells>();

/** The counts of every cell, and the greatest of each column. */
const cellsOf = (run: RunState, scale: TimeScale, rule: LogScale): Cells => {
	const {bucket, first, count} = scale.axis;
	return remembered(run, [bucket, first, count, rule.first, rule.perRow, rule.rows].join(' '), () => {
		const counts = columnsOf(run, scale, rule);
		return {counts, fullest: counts.map((column) => column.reduce((most, cell) => Math.max(most, cell), 0))};
	});
};

const legend = (view: View, columns: number): Line => {
	const {charset, cursor, now, latencyUnit} = view;
	const shades: Line = shadesOf(charset).flatMap(({glyph, token, from}): Span[] => [
		span(glyph.repeat(2), token),
		span(from === 0 ? ' few ' : ` ${Math.round(from * 100)}% `, 'muted'),
	]);
	const read: Line[] =
		cursor === undefined
			? []
			: [
					[span(momentWord(view), 'cursor')],
					...(['p50', 'p95', 'p99'] as const).map(
						(key): Line => [span(`${key} `, 'muted'), span(formatLatency(now?.latency[key], latencyUnit))],
					),
					[span(now === undefined ? '–' : formatCount(now.snapshot.latency.count)), span(' latencies', 'muted')],
				];
	// Without the shades their words say nothing.
	const words: Line[] = lineWidth(shades) <= columns ? [shades, [span("of its column's peak", 'muted')]] : [];
	return fitting([...read, ...words], columns, cursor === undefined ? 0 : 2);
};

/** Marks look like no shade. */
const markGlyphs = {braille: '┊', block: '┊', ascii: '|'} as const satisfies Record<Charset, string>;

const draw: Pane['draw'] = (view, {columns, rows}, {zoomed}) => {
	const {run, charset} = view;
	if (!isTimed(run)) return untimed({columns, rows});
	const head = legend(view, columns);
	const width = columns - axisColumns;
	const height = rows - 2;
	if (width < leastChart || height < 2) return rows > 0 && columns > 0 ? [head] : [];

	// One value a column, whatever the charset.
	const scale = timeScale(view, width, 'block');
	const rule = logScale(run, scale, height);
	if (rule === undefined) return within([head, [span('no latencies yet', 'muted')]], {columns, rows});
	const {counts, fullest} = cellsOf(run, scale, rule);
	const labels = labelsOf(rule, view.latencyUnit, zoomed ? 1 : 2);
	const uprights = uprightsOf(view, scale, width, 'block');
	const blank = width - scale.dots;
	const body = Array.from({length: height}, (_, fromTop): Line => {
		const row = height - 1 - fromTop;
		const cells: Span[] = [];
		let text = ' '.repeat(blank);
		let style: Span['style'] = 'text';
		for (let column = 0; column < scale.dots; column++) {
			const bucket = Math.floor(((column + 0.5) * scale.axis.count) / scale.dots);
			const shade = shadeOf(counts[bucket]![row]! / fullest[bucket]!, charset);
			const token = shade?.token ?? 'text';
			if (token !== style && text !== '') {
				cells.push(span(text, style));
				text = '';
			}

			style = token;
			text += shade?.glyph ?? ' ';
		}

		if (text !== '') cells.push(span(text, style));
		return [
			span(`${right(labels.get(row) ?? '', axisColumns - 1)}┤`, 'muted'),
			...withUprights(dimmed(cells, uprights.warmup), uprights, charset, markGlyphs[charset]),
		];
	});
	return [head, ...body, xAxis(scale, width, uprights.warmup)];
};

/** Where latencies lie, second by second. */
export const heatMap: Pane = {
	name: 'heat-map',
	title: 'Heat map',
	latency: true,
	has: isTimed,
	about:
		'every latency of every second: the fuller a shade, the more of that second lie there; the scale is logarithmic',
	least: {columns: 36, rows: 10},
	wants: 13,
	rank: 10,
	draw,
};

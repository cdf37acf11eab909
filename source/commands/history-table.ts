import {mainMetric} from '../core/metric-words.ts';
import {printable} from '../core/printable.ts';
import {commitWords, localTime, shortId} from '../core/run-words.ts';
import {isDoubtful, type Summary} from '../core/summary.ts';
import {formatMeasure, formatMilliseconds, formatPercent, formatRate} from '../core/units.ts';
import {displayWidth} from '../core/width.ts';
import {alignColumns, type Column} from '../export/columns.ts';
import type {StoredRun} from '../store/store.ts';

/** Names are not cut shorter than this; rather, a column goes. */
const leastName = 12;

const errorsOf = ({summary: {operations}}: StoredRun): string => {
	const ended = operations.succeeded + operations.failed;
	return formatPercent(ended === 0 ? undefined : (100 * operations.failed) / ended);
};

/** A percentile, with a '?' where too few operations stand behind it, or too few independent ones; of a run without latencies, that of its main metric. */
const percentile = (summary: Summary, key: 'p50' | 'p99'): string => {
	const {latency} = summary;
	const metric = latency.max === null ? mainMetric(summary)?.[1] : undefined;
	// One value is its middle, and has no tail.
	if (metric !== undefined && metric.count === 1 && key !== 'p50') return formatMilliseconds(undefined);
	if (metric !== undefined) return printable(formatMeasure(metric[key], metric.unit));
	return `${formatMilliseconds(latency[key] ?? undefined)}${latency[key] !== null && isDoubtful(latency, key) ? '?' : ''}`;
};

const columns = [
	{key: 'run', heading: 'run', cell: ({id}) => shortId(id)},
	{key: 'when', heading: 'when', cell: ({began}) => localTime(began)},
	{key: 'name', heading: 'name', cell: ({name}) => printable(name)},
	{
		key: 'state',
		heading: 'state',
		cell: ({ending, validity}) => (validity.trustworthy ? ending.state : `! ${ending.state}`),
	},
	{
		key: 'p50',
		heading: 'p50 ms',
		right: true,
		cell: ({summary}) => percentile(summary, 'p50'),
	},
	{
		key: 'p99',
		heading: 'p99 ms',
		right: true,
		cell: ({summary}) => percentile(summary, 'p99'),
	},
	{key: 'rate', heading: 'rate/s', right: true, cell: ({summary}) => formatRate(summary.throughput.mean ?? undefined)},
	{key: 'errors', heading: 'errors', right: true, cell: errorsOf},
	{key: 'commit', heading: 'commit', cell: commitWords},
] as const satisfies ReadonlyArray<Column & {readonly key: string; readonly cell: (run: StoredRun) => string}>;

type Key = (typeof columns)[number]['key'];

/** What a narrow terminal goes without, first to last. */
const dispensable: readonly Key[] = ['commit', 'state', 'p50', 'errors', 'when', 'rate'];

const shorten = (text: string, width: number): string => {
	if (displayWidth(text) <= width) return text;
	let short = '';
	for (const character of text) {
		if (displayWidth(short + character) > width - 1) break;
		short += character;
	}

	return `${short}…`;
};

const draw = (runs: readonly StoredRun[], without: ReadonlySet<Key>, nameWidth: number): string[] => {
	const shown = columns.filter(({key}) => !without.has(key));
	return alignColumns(
		shown,
		runs.map((run) => shown.map(({key, cell}) => (key === 'name' ? shorten(cell(run), nameWidth) : cell(run)))),
	);
};

/** Runs as an aligned table, a line each. Fitted to so many columns of a terminal, whole when there is none. */
export const renderHistory = (runs: readonly StoredRun[], width = Number.POSITIVE_INFINITY): string => {
	const longest = Math.max(leastName, ...runs.map(({name}) => displayWidth(printable(name))));
	for (let dropped = 0; ; dropped++) {
		const without = new Set(dispensable.slice(0, dropped));
		const over = Math.max(...draw(runs, without, longest).map((line) => displayWidth(line))) - width;
		const lines = over > 0 ? draw(runs, without, Math.max(leastName, longest - over)) : draw(runs, without, longest);
		const fits = lines.every((line) => displayWidth(line) <= width);
		if (fits || dropped === dispensable.length) return `${lines.join('\n')}\n`;
	}
};

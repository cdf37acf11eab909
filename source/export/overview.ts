import {intervalWords} from '../core/metric-words.ts';
import {printable} from '../core/printable.ts';
import type {Report} from '../core/report.ts';
import {hasLatencies, type Result} from '../core/result.ts';
import {endingWords} from '../core/run-state.ts';
import {isDoubtful, type PercentileKey} from '../core/summary.ts';
import {isBroken} from '../core/threshold.ts';
import {limitWords} from '../core/threshold-words.ts';
import {formatMeasure, formatMilliseconds, formatPercent, formatRate} from '../core/units.ts';
import {alignColumns} from './columns.ts';
import {renderBenchmarks} from './comparisons.ts';
import type {Exporter} from './exporter.ts';
import {insightLines} from './insights.ts';

const nothing = '–';

const percentile = ({summary: {latency}}: Result, key: PercentileKey): string => {
	const value = latency[key];
	return value === null ? nothing : `${formatMilliseconds(value)}${isDoubtful(latency, key) ? '?' : ''} ms`;
};

/** Of a run with latencies their median, of another its first metric. */
const figure = (result: Result): string => {
	if (hasLatencies(result)) return percentile(result, 'p50');
	const [first, ...more] = Object.entries(result.summary.metrics ?? {});
	if (first === undefined) return nothing;
	const [name, metric] = first;
	const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
	return `${printable(name)} ${formatMeasure(metric.p50, metric.unit)} ${intervalWords(metric)}${others}`.trim();
};

const placeOf = ({plan: {round, side}}: Result): string => {
	if (side !== undefined) return ` (${side.is}, pair ${side.pair})`;
	return round === undefined || round.of < 2 ? '' : ` (round ${round.number} of ${round.of})`;
};

const nameOf = (result: Result): string => `${printable(result.name)}${placeOf(result)}`;

const outcomeOf = ({ending, validity}: Result): string =>
	`${ending.state === 'failed' ? 'FAILED' : endingWords(ending)}${ending.state === 'failed' || validity.trustworthy ? '' : ', in doubt'}`;

const failedShare = ({summary: {successRate}}: Result): string =>
	formatPercent(successRate === null ? undefined : (1 - successRate) * 100);

const limitsOf = ({id}: Result, {thresholds}: Report): string => {
	const own = thresholds.filter(({result}) => result === id);
	const broken = own.filter(isBroken);
	const unclear = own.filter(({isUnclear}) => isUnclear === true);
	const listed = (limits: typeof own): string => limits.map(limitWords).join('; ');
	if (own.length === 0) return '';
	if (broken.length > 0) return `✗ ${broken.length} of ${own.length} failed: ${listed(broken)}`;
	return unclear.length > 0
		? `? ${unclear.length} of ${own.length} unclear: ${listed(unclear)}`
		: `✓ ${own.length} met`;
};

/** The runs of a report under each other, a line each. Without a run, no line. */
export const overviewLines = (report: Report): readonly string[] => {
	const {results} = report;
	if (results.length === 0) return [];
	const limited = report.thresholds.length > 0;
	const together = report.insights.filter(({kind}) => kind === 'scalability');
	const table = alignColumns(
		[
			{heading: 'run'},
			{heading: 'outcome'},
			{heading: 'median', right: true},
			{heading: 'p99', right: true},
			{heading: 'rate', right: true},
			{heading: 'errors', right: true},
			...(limited ? [{heading: 'thresholds'}] : []),
		],
		results.map((result) => [
			nameOf(result),
			outcomeOf(result),
			figure(result),
			percentile(result, 'p99'),
			`${formatRate(result.summary.throughput.mean ?? undefined)}/s`.replace(`${nothing}/s`, nothing),
			failedShare(result),
			...(limited ? [limitsOf(result, report)] : []),
		]),
	);
	return together.length === 0 ? table : [...table, '', 'How throughput grows', ...insightLines(together)];
};

/** What several runs came to, in one table, and what was made of them together. */
export const overview: Exporter = {
	name: 'overview',
	ending: '.txt',
	about: 'a line for each of several runs',
	render: (report) =>
		`${overviewLines(report).join('\n')}\n${report.comparisons.length === 0 ? '' : `\n${renderBenchmarks(report.comparisons)}`}`,
};

import {confidenceWords, intervalWords} from '../core/metric-words.ts';
import {printable} from '../core/printable.ts';
import type {Report} from '../core/report.ts';
import {hasLatencies, type Result} from '../core/result.ts';
import {endingWords} from '../core/run-state.ts';
import {setupWords} from '../core/setup-words.ts';
import {isDoubtful, type PartSummary, type PercentileKey, percentiles, type Summary} from '../core/summary.ts';
import {isBroken, toldThreshold} from '../core/threshold.ts';
import {actualWords, limitWords} from '../core/threshold-words.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatMeasure,
	formatMilliseconds,
	formatPercent,
	formatRate,
	formatValue,
	measureFormat,
} from '../core/units.ts';
import {alignColumns} from './columns.ts';
import {renderBenchmarks} from './comparisons.ts';
import type {Exporter} from './exporter.ts';
import {insightLines} from './insights.ts';
import {overviewLines} from './overview.ts';

const indent = '  ';
const percent = (ratio: number | null): string => formatPercent(ratio === null ? undefined : ratio * 100);
const value = (figure: number | null): number | undefined => figure ?? undefined;

const latencyLines = ({latency, uncorrectedLatency, firstByteLatency, setup}: Summary): string[] => {
	const {uncertain, correlated = [], intervals = {}} = latency;
	const between = (key: PercentileKey): string => {
		const interval = intervals[key];
		return interval === undefined
			? ''
			: ` (${formatMilliseconds(interval.low)} … ${formatMilliseconds(interval.high)})`;
	};
	const widest = Math.max(...percentiles.map(({key}) => between(key).length));
	const cell = (label: string, figure: number | null, doubtful = false): string =>
		`${label.padEnd(7)}${`${formatMilliseconds(value(figure))}${doubtful ? '?' : ' '}`.padStart(8)}`;
	const left = percentiles.map(
		({key, label}) =>
			`${cell(label, latency[key], latency[key] !== null && isDoubtful(latency, key))}${between(key).padEnd(widest)}`,
	);
	const right = [
		cell('mean', latency.mean),
		cell('stddev', latency.stddev),
		cell('min', latency.min),
		cell('max', latency.max),
	];
	return [
		'Latency (ms)',
		...left.map((line, index) => `${indent}${line}   ${right[index] ?? ''}`.trimEnd()),
		...(uncertain.length > 0 && latency.count > 0
			? [`${indent}? rests on too few operations (${formatCount(latency.count)}) to be relied on`]
			: []),
		...(correlated.length > 0
			? [
					`${indent}? of ${percentiles
						.filter(({key}) => correlated.includes(key))
						.map(({label}) => label)
						.join(', ')}: too few independent operations, since they hang together over seconds`,
				]
			: []),
		...(widest > 0
			? [`${indent}(…) where it lies within this run, with 95 % confidence; another run may differ by more`]
			: []),
		...(latency.waiting.count > 0
			? [
					`${indent}${formatCount(latency.waiting.count)} in flight at the end${latency.waiting.longest === null ? '' : `, the oldest for ${formatMilliseconds(latency.waiting.longest)} ms`}`,
				]
			: []),
		...(uncorrectedLatency === undefined
			? []
			: [
					`${indent}from the actual send: p50 ${formatMilliseconds(value(uncorrectedLatency.p50))}, p99 ${formatMilliseconds(value(uncorrectedLatency.p99))}`,
				]),
		...(firstByteLatency === undefined
			? []
			: [
					`${indent}to the first byte: p50 ${formatMilliseconds(value(firstByteLatency.p50))}, p99 ${formatMilliseconds(value(firstByteLatency.p99))}`,
				]),
		...(setup === undefined ? [] : [`${indent}${setupWords(setup, (figure) => formatMilliseconds(value(figure)))}`]),
		`${indent}means: ${latency.means}`,
	];
};

/** Operations told apart, a line each, in the order in which they came. */
const partLines = ({parts = {}}: Summary): string[] => {
	const entries = Object.entries(parts);
	if (entries.length === 0) return [];
	const figure = ({latency}: PartSummary, key: PercentileKey): string =>
		`${formatMilliseconds(value(latency[key]))}${latency[key] !== null && latency.uncertain.includes(key) ? '?' : ' '}`;
	const table = alignColumns(
		[
			{heading: ''},
			...['ended', '1/s', 'p50 ', 'p95 ', 'p99 ', 'max', 'failed'].map((heading) => ({heading, right: true})),
			{heading: ''},
		],
		entries.map(([name, part]) => {
			const {succeeded, failed} = part.operations;
			return [
				printable(name),
				formatCount(succeeded + failed),
				formatRate(value(part.rate)),
				figure(part, 'p50'),
				figure(part, 'p95'),
				figure(part, 'p99'),
				formatMilliseconds(value(part.latency.max)),
				formatCount(failed),
				failed === 0 ? '' : percent(failed / (succeeded + failed)),
			];
		}),
	);
	const doubtful = entries.some(([, {latency}]) => latency.uncertain.length > 0 && latency.count > 0);
	return [
		'Operations told apart (latency in ms)',
		...table.map((line) => indent + line),
		...(doubtful ? [`${indent}? rests on too few operations to be relied on`] : []),
		'',
	];
};

/** Figures that are no latencies, each in its own unit. */
const metricLines = ({metrics = {}}: Summary): string[] => {
	const entries = Object.entries(metrics);
	if (entries.length === 0) return [];
	const table = alignColumns(
		[
			{heading: ''},
			{heading: 'median', right: true},
			{heading: '±', right: true},
			{heading: ''},
			...['min', 'max', 'mean', 'stddev', 'n'].map((heading) => ({heading, right: true})),
		],
		entries.map(([name, metric]) => [
			printable(name),
			printable(formatMeasure(metric.p50, metric.unit)),
			intervalWords(metric),
			confidenceWords(metric),
			...[metric.min, metric.max, metric.mean, metric.stddev].map((figure) =>
				measureFormat(metric.unit).figure(figure),
			),
			formatCount(metric.count),
		]),
	);
	const few = entries.some(([, metric]) => metric.p50 !== null && metric.interval === null);
	const unsure = entries.some(([, metric]) => confidenceWords(metric) !== '');
	return [
		'Metrics',
		...table.map((line) => indent + line),
		`${indent}± how far the median may be off, with 95 % confidence${unsure ? ' or what is said beside it' : ''}${few ? '; ? of too few samples' : ''}`,
		'',
	];
};

const findingLines = ({findings = []}: Result): string[] => {
	// Limits stand among the others.
	const others = findings.filter(({kind}) => kind !== toldThreshold);
	if (others.length === 0) return [];
	return ['Found out', ...others.map(({subject, text}) => `${indent}${printable(`${subject}: ${text}`)}`), ''];
};

/** The limits of a run and what became of them, those that it failed first. */
const thresholdLines = ({id, summary}: Result, {thresholds}: Report): string[] => {
	const own = thresholds.filter(({result}) => result === id);
	if (own.length === 0) return [];
	const sorted = [...own.filter(({passed}) => !passed), ...own.filter(({passed}) => passed)];
	const table = alignColumns(
		[{heading: ''}, {heading: ''}, {heading: '', right: true}],
		sorted.map((threshold) => [
			threshold.passed ? '✓ met' : isBroken(threshold) ? '✗ FAILED' : '? unclear',
			limitWords(threshold),
			actualWords(threshold, summary),
		]),
	).slice(1);
	return ['Thresholds', ...table.map((line) => indent + line), ''];
};

/** Nothing of operations that move no bytes. */
const bytesWords = ({bytesInPerSecond, bytesOutPerSecond}: Summary['throughput']): string =>
	bytesInPerSecond === 0 && bytesOutPerSecond === 0
		? ''
		: `   in ${formatBytes(bytesInPerSecond)}/s   out ${formatBytes(bytesOutPerSecond)}/s`;

const outcomeLines = ({operations, outcomes, successRate, errorRate}: Summary): string[] => {
	const failures = Object.entries(errorRate)
		.filter(([, rate]) => rate !== null && rate > 0)
		.map(([family, rate]) => `${family} ${percent(rate)}`);
	const names = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
	return [
		'Operations',
		`${indent}${formatCount(operations.offered)} offered = ${formatCount(operations.succeeded)} succeeded + ${formatCount(operations.failed)} failed + ${formatCount(operations.inFlight)} in flight at the end`,
		`${indent}success ${percent(successRate)}${failures.length === 0 ? '' : `   ${failures.join('   ')}`}`,
		...(names.length === 0
			? []
			: [`${indent}${names.map(([name, count]) => `${printable(name)}: ${formatCount(count)}`).join('   ')}`]),
	];
};

const resourceLines = ({resources}: Summary, cores: number): string[] => {
	const {cpu, memory, target, generator} = resources;
	const lines: string[] = [];
	if (cpu.used !== null) {
		lines.push(
			`${indent}host       CPU ${formatPercent(cpu.used)} of ${cores} cores (user ${formatPercent(value(cpu.user))}, system ${formatPercent(value(cpu.system))}, iowait ${formatPercent(value(cpu.iowait))}, steal ${formatPercent(value(cpu.steal))}); memory ${formatBytes(value(memory.used))} of ${formatBytes(value(memory.total))}`,
		);
	}

	lines.push(
		target.cpu === null
			? `${indent}target     not watched (give --pid or --watch-port)`
			: `${indent}target     CPU ${formatPercent(target.cpu)} of one core; memory ${formatBytes(value(target.memory))}, peak ${formatBytes(value(target.memoryPeak))}`,
	);
	if (generator.cpu !== null) {
		lines.push(
			`${indent}generator  CPU ${formatPercent(generator.cpu)} of one core; busiest thread ${formatPercent(value(generator.busyPercent))} of the time; loop delay ${formatMilliseconds(value(generator.loopDelayMs))} ms`,
		);
	}

	return ['Resources', ...lines, ...otherLines(resources.others)];
};

/** Levels of one thing that stand in one line. */
const levelsInLine = 5;

/** The levels of each thing, by its name: '  remote     cpu.user 12 %   load 0.8'. */
const otherLines = (others: Summary['resources']['others'] = {}): string[] => {
	const names = Object.keys(others);
	const things = [...new Set(names.map((name) => name.split('.', 1)[0] ?? ''))];
	return things.flatMap((thing) => {
		const levels = names
			.filter((name) => name.startsWith(`${thing}.`))
			.map((name) => {
				const {unit, mean} = others[name]!;
				return `${name.slice(thing.length + 1)} ${formatValue(mean, unit)}`;
			});
		return Array.from({length: Math.ceil(levels.length / levelsInLine)}, (_, line) => {
			const shown = levels.slice(line * levelsInLine, (line + 1) * levelsInLine);
			return `${indent}${(line === 0 ? thing : '').padEnd(10)} ${shown.join('   ')}`;
		});
	});
};

const validityLines = ({validity}: Result): string[] => [
	...(validity.trustworthy
		? []
		: [
				'Do not trust these figures as they stand:',
				...validity.reasons.map(({message}) => `${indent}! ${printable(message)}`),
			]),
	...(validity.limits.length === 0
		? []
		: ['What this engine cannot tell:', ...validity.limits.map((limit) => `${indent}- ${printable(limit)}`)]),
];

const standingOut = ({insights = []}: Result): string[] =>
	insights.length === 0 ? [] : ['What stands out', ...insightLines(insights)];

const renderResult = (result: Result, report: Report): string[] => {
	const {summary, ending} = result;
	const {throughput} = summary;
	const head = [
		`${printable(result.name)}  ${result.name === result.target ? '' : `${printable(result.target)}  `}(run ${result.id})`,
		`${indent}${printable(endingWords(ending)).replace(/\.$/, '')}; measured ${formatDuration(result.durationMs)} after ${formatDuration(result.warmup.durationMs)} of warm-up${result.pausedMs === undefined ? '' : `, paused for ${formatDuration(result.pausedMs)}`}; engine ${result.engine}`,
		...(ending.state === 'failed' && ending.hint !== undefined
			? ending.hint.split('\n').map((line) => `${indent}${printable(line)}`)
			: []),
	];
	if (summary.operations.offered === 0) return [...head, `${indent}nothing was measured`];
	return [
		...head,
		'',
		...findingLines(result),
		...(hasLatencies(result) ? [...latencyLines(summary), ''] : []),
		...partLines(summary),
		...metricLines(summary),
		...thresholdLines(result, report),
		'Throughput',
		`${indent}${formatRate(value(throughput.mean))}/s mean   ${formatRate(value(throughput.min))} … ${formatRate(value(throughput.max))} over whole seconds${bytesWords(throughput)}`,
		'',
		...outcomeLines(summary),
		'',
		...resourceLines(summary, result.environment.cpu.cores),
		'',
		...[validityLines(result), standingOut(result)]
			.filter((lines) => lines.length > 0)
			.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
	];
};

const renderReport = (report: Report): string => {
	const blocks = report.results.map((result) => renderResult(result, report).join('\n').trimEnd());
	if (report.comparisons.length > 0) blocks.push(renderBenchmarks(report.comparisons).trimEnd());
	if (report.results.length > 1) blocks.push(overviewLines(report).join('\n'));
	return `${blocks.join('\n\n')}\n`;
};

export const text: Exporter = {name: 'text', ending: '.txt', about: 'a summary for people', render: renderReport};

// What is said of a run of k6 when it is over: what it found, and what is doubtful. Pure: an import of its files can say it too.
import type {Doubt} from '../../core/event.ts';
import type {Finding} from '../../core/finding.ts';
import {printable} from '../../core/printable.ts';
import {toldThreshold} from '../../core/threshold.ts';
import {formatCount, formatDuration, formatPercent} from '../../core/units.ts';
import type {Totals} from './counting.ts';
import {figureOfThreshold, type Summary, type ToldThreshold} from './told.ts';

/** A run of k6 that is over, as far as its figures stand nowhere else. */
export type K6End = {
	readonly requests: Totals;
	/** How many of the requests are gRPC calls. */
	readonly calls: number;
	readonly iterations: Totals;
	readonly dropped: number;
	readonly interrupted: number;
	/** Iterations that threw, and what the first of them did. */
	readonly thrown: {readonly count: number; readonly first: string};
	/** Points came so much later than they were taken, at most. Milliseconds. */
	readonly late: number;
	/** k6 went on for so long after its time that it was told to end; milliseconds. */
	readonly endedAfter?: number;
	readonly summary: Summary | undefined;
	/** The load was stopped before its time. */
	readonly wasStopped: boolean;
	/** What k6 said with its exit code alone. */
	readonly verdict?: 'thresholds crossed' | 'marked as failed' | 'teardown too long';
	readonly hasWarmup: boolean;
};

/** Points that come so much later than they were taken say that something is overloaded. Milliseconds. */
const latest = 1500;
const longestWord = 300;

const shown = (text: string): string => printable(text.replace(/\n\s*/g, ' ').trim()).slice(0, longestWord);

const sum = (totals: Totals): number => Object.values(totals).reduce((all, count) => all + count, 0);

/** The unit of a limited figure: k6's times are milliseconds. */
const unitOf = (metric: string, figure: string): string => {
	if (figure === 'count') return 'count';
	const name = metric.replace(/\{.*$/, '');
	if (figure === 'rate') return /^(data_|.*(_reqs|iterations)$)/.test(name) ? '1/s' : 'share';
	return /duration|_time$|waiting|blocked|connecting|sending|receiving|handshaking/.test(name) ? 'ms' : '';
};

const limitIn = (text: string): Pick<ToldLimit, 'comparison' | 'limit'> => {
	const match = /(===?|!=|<=|>=|<|>)\s*(-?[\d.]+(?:e[+-]?\d+)?)/i.exec(text);
	const comparison = match?.[1] ?? '==';
	return {comparison: comparison === '===' ? '==' : comparison, limit: Number(match?.[2] ?? 0)};
};

/** A limit that k6 judged, in the figures that all judged limits are told with. */
type ToldLimit = {
	readonly metric: string;
	readonly comparison: string;
	readonly limit: number;
	readonly actual: number | null;
	readonly unit: string;
	readonly passed: boolean;
};

const limitFinding = (subject: string, text: string, {passed, ...figures}: ToldLimit): Finding => ({
	kind: toldThreshold,
	subject,
	text,
	figures: {...figures, passed: passed ? 1 : 0},
});

/** What must not happen, and did. */
const happened = (metric: string, text: string): Finding =>
	limitFinding(metric, text, {metric, comparison: '==', limit: 0, actual: 1, unit: 'count', passed: false});

/** The script's own limits and what k6 says became of them. */
export const thresholdFindings = (thresholds: readonly ToldThreshold[], hasWarmup: boolean): readonly Finding[] =>
	thresholds.map(({metric, text, passed, actual}) => {
		const figure = figureOfThreshold(text);
		return limitFinding(
			`${metric} ${text}`,
			`${passed ? 'met' : 'failed'}, as k6 judges it${hasWarmup ? ' with the warm-up' : ''}`,
			{metric: `${metric} ${figure}`, ...limitIn(text), actual, unit: unitOf(metric, figure), passed},
		);
	});

const requestsFinding = ({requests}: K6End): Finding => {
	const stretches: ReadonlyArray<readonly [keyof Totals, string]> = [
		['measure', 'measured'],
		['warm-up', 'in the warm-up'],
		['around', 'in setup() and teardown()'],
		['before', 'before the load'],
		['after', 'begun after its end'],
	];
	const words = stretches
		.filter(([stretch]) => stretch === 'measure' || requests[stretch] > 0)
		.map(([stretch, where]) => `${formatCount(requests[stretch])} ${where}`);
	return {
		kind: 'requests',
		subject: 'requests',
		text: `k6 made ${formatCount(sum(requests))}: ${words.join(', ')}`,
		figures: {
			made: sum(requests),
			measured: requests.measure,
			warmup: requests['warm-up'],
			around: requests.around,
			before: requests.before,
			after: requests.after,
		},
	};
};

/** What a run of k6 found out beside figures. */
export const k6Findings = (end: K6End): readonly Finding[] => {
	const {iterations, interrupted, dropped, verdict, summary, hasWarmup} = end;
	const limits = thresholdFindings(summary?.thresholds ?? [], hasWarmup);
	const isUntold = verdict === 'thresholds crossed' && !limits.some(({figures}) => figures.passed === 0);
	const complete = sum(iterations);
	return [
		...limits,
		...(isUntold ? [happened('thresholds crossed', 'k6 says that thresholds have been crossed, and not which')] : []),
		...(verdict === 'marked as failed' ? [happened('exec.test.fail()', 'the script says that its test failed')] : []),
		requestsFinding(end),
		{
			kind: 'iterations',
			subject: 'iterations',
			text: `${formatCount(complete)} complete, ${formatCount(interrupted)} interrupted${dropped > 0 ? `, ${formatCount(dropped)} dropped` : ''}`,
			figures: {complete, interrupted, dropped},
		},
	];
};

const shareOf = (count: number, of: number): string =>
	`${formatCount(count)} of ${formatCount(of)} iterations (${formatPercent((count / of) * 100)})`;

const countDoubts = ({requests, calls, iterations, summary, wasStopped}: K6End): readonly Doubt[] => {
	if (summary === undefined) {
		const message = 'k6 wrote no summary: thresholds and counts could not be compared with its own.';
		return wasStopped ? [] : [{kind: 'no-summary', message}];
	}

	const pairs: ReadonlyArray<readonly [own: number | undefined, told: number, what: string]> = [
		[summary.requests, sum(requests) - calls, 'HTTP requests'],
		[summary.iterations, sum(iterations), 'iterations'],
	];
	const differences = pairs.flatMap(([own = 0, told, what]) =>
		own === told
			? []
			: [
					`k6 counted ${formatCount(own)} ${what}, and told of ${formatCount(told)}: ${formatCount(Math.abs(own - told))} ${own > told ? 'are missing here' : 'too many'}.`,
				],
	);
	return differences.length === 0 ? [] : [{kind: 'counts-differ', message: differences.join(' ')}];
};

/** What is doubtful in the figures of a run of k6. */
export const k6Doubts = (end: K6End): readonly Doubt[] => {
	const {iterations, interrupted, dropped, endedAfter, thrown, late, verdict} = end;
	const complete = sum(iterations);
	const ran = complete + interrupted;
	return [
		...(dropped > 0
			? [
					{
						kind: 'rate-not-reached',
						message: `The rate was not reached: k6 dropped ${shareOf(dropped, ran + dropped)}, since no virtual user was free when they were due. They are in no latency.`,
					},
				]
			: []),
		...(interrupted > ran / 100
			? [
					{
						kind: 'iterations-interrupted',
						message: `${shareOf(interrupted, ran)} were broken off at the end: k6 does not tell of the requests that they had in flight, which may be the slowest.`,
					},
				]
			: []),
		...(endedAfter === undefined
			? []
			: [
					{
						kind: 'tool-ended',
						message: `k6 had not ended ${formatDuration(endedAfter)} after the planned time, and was told to: what was in flight then is in no figure.`,
					},
				]),
		...(thrown.count > 0
			? [
					{
						kind: 'script-errors',
						message: `${shareOf(thrown.count, ran)} threw an exception, and did nothing of what follows it: ${shown(thrown.first)}`,
					},
				]
			: []),
		...(late > latest
			? [
					{
						kind: 'points-late',
						message: `Data points came up to ${formatDuration(Math.round(late))} after they were taken: k6, benchtop or the machine was overloaded, and latencies may hold that.`,
					},
				]
			: []),
		...(verdict === 'teardown too long'
			? [{kind: 'teardown', message: "The script's teardown() took too long, and was broken off by k6."}]
			: []),
		...countDoubts(end),
	];
};

import {byGravity} from '../core/insight.ts';
import {intervalWords, medianChange} from '../core/metric-words.ts';
import {endingWords} from '../core/run-state.ts';
import type {MetricSummary} from '../core/samples.ts';
import {isDoubtful} from '../core/summary.ts';
import {checkThresholds} from '../core/threshold.ts';
import {actualWords, limitWords} from '../core/threshold-words.ts';
import {formatChange, formatLatency, formatMeasure, formatPercent, formatRate, latencyUnitName} from '../core/units.ts';
import {clip, clipLine, fitting, type Line, lineWidth, outside, right, span} from './line.ts';
import type {View} from './pane.ts';
import {gatingOf, outcomeOf, standingIn} from './standing.ts';
import {isTimed} from './timed.ts';

/** A message cut shorter than this says nothing. */
const leastMessage = 12;
/** Of a metric, where it stands among other words. */
const longestName = 24;

const capitals = (kind: string): string => kind.replaceAll('-', ' ').toUpperCase();

/** Why the figures cannot be relied on, as a word for the first reason; empty when they can. */
export const doubtWord = ({validity}: View): Line => {
	const [first, ...more] = validity.reasons;
	if (first === undefined) return [];
	return [span(`! ${capitals(first.kind)}${more.length === 0 ? '' : ` (and ${more.length} more)`}`, 'bad')];
};

/** What the first reason is, in a sentence. */
export const doubtMessage = ({validity}: View): Line =>
	validity.reasons.slice(0, 1).map(({message}) => outside(message, 'warn'));

/** The pieces that fit, and what fits of the last one. */
export const fittingWith = (pieces: readonly Line[], last: Line, columns: number, gap: number): Line => {
	const line = fitting(
		pieces.filter((piece) => piece.length > 0),
		columns,
		gap,
	);
	const room = columns - lineWidth(line) - gap;
	return room < leastMessage || last.length === 0 ? line : [...line, span(' '.repeat(gap)), ...clipLine(last, room)];
};

/** The baseline as people know it. */
export const baselineName = ({run}: View): Line => {
	const baseline = run.began?.baseline;
	return baseline === undefined ? [] : [span('vs ', 'muted'), outside(baseline.label)];
};

/** The percentile that a run is told by: where a few operations are all there is, none lies far out. */
const leadingPercentile = ({run, summary: {latency}}: View): 'p99' | 'p50' =>
	run.began?.panes !== undefined && latency.uncertain.includes('p99') ? 'p50' : 'p99';

/** The metric that a run without latencies is told by. */
const leadingMetric = ({run, summary}: View): readonly [name: string, metric: MetricSummary] | undefined =>
	isTimed(run) ? undefined : Object.entries(summary.metrics ?? {})[0];

const ratioOf = (before: number | null | undefined, after: number | null): number | undefined =>
	typeof before !== 'number' || after === null || before <= 0 ? undefined : (after - before) / before;

/** The leading figure against the baseline: seen, not judged, since one run a side says nothing of the noise. */
export const observed = (view: View): Line => {
	const {run, summary} = view;
	const base = run.began?.baseline?.summary;
	const metric = leadingMetric(view);
	const key = leadingPercentile(view);
	const change =
		metric === undefined
			? ratioOf(base?.latency[key], summary.latency[key])
			: medianChange(metric[1], base?.metrics?.[metric[0]]);
	if (change === undefined) return [];
	const name = metric === undefined ? key : outside(clip(metric[0], longestName)).text;
	return [span(`${name} `, 'muted'), span(`${right(formatChange(change), 6)} ?`, 'unsure')];
};

/** The share of operations that succeeded. */
export const success = ({summary}: View): Line => {
	const percent = summary.successRate === null ? undefined : summary.successRate * 100;
	return [span('ok ', 'muted'), span(right(formatPercent(percent), 5), percent === 100 ? 'good' : 'text')];
};

/**
 * The one figure that tells most of a run: its p99, with a '?' where too few operations stand behind it; of a few
 * operations their median; of a run without latencies the median of its first metric.
 */
export const leading = (view: View): Line => {
	const {summary, latencyUnit} = view;
	const metric = leadingMetric(view);
	if (metric !== undefined) {
		const [name, figures] = metric;
		const words = [formatMeasure(figures.p50, figures.unit), intervalWords(figures)].filter((word) => word !== '');
		return [outside(`${clip(name, longestName)} `, 'muted'), outside(words.join(' '))];
	}

	if (!isTimed(view.run)) return [];
	const key = leadingPercentile(view);
	const value = summary.latency[key];
	const doubt = value !== null && isDoubtful(summary.latency, key) ? '?' : '';
	return [
		span(`${key} `, 'muted'),
		span(`${formatLatency(value, latencyUnit)}${latencyUnitName(latencyUnit)}${doubt}`),
	];
};

/** What became of the limits of a run: how many it kept, or the first that it did not. */
const limits = ({run: {began, findings}, summary}: View): Line => {
	if (began === undefined) return [];
	const checked = checkThresholds({...began, summary, findings});
	// Those of changes are judged when all runs are over.
	if (checked.length === 0) return [];
	const [first, ...more] = checked.filter(({passed}) => !passed);
	if (first === undefined) return [span(`✓ ${checked.length} threshold${checked.length === 1 ? '' : 's'} met`, 'good')];
	const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
	return [
		span('✗ failed ', 'bad'),
		span(limitWords(first), 'bad'),
		span(`: ${actualWords(first, summary)}${others}`, 'bad'),
	];
};

/** What the gravest insight is about; the events have it whole. */
const insightWord = ({run}: View): Line => {
	const [first, ...more] = byGravity(run.insights);
	if (first === undefined) return [];
	const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
	return [span(`◆ ${first.kind.replaceAll('-', ' ')}${others}`, first.severity === 'high' ? 'warn' : 'accent')];
};

const sideOutcomes = {
	fail: ['▲ candidate worse', 'bad'],
	pass: ['✓ candidate no worse', 'good'],
	inconclusive: ['? cannot be told', 'unsure'],
} as const;

/** How the sides stand that a run is one of. */
const sideVerdict = ({run}: View): Line => {
	const standing = standingIn(run);
	if (standing === undefined) return [];
	const pairs = `after ${standing.pairs} of ${standing.most} pairs`;
	const outcome = outcomeOf(standing);
	if (outcome === undefined) return [span(`so far ${pairs}: no verdict yet`, 'muted')];
	const [words, token] = sideOutcomes[outcome];
	const worse = gatingOf(standing).filter(({verdict}) => verdict === 'worse');
	const named = worse.map(({metric}) => outside(clip(metric, longestName)).text).join(', ');
	return [span(named === '' ? words : `${words}: ${named}`, token), span(` ${pairs}`, 'muted')];
};

/** What is to be said of a run that is over. */
export const verdict = (view: View, columns: number): Line => {
	const {run, summary, validity} = view;
	const {ending} = run;
	const figures: Line[] = [
		sideVerdict(view),
		doubtWord(view),
		limits(view),
		leading(view),
		[span(`${formatRate(summary.throughput.mean ?? undefined)}/s`)],
		success(view),
		insightWord(view),
		...(observed(view).length === 0 || run.began?.plan.side !== undefined
			? []
			: [[...baselineName(view), span(' '), ...observed(view)], [span('not judged: one run a side', 'muted')]]),
		validity.trustworthy && run.saved !== undefined ? [span('saved', 'muted')] : [],
	];
	if (ending?.state === 'failed') return clipLine([outside(endingWords(ending), 'bad')], columns);
	const stopped: Line = ending?.state === 'stopped' ? [span(endingWords(ending), 'warn')] : [];
	return fittingWith([stopped, ...figures], doubtMessage(view), columns, 3);
};

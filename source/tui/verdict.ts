import {endingWords} from '../core/run-state.ts';
import {formatChange, formatLatency, formatPercent, formatRate, latencyUnitName} from '../core/units.ts';
import {clipLine, fitting, type Line, lineWidth, outside, right, span} from './line.ts';
import type {View} from './pane.ts';

/** A message cut shorter than this says nothing. */
const leastMessage = 12;

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

/** p99 against the baseline: seen, not judged, since one run a side says nothing of the noise. */
export const observed = ({run, summary}: View): Line => {
	const before = run.began?.baseline?.summary.latency.p99;
	const after = summary.latency.p99;
	if (typeof before !== 'number' || after === null || before <= 0) return [];
	return [span('p99 ', 'muted'), span(`${right(formatChange((after - before) / before), 6)} ?`, 'unsure')];
};

/** The share of operations that succeeded. */
export const success = ({summary}: View): Line => {
	const percent = summary.successRate === null ? undefined : summary.successRate * 100;
	return [span('ok ', 'muted'), span(right(formatPercent(percent), 5), percent === 100 ? 'good' : 'text')];
};

/** The run's p99 with its unit, and a '?' where too few operations stand behind it. */
export const p99Of = ({summary: {latency}, latencyUnit}: View): string => {
	const doubt = latency.p99 !== null && latency.uncertain.includes('p99') ? '?' : '';
	return `${formatLatency(latency.p99, latencyUnit)}${latencyUnitName(latencyUnit)}${doubt}`;
};

/** What is to be said of a run that is over. */
export const verdict = (view: View, columns: number): Line => {
	const {run, summary, validity} = view;
	const {ending} = run;
	const figures: Line[] = [
		doubtWord(view),
		[span('p99 ', 'muted'), span(p99Of(view))],
		[span(`${formatRate(summary.throughput.mean ?? undefined)}/s`)],
		success(view),
		...(observed(view).length === 0
			? []
			: [[...baselineName(view), span(' '), ...observed(view)], [span('not judged: one run a side', 'muted')]]),
		validity.trustworthy && run.saved !== undefined ? [span('saved', 'muted')] : [],
	];
	if (ending?.state === 'failed') return clipLine([outside(endingWords(ending), 'bad')], columns);
	const stopped: Line = ending?.state === 'stopped' ? [span(endingWords(ending), 'warn')] : [];
	return fittingWith([stopped, ...figures], doubtMessage(view), columns, 3);
};

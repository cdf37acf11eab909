import {formatClock, formatMilliseconds, formatPercent, formatRate} from '../core/units.ts';
import {clip, fitting, type Line, lineWidth, outside, right, span, spread} from './line.ts';
import {loadOf} from './load.ts';
import type {View} from './pane.ts';
import type {ViewState} from './state.ts';
import type {Token} from './theme.ts';
import {baselineName, doubtMessage, doubtWord, fittingWith, observed, success, verdict} from './verdict.ts';

type Word = {readonly mark: string; readonly word: string; readonly token: Token};

/** What state the run is in, as one word. */
export const stateWord = (state: ViewState): Word => {
	const {latest} = state;
	if (state.frozen) return {mark: '‖', word: 'FROZEN', token: 'unsure'};
	switch (latest.ending?.state) {
		case 'finished':
			return {mark: '■', word: 'DONE', token: 'good'};
		case 'stopped':
			return {mark: '✕', word: 'STOPPED', token: 'warn'};
		case 'failed':
			return {mark: '✕', word: 'FAILED', token: 'bad'};
		case undefined:
			break;
	}

	if (state.over) return {mark: '✕', word: 'ENDED', token: 'bad'};
	if (!state.live) return {mark: '↻', word: 'REPLAY', token: 'accent'};
	if (state.going !== undefined) return {mark: '■', word: 'STOPPING', token: 'warn'};
	if (latest.phase === 'measure') return {mark: '▶', word: 'RUNNING', token: 'good'};
	return latest.phase === 'warm-up'
		? {mark: '◐', word: 'WARM-UP', token: 'accent'}
		: {mark: '○', word: 'READY', token: 'muted'};
};

const planned = ({run}: View): number | undefined => {
	const plan = run.began?.plan;
	return plan?.duration === undefined ? undefined : plan.warmup + plan.duration;
};

/** How far the run is: 0 to 1; undefined when nobody can know. */
const progress = (view: View): number | undefined => {
	const {run, summary} = view;
	if (run.ending?.state === 'finished') return 1;
	const amount = run.began?.plan.amount;
	if (amount !== undefined && amount > 0) {
		return Math.min(1, (summary.operations.succeeded + summary.operations.failed) / amount);
	}

	const whole = planned(view);
	return whole === undefined || whole <= 0 ? undefined : Math.min(1, run.at / whole);
};

const clock = (view: View): Line => {
	const whole = planned(view);
	// What comes after the end (saving) takes time that is none of the run's.
	const at = whole !== undefined && view.run.ending?.state === 'finished' ? whole : view.run.at;
	return [span(formatClock(at), 'title'), ...(whole === undefined ? [] : [span(`/${formatClock(whole)}`, 'muted')])];
};

const partial = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const bar = (share: number | undefined, columns: number): Line => {
	if (share === undefined) return [];
	const eighths = Math.round(share * columns * 8);
	const full = '█'.repeat(Math.floor(eighths / 8)) + (partial[eighths % 8] ?? '');
	return [
		span('[', 'muted'),
		span(full, 'accent'),
		span(' '.repeat(columns - [...full].length)),
		span(']', 'muted'),
		span(right(`${Math.floor(share * 100)}%`, 5)),
	];
};

const identity = (view: View, columns: number): Line => {
	const {began} = view.run;
	if (began === undefined) return [span('waiting for the run', 'muted')];
	const {connections, rate, threads} = loadOf(began.plan);
	const load = [
		connections === undefined ? '' : `c${connections}`,
		rate === undefined ? '' : `@${formatRate(rate)}/s`,
		threads === undefined ? '' : `w${threads}`,
	].filter((part) => part !== '');
	const name = outside(began.name, 'title');
	const words = span(load.length === 0 ? '' : `  ${load.join(' ')}`, 'muted');
	const target = outside(began.target === began.name ? '' : `  ${began.target}`);
	// Where not all fits, the target gives way: its end is what matters least.
	const room = columns - lineWidth([name, words]);
	return [name, {...target, text: clip(target.text, Math.max(0, room))}, words];
};

const chip = (state: ViewState, columns: number): Line => {
	const {mark, word, token} = stateWord(state);
	return [...(columns < 80 ? [] : [span(' benchtop ', 'header')]), span(` ${mark} ${word}`, token), span('  ')];
};

const first = (state: ViewState, view: View, columns: number): Line => {
	const name = state.frozen ? [span('(run goes on) ', 'muted')] : [];
	const start = [...chip(state, columns), ...name];
	const end = [...clock(view), span(' ')];
	const room = columns - lineWidth(start) - lineWidth(end) - 1;
	return spread([...start, ...identity(view, room)], end, columns);
};

const second = (view: View, columns: number): Line => {
	const {run} = view;
	if (run.ending !== undefined) return [span(' '), ...verdict(view, columns - 2)];

	const wide = Math.max(10, Math.min(60, Math.floor(columns * 0.3)));
	const start: Line = [span(' '), ...bar(progress(view), wide), span('  ')];
	const room = columns - lineWidth(start) - 1;
	if (!view.validity.trustworthy) return [...start, ...fittingWith([doubtWord(view)], doubtMessage(view), room, 1)];
	return [...start, ...fitting([success(view), baselineName(view), observed(view)], room)];
};

/** The rows above the board; one where there is little room. */
export const headerLines = (state: ViewState, view: View, columns: number, rows: number): readonly Line[] =>
	rows <= 0 ? [] : [first(state, view, columns), second(view, columns)].slice(0, rows);

/** The whole run in one row, for a terminal with no room for a pane. */
export const oneLine = (state: ViewState, view: View, columns: number): Line => {
	const {word, mark, token} = stateWord(state);
	const {summary, now} = view;
	const failed = summary.successRate === null ? undefined : (1 - summary.successRate) * 100;
	const parts: Line[] = [
		[span(columns < 20 ? mark : `${mark} ${word}`, token)],
		[span('p99 '), span(`${formatMilliseconds(summary.latency.p99 ?? undefined)}ms`)],
		...(view.validity.trustworthy ? [] : [[span('!', 'bad')]]),
		[span(formatClock(view.run.at), 'muted')],
		[span(`${formatRate(now?.rate ?? summary.throughput.mean ?? undefined)}/s`)],
		[span('err '), span(formatPercent(failed))],
		[...observed(view)],
	];
	return fitting(
		parts.filter((part) => part.length > 0),
		columns,
		1,
	);
};

/** The figures that a single pane leaves out. */
export const statusLine = (view: View, columns: number): Line => {
	const {summary, now} = view;
	const failed = summary.successRate === null ? undefined : (1 - summary.successRate) * 100;
	const generator = now?.snapshot.gauges['generator.busy']?.last ?? summary.resources.generator.busyPercent;
	return [
		span(' '),
		...fitting(
			[
				...(view.validity.trustworthy ? [] : [[span('! NOT TRUSTWORTHY', 'bad')]]),
				[span(`${formatRate(now?.rate ?? summary.throughput.mean ?? undefined)}/s`)],
				[span('err ', 'muted'), span(formatPercent(failed))],
				[span('gen busy ', 'muted'), span(formatPercent(generator ?? undefined))],
				observed(view),
			].filter((part) => part.length > 0),
			columns - 1,
		),
	];
};

import {endedAt, plannedEnd, targetWords} from '../core/run-state.ts';
import {type SuiteProgress, suiteProgress} from '../core/suite-progress.ts';
import {formatBytes, formatClock, formatCount, formatDuration, formatPercent, formatRate} from '../core/units.ts';
import {clip, fitting, type Line, lineWidth, outside, right, span, spread} from './line.ts';
import type {View} from './pane.ts';
import type {Token} from './theme.ts';
import {isTimed} from './timed.ts';
import {baselineName, doubtMessage, doubtWord, fittingWith, leading, observed, success, verdict} from './verdict.ts';
import {isOver, type ViewState} from './view-state.ts';

type Word = {readonly mark: string; readonly word: string; readonly token: Token};

/** What state the run is in, as one word. */
export const stateWord = (state: ViewState): Word => {
	const {latest} = state;
	if (state.frozen && latest.ending === undefined) return {mark: '‖', word: 'FROZEN', token: 'unsure'};
	const {playback} = state;
	if (playback !== undefined && latest.ending === undefined) {
		return playback.playing
			? {mark: '↻', word: `REPLAY ${playback.speed}×`, token: 'accent'}
			: {mark: '‖', word: 'REPLAY HELD', token: 'accent'};
	}

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
	if (latest.paused) return {mark: '‖', word: 'PAUSED', token: 'warn'};
	if (latest.phase === 'measure') return {mark: '▶', word: 'RUNNING', token: 'good'};
	return latest.phase === 'warm-up'
		? {mark: '◐', word: 'WARM-UP', token: 'accent'}
		: {mark: '○', word: 'READY', token: 'muted'};
};

const planned = ({run}: View): number | undefined => plannedEnd(run);

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
	const at = endedAt(view.run) ?? view.run.at;
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
	const {connections, rate} = view.run.load;
	const {workers: threads} = began.plan;
	const counts = targetWords(began.plan.load);
	const load = [
		connections === undefined ? '' : `${counts.connections === 'users' ? 'u' : 'c'}${connections}`,
		rate === undefined ? '' : `@${formatRate(rate)}${counts.rate === 'sessions' ? ' sessions' : ''}/s`,
		// Threads say something of a load that has a size.
		connections === undefined && rate === undefined && threads === 1 ? '' : `w${threads}`,
	].filter((part) => part !== '');
	const suite = suiteProgress(view.run);
	const side = began.plan.side === undefined ? '' : `${began.plan.side.is} `;
	const place = span(suite === undefined ? '' : `${suite.number}/${suite.of} ${side}`, 'accent');
	const name = outside(began.name, 'title');
	const words = span(load.length === 0 ? '' : `  ${load.join(' ')}`, 'muted');
	const target = outside(began.target === began.name ? '' : `  ${began.target}`);
	// Where not all fits, the target gives way: its end is what matters least.
	const room = columns - lineWidth([place, name, words]);
	return [place, name, {...target, text: clip(target.text, Math.max(0, room))}, words];
};

const chip = (state: ViewState, columns: number): Line => {
	const {mark, word, token} = stateWord(state);
	return [...(columns < 80 ? [] : [span(' benchtop ', 'header')]), span(` ${mark} ${word}`, token), span('  ')];
};

const first = (state: ViewState, view: View, columns: number): Line => {
	const frozen = state.frozen ? [span(isOver(state) ? '(view frozen) ' : '(run goes on) ', 'muted')] : [];
	const start = [...chip(state, columns), ...frozen];
	const end = [...clock(view), span(' ')];
	const room = columns - lineWidth(start) - lineWidth(end) - 1;
	return spread([...start, ...identity(view, room)], end, columns);
};

/** What drawing takes of the machine; always as wide, so that nothing beside it moves. */
const cost = ({cost: taken}: View): Line =>
	taken === undefined
		? []
		: [
				span('viewer ', 'muted'),
				span(right(formatPercent(taken.cpuPercent), 5), 'muted'),
				span(right(`${formatBytes(taken.bytesPerSecond)}/s`, 8), 'muted'),
			];

/** The moment that is read off. */
const reading = ({cursor}: View): Line =>
	cursor === undefined ? [] : [span('reading ', 'muted'), span(formatClock(cursor), 'accent')];

const course = (view: View, columns: number): Line => {
	const wide = Math.max(10, Math.min(60, Math.floor(columns * 0.3)));
	return [span(' '), ...bar(progress(view), wide), span('  ')];
};

/** What is known of how long all runs still take: so long at least, or at most. */
const boundOf = ({unknown, isMost}: SuiteProgress): string => {
	if (isMost === true) return unknown > 0 ? '' : '≤ ';
	return unknown > 0 ? '≥ ' : '';
};

/** Which round it is, and how long all runs still take. */
const suite = ({run}: View, brief: boolean): Line => {
	const progress = suiteProgress(run);
	const {round, side} = run.began?.plan ?? {};
	// Where most of it is unknown, the rest says nothing.
	const isTelling = progress !== undefined && progress.unknown * 2 <= progress.of - progress.number + 1;
	const left = isTelling ? Math.round(progress.left / 1000) * 1000 : 0;
	const words = [
		...(round === undefined || round.of < 2
			? []
			: [`${side === undefined ? 'round' : 'pair'} ${round.number}/${round.of}`]),
		...(progress === undefined || left === 0
			? []
			: [`${brief ? '' : 'suite '}${boundOf(progress)}${formatDuration(left)} left`]),
	];
	return words.length === 0 ? [] : [span(words.join(' · '), 'accent')];
};

const present = (pieces: readonly Line[]): Line[] => pieces.filter((piece) => piece.length > 0);

/** Progress and what is to be said of the figures, in one row. */
const brief = (view: View, columns: number): Line => {
	if (view.run.ending !== undefined) return [span(' '), ...verdict(view, columns - 2)];
	const start = course(view, columns);
	const room = columns - lineWidth(start) - 1;
	const read = reading(view);
	if (!view.validity.trustworthy) {
		return [...start, ...fittingWith([...present([read]), doubtWord(view)], doubtMessage(view), room, 1)];
	}

	const together = suite(view, true);
	// With a suite there is more to say than fits: then whole pieces are left out.
	const kept = together.length === 0 ? 0 : lineWidth(cost(view)) + 2;
	const words = fitting(present([read, together, success(view), baselineName(view), observed(view)]), room - kept);
	return spread([...start, ...words], [...cost(view), span(' ')], columns);
};

/** The same in two rows. */
const full = (view: View, columns: number): readonly Line[] => {
	const {summary, run} = view;
	const {succeeded, failed} = summary.operations;
	const samples: Line = isTimed(run)
		? [span('samples ', 'muted'), span(formatCount(summary.latency.count))]
		: [span('operations ', 'muted'), span(formatCount(succeeded + failed))];
	const start = run.ending === undefined ? course(view, columns) : [span(' ')];
	const words = fitting(
		present([reading(view), suite(view, false), success(view), samples]),
		columns - lineWidth(start) - 30,
	);
	const room = columns - 2;
	const said =
		run.ending !== undefined
			? verdict(view, room)
			: view.validity.trustworthy
				? fitting(present([baselineName(view), observed(view)]), room)
				: fittingWith([doubtWord(view)], doubtMessage(view), room, 1);
	return [
		spread([...start, ...words], [...cost(view), span(' ')], columns),
		[span(' '), ...(said.length === 0 ? [span('no baseline to compare with', 'muted')] : said)],
	];
};

/** The rows above the board; one where there is little room. */
export const headerLines = (state: ViewState, view: View, columns: number, rows: number): readonly Line[] => {
	if (rows <= 0) return [];
	const top = first(state, view, columns);
	return rows > 2 ? [top, ...full(view, columns)] : [top, brief(view, columns)].slice(0, rows);
};

/** The rate of the last second; of a run that is over, its mean. */
const rateShown = ({run, summary, now}: View): number | undefined =>
	run.ending === undefined ? now?.rate : (summary.throughput.mean ?? undefined);

/** The whole run in one row, for a terminal with no room for a pane. */
export const oneLine = (state: ViewState, view: View, columns: number): Line => {
	const {word, mark, token} = stateWord(state);
	const {summary} = view;
	const failed = summary.successRate === null ? undefined : (1 - summary.successRate) * 100;
	const parts: Line[] = [
		[span(columns < 20 ? mark : `${mark} ${word}`, token)],
		leading(view).map(({text}) => span(text)),
		...(view.validity.trustworthy ? [] : [[span('!', 'bad')]]),
		[span(formatClock(view.run.at), 'muted')],
		[span(`${formatRate(rateShown(view))}/s`)],
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
				[span(`${formatRate(rateShown(view))}/s`)],
				[span('err ', 'muted'), span(formatPercent(failed))],
				[span('gen busy ', 'muted'), span(formatPercent(generator ?? undefined))],
				observed(view),
			].filter((part) => part.length > 0),
			columns - 1,
		),
	];
};

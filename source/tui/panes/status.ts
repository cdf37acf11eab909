import {familyOf} from '../../core/outcome.ts';
import {inFlightNow} from '../../core/run-state.ts';
import {emptySnapshot, type Snapshot} from '../../core/snapshot.ts';
import {failuresByFamily} from '../../core/summary.ts';
import {formatCount, formatLatencyAndUnit, formatPercent} from '../../core/units.ts';
import {sparkline} from '../charts/sparkline.ts';
import {clipLine, fitting, type Line, left, outside, right, span} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import {greatest, seriesOf} from '../series.ts';
import type {Token} from '../theme.ts';
import {sparkAxis, windowWords} from './chart.ts';
import {matcher, matchNote} from './filter.ts';

/** What is counted: the measured phase, or before it the warm-up. */
const counted = ({run}: View): Snapshot => run.total ?? run.warmup ?? emptySnapshot();

const statusClass = (outcome: string): string | undefined => /^([1-5])\d\d$/.exec(outcome)?.[1];

const classTokens: Readonly<Record<string, Token>> = {'4': 'warn', '5': 'bad'};

const classes = ({outcomes}: Snapshot): Line[] => {
	const counts = new Map<string, number>();
	for (const [outcome, count] of Object.entries(outcomes)) {
		const digit = statusClass(outcome);
		if (digit !== undefined) counts.set(digit, (counts.get(digit) ?? 0) + count);
	}

	if (counts.size === 0) return [];
	return ['1', '2', '3', '4', '5']
		.filter((digit) => /[245]/.test(digit) || counts.has(digit))
		.map((digit) => {
			const count = counts.get(digit) ?? 0;
			const token = count > 0 ? (classTokens[digit] ?? 'text') : 'muted';
			return [span(`${digit}xx `, 'muted'), span(formatCount(count), token)];
		});
};

const outcomeToken = (snapshot: Snapshot, outcome: string): Token =>
	(snapshot.failures[outcome] ?? 0) > 0 ? (familyOf(outcome) === '4xx' ? 'warn' : 'bad') : 'text';

/** How operations ended, the most frequent first. */
const outcomesOf = (snapshot: Snapshot): ReadonlyArray<readonly [outcome: string, count: number]> =>
	Object.entries(snapshot.outcomes).sort(([, a], [, b]) => b - a);

const countColumns = 12;
const shareColumns = 8;
const leastSpark = 8;
const mostSparks = 40;

/** A row for every outcome that is looked for, under a head. */
const table = (view: View, columns: number): Line[] => {
	const {run, charset, filter} = view;
	const snapshot = counted(view);
	const outcomes = outcomesOf(snapshot);
	if (outcomes.length === 0) return [];
	const ended = outcomes.reduce((total, [, count]) => total + count, 0);
	const nameColumns = Math.max(8, Math.min(24, columns - countColumns - shareColumns));
	const room = columns - nameColumns - countColumns - shareColumns - 2;
	const spark = room >= leastSpark ? room : 0;
	const axis = sparkAxis(view, spark);
	const matches = matcher(filter);
	const course = (outcome: string): string => {
		const values = seriesOf(run, axis, ({snapshot: second}) => second.outcomes[outcome] ?? 0, 'mean');
		return `  ${sparkline(values, axis.count, {low: 0, high: greatest(values) ?? 0}, charset)}`;
	};
	return [
		[
			span(
				`${left('outcome', nameColumns)}${right('count', countColumns)}${right('share', shareColumns)}${spark > 0 ? `  ${windowWords(view, axis)}` : ''}`,
				'muted',
			),
		],
		...outcomes
			.filter(([outcome]) => matches(outcome))
			.map(([outcome, count], index): Line => {
				const name = outside(outcome, outcomeToken(snapshot, outcome));
				return [
					{...name, text: left(name.text, nameColumns)},
					span(right(formatCount(count), countColumns)),
					span(right(formatPercent((100 * count) / ended), shareColumns), 'muted'),
					...(spark > 0 && index < mostSparks ? [span(course(outcome), 'series4')] : []),
				];
			}),
	];
};

const draw: Pane['draw'] = (view, {columns, rows}) => {
	if (columns <= 0 || rows <= 0) return [];
	const {run, summary, now, latencyUnit} = view;
	const snapshot = counted(view);
	const seen = run.total !== undefined || run.warmup !== undefined;
	const ended = Object.values(snapshot.outcomes).reduce((total, count) => total + count, 0);
	const failures = failuresByFamily(snapshot);
	const connection = Object.entries(snapshot.failures)
		.filter(([outcome, count]) => count > 0 && familyOf(outcome) === 'connection')
		.sort(([, a], [, b]) => b - a);
	const dash = (text: string): string => (seen ? text : '–');
	const success = summary.successRate === null ? undefined : summary.successRate * 100;
	const oldest =
		run.ending === undefined
			? now?.snapshot.gauges['generator.oldestWait']?.last
			: (summary.latency.waiting.longest ?? undefined);
	const timeouts: Line = [
		span('timeout ', 'muted'),
		span(dash(formatCount(failures.timeout)), failures.timeout > 0 ? 'bad' : 'muted'),
	];
	const waiting = run.ending === undefined ? inFlightNow(run) : snapshot.waiting.count;
	const lines: Line[] = [
		fitting(
			[
				...classes(snapshot),
				[span('ok ', 'muted'), span(right(formatPercent(success), 6), success === 100 ? 'good' : 'text')],
			],
			columns,
		),
		fitting(
			[
				timeouts,
				...(connection.length === 0
					? [[span('connection ', 'muted'), span(dash('0'), 'muted')]]
					: connection.map(([outcome, count]) => [outside(`${outcome} `, 'muted'), span(formatCount(count), 'bad')])),
			],
			columns,
		),
		fitting(
			[
				[span('in flight ', 'muted'), span(right(dash(formatCount(waiting)), 3))],
				[span('oldest wait ', 'muted'), span(right(formatLatencyAndUnit(oldest, latencyUnit), 8))],
				[span('ended ', 'muted'), span(dash(formatCount(ended)))],
			],
			columns,
		),
		...table(view, columns),
	];
	return lines.map((line) => clipLine(line, columns));
};

/** How operations end. */
export const status: Pane = {
	name: 'status',
	title: 'Status',
	about: 'how operations end: by class, by name; timeouts and connection errors; what is in flight',
	least: {columns: 30, rows: 3},
	wants: 10,
	rank: 4,
	scroll: {from: 'start', head: () => 1},
	draw,
	note: (view) => {
		const outcomes = outcomesOf(counted(view));
		if (view.filter !== '') {
			const matches = matcher(view.filter);
			return matchNote(outcomes.filter(([outcome]) => matches(outcome)).length, outcomes.length, view.filter);
		}

		return view.run.total === undefined && view.run.warmup !== undefined ? [span('warm-up: not counted', 'muted')] : [];
	},
};

import {familyOf} from '../../core/outcome.ts';
import {inFlightNow} from '../../core/run-state.ts';
import {emptySnapshot, type Snapshot} from '../../core/snapshot.ts';
import {failuresByFamily} from '../../core/summary.ts';
import {formatCount, formatPercent, formatValue} from '../../core/units.ts';
import {fitting, type Line, left, outside, right, span, within} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import type {Token} from '../theme.ts';

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

const draw: Pane['draw'] = (view, {columns, rows}) => {
	const {run, summary, now} = view;
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
				[span('oldest wait ', 'muted'), span(right(formatValue(oldest, 'ms'), 8))],
				[span('ended ', 'muted'), span(dash(formatCount(ended)))],
			],
			columns,
		),
	];
	const outcomes = Object.entries(snapshot.outcomes).sort(([, a], [, b]) => b - a);
	const room = rows - lines.length - 1;
	if (room < 1 || outcomes.length === 0) return within(lines, {columns, rows});

	const shown = outcomes.length > room ? outcomes.slice(0, room - 1) : outcomes;
	const nameColumns = Math.max(8, Math.min(24, columns - 22));
	lines.push([span(`${left('outcome', nameColumns)}${right('count', 12)}${right('share', 9)}`, 'muted')]);
	for (const [outcome, count] of shown) {
		const share = formatPercent((100 * count) / ended);
		const token = outcomeToken(snapshot, outcome);
		const name = outside(outcome, token);
		lines.push([
			{...name, text: left(name.text, nameColumns)},
			span(right(formatCount(count), 12)),
			span(right(share, 9), 'muted'),
		]);
	}

	if (shown.length < outcomes.length) {
		lines.push([span(`and ${outcomes.length - shown.length} more`, 'muted')]);
	}

	return within(lines, {columns, rows});
};

/** How operations end. */
export const status: Pane = {
	name: 'status',
	title: 'Status',
	about: 'how operations end: by class, by name; timeouts and connection errors; what is in flight',
	least: {columns: 30, rows: 3},
	wants: 10,
	rank: 4,
	draw,
	note: ({run}) => (run.total === undefined && run.warmup !== undefined ? [span('warm-up: not counted', 'muted')] : []),
};

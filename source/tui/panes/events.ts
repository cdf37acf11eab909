import {printable} from '../../core/printable.ts';
import type {Occurrence} from '../../core/run-state.ts';
import {formatClock} from '../../core/units.ts';
import {clipLine, type Line, left, span, wrap} from '../line.ts';
import type {Pane, Size, View} from '../pane.ts';
import type {Token} from '../theme.ts';
import {matcher, matchNote} from './filter.ts';

type Look = {readonly sign: string; readonly word: string; readonly token: Token};

const levels = {
	warning: {sign: '!', word: 'warning', token: 'warn'},
	error: {sign: '✗', word: 'error', token: 'bad'},
} as const satisfies Record<Exclude<Occurrence['level'], 'info'>, Look>;

const kinds = {
	phase: {sign: '▶', word: 'phase', token: 'accent'},
	mark: {sign: '┊', word: 'mark', token: 'accent'},
	steer: {sign: '±', word: 'steer', token: 'accent'},
	notice: {sign: '·', word: 'note', token: 'info'},
	ended: {sign: '■', word: 'end', token: 'good'},
	insight: {sign: '◆', word: 'insight', token: 'accent'},
	saved: {sign: '✓', word: 'saved', token: 'good'},
} as const satisfies Record<Occurrence['kind'], Look>;

const lookOf = ({kind, level}: Occurrence): Look => (level === 'info' ? kinds[kind] : levels[level]);

const wordColumns = 8;
const mostDoubtRows = 6;
/** More than any notice is long: it is there to be read. */
const mostNoticeRows = 100;

/** Rows that one event may take: in a low pane one must not push out the others. */
const mostRowsIn = (rows: number): number => Math.min(6, Math.max(2, Math.floor(rows / 4)));

const linesOf = (occurrence: Occurrence, clockColumns: number, columns: number, mostRows: number): Line[] => {
	const {sign, word, token} = lookOf(occurrence);
	const clock = `${left(formatClock(occurrence.at), clockColumns)} `;
	const spacious = columns >= 50;
	const head = `${sign} ${spacious ? left(word, wordColumns) : ''}`;
	const indent = clock.length + 2 + (spacious ? wordColumns : 0);
	// A narrow pane has no room for the level's word beside its mark, except where it matters.
	const text = printable(occurrence.text);
	const worded = spacious || occurrence.level === 'info' ? text : `${word}: ${text}`;
	return wrap(worded, Math.max(1, columns - indent), mostRows).map((part, row) =>
		row === 0
			? [span(clock, 'muted'), span(head, token), span(part, occurrence.level === 'info' ? 'text' : token)]
			: [span(' '.repeat(indent)), span(part, occurrence.level === 'info' ? 'text' : token)],
	);
};

/** Events that hold what is looked for. */
const found = ({run, filter}: View): readonly Occurrence[] => {
	if (filter === '') return run.occurrences;
	const matches = matcher(filter);
	return run.occurrences.filter((occurrence) =>
		matches(`${formatClock(occurrence.at)} ${lookOf(occurrence).word} ${occurrence.text}`),
	);
};

/** Why the figures are not to be trusted as they stand: what the header has no room for. */
const doubtLines = ({validity, filter}: View, {columns, rows}: Size): Line[] =>
	validity.reasons
		.filter(({message}) => matcher(filter)(message))
		.flatMap(({message}) =>
			wrap(printable(message), Math.max(1, columns - 2), mostDoubtRows).map(
				(part, row): Line => [span(row === 0 ? '! ' : '  ', 'warn'), span(part, 'warn')],
			),
		)
		// Half of the pane stays for what happened.
		.slice(0, Math.max(1, Math.floor(rows / 2)));

/** What is wrong with settings and the like, whole: nowhere else is there room for it. */
const noticeLines = ({notices, filter}: View, columns: number): Line[] =>
	notices
		.filter((text) => matcher(filter)(text))
		.flatMap((text) =>
			wrap(printable(text), Math.max(1, columns - 2), mostNoticeRows).map(
				(part, row): Line => [span(row === 0 ? '! ' : '  ', 'warn'), span(part)],
			),
		);

const draw: Pane['draw'] = (view, size, {zoomed}) => {
	const {columns, rows} = size;
	if (columns <= 0 || rows <= 0) return [];
	const occurrences = found(view);
	// In a run of more than an hour clocks are of two lengths.
	const clockColumns = Math.max(0, ...occurrences.map(({at}) => formatClock(at).length));
	const happened = occurrences.flatMap((occurrence) =>
		// What is to be done stands at its end: alone on the screen, an insight is told whole.
		linesOf(
			occurrence,
			clockColumns,
			columns,
			zoomed && occurrence.kind === 'insight' ? mostNoticeRows : mostRowsIn(rows),
		),
	);
	return [...noticeLines(view, columns), ...happened, ...doubtLines(view, size)].map((line) => clipLine(line, columns));
};

/** What happened, the newest last; times are those of the run's clock. */
export const events: Pane = {
	name: 'events',
	title: 'Events',
	about: 'faults of the settings; then phases, marks, notices and warnings, the newest last; insights at the end',
	least: {columns: 30, rows: 3},
	wants: 8,
	rank: 5,
	scroll: {from: 'end'},
	draw,
	note: (view) => matchNote(found(view).length, view.run.occurrences.length, view.filter),
};

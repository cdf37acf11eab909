import {printable} from '../../core/printable.ts';
import type {Occurrence} from '../../core/run-state.ts';
import {formatClock} from '../../core/units.ts';
import {type Line, left, span, within, wrap} from '../line.ts';
import type {Pane, View} from '../pane.ts';
import type {Token} from '../theme.ts';

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
	saved: {sign: '✓', word: 'saved', token: 'good'},
} as const satisfies Record<Occurrence['kind'], Look>;

const lookOf = ({kind, level}: Occurrence): Look => (level === 'info' ? kinds[kind] : levels[level]);

const wordColumns = 8;
const mostRows = 3;
const mostDoubtRows = 6;

const linesOf = (occurrence: Occurrence, columns: number): Line[] => {
	const {sign, word, token} = lookOf(occurrence);
	const clock = `${formatClock(occurrence.at)} `;
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

/** Why the figures are not to be trusted as they stand: what the header has no room for. */
const doubtLines = ({validity}: View, columns: number): Line[] =>
	validity.reasons.flatMap(({message}) =>
		wrap(printable(message), Math.max(1, columns - 2), mostDoubtRows).map((part, row) => [
			span(row === 0 ? '! ' : '  ', 'warn'),
			span(part, 'warn'),
		]),
	);

const draw: Pane['draw'] = (view, {columns, rows}) => {
	const {run} = view;
	// Half of the pane stays for what happened.
	const lines: Line[] = doubtLines(view, columns).slice(0, Math.max(1, Math.floor(rows / 2)));
	for (let index = run.occurrences.length - 1; index >= 0 && lines.length < rows; index--) {
		const drawn = linesOf(run.occurrences[index]!, columns);
		// What does not fit whole at the top is cut at its end, so that its beginning can be read.
		lines.unshift(...drawn.slice(0, rows - lines.length));
	}

	return within(lines, {columns, rows});
};

/** What happened, the newest last; times are those of the run's clock. */
export const events: Pane = {
	name: 'events',
	title: 'Events',
	about: 'phases, marks, notices and warnings by the clock of the run, the newest last',
	least: {columns: 30, rows: 3},
	wants: 8,
	rank: 5,
	draw,
};

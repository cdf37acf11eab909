import {type Binding, type KeyLine, keyName, type When} from './keys.ts';
import {type Line, left, lineWidth, span, within} from './line.ts';
import type {Pane, Size} from './pane.ts';

const keysText = (keys: readonly string[]): string =>
	keys.length > 4
		? `${keyName(keys[0] ?? '')}–${keyName(keys.at(-1) ?? '')}`
		: keys.map((key) => keyName(key)).join(' ');

const nameColumns = 13;

/** The bindings of one action as one: its keys together. */
const joined = <Each extends KeyLine<string, unknown>>(bindings: readonly Each[]): readonly Each[] => {
	const byAction = Map.groupBy(bindings, ({action, when}) => `${action} ${String(when)}`);
	return Array.from(byAction.values(), (same) => ({...same[0]!, keys: same.flatMap(({keys}) => keys)}));
};

/** What keys do, a line each. */
export const keyHelp = (bindings: ReadonlyArray<KeyLine<string, unknown>>): Line[] =>
	joined(bindings).map(({keys, about}): Line => [span(left(keysText(keys), nameColumns), 'footerKey'), span(about)]);

const keyLines = (bindings: readonly Binding[], replay: boolean): Line[] => {
	const others: readonly When[] = replay ? ['question', 'live', 'running'] : ['question', 'replay'];
	return keyHelp(
		bindings
			.filter(({when}) => !others.includes(when))
			.map((binding) => ({
				...binding,
				about: binding.about + (binding.when === 'over' && !replay ? ' (when the run is over)' : ''),
			})),
	);
};

type Numbered = ReadonlyArray<readonly [number: string, pane: Pane]>;

const paneLines = (panes: Numbered): Line[] =>
	panes.map(
		([number, {title, about}]): Line => [
			span(left(number, nameColumns), 'footerKey'),
			span(`${title}: `, 'title'),
			span(about, 'muted'),
		],
	);

const signLines: readonly Line[] = [
	[span(left('?', nameColumns), 'unsure'), span('beside a figure: too few operations to rely on it, or')],
	[span(' '.repeat(nameColumns)), span('too few that do not hang together over seconds,')],
	[span(' '.repeat(nameColumns)), span('or a change that one run a side cannot judge')],
];

const gap = 3;

/** Two columns of lines, side by side. */
const beside = (lines: readonly Line[]): Line[] => {
	const half = Math.ceil(lines.length / 2);
	const wide = Math.max(...lines.slice(0, half).map(lineWidth));
	return lines.slice(0, half).map((line, row) => {
		const second = lines[half + row];
		return second === undefined ? line : [...line, span(' '.repeat(wide - lineWidth(line) + gap)), ...second];
	});
};

/**
 * Lines on keys, then other parts, with gaps between the parts where there is room, and the keys in two columns where
 * the screen is broad. May be longer than the screen.
 */
export const helpOf = (keys: readonly Line[], others: ReadonlyArray<readonly Line[]>, size: Size): readonly Line[] => {
	const two = beside(keys);
	const fits = Math.max(...two.map(lineWidth)) <= size.columns;
	const parts = [fits ? two : keys, ...others];
	const spacious = parts.flatMap((part, index) => (index === 0 ? part : [[], ...part]));
	const lines = spacious.length <= size.rows ? spacious : parts.flat();
	return within(lines, {columns: size.columns, rows: lines.length});
};

/** Everything that keys do and panes show. May be longer than the screen. */
export const helpLines = (
	bindings: readonly Binding[],
	replay: boolean,
	panes: Numbered,
	size: Size,
): readonly Line[] => helpOf(keyLines(bindings, replay), [paneLines(panes), signLines], size);

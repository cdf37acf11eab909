import {bindings, keyName} from './keys.ts';
import {type Line, left, span, within} from './line.ts';
import type {Pane, Size} from './pane.ts';

const keysText = (keys: readonly string[]): string =>
	keys.length > 3
		? `${keyName(keys[0] ?? '')}–${keyName(keys.at(-1) ?? '')}`
		: keys.map((key) => keyName(key)).join(' ');

const nameColumns = 11;

const keyLines = (): Line[] =>
	bindings
		.filter(({when}) => when !== 'question')
		.map(({keys, about, when}): Line => {
			const note = when === 'over' ? ' (when the run is over)' : '';
			return [span(left(keysText(keys), nameColumns), 'footerKey'), span(about + note)];
		});

const paneLines = (panes: readonly Pane[]): Line[] =>
	panes.map(
		({title, about}, index): Line => [
			span(left(String(index + 1), nameColumns), 'footerKey'),
			span(`${title}: `, 'title'),
			span(about, 'muted'),
		],
	);

const signLines: readonly Line[] = [
	[span(left('?', nameColumns), 'unsure'), span('beside a figure: too few operations to rely on it,')],
	[span(' '.repeat(nameColumns)), span('or a change that one run a side cannot judge')],
];

/** Everything that keys do and panes show; gaps between the parts where there is room for them. */
export const helpLines = (panes: readonly Pane[], size: Size): readonly Line[] => {
	const parts = [keyLines(), paneLines(panes), signLines];
	const spacious = parts.flatMap((part, index) => (index === 0 ? part : [[], ...part]));
	return within(spacious.length <= size.rows ? spacious : parts.flat(), size);
};

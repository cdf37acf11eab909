import {suiteProgress} from '../core/suite-progress.ts';
import {applies, type Binding, keyName} from './keys.ts';
import {clip, fitting, type Line, outside, span, widthOf} from './line.ts';
import {contextOf, isOver, type Overlay, runIsOver, type ViewState} from './view-state.ts';

const question = ({bindings, more}: ViewState, columns: number): Line => {
	const choices = bindings
		.filter(({when}) => when === 'question')
		.map(
			({keys, brief}): Line => [
				span(brief ?? '', 'text'),
				span(' ('),
				span(keyName(keys[0] ?? ''), 'footerKey'),
				span(')'),
			],
		);
	const what = more ? 'suite' : 'run';
	return fitting([[span(` The ${what} is not over:`, 'warn')], ...choices], columns - 1, 3);
};

const signs = {command: ':', filter: '/'} as const;

/** A line that is being typed behind a sign, its end always in sight. */
export const typedLine = (sign: string, text: string, columns: number): Line => {
	const room = Math.max(1, columns - 3 - widthOf(sign));
	let shown = outside(text).text;
	while (widthOf(shown) > room) shown = [...shown].slice(1).join('');
	return [span(` ${sign}`, 'footerKey'), span(shown), span(' ', 'selection')];
};

/** The prompt of the board. */
export const promptLine = ({purpose, text}: Extract<Overlay, {readonly kind: 'prompt'}>, columns: number): Line =>
	typedLine(signs[purpose], text, columns);

/** A key and what it does, as the bottom row tells it. */
export const keyPiece = (key: string, brief: string): Line => [
	span(keyName(key), 'footerKey'),
	span(` ${brief}`, 'footerText'),
];

const briefOf = (state: ViewState, {action, brief}: Binding): string | undefined => {
	if (action === 'freeze' && state.frozen) return 'go on';
	if (action === 'play' && state.playback?.playing === false) return 'go on';
	return brief;
};

/** The bottom row: the keys that mean something now, or what is being asked, told or waited for. */
export const footerLine = (state: ViewState, columns: number): Line => {
	if (state.overlay?.kind === 'question') return question(state, columns);
	if (state.overlay?.kind === 'prompt') return promptLine(state.overlay, columns);
	const context = contextOf(state);
	const keys = state.bindings
		.filter((binding) => binding.brief !== undefined && binding.when !== 'question' && applies(binding, context))
		.map((binding): Line => keyPiece(binding.keys[0] ?? '', briefOf(state, binding) ?? ''));
	const going: Line[] =
		state.going === undefined || isOver(state)
			? []
			: [[span(state.going === 'interrupted' ? 'stopping; Ctrl+C again aborts' : 'stopping and saving', 'warn')]];
	const awaited: Line[] =
		!state.more || state.going !== undefined || !runIsOver(state)
			? []
			: [[span('waiting for the next: ', 'muted'), outside(suiteProgress(state.latest)?.next ?? 'run', 'accent')]];
	const told: Line[] =
		state.message === undefined ? [] : [[span(clip(outside(state.message).text, columns - 2), 'accent')]];
	return [span(' '), ...fitting([...going, ...awaited, ...told, ...keys], columns - 1)];
};

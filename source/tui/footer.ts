import {applies, bindings, keyName} from './keys.ts';
import {fitting, type Line, span} from './line.ts';
import {isOver, type ViewState} from './state.ts';

const question = (columns: number): Line => {
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
	const asked = fitting([[span(' The run is not over:', 'warn')], ...choices], columns - 1, 3);
	return asked;
};

/** The bottom row: the keys that mean something now, or what is being asked or waited for. */
export const footerLine = (state: ViewState, columns: number): Line => {
	if (state.overlay === 'question') return question(columns);
	const keys = bindings
		.filter((binding) => binding.brief !== undefined && applies(binding, {question: false, over: isOver(state)}))
		.map(
			({keys: [key], brief}): Line => [
				span(keyName(key ?? ''), 'footerKey'),
				span(` ${key === 'space' && state.frozen ? 'go on' : brief}`, 'footerText'),
			],
		);
	const going: Line[] =
		state.going === undefined || isOver(state)
			? []
			: [[span(state.going === 'interrupted' ? 'stopping; Ctrl+C again aborts' : 'stopping and saving', 'warn')]];
	return [span(' '), ...fitting([...going, ...keys], columns - 1)];
};

import {edited} from './edit-line.ts';
import {completions, meantBy, runCommand} from './palette.ts';
import {type Overlay, type Step, screenshotFormats, stay, type ViewState} from './view-state.ts';

type Prompt = Extract<Overlay, {readonly kind: 'prompt'}>;
type Choice = Extract<Overlay, {readonly kind: 'choice'}>;

const typed = (state: ViewState, prompt: Prompt, text: string): Step => {
	const overlay = {...prompt, text: text, chosen: 0};
	// A filter works while it is typed.
	return stay({...state, overlay, ...(prompt.purpose === 'filter' ? {filter: overlay.text} : {})});
};

/** The completions of what is typed; a filter has none. */
export const completionsOf = (state: ViewState, prompt: Prompt) =>
	prompt.purpose === 'command' ? completions(state, prompt.text) : [];

const moved = (chosen: number, by: number, count: number): number =>
	count === 0 ? 0 : Math.min(count - 1, Math.max(0, chosen + by));

const onPrompt = (state: ViewState, prompt: Prompt, key: string): Step => {
	const found = completionsOf(state, prompt);
	switch (key) {
		case 'escape':
			return stay({...state, overlay: undefined, ...(prompt.purpose === 'filter' ? {filter: ''} : {})});
		case 'enter': {
			if (prompt.purpose === 'filter') return stay({...state, overlay: undefined, filter: prompt.text});
			const meant = meantBy(state, prompt.text, prompt.chosen);
			return meant.endsWith(' ') && meant.trim() !== prompt.text.trim()
				? typed(state, prompt, meant)
				: runCommand(state, meant);
		}
		case 'tab': {
			const completed = found[prompt.chosen]?.name;
			return completed === undefined ? stay(state) : typed(state, prompt, completed);
		}
		case 'down':
			return stay({...state, overlay: {...prompt, chosen: moved(prompt.chosen, 1, found.length)}});
		case 'up':
			return stay({...state, overlay: {...prompt, chosen: moved(prompt.chosen, -1, found.length)}});
		default: {
			// Deleting what is not there leaves the line, as it does in vi.
			if (key === 'backspace' && prompt.text === '') return stay({...state, overlay: undefined});
			const text = edited(prompt.text, key);
			return text === undefined ? stay(state) : typed(state, prompt, text);
		}
	}
};

const choose = (state: ViewState, choice: Choice): Step => {
	const closed: ViewState = {...state, overlay: undefined};
	const item = choice.items[choice.chosen];
	if (item === undefined) return stay(closed);
	switch (choice.purpose) {
		case 'export':
			return {state: closed, effects: [{kind: 'export', format: item.name}]};
		case 'screenshot': {
			const format = screenshotFormats.find(({name}) => name === item.name)?.name;
			return format === undefined ? stay(closed) : {state: closed, effects: [{kind: 'screenshot', format}]};
		}
		case 'baseline':
			// The first item is "none".
			return stay({...closed, baseline: state.baselines[choice.chosen - 1] ?? null});
	}
};

const onChoice = (state: ViewState, choice: Choice, key: string): Step => {
	const count = choice.items.length;
	switch (key) {
		case 'escape':
		case 'q':
			return stay({...state, overlay: undefined});
		case 'enter':
		case 'space':
			return choose(state, choice);
		case 'up':
		case 'k':
		case 'shift+tab':
			return stay({...state, overlay: {...choice, chosen: moved(choice.chosen, -1, count)}});
		case 'down':
		case 'j':
		case 'tab':
			return stay({...state, overlay: {...choice, chosen: moved(choice.chosen, 1, count)}});
		default: {
			const index = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
			return index in choice.items ? choose(state, {...choice, chosen: index}) : stay(state);
		}
	}
};

const scrollKeys: Readonly<Record<string, number>> = {up: -1, k: -1, down: 1, j: 1, pageup: -10, pagedown: 10};

/** A key while something lies over the board; `undefined` when it is not for that. */
export const overlayKey = (state: ViewState, key: string): Step | undefined => {
	const {overlay} = state;
	switch (overlay?.kind) {
		case 'prompt':
			return /^ctrl\+[clz]$/.test(key) ? undefined : onPrompt(state, overlay, key);
		case 'choice':
			return /^ctrl\+[clz]$/.test(key) ? undefined : onChoice(state, overlay, key);
		case 'help': {
			const by = scrollKeys[key];
			if (by !== undefined) return stay({...state, overlay: {...overlay, scroll: Math.max(0, overlay.scroll + by)}});
			return key === 'q' ? stay({...state, overlay: undefined}) : undefined;
		}
		case 'question':
		case undefined:
			return undefined;
	}
};

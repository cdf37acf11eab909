import type {RunState} from '../../source/core/run-state.ts';
import {builtInThemes, findTheme} from '../../source/core/theme.ts';
import {type Frame, frame} from '../../source/tui/frame.ts';
import {createPaint} from '../../source/tui/paint.ts';
import {panes} from '../../source/tui/panes/index.ts';
import {panesFor} from '../../source/tui/presets.ts';
import {screenshotOf} from '../../source/tui/screenshot.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import type {ViewState} from '../../source/tui/view-state.ts';
import {openBoard} from '../helpers/board.ts';
import {fakeRun, fakeState} from '../helpers/fake-source.ts';

/** A screen that the README shows: of a made-up run, so that it comes out the same everywhere. */
type Picture = {
	readonly name: string;
	readonly about: string;
	readonly columns: number;
	readonly rows: number;
	readonly theme: string;
	readonly run?: RunState;
	readonly view?: Partial<ViewState>;
	readonly layout?: string;
	readonly charset?: ViewState['choices']['charset'];
};

const running = fakeState({...fakeRun, duration: 117_000}, 84_000);

/** The README's gallery. To add a picture: a line here, then `npm run gallery`. */
export const pictures: readonly Picture[] = [
	{name: 'board', about: 'The board at 120×40', columns: 120, rows: 40, theme: 'dark'},
	{name: 'small', about: 'At 80×24, on a light terminal', columns: 80, rows: 24, theme: 'light'},
];

const drawn = ({columns, rows, theme, run = running, view = {}, layout, charset}: Picture): Frame => {
	const opened = openBoard({panes: panesFor(run, panes).map(({name}) => name)});
	const state: ViewState = {
		...opened,
		latest: run,
		shown: run,
		choices: {...opened.choices, theme, ...(layout && {layout}), ...(charset && {charset})},
		...view,
	};
	const look = {
		...defaultLook,
		charset: state.choices.charset,
		cursor: state.cursor,
		filter: state.filter,
		cost: {cpuPercent: 0.9, bytesPerSecond: 4100},
	};
	return frame(state, viewOf(run, look), {columns, rows}, panes);
};

/** A picture as SVG, by the code that takes a user's screenshots. */
export const svgOf = (picture: Picture): string => {
	const theme = findTheme(builtInThemes, picture.theme)!;
	return screenshotOf(drawn(picture).canvas, theme, createPaint(theme, 'truecolor'), 'svg');
};

import type {Theme} from '../core/theme.ts';
import type {Canvas} from './canvas.ts';
import {type Choices, differences, neighbour} from './choices.ts';
import type {FirstLook} from './opening.ts';
import {createPaint} from './paint.ts';
import type {Cost, Size} from './pane.ts';
import {screenshotOf} from './screenshot.ts';
import type {Display, KeySource} from './streams.ts';
import type {Taken} from './take.ts';
import {openTerminal, type TerminalEvents} from './terminal.tsx';
import type {ScreenshotFormat} from './view-state.ts';

/** What screens are drawn on, one after the other: the terminal, and the choices that outlive a screen. */
export type Surface = {
	readonly stdin: KeySource;
	readonly stdout: Display;
	readonly themes: readonly Theme[];
	readonly size: () => Size;
	readonly choices: () => Choices;
	/** What the user chose by keys since the surface was opened. */
	readonly chosen: () => Partial<Choices>;
	/** The theme that suits what the terminal says of its background; undefined where that decides nothing. */
	readonly suggestion: Promise<string | undefined>;
	/** Takes over what the user chose: the next frame looks so. */
	readonly choose: (choices: Choices) => void;
	readonly show: (canvas: Canvas) => void;
	/** What drawing took of the machine in the last second or so; undefined before that is known. */
	readonly cost: () => Cost | undefined;
	/** A screen as a file's text. */
	readonly screenshot: (canvas: Canvas, format: ScreenshotFormat) => string;
	/** Puts a text on the clipboard of the terminal (OSC 52). */
	readonly copy: (text: string) => void;
	readonly redraw: () => void;
	readonly suspend: () => Promise<void>;
	/** Who is told of keys, mouse and size from now on. */
	readonly listen: (events: TerminalEvents) => void;
	/** Gives the terminal back as it was. */
	readonly close: () => Promise<void>;
};

export type SurfaceOptions = FirstLook & {
	readonly stdin: KeySource;
	readonly stdout: Display;
	readonly taken: Taken;
	/** Whether tmux stands between this program and the terminal. */
	readonly throughTmux: boolean;
};

const costSpan = 1000;

/** Measures this process: its CPU time and what it wrote, over at least a second. */
const createMeter = (bytesWritten: () => number): (() => Cost | undefined) => {
	let [at, cpu, bytes] = [performance.now(), process.cpuUsage(), bytesWritten()];
	let first = true;
	let cost: Cost | undefined;
	return () => {
		const now = performance.now();
		if (now - at < costSpan) return cost;
		const {user, system} = process.cpuUsage(cpu);
		const written = bytesWritten();
		// The first second is that of starting, which says nothing of the others.
		if (!first) {
			cost = {
				cpuPercent: (user + system) / 10 / (now - at),
				bytesPerSecond: ((written - bytes) * 1000) / (now - at),
			};
		}

		first = false;
		[at, cpu, bytes] = [now, process.cpuUsage(), written];
		return cost;
	};
};

/** Draws on a terminal that was taken over, and gives it back. */
export const openSurface = ({
	stdin,
	stdout,
	taken,
	themes,
	depth,
	choices: opened,
	suited,
	throughTmux,
}: SurfaceOptions): Surface => {
	let first = opened;
	const themeOf = ({theme}: Choices): Theme =>
		themes.find(({name}) => name === theme) ?? neighbour(themes, themes[0]!, 0);
	let choices = first;
	let theme = themeOf(first);
	let paint = createPaint(theme, depth);
	const terminal = openTerminal(
		stdin,
		stdout,
		suited === undefined ? {taken} : {taken, ask: throughTmux ? 'through tmux' : 'directly'},
	);
	if (first.mouse) terminal.setMouse(true);
	return {
		stdin,
		stdout,
		themes,
		size: terminal.size,
		choices: () => choices,
		chosen: () => differences(first, choices),
		suggestion: terminal.appearance.then((appearance) => {
			// Whoever has chosen a theme by then knows better.
			if (appearance === undefined || suited === undefined || choices.theme !== first.theme) return undefined;
			first = {...first, theme: suited[appearance]};
			return first.theme;
		}),
		choose: (next) => {
			if (next.mouse !== choices.mouse) terminal.setMouse(next.mouse);
			if (next.theme !== choices.theme) {
				theme = themeOf(next);
				paint = createPaint(theme, depth);
			}

			choices = next;
		},
		show: (canvas) => terminal.show(canvas, paint),
		cost: createMeter(terminal.bytesWritten),
		screenshot: (canvas, format) => screenshotOf(canvas, theme, paint, format),
		copy: (text) => terminal.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`),
		redraw: terminal.redraw,
		suspend: terminal.suspend,
		listen: terminal.listen,
		close: terminal.close,
	};
};

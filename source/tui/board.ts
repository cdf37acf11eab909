import {setImmediate as nextTurn} from 'node:timers/promises';
import type {RunSource} from '../core/event.ts';
import {resultOf} from '../core/result.ts';
import {emptyRunState, hasBegun, type RunState, reduceRun} from '../core/run-state.ts';
import {leftOutAfter} from '../stats/rounds.ts';
import type {Canvas} from './canvas.ts';
import type {Choices} from './choices.ts';
import {defaultLook} from './default-look.ts';
import {type Arrangement, type Frame, frame} from './frame.ts';
import type {Binding} from './keys.ts';
import {borderColumns} from './layout.ts';
import type {Outside} from './outside.ts';
import type {Pane} from './pane.ts';
import {panesFor} from './presets.ts';
import {type Input, reduceView} from './state.ts';
import {hasKeys} from './streams.ts';
import type {Surface} from './surface.ts';
import {createTape} from './tape.ts';
import {viewOf} from './view.ts';
import {type Effect, openView, outcomeOf} from './view-state.ts';
import {type Interruption, watchInterruptions} from './watch.ts';

/** How the viewer was left, and all that was known of the run by then. */
export type Leaving = {
	/**
	 * done: the run was over. stopped: the user had it stopped. detached: the user left it running, or a replay before its
	 * end. interrupted: the run was, by Ctrl+C or a signal, and has ended. aborted: by a second Ctrl+C. gone: the terminal went
	 * away and the run goes on.
	 */
	readonly how: 'done' | 'stopped' | 'detached' | 'interrupted' | 'aborted' | 'gone';
	readonly signal?: 'SIGINT' | 'SIGTERM';
	/** By Ctrl+C: whoever presses it wants out of benchtop, not back to where the run was chosen. */
	readonly out?: true;
	readonly state: RunState;
	/** What the user chose by keys meanwhile. */
	readonly chosen: Partial<Choices>;
};

export type BoardOptions = {
	readonly panes: readonly Pane[];
	readonly bindings: readonly Binding[];
	readonly arrangement: Arrangement;
	/** Milliseconds between two frames while data arrives. */
	readonly refresh: number;
	readonly outside?: Outside;
	/** What the user is to be told at the beginning, such as faults of the settings. */
	readonly notices: readonly string[];
};

/** Begins to follow a run when its turn comes. */
export type Turn = () => RunSource & {readonly close?: () => void};

/** How long a run that was told to stop by a signal may take. */
const stopPatience = 5000;
/** How long what follows the end of a run (its being saved) may take once the user wants to go. */
const endPatience = 2000;
/** Folding goes on at most so long before keys and frames get their turn. */
const longestFold = 8;

/** What stands in a pane, as text without its border. */
const textIn = ({canvas, places}: Frame, name: string): string | undefined => {
	const place = places.find((each) => each.name === name);
	if (place === undefined) return undefined;
	const {x, y, columns, rows} = place.rectangle;
	const margin = borderColumns / 2;
	const lines = Array.from({length: Math.max(0, rows - 2)}, (_, row) => {
		const start = (y + 1 + row) * canvas.columns + x;
		return canvas.characters
			.slice(start + margin, start + columns - margin)
			.join('')
			.trimEnd();
	});
	return `${lines.join('\n').trimEnd()}\n`;
};

const placeAt = (drawn: Frame | undefined, x: number, y: number): string | undefined =>
	drawn?.places.find(
		({rectangle}) =>
			x >= rectangle.x && x < rectangle.x + rectangle.columns && y >= rectangle.y && y < rectangle.y + rectangle.rows,
	)?.name;

/** How many turns are passed over after a run whose events have come to an end; `undefined` where none is waited for. */
const passedOver = (run: RunState): number | undefined =>
	!hasBegun(run) || run.ending === undefined ? undefined : leftOutAfter(resultOf(run), run.began.before);

/** Shows a run on a surface until it is left. */
export const showBoard = async (surface: Surface, source: RunSource, options: BoardOptions): Promise<Leaving> => {
	const {events, live, speed, send} = source;
	// Whoever opened it also closes it.
	const [leaving] = await showBoards(
		surface,
		[() => ({events, live, send, ...(speed === undefined ? {} : {speed})})],
		options,
	);
	return leaving;
};

/**
 * Shows runs on one board, one after the other: the next takes it when its first event comes, and until then the one
 * before stays. The last one stays until it is left. Returns how each was left that was begun to be followed.
 */
export const showBoards = async (
	surface: Surface,
	turns: readonly [Turn, ...Turn[]],
	options: BoardOptions,
): Promise<readonly [Leaving, ...Leaving[]]> => {
	const {stdin, stdout} = surface;
	const {panes, outside, arrangement, notices} = options;
	const passed: Leaving[] = [];
	const later = turns.slice(1);
	let source = turns[0]();
	let state = openView({
		panes: panesFor(emptyRunState, panes).map(({name}) => name),
		live: source.live,
		choices: surface.choices(),
		themes: surface.themes.map(({name}) => name),
		bindings: options.bindings,
		...(source.speed === undefined ? {} : {speed: source.speed}),
		more: later.length > 0,
		notices,
	});
	const tape = source.speed === undefined ? undefined : createTape();
	let run = emptyRunState;
	let folded = run;
	let last: Frame | undefined;
	let drawn = false;
	let left = false;
	let signal: 'SIGINT' | 'SIGTERM' | undefined;
	let tickedAt = performance.now();
	let catchingUp = false;
	/** Whether the run whose turn it is has not told anything yet: what is shown is the one before. */
	let awaited = false;
	const timers = new Set<NodeJS.Timeout>();
	const leaving = Promise.withResolvers<readonly [Leaving, ...Leaving[]]>();

	const leave = (how: Leaving['how'], out?: true): void => {
		left = true;
		const by = how === 'interrupted' || how === 'aborted' ? (signal ?? 'SIGINT') : undefined;
		// Of a replay that was seen to its end, the report is of all of it.
		const reported = how === 'done' || how === 'stopped';
		const known = tape !== undefined && reported ? tape.at(state.playback?.at ?? 0) : run;
		const last: Leaving = {
			how,
			...(by === undefined ? {} : {signal: by}),
			...(out && {out}),
			state: awaited ? emptyRunState : known,
			chosen: surface.chosen(),
		};
		const [first, ...rest] = [...passed, last];
		leaving.resolve([first ?? last, ...rest]);
	};
	const leaveAfter = (milliseconds: number, how: Leaving['how']): void => {
		timers.add(setTimeout(() => leave(how), milliseconds));
	};

	let cost: ReturnType<Surface['cost']>;
	const view = () => {
		// In a view that is frozen nothing may change, not even what it costs.
		if (!state.frozen) cost = surface.cost();
		return viewOf(state.shown, {
			charset: state.choices.charset,
			window: state.window ?? defaultLook.window,
			whole: state.window === undefined,
			cursor: state.cursor,
			latencyUnit: state.choices.units,
			overlaid: state.overlaid,
			filter: state.filter,
			notices,
			cost,
		});
	};

	const lay = (): Frame => frame(state, view(), surface.size(), panes, arrangement);

	const draw = (): void => {
		drawn = true;
		if (left) return;
		try {
			last = lay();
			const {focus} = state;
			state = reduceView(state, {kind: 'drawn', mostScroll: last.mostScroll, panes: last.offered}).state;
			// The panes of a run are known by what is drawn; the first of them has the focus.
			if (state.focus !== focus) last = lay();
			surface.show(last.canvas);
		} catch (error) {
			left = true;
			leaving.reject(error);
		}
	};

	/** Tells what came of something that takes its time. */
	const report = (work: Promise<string>): void => {
		const told = (words: string): void => takeNow({kind: 'told', message: words});
		work.then(told, (error: unknown) => told(error instanceof Error ? error.message : String(error)));
	};

	const lookUpBaselines = async (): Promise<string> => {
		if (outside === undefined) return 'there is no history here';
		takeNow({kind: 'baselines', baselines: await outside.baselines(run)});
		return state.message ?? '';
	};

	const saveScreen = async (canvas: Canvas, format: 'svg' | 'txt' | 'ansi'): Promise<string> => {
		if (outside === undefined) return 'no file can be written here';
		return `wrote ${await outside.saveFile('benchtop', `.${format}`, surface.screenshot(canvas, format))}`;
	};

	/** Only of a run that is over: before that, no document could tell how it ended or whether its counts reconcile. */
	const exportRun = async (format: string): Promise<string> => {
		if (outside === undefined) return 'no file can be written here';
		if (run.ending === undefined && !state.over) return 'the run is not over: its report can be written when it is';
		return `wrote ${await outside.exportRun(format, run)}`;
	};

	const copy = (): string => {
		const text = last === undefined ? undefined : textIn(last, state.focus);
		if (text === undefined) return 'there is no pane to copy';
		surface.copy(text);
		return `copied ${text.split('\n').length - 1} lines to the clipboard of this terminal (OSC 52)`;
	};

	const apply = (effect: Effect): void => {
		switch (effect.kind) {
			case 'send':
				source.send(effect.command);
				return;
			case 'leave':
				leave(effect.how, effect.out);
				return;
			case 'redraw':
				surface.redraw();
				return;
			case 'suspend':
				surface.suspend().then(() => takeNow({kind: 'key', key: 'ctrl+l'}), leaving.reject);
				return;
			case 'copy':
				report(Promise.resolve(copy()));
				return;
			case 'screenshot':
				if (last !== undefined) {
					// Without what lies over the board.
					const plain = frame(
						{...state, overlay: undefined, message: undefined},
						view(),
						surface.size(),
						panes,
						arrangement,
					);
					report(saveScreen(plain.canvas, effect.format));
				}

				return;
			case 'export':
				report(exportRun(effect.format));
				return;
			case 'baselines':
				report(lookUpBaselines());
		}
	};

	const take = (input: Input): void => {
		const before = state;
		const step = reduceView(state, input);
		state = step.state;
		if (state.choices !== before.choices) surface.choose(state.choices);
		for (const effect of step.effects) apply(effect);
		if (state.going !== undefined && before.latest.ending === undefined && state.latest.ending !== undefined) {
			leaveAfter(endPatience, state.going);
		}

		if (state !== before || step.effects.length > 0) drawn = false;
		if (state.baseline !== before.baseline) take({kind: 'run', run});
	};

	/** Lets the time of a replay go by. What a leap takes long to fold comes in turns with keys and frames. */
	const advance = (): void => {
		const now = performance.now();
		const elapsed = now - tickedAt;
		tickedAt = now;
		if (tape === undefined) return;
		state = reduceView(state, {kind: 'time', elapsed, end: tape.end()}).state;
		const moment = state.playback?.at ?? 0;
		run = tape.at(moment, () => performance.now() - now > longestFold);
		if (tape.reached(moment) || catchingUp) return;
		catchingUp = true;
		setImmediate(() => {
			catchingUp = false;
			if (!left) update();
		});
	};

	const update = (): void => {
		advance();
		if (folded === run) return;
		folded = run;
		take({kind: 'run', run});
	};

	/** Frames that keys and signals ask for come at once, but one for all that came in one read. */
	const takeNow = (input: Input): void => {
		if (left) return;
		update();
		take(input);
		// Where a key moved a replay to.
		update();
		queueMicrotask(() => {
			if (!drawn) draw();
		});
	};

	const interrupted = (interruption: Interruption): void => {
		if (interruption === 'gone') {
			leave('gone');
		} else if (interruption === 'SIGINT') {
			takeNow({kind: 'key', key: 'ctrl+c'});
		} else {
			signal = 'SIGTERM';
			leaveAfter(stopPatience, 'interrupted');
			takeNow({kind: 'terminate'});
		}
	};

	/** Folds the events of the run whose turn it is. */
	const foldOne = async (): Promise<void> => {
		let since = performance.now();
		for await (const event of source.events) {
			if (left) return;
			if (tape !== undefined) {
				tape.add(event);
			} else if (awaited) {
				awaited = false;
				run = reduceRun(emptyRunState, event);
				take({kind: 'opened', more: later.length > 0});
				update();
			} else {
				run = reduceRun(run, event);
			}

			if (performance.now() - since < longestFold) continue;
			await nextTurn();
			since = performance.now();
		}
	};

	const fold = async (): Promise<void> => {
		await foldOne();
		for (;;) {
			const over = left || state.going !== undefined ? undefined : passedOver(run);
			const next = over === undefined ? undefined : later.splice(0, over + 1).at(over);
			if (next === undefined) break;
			update();
			passed.push({how: outcomeOf(run), state: run, chosen: {}});
			source.close?.();
			source = next();
			awaited = true;
			await foldOne();
		}

		// A replay that nobody can leave by a key is over when it has been shown.
		if (tape !== undefined && !hasKeys(stdin)) await replayed();
		takeNow({kind: 'over'});
		if (!hasKeys(stdin)) leave(state.going ?? outcomeOf(run));
	};

	const replayed = (): Promise<void> =>
		new Promise((resolve) => {
			const timer = setInterval(() => {
				const end = tape?.end() ?? 0;
				if (((state.playback?.at ?? 0) < end || tape?.reached(end) === false) && !left) return;
				clearInterval(timer);
				resolve();
			}, options.refresh);
			timers.add(timer);
		});

	const unwatch = watchInterruptions(stdin, stdout, interrupted);
	surface.listen({
		onKey: (key) => takeNow({kind: 'key', key}),
		onText: (text) => takeNow({kind: 'text', text}),
		onMouse: ({kind, x, y}) => {
			const pane = placeAt(last, x, y);
			takeNow(kind === 'press' ? {kind: 'click', pane} : {kind: 'wheel', pane, up: kind === 'wheel-up'});
		},
		onResize: draw,
		onFailure: leaving.reject,
	});
	try {
		draw();
		timers.add(
			setInterval(() => {
				update();
				if (!drawn) draw();
			}, options.refresh),
		);
		fold().catch(leaving.reject);
		surface.suggestion.then((theme) => theme === undefined || takeNow({kind: 'suggested', theme}), leaving.reject);
		// After the first frame, which does not need them.
		outside?.exports().then((exports) => take({kind: 'exports', exports}), leaving.reject);
		return await leaving.promise;
	} finally {
		left = true;
		source.close?.();
		for (const timer of timers) clearTimeout(timer);
		unwatch();
	}
};

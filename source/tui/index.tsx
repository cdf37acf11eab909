import {setImmediate as nextTurn} from 'node:timers/promises';
import type {RunSource} from '../core/event.ts';
import {emptyRunState, type RunState, reduceRun} from '../core/run-state.ts';
import {chooseCharset} from './charset.ts';
import {frame} from './frame.ts';
import {chooseDepth, createPaint} from './paint.ts';
import type {Pane} from './pane.ts';
import {panes as allPanes} from './panes/index.ts';
import {type Effect, type Input, openView, outcomeOf, reduceView} from './state.ts';
import {type Display, hasKeys, type KeySource} from './streams.ts';
import {openTerminal} from './terminal.tsx';
import {chooseTheme, nextTheme} from './theme.ts';
import {defaultLook, viewOf} from './view.ts';
import {type Interruption, watchInterruptions} from './watch.ts';

export type ShowOptions = {
	readonly stdin: KeySource;
	readonly stdout: Display;
	/** Environment variables. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** A theme's name; else the environment decides. */
	readonly theme?: string;
	/** Milliseconds between two frames while data arrives. */
	readonly refresh?: number;
	/** The panes to show, all by default. */
	readonly panes?: readonly Pane[];
};

/** How the viewer was left, and all that was known of the run by then. */
export type Leaving = {
	/**
	 * done: the run was over. stopped: the user had it stopped. detached: the user left it running. interrupted: by Ctrl+C
	 * or a signal, after the run's end. aborted: by a second Ctrl+C. gone: the terminal went away and the run goes on.
	 */
	readonly how: 'done' | 'stopped' | 'detached' | 'interrupted' | 'aborted' | 'gone';
	readonly signal?: 'SIGINT' | 'SIGTERM';
	readonly state: RunState;
};

const defaultRefresh = 500;
/** How long a run that was told to stop by a signal may take. */
const stopPatience = 5000;
/** How long what follows the end of a run (its being saved) may take once the user wants to go. */
const endPatience = 2000;
/** Folding goes on at most so long before keys and frames get their turn. */
const longestFold = 20;

/** Shows a run in the terminal until it is left. The terminal is given back on every way out, also when this rejects. */
export const show = async (source: RunSource, options: ShowOptions): Promise<Leaving> => {
	const {stdin, stdout, environment, panes = allPanes} = options;
	let theme = chooseTheme(options.theme, environment);
	const depth = chooseDepth(environment, stdout.getColorDepth?.bind(stdout));
	let paint = createPaint(theme, depth);
	const charset = chooseCharset(environment);
	let state = openView(
		panes.map(({name}) => name),
		source.live,
	);
	let run = emptyRunState;
	let folded = run;
	let drawn = false;
	let left = false;
	let signal: 'SIGINT' | 'SIGTERM' | undefined;
	const timers = new Set<NodeJS.Timeout>();
	const leaving = Promise.withResolvers<Leaving>();

	const leave = (how: Leaving['how']): void => {
		left = true;
		const by = how === 'interrupted' || how === 'aborted' ? (signal ?? 'SIGINT') : undefined;
		leaving.resolve({how, ...(by === undefined ? {} : {signal: by}), state: run});
	};
	const leaveAfter = (milliseconds: number, how: Leaving['how']): void => {
		timers.add(setTimeout(() => leave(how), milliseconds));
	};

	const draw = (): void => {
		drawn = true;
		if (left) return;
		try {
			terminal.show(frame(state, viewOf(state.shown, {...defaultLook, charset}), terminal.size(), panes), paint);
		} catch (error) {
			left = true;
			leaving.reject(error);
		}
	};

	const apply = (effect: Effect): void => {
		switch (effect.kind) {
			case 'send':
				source.send(effect.command);
				return;
			case 'leave':
				leave(effect.how);
				return;
			case 'redraw':
				terminal.redraw();
		}
	};

	const take = (input: Input): void => {
		const before = state;
		const step = reduceView(state, input);
		state = step.state;
		if (state.themeSteps !== before.themeSteps) {
			theme = nextTheme(theme);
			paint = createPaint(theme, depth);
		}

		for (const effect of step.effects) apply(effect);
		if (state.going !== undefined && before.latest.ending === undefined && state.latest.ending !== undefined) {
			leaveAfter(endPatience, state.going);
		}

		if (state !== before || step.effects.length > 0) drawn = false;
	};

	/** Frames that keys and signals ask for come at once, but one for all that came in one read. */
	const takeNow = (input: Input): void => {
		if (left) return;
		take({kind: 'run', run});
		folded = run;
		take(input);
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

	const fold = async (): Promise<void> => {
		let since = performance.now();
		for await (const event of source.events) {
			if (left) return;
			run = reduceRun(run, event);
			if (performance.now() - since < longestFold) continue;
			await nextTurn();
			since = performance.now();
		}

		takeNow({kind: 'over'});
		if (!hasKeys(stdin)) leave(state.going ?? outcomeOf(run));
	};

	const onKey = (key: string): void => takeNow({kind: 'key', key});
	const unwatch = watchInterruptions(stdin, stdout, interrupted);
	const terminal = openTerminal(stdin, stdout, {onKey, onResize: draw, onFailure: leaving.reject});
	try {
		draw();
		timers.add(
			setInterval(() => {
				if (folded !== run) {
					folded = run;
					take({kind: 'run', run});
				}

				if (!drawn) draw();
			}, options.refresh ?? defaultRefresh),
		);
		fold().catch(leaving.reject);
		return await leaving.promise;
	} finally {
		left = true;
		for (const timer of timers) clearTimeout(timer);
		await terminal.close();
		unwatch();
	}
};

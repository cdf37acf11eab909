import {BenchtopError, messageOf} from '../../errors.ts';
import type {Library, OpenedRun} from '../library.ts';
import {hasKeys} from '../streams.ts';
import type {Surface} from '../surface.ts';
import {type Interruption, watchInterruptions} from '../watch.ts';
import {type BrowserFrame, browserFrame} from './browser-frame.ts';
import {type BrowserInput, reduceBrowser, type Spot} from './browser-reducer.ts';
import type {BrowserEffect, BrowserState} from './browser-state.ts';

/** How the start screen was left. */
export type BrowserLeaving = {
	/**
	 * run: there is one to look at. left: by the user. interrupted: by a signal, or by Ctrl+C while a run was being started.
	 * gone: the terminal went away.
	 */
	readonly how: 'run' | 'left' | 'interrupted' | 'gone';
	readonly signal?: 'SIGINT' | 'SIGTERM';
	/** To show; or, when it was left while one was being started, one that nobody looks at. */
	readonly opened?: OpenedRun;
	readonly state: BrowserState;
};

/** How often it is looked up which benchmarks are under way. */
const runningInterval = 2000;

/** What went wrong and the next step, in one text. */
const wordsOf = (error: unknown): string => {
	const hint = error instanceof BenchtopError ? error.hint : undefined;
	return hint === undefined ? messageOf(error) : `${messageOf(error)} ${hint}`;
};

const spotAt = (drawn: BrowserFrame | undefined, x: number, y: number): Spot | undefined =>
	drawn?.hits.find((hit) => y === hit.y && x >= hit.x && x < hit.x + hit.columns)?.spot;

/** Shows the start screen and the history on a surface until they are left, or a run is chosen. */
export const showBrowser = async (surface: Surface, library: Library, first: BrowserState): Promise<BrowserLeaving> => {
	const {stdin, stdout} = surface;
	let state = first;
	let drawn: BrowserFrame | undefined;
	let fresh = false;
	let left = false;
	let signal: 'SIGINT' | 'SIGTERM' | undefined;
	let opening: Promise<OpenedRun> | undefined;
	let known = new Set(state.running.map(({id}) => id));
	const leaving = Promise.withResolvers<BrowserLeaving>();

	const finish = (leftHow: BrowserLeaving['how'], opened?: OpenedRun): void => {
		left = true;
		// Ctrl+C that interrupts no run is a way to leave like any other.
		const nothing = signal === undefined && opened?.made !== true;
		const how = leftHow === 'interrupted' && nothing ? 'left' : leftHow;
		leaving.resolve({
			how,
			...(how === 'interrupted' ? {signal: signal ?? 'SIGINT'} : {}),
			...(opened === undefined ? {} : {opened}),
			state,
		});
	};

	const draw = (): void => {
		fresh = true;
		if (left) return;
		try {
			drawn = browserFrame(state, surface.size());
			state = reduceBrowser(state, {kind: 'drawn', mostScroll: drawn.mostScroll}).state;
			surface.show(drawn.canvas);
		} catch (error) {
			left = true;
			leaving.reject(error);
		}
	};

	/** Leaves, but not before what is being started is in hand: otherwise nobody would stop it. */
	const leave = (how: 'left' | 'interrupted' | 'gone'): void => {
		if (left) return;
		if (opening === undefined) {
			finish(how);
			return;
		}

		left = true;
		opening.then(
			(opened) => finish(how, opened),
			() => finish(how),
		);
	};

	const open = (start: Parameters<Library['open']>[0]): void => {
		opening = library.open(start);
		opening.then(
			(opened) => {
				if (!left) finish('run', opened);
			},
			(error: unknown) => {
				opening = undefined;
				takeNow({kind: 'refused', message: wordsOf(error)});
			},
		);
	};

	/** Asks the library for something, and takes in what came of it. */
	const request = <Value>(
		work: () => Promise<Value>,
		take: (
			loaded: {readonly state: 'here'; readonly value: Value} | {readonly state: 'failed'; readonly message: string},
		) => BrowserInput,
	): void => {
		// The word that it is awaited is drawn first: databases and statistics hold this thread up.
		setImmediate(() => {
			work().then(
				(value) => takeNow(take({state: 'here', value})),
				(error: unknown) => takeNow(take({state: 'failed', message: wordsOf(error)})),
			);
		});
	};

	const readHistory = (): void => request(library.history, (loaded) => ({kind: 'history', loaded}));

	const readSuite = (): void => request(library.suite, (loaded) => ({kind: 'suite', loaded}));

	/** A benchmark that is no longer under way has become a run of the history. */
	const readRunning = (): void => {
		library.running().then(
			(running) => {
				const ids = new Set(running.map(({id}) => id));
				const ended = [...known].some((id) => !ids.has(id));
				const changed = ended || ids.size !== known.size;
				known = ids;
				if (changed) takeNow({kind: 'running', running});
				if (ended && !left) readHistory();
			},
			// What is under way cannot be known: then nothing is listed.
			() => {},
		);
	};

	const apply = (effect: BrowserEffect): void => {
		switch (effect.kind) {
			case 'leave':
				leave(effect.how);
				return;
			case 'open':
				open(effect.start);
				return;
			case 'history':
				readHistory();
				return;
			case 'suite':
				readSuite();
				return;
			case 'details': {
				const {id} = effect;
				request(
					() => library.details(id),
					(loaded) => ({kind: 'details', id, loaded}),
				);
				return;
			}
			case 'trend': {
				const {id} = effect;
				request(
					() => library.trend(id),
					(loaded) => ({kind: 'trend', id, loaded}),
				);
				return;
			}
			case 'compare': {
				const {base, candidate, force} = effect;
				request(
					() => library.compare(base, candidate, force),
					(loaded) => ({kind: 'compared', base, candidate, loaded}),
				);
				return;
			}
			case 'baseline': {
				const {name, id} = effect;
				library.setBaseline(name, id).then(
					(message) => {
						takeNow({kind: 'told', message});
						request(library.history, (loaded) => ({kind: 'renewed', loaded}));
					},
					(error: unknown) => takeNow({kind: 'refused', message: wordsOf(error)}),
				);
				return;
			}
			case 'redraw':
				surface.redraw();
				return;
			case 'suspend':
				surface.suspend().then(() => takeNow({kind: 'key', key: 'ctrl+l'}), leaving.reject);
		}
	};

	/** Frames come at once, but one for all that came in one read. */
	const takeNow = (input: BrowserInput): void => {
		if (left) return;
		const before = state;
		const step = reduceBrowser(state, input);
		state = step.state;
		if (state.choices !== before.choices) surface.choose(state.choices);
		for (const effect of step.effects) apply(effect);
		if (state === before && step.effects.length === 0) return;
		fresh = false;
		queueMicrotask(() => {
			if (!fresh) draw();
		});
	};

	const interrupted = (interruption: Interruption): void => {
		if (interruption === 'gone') {
			leave('gone');
		} else if (interruption === 'SIGINT') {
			takeNow({kind: 'key', key: 'ctrl+c'});
		} else {
			signal = 'SIGTERM';
			takeNow({kind: 'terminate'});
		}
	};

	const unwatch = watchInterruptions(stdin, stdout, interrupted);
	surface.listen({
		onKey: (key) => takeNow({kind: 'key', key}),
		onText: (text) => takeNow({kind: 'text', text}),
		onMouse: ({kind, x, y}) =>
			takeNow(kind === 'press' ? {kind: 'click', spot: spotAt(drawn, x, y)} : {kind: 'wheel', up: kind === 'wheel-up'}),
		onResize: draw,
		onFailure: leaving.reject,
	});
	const timer = setInterval(readRunning, runningInterval);
	try {
		draw();
		surface.suggestion.then((theme) => theme === undefined || takeNow({kind: 'suggested', theme}), leaving.reject);
		if (!hasKeys(stdin)) finish('left');
		readRunning();
		// First: where there is a suite, that is what the user came for.
		readSuite();
		readHistory();
		return await leaving.promise;
	} finally {
		left = true;
		clearInterval(timer);
		unwatch();
	}
};

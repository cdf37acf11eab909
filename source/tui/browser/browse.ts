import {emptyRunState, reduceRun} from '../../core/run-state.ts';
import {type BoardOptions, type Leaving, showBoards, type Turn} from '../board.ts';
import type {Choices} from '../choices.ts';
import type {Library, OpenedRun} from '../library.ts';
import type {Surface} from '../surface.ts';
import {watchInterruptions} from '../watch.ts';
import {showBrowser} from './browser.ts';
import {reduceBrowser} from './browser-reducer.ts';
import {type BrowserState, openBrowser} from './browser-state.ts';

/** How it was left, and the runs that were looked at, in order; replays are not among them. */
export type Browsing = {
	/** left: by the user. interrupted: by a signal, or by Ctrl+C that interrupted a run. gone: the terminal went away. */
	readonly how: 'left' | 'interrupted' | 'gone';
	readonly signal?: 'SIGINT' | 'SIGTERM';
	readonly seen: readonly Leaving[];
	/** What the user chose by keys meanwhile. */
	readonly chosen: Partial<Choices>;
};

/** How long a run that nobody will look at may take to stop. */
const stopPatience = 5000;

/** Stops a run that was started when there was nobody any more to look at it. */
const stopUnseen = async (
	{stdin, stdout, chosen}: Surface,
	{source}: OpenedRun,
	signal: 'SIGINT' | 'SIGTERM' | undefined,
): Promise<Leaving> => {
	let state = emptyRunState;
	const follow = async (): Promise<void> => {
		for await (const event of source.events) state = reduceRun(state, event);
	};
	source.send({command: 'stop', by: signal === 'SIGTERM' ? 'signal' : 'user'});
	const enough = Promise.withResolvers<void>();
	const timer = setTimeout(enough.resolve, stopPatience);
	// Whoever interrupts once more does not want to wait.
	const unwatch = watchInterruptions(stdin, stdout, () => enough.resolve());
	await Promise.race([follow(), enough.promise]);
	clearTimeout(timer);
	unwatch();
	return {how: 'stopped', state, chosen: chosen()};
};

/** Where the user comes back to, or why there is no coming back. */
const endOf = ({how, signal, out}: Leaving): Omit<Browsing, 'seen' | 'chosen'> | undefined => {
	switch (how) {
		case 'done':
		case 'stopped':
		case 'detached':
			return out === true ? {how: 'left'} : undefined;
		case 'interrupted':
		case 'aborted':
			return {how: 'interrupted', signal: signal ?? 'SIGINT'};
		case 'gone':
			return {how: 'gone'};
	}
};

/** Shows the start screen, and every run that is chosen there, until the user has enough. */
export const browseOn = async (surface: Surface, library: Library, board: BoardOptions): Promise<Browsing> => {
	const seen: Leaving[] = [];
	let state: BrowserState = openBrowser({
		choices: surface.choices(),
		themes: surface.themes.map(({name}) => name),
		notices: board.notices,
	});
	for (;;) {
		const left = await showBrowser(surface, library, state);
		const {opened} = left;
		if (left.how !== 'run' || opened === undefined) {
			if (opened?.made === true && left.how !== 'gone') seen.push(await stopUnseen(surface, opened, left.signal));
			opened?.close();
			const how = left.how === 'run' ? 'left' : left.how;
			return {how, ...(left.signal === undefined ? {} : {signal: left.signal}), seen, chosen: surface.chosen()};
		}

		const {source, following = []} = opened;
		const {events, live, speed, send} = source;
		let shown: readonly [Leaving, ...Leaving[]];
		try {
			// It is closed here, with all that was started for it.
			const first: Turn = () => ({events, live, send, ...(speed === undefined ? {} : {speed})});
			shown = await showBoards(surface, [first, ...following], board);
		} finally {
			opened.close();
		}

		if (source.live) seen.push(...shown);
		const end = endOf(shown.at(-1) ?? shown[0]);
		if (end !== undefined) return {...end, seen, chosen: surface.chosen()};
		state = reduceBrowser(left.state, {kind: 'returned', choices: surface.choices()}).state;
	}
};

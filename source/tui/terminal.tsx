import {setTimeout as sleep} from 'node:timers/promises';
import {type Appearance, askAppearance} from './appearance.ts';
import type {Canvas} from './canvas.ts';
import type {Input, InputEvents} from './input.tsx';
import {terminalModes} from './modes.ts';
import type {Paint} from './paint.ts';
import type {Size} from './pane.ts';
import {type Keyboard, type MouseReport, openKeyboard} from './reports.ts';
import {createStage} from './stage.ts';
import {type Display, hasKeys, isRealTerminal, type KeySource, setRawMode, sizeOf} from './streams.ts';
import {type Taken, takeTerminal} from './take.ts';

export type Terminal = {
	readonly size: () => Size;
	readonly show: (canvas: Canvas, paint: Paint) => void;
	/** Forgets what is on the screen, so that the next frame is written whole. */
	readonly redraw: () => void;
	/** Writes straight to the terminal, between frames. */
	readonly write: (text: string) => void;
	/** Reports of the mouse, on or off; off on every way out. */
	readonly setMouse: (on: boolean) => void;
	/** Gives the terminal back and stops this process until it is continued; then takes the terminal again and redraws. */
	readonly suspend: () => Promise<void>;
	/** Bytes written to the terminal so far. */
	readonly bytesWritten: () => number;
	/** What the terminal said of its background, where that was asked; settles soon after the start. */
	readonly appearance: Promise<Appearance | undefined>;
	/** Who gets keys, text, mouse and size from now on. */
	readonly listen: (events: TerminalEvents) => void;
	/** Gives the terminal back as it was. Settles soon, whatever has become of the terminal. */
	readonly close: () => Promise<void>;
};

export type TerminalEvents = {
	readonly onKey: (key: string) => void;
	/** A paste, whole. */
	readonly onText: (text: string) => void;
	/** On a cell, counted from 0. */
	readonly onMouse: (event: MouseReport) => void;
	readonly onResize: () => void;
	/** The keys cannot be read, since Ink failed. */
	readonly onFailure: (error: unknown) => void;
};

export type TerminalOptions = {
	/** Whether to ask the terminal for its background. */
	readonly ask?: 'directly' | 'through tmux';
	/** The terminal, where it was taken over before. */
	readonly taken?: Taken;
	/** Opens what reads the keys. */
	readonly loadInput?: () => Promise<(stdin: KeySource, events: InputEvents) => Input>;
};

const nobody: TerminalEvents = {onKey() {}, onText() {}, onMouse() {}, onResize() {}, onFailure() {}};

/** How long the terminal may take to take what is left when it is given back, in milliseconds. */
const patience = 250;
const askingPatience = 150;
/** Longer than a signal takes to arrive. While the process is stopped this time goes by as well. */
const stopping = 100;

/** Stops this process with its group, as the terminal itself does on Ctrl+Z; goes on when it is continued. */
const stopProcess = async (): Promise<void> => {
	if (process.platform === 'win32') return;
	// The whole group: a shell sees npx stop, which waits for this process. Where there is nobody to continue it (no
	// job control), the system ignores the signal.
	process.kill(0, 'SIGTSTP');
	await sleep(stopping);
};

/** Ink takes a while to load: nothing that must be on the screen soon may wait for it. */
const importInput = async () => (await import('./input.tsx')).openInput;

/**
 * Takes over the terminal, unless that was done: raw keys and the alternate screen at once, so that frames can be shown;
 * Ink for the keys as soon as it is loaded. Keys typed before that are kept.
 */
export const openTerminal = (stdin: KeySource, stdout: Display, options: TerminalOptions = {}): Terminal => {
	const {ask, loadInput = importInput, taken = takeTerminal(stdin, stdout)} = options;
	let events = nobody;
	let closed = false;
	let suspended = false;
	let keyboard: Keyboard | undefined;
	let input: Input | undefined;
	const keys = hasKeys(stdin);
	const {output, modes, handOver} = taken;
	const stage = createStage(output);

	const resized = (): void => {
		// Terminals move what they show when their size changes.
		stage.forget();
		events.onResize();
	};
	/** The process is about to end, and nobody closed the terminal. */
	const ending = (): void => {
		stage.close();
		modes.leave(output.force);
	};
	const ignore = (): void => {};
	stdout.on('resize', resized);
	stdin.on('error', ignore);
	process.on('exit', ending);
	const heeded = handOver();

	const appearance =
		keys && ask !== undefined
			? askAppearance(stdin, output, askingPatience, ask === 'through tmux')
			: Promise.resolve(undefined);

	/** Ink lets go when it is told to, and when it failed or a signal ends the process: then nobody else may be there. */
	const left = (): void => {
		if (!closed) ending();
	};

	const openKeys = async (): Promise<void> => {
		const [openInput] = await Promise.all([loadInput(), appearance]);
		if (closed) return;
		keyboard = openKeyboard(stdin, (report) => events.onMouse(report));
		input = openInput(keyboard.stdin, {
			onKey: (key) => events.onKey(key),
			onText: (text) => events.onText(text),
			onLeave: left,
			onFailure: (error) => events.onFailure(error),
		});
		// Ink's own ear leaves a signal to whoever else listens.
		heeded();
		modes.set(terminalModes.bracketedPaste, true);
	};
	const opened = keys
		? openKeys().catch((error: unknown) => {
				if (!closed) events.onFailure(error);
			})
		: Promise.resolve();

	const stop = async (): Promise<void> => {
		keyboard?.pause();
		modes.leave();
		await output.settled(patience);
		if (isRealTerminal(stdout)) await stopProcess();
		modes.enter();
		keyboard?.resume();
	};

	return {
		size: () => sizeOf(stdout),
		show: stage.show,
		redraw: stage.forget,
		write: output.write,
		setMouse: (on) => {
			modes.set(terminalModes.mousePresses, on);
			modes.set(terminalModes.mouseInDigits, on);
		},
		suspend: async () => {
			if (closed || suspended) return;
			suspended = true;
			stage.hold();
			try {
				await opened;
				await input?.suspend(stop);
			} finally {
				suspended = false;
				if (!closed) stage.release();
			}
		},
		bytesWritten: output.bytesWritten,
		appearance,
		listen: (next) => {
			events = next;
		},
		close: async () => {
			if (closed) return;
			closed = true;
			heeded();
			stage.close();
			stdout.removeListener('resize', resized);
			modes.leave();
			await Promise.race([input?.close(), sleep(patience)]);
			keyboard?.close();
			await output.settled(patience);
			process.removeListener('exit', ending);
			if (keys) {
				setRawMode(stdin, false);
				stdin.pause();
				stdin.unref?.();
			}

			stdin.removeListener('error', ignore);
			output.close();
		},
	};
};

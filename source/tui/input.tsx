import {Writable} from 'node:stream';
import {render, useApp, useInput, usePaste} from 'ink';
import {useLayoutEffect} from 'react';
import {keysOf} from './keys.ts';
import type {KeySource} from './streams.ts';

export type InputEvents = {
	readonly onKey: (key: string) => void;
	/** Pasted text, whole: it is no command. */
	readonly onText: (text: string) => void;
	/** Ink has let go of the terminal: it was told to, or the process is ending by a signal that nobody else heeds. */
	readonly onLeave: () => void;
	readonly onFailure: (error: unknown) => void;
};

/** What Ink does for the terminal. */
export type Input = {
	/** Lets go of the keys until something is done. */
	readonly suspend: (work: () => Promise<void>) => Promise<void>;
	/** Settles when Ink is gone. */
	readonly close: () => Promise<void>;
};

type Properties = InputEvents & {readonly onSuspender: (suspend: Input['suspend']) => void};

/** The app, for which there is nothing to lay out: its screen is written by the stage. */
const Keys = ({onKey, onText, onLeave, onSuspender}: Properties) => {
	const {suspendTerminal} = useApp();
	useInput((input, press) => {
		for (const key of keysOf(input, press)) onKey(key);
	});
	usePaste(onText);
	useLayoutEffect(() => {
		onSuspender(suspendTerminal);
	}, [onSuspender, suspendTerminal]);
	useLayoutEffect(() => onLeave, [onLeave]);
	return null;
};

/** Where Ink may write: it has nothing to say to the terminal. A size of its own spares it from asking for one. */
const nowhere = () =>
	Object.assign(
		new Writable({
			write: (_chunk, _encoding, callback) => {
				callback();
			},
		}),
		{columns: 80, rows: 24},
	);

/**
 * Ink as the app that owns keys and pastes: raw mode, their decoding, and letting go of both for a while and at the end,
 * also when the process is ended by a signal. It renders once; frames do not pass through it. Throws what its first
 * render throws.
 */
export const openInput = (stdin: KeySource, events: InputEvents): Input => {
	let suspend: Input['suspend'] = (work) => work();
	let failure: {readonly error: unknown} | undefined;
	const ink = render(
		<Keys
			{...events}
			onSuspender={(given) => {
				suspend = given;
			}}
		/>,
		{
			stdin,
			stdout: nowhere(),
			exitOnCtrlC: false,
			patchConsole: false,
			interactive: true,
			isScreenReaderEnabled: false,
		},
	);
	const exited = ink.waitUntilExit().then(
		() => undefined,
		(error: unknown) => {
			failure = {error};
			events.onFailure(error);
		},
	);
	return {
		suspend: (work) => (failure === undefined ? suspend(work) : work()),
		close: async () => {
			ink.unmount();
			await exited;
		},
	};
};

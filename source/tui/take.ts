import {createModes, type Modes, terminalModes} from './modes.ts';
import {type Output, openOutput} from './output.ts';
import {type Display, hasKeys, type KeySource, setRawMode} from './streams.ts';

/** A terminal that was taken over: keys come unseen, the alternate screen is shown, and no cursor. */
export type Taken = {
	readonly output: Output;
	readonly modes: Modes;
	/**
	 * From now on somebody else gives the terminal back. Signals are heeded here, where nobody else does, until what this
	 * returns is called.
	 */
	readonly handOver: () => () => void;
	/** Gives the terminal back as it was, unless that is somebody else's task. */
	readonly close: () => void;
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes over a terminal. It is given back on every way out, also by a signal that nobody else heeds. */
export const takeTerminal = (stdin: KeySource, stdout: Display): Taken => {
	const keys = hasKeys(stdin);
	const output = openOutput(stdout);
	const modes = createModes(output.write);
	const ending = (): void => modes.leave(output.force);
	const ended = (signal: NodeJS.Signals): void => {
		// Whoever else heeds it gives the terminal back in good order.
		if (process.listenerCount(signal) > 1) return;
		ending();
		if (keys) setRawMode(stdin, false);
		process.removeListener(signal, ended);
		process.kill(process.pid, signal);
	};
	let isOurs = true;
	const ignoreSignals = (): void => {
		for (const signal of signals) process.removeListener(signal, ended);
	};
	const handOver = (): (() => void) => {
		isOurs = false;
		process.removeListener('exit', ending);
		return ignoreSignals;
	};
	process.on('exit', ending);
	for (const signal of signals) process.on(signal, ended);
	// Before anything is written: a key typed before raw mode would be echoed and push the first frame out of place.
	if (keys) setRawMode(stdin, true);
	modes.set(terminalModes.alternateScreen, true);
	modes.set(terminalModes.cursor, false);
	return {
		output,
		modes,
		handOver,
		close: () => {
			if (!isOurs) return;
			handOver()();
			modes.leave();
			if (keys) setRawMode(stdin, false);
			output.close();
		},
	};
};

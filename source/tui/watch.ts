import {type Display, hasKeys, type KeySource} from './streams.ts';

/** What can end a viewer from outside. */
export type Interruption = 'SIGINT' | 'SIGTERM' | 'gone';

/**
 * Tells of signals, and of a terminal that went away: a hang-up, the end of its keys, a write that nobody reads. Returns
 * what undoes it; until the terminal is closed, errors of its streams stay handled there.
 */
export const watchInterruptions = (
	stdin: KeySource,
	stdout: Display,
	tell: (interruption: Interruption) => void,
): (() => void) => {
	const interrupt = () => tell('SIGINT');
	const terminate = () => tell('SIGTERM');
	const gone = () => tell('gone');
	const keys = hasKeys(stdin);
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', terminate);
	process.on('SIGHUP', gone);
	stdout.on('error', gone);
	if (keys) for (const event of ['end', 'close', 'error']) stdin.on(event, gone);
	return () => {
		process.off('SIGINT', interrupt);
		process.off('SIGTERM', terminate);
		process.off('SIGHUP', gone);
		stdout.removeListener('error', gone);
		if (!keys) return;
		for (const event of ['end', 'close', 'error']) stdin.removeListener(event, gone);
	};
};

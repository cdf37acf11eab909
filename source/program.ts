// What the entry runs once the Node version is known to fit.
import {dispatch} from './commands/dispatch.ts';
import {printable} from './core/printable.ts';
import {BenchtopError, messageOf} from './errors.ts';

const patience = 2000;

/** Resolves when all that was written has left the process, or failed to. */
const flush = (): Promise<void> =>
	new Promise((resolve) => {
		if (process.stdout.destroyed || process.stdout.writableEnded) setImmediate(resolve);
		else process.stdout.write('', () => setImmediate(resolve));
		// A terminal that takes nothing any more (a stalled line) must not keep the process for ever; a pipe may be slow.
		if (process.stdout.isTTY) setTimeout(resolve, patience).unref();
	});

let outputError: string | undefined;

const guardOutput = (): void => {
	// A reader that went away (`| head`) is no fault; an output that cannot be written is.
	process.stdout.on('error', (error: Error & {code?: string}) => {
		if (error.code !== 'EPIPE' && error.code !== 'EIO' && error.code !== 'ERR_STREAM_DESTROYED')
			outputError ??= error.message;
	});
	process.stderr.on('error', () => {});
};

const perform = async (words: readonly string[]): Promise<number> => {
	guardOutput();
	const code = await dispatch(words, {
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
		environment: process.env,
		folder: process.cwd(),
	});
	await flush();
	if (outputError === undefined) return code;
	process.stderr.write(`benchtop: the output could not be written: ${outputError}\n`);
	return code === 0 ? 2 : code;
};

const report = (error: unknown, words: readonly string[]): number => {
	const known = error instanceof BenchtopError ? error : undefined;
	// A file can have several faults, each a line of its own.
	process.stderr.write(`benchtop: ${messageOf(error).split('\n').map(printable).join('\n')}\n`);
	if (known?.hint) process.stderr.write(`${known.hint}\n`);
	if (words.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
	else if (known === undefined)
		process.stderr.write('This should not have happened. Run again with --debug for details.\n');
	return known?.exitCode ?? 4;
};

/** Does what the words of a command line ask for, and tells what went wrong. Returns the exit code when all is written. */
export const main = async (words: readonly string[]): Promise<number> => {
	const code = await perform(words).catch((error: unknown) => report(error, words));
	await flush();
	return code;
};

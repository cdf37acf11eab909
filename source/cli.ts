#!/usr/bin/env node
// The entry. Nothing is imported before the Node version is known to fit, and nothing more than a command needs.
import {version} from './version.ts';

const leastMajor = 22;
const leastMinor = 13;

const nodeFits = (): boolean => {
	const parts = process.versions.node.split('.').map(Number);
	const major = parts[0] ?? 0;
	return major > leastMajor || (major === leastMajor && (parts[1] ?? 0) >= leastMinor);
};

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

const main = async (words: readonly string[]): Promise<number> => {
	guardOutput();
	const {dispatch} = await import('./commands/dispatch.ts');
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

const report = async (error: unknown, words: readonly string[]): Promise<number> => {
	const [{BenchtopError, messageOf}, {printable}] = await Promise.all([
		import('./errors.ts'),
		import('./core/printable.ts'),
	]);
	const known = error instanceof BenchtopError ? error : undefined;
	process.stderr.write(`benchtop: ${printable(messageOf(error))}\n`);
	if (known?.hint) process.stderr.write(`${known.hint}\n`);
	if (words.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
	else if (known === undefined)
		process.stderr.write('This should not have happened. Run again with --debug for details.\n');
	return known?.exitCode ?? 4;
};

const words = process.argv.slice(2);
if (!nodeFits()) {
	process.stderr.write(
		`benchtop needs Node.js ${leastMajor}.${leastMinor} or later; this is ${process.versions.node}.\nInstall a current one from https://nodejs.org, or run it with: npx -p node@24 -p benchtop benchtop\n`,
	);
	process.exitCode = 2;
} else if (words.length === 1 && (words[0] === '--version' || words[0] === '-v')) {
	process.stdout.write(`${version}\n`);
} else {
	process.getBuiltinModule('node:module').enableCompileCache?.();
	main(words)
		.catch((error: unknown) => report(error, words))
		.then(async (code) => {
			await flush();
			process.exit(code);
		});
}

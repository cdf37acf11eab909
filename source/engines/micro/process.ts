import {basename} from 'node:path';
import {entryUrl} from '../../entries.ts';
import {BenchtopError} from '../../errors.ts';
import {type ChildEnding, launchChild, typeScriptFlags} from './launch.ts';
import {type MicroMessage, type MicroOrder, readMessage} from './messages.ts';
import {placeOf} from './where.ts';

/** How measuring processes are started. */
export type ProcessPlan = {
	readonly folder?: string | undefined;
	readonly environment?: Readonly<Record<string, string>> | undefined;
	readonly nodeFlags?: readonly string[] | undefined;
};

export type MeasuringEnding =
	| {readonly kind: 'done' | 'stopped' | 'overdue'}
	/** It ended before it had done its work: 'exit 1', 'SIGSEGV'; 'exit 0' where nothing was left that could go on. */
	| (ChildEnding & {readonly kind: 'crashed'});

/** Runs one measuring process; resolves when nothing is left of it. `longest`: milliseconds until it is given up. */
export const runProcess = async (
	order: MicroOrder,
	{folder, environment, nodeFlags = []}: ProcessPlan,
	signal: AbortSignal,
	longest: number,
	hear: (message: MicroMessage) => void,
): Promise<MeasuringEnding> => {
	let done = false;
	let overdue = false;
	const child = launchChild({
		entry: entryUrl('micro'),
		// Code that was compiled stays compiled, however seldom it is called.
		execArgv: [...typeScriptFlags(), '--expose-gc', '--no-flush-bytecode', ...nodeFlags],
		...(environment === undefined ? {} : {environment}),
		...(folder === undefined ? {} : {cwd: folder}),
		order,
		signal,
		hear(given) {
			const message = readMessage(given);
			if (message === undefined || done) return;
			hear(message);
			if (
				message.kind !== 'done' &&
				message.kind !== 'threw' &&
				message.kind !== 'refused' &&
				message.kind !== 'listed'
			) {
				return;
			}

			// Whatever the module has left open does not keep the process.
			done = true;
			child.kill();
		},
	});
	const timer = setTimeout(() => {
		overdue = true;
		child.kill();
	}, longest);
	const ending = await child.ended;
	clearTimeout(timer);
	if (signal.aborted) return {kind: 'stopped'};
	if (done) return {kind: 'done'};
	if (overdue) return {kind: 'overdue'};
	return ending.kind === 'crashed' ? ending : {kind: 'crashed', how: 'exit 0', lastWords: []};
};

const longestListing = 30_000;

/** What a module lacks, for people. */
const refusal = (path: string, message: string, where: string | undefined, hint: string | undefined): BenchtopError =>
	new BenchtopError(`${where ?? basename(path)}: ${message}`, {
		exitCode: 4,
		hint:
			hint ??
			(message.includes('strip-only mode')
				? 'Node.js takes the types out of TypeScript and changes nothing else: write it without enums, namespaces and parameter properties.'
				: /^Cannot find (module|package)/.test(message)
					? 'Imports between modules name their files in full: ./sort.ts, not ./sort.'
					: 'The module must load on its own: node FILE.'),
	});

/**
 * The names of the cases of each module, read in a process of its own. Rejects with a BenchtopError (exit code 4) that
 * says file and line of what cannot be read. `undefined`: it was stopped.
 */
export const listModules = async (
	kind: 'functions' | 'algorithms',
	modules: readonly string[],
	plan: ProcessPlan,
	signal: AbortSignal,
): Promise<ReadonlyArray<readonly string[]> | undefined> => {
	let names: ReadonlyArray<readonly string[]> | undefined;
	let refused: BenchtopError | undefined;
	const ending = await runProcess({act: 'list', kind, modules}, plan, signal, longestListing, (message) => {
		if (message.kind === 'listed') names = message.names;
		if (message.kind === 'refused') {
			refused = refusal(modules[message.module] ?? '', message.message, message.where, message.hint);
		}
	});
	if (ending.kind === 'stopped') return undefined;
	if (refused !== undefined) throw refused;
	if (names !== undefined) return names;
	const [only = ''] = modules;
	if (ending.kind === 'overdue') {
		throw refusal(only, `It was not loaded after ${longestListing / 1000} s.`, undefined, undefined);
	}

	const words = ending.kind === 'crashed' ? ending.lastWords : [];
	const message = words.findLast((line) => /Error\b/.test(line))?.replace(/^\[|\]$/g, '');
	throw refusal(
		only,
		message ?? `The process that loads it ended with ${ending.kind === 'crashed' ? ending.how : 'nothing said'}.`,
		placeOf(words.join('\n'), only, plan.folder ?? process.cwd()),
		undefined,
	);
};

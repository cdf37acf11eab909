import {resolve} from 'node:path';
import * as z from 'zod';
import {parseDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import {type SuiteLoad, type SuitePlace, suiteEntry} from '../engine.ts';
import type {CommandPlan} from './plan.ts';
import {secretsInLine, withoutSecrets} from './secrets.ts';
import {lineOf, wordsOf} from './words.ts';

const defaultShell = process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c'] : ['/bin/sh', '-c'];
const emptyLine = '';

/** hyperfine's too. */
const defaultMinRuns = 10;
const defaultBudget = 3000;

const schemas = () => {
	const duration = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
		error: 'a duration such as "500ms", "30s" or "5m" is wanted',
	});
	const line = z.string().min(1);
	const oneCommand = z.union([line, z.array(z.string()).min(1)]);
	return {duration, line, oneCommand, commands: z.union([line, z.array(oneCommand)]), count: z.int().min(1)};
};

const members = () => {
	const {duration, line, oneCommand, commands, count} = schemas();
	return z.strictObject({
		command: oneCommand.describe(
			'What is run: a command line, or a list of a program and its arguments. A line is split into words without a shell, unless shell says otherwise.',
		),
		shell: z
			.union([z.boolean(), line])
			.optional()
			.describe(
				'true: command, prepare, conclude and cleanup are lines for /bin/sh, so that pipes, variables and && work; the start-up of the shell is subtracted. The name of another shell: the same with that one. Default: false.',
			),
		warmupRuns: z.int().min(0).optional().describe('Runs before those that are measured, to fill caches. Default: 0.'),
		runs: count.optional().describe('Exactly so many measured runs, instead of minRuns, maxRuns and budget.'),
		minRuns: count.optional().describe(`At least so many measured runs. Default: ${defaultMinRuns}.`),
		maxRuns: count.optional().describe('At most so many measured runs, however short they are.'),
		budget: duration
			.optional()
			.describe('Once minRuns are done, runs go on until so much time has gone by: "3s". Default: 3s.'),
		prepare: commands
			.optional()
			.describe('A command, or a list of commands, before each run; not timed. One that fails ends the benchmark.'),
		conclude: commands.optional().describe('A command, or a list of commands, after each run; not timed.'),
		cleanup: commands
			.optional()
			.describe('A command, or a list of commands, when all runs are over, also when they failed.'),
		timeout: duration
			.optional()
			.describe('How long a command may take: "1m". Then it is ended with all that it started, and counts as failed.'),
		exitCodes: z
			.union([z.literal('any'), z.int().min(0).max(255), z.array(z.int().min(0).max(255)).min(1)])
			.optional()
			.describe('The exit codes that are a success: a number, a list, or "any". Default: 0.'),
		stdin: z
			.union([line, z.strictObject({text: z.string().describe('The input itself.')})])
			.optional()
			.describe('What the command reads on standard input: the path of a file, or {text: …}. Default: nothing.'),
		metrics: z
			.enum(['file', 'stdout'])
			.optional()
			.describe(
				'Where the command may tell metrics of its own, as JSON: in the file whose path is in the environment variable BENCHTOP_METRICS, or on standard output. {"name": 1.5}, {"name": {"value": 1.5, "unit": "ms", "better": "lower"}}, or Bencher Metric Format. Default: file.',
			),
		output: z
			.enum(['keep', 'discard'])
			.optional()
			.describe('keep: the last lines are shown when a run fails. discard: output goes to /dev/null. Default: keep.'),
		folder: line.optional().describe('The folder to run in. Default: the folder of the suite file.'),
	});
};

type Given = z.infer<ReturnType<typeof members>>;

const shellOf = (shell: Given['shell']): readonly string[] | undefined => {
	if (shell === undefined || shell === false) return undefined;
	if (shell === true) return defaultShell;
	const words = wordsOf(shell);
	if ('needsShell' in words || words.length === 0) {
		throw new BenchtopError(`shell: ${JSON.stringify(shell)} is no command.`, {
			hint: 'true, or the name of a shell: bash.',
		});
	}

	return words.length > 1 ? words : [...words, '-c'];
};

/** The program and its arguments of one command. */
const splitOne = (
	member: string,
	given: string | readonly string[],
	shell: readonly string[] | undefined,
): string[] => {
	if (typeof given !== 'string') return [...given];
	if (shell !== undefined) return [...shell, given];
	const words = wordsOf(given);
	if ('needsShell' in words) {
		throw new BenchtopError(
			`${member}: ${JSON.stringify(withoutSecrets(given, secretsInLine(given)))} has ${JSON.stringify(words.needsShell)}, which only a shell understands.`,
			{hint: 'Say shell: true, or put it in quotes if it is meant as it stands.'},
		);
	}

	if (words.length === 0) throw new BenchtopError(`${member}: There is no command in it.`);
	return [...words];
};

const splitAll = (
	member: string,
	given: string | ReadonlyArray<string | readonly string[]> | undefined,
	shell: readonly string[] | undefined,
): string[][] => {
	if (given === undefined) return [];
	if (typeof given === 'string') return [splitOne(member, given, shell)];
	return given.map((one, index) => splitOne(`${member}.${index}`, one, shell));
};

/** Names that every shell passes on to the commands it starts. */
const isVariable = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);

/** A benchmark of a suite file as a plan of this engine. */
export const commandLoad = async (
	given: Given,
	{folder, environment}: Pick<SuitePlace, 'folder' | 'environment'>,
): Promise<SuiteLoad<CommandPlan>> => {
	const shell = shellOf(given.shell);
	const command = splitOne('command', given.command, shell);
	const text = typeof given.command === 'string' ? given.command : lineOf(given.command);
	const {
		runs,
		minRuns = Math.min(defaultMinRuns, given.maxRuns ?? defaultMinRuns),
		maxRuns,
		timeout,
		exitCodes,
		stdin,
	} = given;
	if (runs !== undefined && (given.minRuns !== undefined || maxRuns !== undefined || given.budget !== undefined)) {
		throw new BenchtopError('runs: Exactly so many runs leave nothing for minRuns, maxRuns and budget to say.', {
			hint: 'Leave out runs, or the others.',
		});
	}

	if (maxRuns !== undefined && maxRuns < minRuns) {
		throw new BenchtopError(`maxRuns: ${maxRuns} runs at most are fewer than ${minRuns} at least.`);
	}

	const odd = Object.keys(environment).find((name) => !isVariable(name));
	if (odd !== undefined) {
		throw new BenchtopError(`environment.${odd}: ${JSON.stringify(odd)} is no name of an environment variable.`, {
			hint: 'Letters, digits and _ make one.',
		});
	}

	const load: CommandPlan = {
		line: text,
		command,
		...(shell === undefined || typeof given.command !== 'string' ? {} : {shell: [...shell, emptyLine]}),
		prepare: splitAll('prepare', given.prepare, shell),
		conclude: splitAll('conclude', given.conclude, shell),
		cleanup: splitAll('cleanup', given.cleanup, shell),
		folder: resolve(folder, given.folder ?? '.'),
		environment: {...environment},
		warmupRuns: given.warmupRuns ?? 0,
		...(runs === undefined ? {} : {runs}),
		minRuns,
		...(maxRuns === undefined ? {} : {maxRuns}),
		budget: given.budget === undefined ? defaultBudget : (parseDuration(given.budget) ?? defaultBudget),
		...(timeout === undefined ? {} : {timeout: parseDuration(timeout) ?? 0}),
		exitCodes: exitCodes === undefined ? [0] : typeof exitCodes === 'number' ? [exitCodes] : exitCodes,
		...(stdin === undefined
			? {}
			: {stdin: typeof stdin === 'string' ? {file: resolve(folder, stdin)} : {text: stdin.text}}),
		metrics: given.metrics ?? 'file',
		output: given.output ?? 'keep',
	};
	return {load, target: withoutSecrets(text, secretsInLine(text))};
};

/** How benchmarks of a suite file ask for commands. */
export const commandSuite = suiteEntry('command', members, commandLoad);

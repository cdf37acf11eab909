import {accessSync, constants, statSync} from 'node:fs';
import {delimiter, isAbsolute, join, resolve} from 'node:path';
import {printable} from '../../core/printable.ts';
import {BenchtopError} from '../../errors.ts';
import type {CommandPlan} from './plan.ts';

const isWindows = process.platform === 'win32';

const canRun = (path: string): boolean => {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
};

const variable = (environment: NodeJS.ProcessEnv, name: string): string =>
	environment[name] ?? Object.entries(environment).find(([key]) => isWindows && key.toUpperCase() === name)?.[1] ?? '';

/** The path of a program as a shell finds it: by PATH, or from the folder where it says one. */
const findProgram = (program: string, folder: string, environment: NodeJS.ProcessEnv): string | undefined => {
	const endings = isWindows ? ['', ...variable(environment, 'PATHEXT').split(';')] : [''];
	const places =
		isAbsolute(program) || program.includes('/') || (isWindows && program.includes('\\'))
			? [resolve(folder, program)]
			: variable(environment, 'PATH')
					.split(delimiter)
					.map((place) => join(resolve(folder, place), program));
	return places.flatMap((place) => endings.map((ending) => place + ending)).find(canRun);
};

const shellOnly = new Set(
	'alias bg cd command eval exec exit export fg hash jobs read set shift source . times trap type ulimit umask unset wait'.split(
		' ',
	),
);

const hintFor = (program: string): string => {
	if (shellOnly.has(program))
		return 'It is a part of the shell. Commands run without one unless the plan says shell: true.';
	if (/^[A-Za-z_]\w*=/.test(program)) return 'Set variables under environment, or say shell: true.';
	return program.includes('/') ? 'Is it there, and may it be run (chmod +x)?' : 'Is it installed, and on the PATH?';
};

/** The environment that the commands of a plan get. */
export const environmentOf = ({environment}: Pick<CommandPlan, 'environment'>): Record<string, string> => {
	const all: Record<string, string> = {};
	for (const [name, value] of Object.entries({...process.env, ...environment}))
		if (value !== undefined) all[name] = value;
	return all;
};

/** The words of a command with its program's path. Throws a BenchtopError (exit code 4) that says what is not there. */
export const located = (
	words: readonly string[],
	plan: Pick<CommandPlan, 'folder' | 'environment'>,
): readonly string[] => {
	const [program = '', ...rest] = words;
	const path = program === '' ? undefined : findProgram(program, plan.folder, environmentOf(plan));
	if (path !== undefined) return [path, ...rest];
	throw new BenchtopError(`There is no command ${JSON.stringify(printable(program))}.`, {
		hint: hintFor(program),
		exitCode: 4,
	});
};

const isFolder = (path: string): boolean => {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
};

const isReadable = (path: string): boolean => {
	try {
		accessSync(path, constants.R_OK);
		return true;
	} catch {
		return false;
	}
};

/** Rejects with a BenchtopError (exit code 4) where one of the plan's commands, its folder or its input is not there. */
export const probeCommand = async (plan: CommandPlan): Promise<void> => {
	if (!isFolder(plan.folder)) {
		throw new BenchtopError(`There is no folder ${printable(plan.folder)} to run the command in.`, {
			hint: 'Relative folders are meant from the folder of the suite file.',
			exitCode: 4,
		});
	}

	if (plan.stdin !== undefined && 'file' in plan.stdin && !isReadable(plan.stdin.file)) {
		throw new BenchtopError(`The input ${printable(plan.stdin.file)} cannot be read.`, {
			hint: 'Is it there, and may it be read?',
			exitCode: 4,
		});
	}

	for (const words of [...plan.prepare, plan.command, ...plan.conclude, ...plan.cleanup]) located(words, plan);
};

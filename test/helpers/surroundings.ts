import {PassThrough} from 'node:stream';
import type {Command, Surroundings} from '../../source/commands/command.ts';
import {parseFlags} from '../../source/config/flags.ts';

export type Outcome = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** A stream that is none of the terminal's, with what was written to it. */
const stream = (columns: number | undefined): PassThrough & NodeJS.ReadStream & NodeJS.WriteStream =>
	Object.assign(new PassThrough(), columns === undefined ? {} : {isTTY: true, columns}) as PassThrough &
		NodeJS.ReadStream &
		NodeJS.WriteStream;

const textOf = (written: PassThrough): string => {
	const read: unknown = written.read();
	return read === null ? '' : String(read);
};

/** Surroundings without a terminal, in a folder. */
export const surroundingsIn = (parts: Pick<Surroundings, 'folder' | 'environment'>): Surroundings => ({
	stdin: stream(undefined),
	stdout: stream(undefined),
	stderr: stream(undefined),
	...parts,
});

/** Runs a command as the command line would, in a folder, at a terminal so wide or at none. */
export const runCommand = async (
	command: Command,
	words: readonly string[],
	{folder, columns, environment = {}}: {folder: string; columns?: number; environment?: Surroundings['environment']},
): Promise<Outcome> => {
	const [stdin, stdout, stderr] = [stream(undefined), stream(columns), stream(columns)];
	const parsed = parseFlags(words, command.options);
	const code = await command.run(parsed.words, parsed.flags, {stdin, stdout, stderr, environment, folder});
	return {code, stdout: textOf(stdout), stderr: textOf(stderr)};
};

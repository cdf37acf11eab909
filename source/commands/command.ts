import type {Flags, Option} from '../config/flags.ts';

/** The streams and surroundings a command works in; tests hand in their own. */
export type Surroundings = {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly folder: string;
};

/** A subcommand: one file in this folder, one line in `index.ts`. Help is derived from it. */
export type Command = {
	readonly name: string;
	/** What follows the name: '<url>', '[id]'. */
	readonly usage: string;
	/** One line, in the imperative. */
	readonly about: string;
	readonly options: readonly Option[];
	/** The exit code. `run` loads what it needs itself, so that help and version stay quick. */
	readonly run: (words: readonly string[], flags: Flags, surroundings: Surroundings) => Promise<number>;
	readonly examples?: readonly (readonly [command: string, about: string])[];
};

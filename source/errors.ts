/** How a command can end badly, as the exit codes the README promises. */
export type ExitCode = 1 | 2 | 3 | 4;

/**
 * The one error that users see: what is wrong (`message`), the next step (`hint`) and how the process ends.
 * 1 a regression or failed gate · 2 wrong usage or configuration · 3 inconclusive · 4 it could not be measured.
 */
export class BenchtopError extends Error {
	override readonly name = 'BenchtopError';
	readonly hint: string | undefined;
	readonly exitCode: ExitCode;

	constructor(message: string, options: {hint?: string; exitCode?: ExitCode; cause?: unknown} = {}) {
		super(message, {cause: options.cause});
		this.hint = options.hint;
		this.exitCode = options.exitCode ?? 2;
	}
}

/** The words of anything that was thrown; an AggregateError (Node's for a host with several addresses) gives its first. */
export const messageOf = (thrown: unknown): string => {
	if (thrown instanceof AggregateError && thrown.message === '' && thrown.errors.length > 0) {
		return messageOf(thrown.errors[0]);
	}

	return thrown instanceof Error ? thrown.message : String(thrown);
};

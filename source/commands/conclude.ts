import {isMeasured, reportOf} from '../core/report.ts';
import {type Result, resultOf} from '../core/result.ts';
import {hasBegun} from '../core/run-state.ts';
import type {Surroundings} from './command.ts';
import type {Look} from './look.ts';
import type {Output} from './output.ts';
import type {Viewed, ViewMode} from './view.ts';

/** Where the outcome goes: text for people, a document for scripts, both, or neither. */
export type Conclusion = {
	readonly mode: ViewMode;
	readonly quiet: boolean;
	/** The document goes to standard output, or into a file. */
	readonly json: 'stdout' | Output | undefined;
	/** How the full screen looks. */
	readonly look: Look;
};

/** Exit codes of a command that a signal ended. */
export const signalCodes = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const;

const exitCodeOf = (viewed: Viewed, mode: ViewMode, result: Result): number => {
	if (viewed.signal !== undefined) return signalCodes[viewed.signal];
	const {ending} = result;
	// Stopped by somebody else: for a script, an interruption all the same. On the screen it was the user's own wish.
	if (ending.state === 'stopped' && ending.by === 'signal') return signalCodes.SIGTERM;
	if (ending.state === 'stopped' && ending.by === 'user' && mode !== 'terminal') return signalCodes.SIGINT;
	return isMeasured(result) && !(ending.state === 'stopped' && ending.by === 'errors') ? 0 : 4;
};

/** Prints what a run came to and returns the exit code of the command. */
export const conclude = async (
	viewed: Viewed,
	conclusion: Conclusion,
	{stdout, stderr}: Surroundings,
): Promise<number> => {
	const {state} = viewed;
	const {json, quiet, mode} = conclusion;
	if (viewed.left !== undefined || !hasBegun(state)) {
		if (viewed.left === 'detached')
			stdout.write(`The run goes on. See it again: benchtop attach ${state.began?.id ?? ''}\n`);
		if (!hasBegun(state) && viewed.left === undefined) stderr.write('benchtop: the run ended before it began.\n');
		return viewed.signal === undefined ? (viewed.left === undefined ? 4 : 0) : signalCodes[viewed.signal];
	}

	const {exporters} = await import('../export/index.ts');
	const result = resultOf(state);
	const report = reportOf([result]);
	const render = (name: string): string => exporters.find((exporter) => exporter.name === name)?.render(report) ?? '';
	if (json === 'stdout') stdout.write(render('json'));
	else if (json !== undefined) json.write(render('json'));
	// A document in a file and --quiet: nothing more to say. On the screen, the report stays behind.
	if (json !== 'stdout' && mode !== 'ndjson' && !(quiet && json !== undefined)) {
		const text = render(mode === 'spoken' ? 'spoken' : 'text');
		stdout.write((mode === 'plain' || mode === 'spoken') && !quiet ? `\n${text}` : text);
	}

	if (result.ending.state === 'failed' && (json !== undefined || mode === 'ndjson')) {
		stderr.write(
			`benchtop: ${result.ending.message}${result.ending.hint === undefined ? '' : ` ${result.ending.hint}`}\n`,
		);
	}

	return exitCodeOf(viewed, mode, result);
};

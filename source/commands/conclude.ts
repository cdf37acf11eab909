import {gateCode, type Inconclusive} from '../core/gate.ts';
import {isMeasured, type Report, reportOf} from '../core/report.ts';
import {type Result, resultOf} from '../core/result.ts';
import {hasBegun} from '../core/run-state.ts';
import {checkThresholds} from '../core/threshold.ts';
import type {Surroundings} from './command.ts';
import type {Gate, Gated} from './gate.ts';
import type {Look} from './look.ts';
import type {Output} from './output.ts';
import type {Viewed, ViewMode} from './view.ts';

/** Where the outcome goes: text for people, a document for scripts, both, or neither. */
export type Conclusion = {
	readonly mode: ViewMode;
	readonly quiet: boolean;
	/** The document goes to standard output, or into a file. */
	readonly json: 'stdout' | Output | undefined;
	/** What to make of a comparison that cannot tell. */
	readonly inconclusive?: Inconclusive;
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
	// Metrics alone are figures of what was brought in: here a load was to be made.
	const isLoaded = result.summary.operations.offered > 0;
	if (!isLoaded || !isMeasured(result) || (ending.state === 'stopped' && ending.by === 'errors')) return 4;
	return checkThresholds(result).some(({passed}) => !passed) ? 1 : 0;
};

/**
 * From what weighs least to what weighs most: nothing, what could not be told, what was asked wrongly, what failed, what
 * could not be measured. An interruption outweighs them all.
 */
const weights = [0, 3, 2, 1, 4];
const weightOf = (code: number): number => (code > 4 ? weights.length : weights.indexOf(code));

const heaviest = (codes: readonly number[]): number =>
	codes.reduce((worst, code) => (weightOf(code) > weightOf(worst) ? code : worst), 0);

const rendered = async (name: string, report: Report): Promise<string> => {
	const {exporters} = await import('../export/index.ts');
	return exporters.find((exporter) => exporter.name === name)?.render(report) ?? '';
};

/** Whether the outcome is also told in words. */
const isTold = ({json, quiet, mode}: Conclusion): boolean =>
	// A document in a file and --quiet: nothing more to say. On the screen, the report stays behind.
	json !== 'stdout' && mode !== 'ndjson' && !(quiet && json !== undefined);

const resultsOf = (viewed: readonly Viewed[]): readonly Result[] =>
	viewed.flatMap(({state, left}) => (left === undefined && hasBegun(state) ? [resultOf(state)] : []));

const isOfSide = ({state}: Viewed): boolean => state.began?.plan.side !== undefined;

/** Runs that were made for two sides, held against each other; those words are loaded where there are some. */
const sidesOf = async (viewed: readonly Viewed[]) => {
	const last = viewed.at(-1);
	// Where the viewer went before the end, somebody else will hear of it.
	if (last === undefined || last.left !== undefined || !viewed.some(isOfSide)) return undefined;
	const words = await import('./conclude-sides.ts');
	const sides = words.sidesIn(viewed);
	return sides === undefined ? undefined : {...words, sides};
};

/** A report with what several runs say together; those words are loaded where there are several. */
const together = async (report: Report): Promise<Report> =>
	report.results.length < 2 ? report : (await import('../insight/scalability.ts')).withScalability(report);

const reportIn = async (viewed: readonly Viewed[]): Promise<Report> => {
	const compared = await sidesOf(viewed);
	return together(reportOf(resultsOf(viewed), compared === undefined ? [] : compared.comparisonsOf(compared.sides)));
};

/** Writes the document of the runs so far into its file, so that nothing is lost of a sequence that is broken off. */
export const keepDocument = async (viewed: readonly Viewed[], {json}: Conclusion): Promise<void> => {
	if (json === undefined || json === 'stdout') return;
	json.write(await rendered('json', await reportIn(viewed)));
};

/** Prints in words what the last of several runs came to, as soon as it is over. */
export const tellRun = async (
	all: readonly Viewed[],
	conclusion: Conclusion,
	{stdout}: Surroundings,
): Promise<void> => {
	if (!isTold(conclusion) || conclusion.mode === 'terminal') return;
	const viewed = all.slice(-1);
	const results = resultsOf(viewed);
	if (results.length === 0) return;
	if (viewed.some(isOfSide)) {
		if (!conclusion.quiet)
			stdout.write((await import('./conclude-sides.ts')).sideRunText(all, conclusion.mode === 'spoken'));
		return;
	}

	const text = await rendered(conclusion.mode === 'spoken' ? 'spoken' : 'text', reportOf(results));
	stdout.write(conclusion.quiet ? `${text}\n` : `\n${text}\n`);
};

const sayWhatWentOn = ({state, left, signal}: Viewed, {stdout, stderr}: Surroundings): number => {
	if (left === 'detached') stdout.write(`The run goes on. See it again: benchtop attach ${state.began?.id ?? ''}\n`);
	if (!hasBegun(state) && left === undefined) stderr.write('benchtop: the run ended before it began.\n');
	return signal === undefined ? (left === undefined ? 4 : 0) : signalCodes[signal];
};

export type Concluding = {
	/** Each run was told as it ended, by `tellRun`: what is left is what they are together. */
	readonly wereTold?: boolean;
	/** What holds the runs against others when they are over. */
	readonly gate?: Gate | undefined;
};

/** Judges runs that all came to an end by themselves; of those that were left or interrupted there is nothing to judge. */
const gatedBy = async (
	gate: Gate | undefined,
	viewed: readonly Viewed[],
	wereTold: boolean,
): Promise<Gated | undefined> => {
	const isWhole = viewed.every(
		({state, left, signal}) => left === undefined && signal === undefined && hasBegun(state),
	);
	const isStopped = viewed.some(
		({state: {ending}}) => ending?.state === 'stopped' && (ending.by === 'user' || ending.by === 'signal'),
	);
	return gate === undefined || !isWhole || isStopped ? undefined : gate(resultsOf(viewed), wereTold);
};

/** Prints what runs came to and returns the exit code of the command. */
export const conclude = async (
	viewed: readonly Viewed[],
	conclusion: Conclusion,
	surroundings: Surroundings,
	{wereTold = false, gate}: Concluding = {},
): Promise<number> => {
	const {stdout, stderr} = surroundings;
	const {json, quiet, mode} = conclusion;
	const gated = await gatedBy(gate, viewed, wereTold);
	const ended = [...viewed, ...(gated?.confirming ?? [])].filter(
		({state, left}) => left === undefined && hasBegun(state),
	);
	const results = resultsOf(ended);
	const compared = await sidesOf(viewed);
	if (results.length > 0) {
		const report = await together(
			reportOf(
				results,
				compared === undefined ? gated?.comparisons : compared.comparisonsOf(compared.sides),
				gated?.deltas,
			),
		);
		// The events of a run end with it: what several came to stands in a line of its own.
		if (mode === 'ndjson' && (gated !== undefined || compared !== undefined)) {
			const {comparisons, thresholds, failures} = report;
			stdout.write(`${JSON.stringify({kind: 'verdicts', comparisons, thresholds, failures})}\n`);
		}

		if (json === 'stdout') stdout.write(await rendered('json', report));
		else if (json !== undefined) json.write(await rendered('json', report));
		if (isTold(conclusion)) {
			const isBrief = (wereTold && results.length > 1) || compared !== undefined;
			const name = mode === 'spoken' ? 'spoken' : isBrief ? 'overview' : 'text';
			if (!wereTold || name === 'overview' || compared !== undefined) {
				const words = compared === undefined ? '' : `\n${compared.sidesText(compared.sides, results)}`;
				// For ears, what the sides come to: so many runs in sentences are nobody's to listen to.
				const told = compared !== undefined && name === 'spoken' ? {...report, results: []} : report;
				const text = `${await rendered(name, told)}${words}`;
				stdout.write((mode === 'plain' || mode === 'spoken') && !quiet && !wereTold ? `\n${text}` : text);
			}
		}

		for (const {ending} of results) {
			if (ending.state !== 'failed' || (json === undefined && mode !== 'ndjson')) continue;
			stderr.write(`benchtop: ${ending.message}${ending.hint === undefined ? '' : ` ${ending.hint}`}\n`);
		}
	}

	return heaviest([
		...ended.map((each, index) => exitCodeOf(each, mode, results[index]!)),
		...(compared === undefined ? [] : [gateCode(compared.outcomeOfSides(compared.sides), conclusion.inconclusive)]),
		...viewed.filter((each) => !ended.includes(each)).map((each) => sayWhatWentOn(each, surroundings)),
		gated?.code ?? 0,
	]);
};

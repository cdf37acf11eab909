import {constants, setPriority} from 'node:os';
import {setFlagsFromString} from 'node:v8';
import type {Flags} from '../config/flags.ts';
import type {RunSource} from '../core/event.ts';
import {resultOf} from '../core/result.ts';
import {hasBegun} from '../core/run-state.ts';
import {leftOutAfter} from '../stats/rounds.ts';
import type {Leaving, ShowOptions} from '../tui/index.tsx';
import type {Opening} from '../tui/opening.ts';
import type {Surroundings} from './command.ts';
import {type Conclusion, conclude, keepDocument, signalCodes, tellRun} from './conclude.ts';
import type {Gate} from './gate.ts';
import {keepChoices} from './look.ts';
import {type Viewed, viewHeadless} from './view.ts';

/** Drawing gives way to what is measured: on a busy machine it would show in p99. The runner has its own priority. */
const yieldToTheLoad = (): void => {
	try {
		setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
	} catch {
		// Not allowed here: drawing then competes like anything else.
	}
};

/**
 * A live run is drawn a few times a second, which the optimising compiler never pays for: without it the viewer takes a
 * sixth less CPU. A replay, which folds hours at once, keeps it.
 */
const spareTheCompiler = (): void => setFlagsFromString('--no-opt');

/** How the full screen was left, as every viewer tells it. */
export const viewedBy = ({state, how, signal}: Leaving): Viewed => ({
	state,
	...(how === 'detached' || how === 'gone' ? {left: how} : {}),
	// Nobody waited for its end: what is known here is not what will be kept.
	...(how === 'aborted' && state.ending === undefined ? {left: 'gone' as const} : {}),
	...(how === 'interrupted' || how === 'aborted' ? {signal: signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'} : {}),
});

type ShowRunOptions = {
	/** The terminal, where it was taken over before. */
	readonly opening?: Opening | undefined;
	/** What holds the runs against others when they are over. */
	readonly gate?: Gate | undefined;
	/** Which signal came before there was a viewer to heed it. */
	readonly interrupted?: () => 'SIGINT' | 'SIGTERM' | undefined;
};

/** The terminal as a viewer, ready to draw beside a load. */
const terminalFor = async (
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
	{opening}: ShowRunOptions,
	isLive: boolean,
) => {
	const [terminal, {createOutside}] = await Promise.all([import('../tui/index.tsx'), import('./outside.ts')]);
	yieldToTheLoad();
	if (isLive) spareTheCompiler();
	const options: ShowOptions = {
		stdin: surroundings.stdin,
		stdout: surroundings.stdout,
		environment: surroundings.environment,
		outside: createOutside(flags, surroundings),
		...(opening === undefined ? {} : {opening}),
		...conclusion.look,
	};
	return {terminal, options};
};

const keepChosen = async ({how, chosen}: Leaving, surroundings: Surroundings): Promise<void> => {
	// While a run goes on, nothing is written that could hold it up.
	if (how !== 'detached' && how !== 'gone') await keepChoices(chosen, surroundings);
};

/** Shows a run with the viewer that fits. */
const viewRun = async (
	source: RunSource,
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
	options: ShowRunOptions = {},
): Promise<Viewed> => {
	const {mode, quiet} = conclusion;
	const terminal = mode === 'terminal' ? await import('../tui/index.tsx') : undefined;
	const early = options.interrupted?.();
	if (early !== undefined) {
		options.opening?.taken.close();
		source.send({command: 'stop', by: early === 'SIGINT' ? 'user' : 'signal'});
		return {...(await viewHeadless(source, 'silent', surroundings, true)), signal: early};
	}

	if (terminal === undefined) {
		return viewHeadless(source, mode === 'terminal' ? 'plain' : mode, surroundings, quiet);
	}

	const screen = await terminalFor(conclusion, flags, surroundings, options, source.live);
	const leaving = await terminal.show(source, screen.options);
	await keepChosen(leaving, surroundings);
	return viewedBy(leaving);
};

/** Shows a run with the viewer that fits, prints what it came to, and returns the exit code. */
export const showRun = async (
	source: RunSource,
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
	options: ShowRunOptions = {},
): Promise<number> => {
	const viewed = await viewRun(source, conclusion, flags, surroundings, options);
	// A replay that was left before its end has nothing to report.
	if (
		!source.live &&
		(viewed.left !== undefined || (viewed.signal !== undefined && viewed.state.ending === undefined))
	) {
		return viewed.signal === undefined ? 0 : signalCodes[viewed.signal];
	}

	return conclude([viewed], conclusion, surroundings, {gate: options.gate});
};

type Sources = ReadonlyArray<() => RunSource & {readonly close: () => void}>;

/** How many are passed over after one that was watched so; `undefined` where none is to be waited for. */
const passedOver = ({state, left}: Viewed): number | undefined =>
	left !== undefined || !hasBegun(state) || state.ending === undefined
		? undefined
		: leftOutAfter(resultOf(state), state.began.before);

/** Without those that were never begun, since the process died that was to carry them out in their turn. */
const begunOf = (all: readonly Viewed[]): readonly Viewed[] =>
	all.filter(
		({state, left, signal}, index) => index === 0 || hasBegun(state) || left !== undefined || signal !== undefined,
	);

/** Shows runs one after the other, each told as it ends, without a word on what they are together. */
export const viewInTurn = async (
	sources: Sources,
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
	options: ShowRunOptions = {},
	/** Whether each is told as it ends; else whoever has them all tells them. */
	isTold = true,
): Promise<readonly Viewed[]> => {
	const all: Viewed[] = [];
	for (let turn: number | undefined = 0; turn !== undefined && turn < sources.length; ) {
		const source = sources[turn]!();
		let viewed: Viewed;
		try {
			viewed = await viewRun(source, conclusion, flags, surroundings, options);
		} finally {
			source.close();
		}

		all.push(viewed);
		await keepDocument(all, conclusion);
		if (isTold) await tellRun(all, conclusion, surroundings);
		const over = passedOver(viewed);
		turn = over === undefined ? undefined : turn + over + 1;
	}

	return begunOf(all);
};

/** Shows runs one after the other, each told as it ends, then what they are together, and returns the exit code. */
export const showRuns = async (
	sources: Sources,
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
	options: ShowRunOptions = {},
): Promise<number> => {
	const [only] = sources;
	if (only !== undefined && sources.length === 1) {
		const source = only();
		try {
			return await showRun(source, conclusion, flags, surroundings, options);
		} finally {
			source.close();
		}
	}

	if (only !== undefined && conclusion.mode === 'terminal' && options.interrupted?.() === undefined) {
		const {terminal, options: look} = await terminalFor(conclusion, flags, surroundings, options, true);
		const leavings = await terminal.showAll([only, ...sources.slice(1)], look);
		await keepChosen(leavings.at(-1) ?? leavings[0], surroundings);
		return conclude(begunOf(leavings.map(viewedBy)), conclusion, surroundings, {gate: options.gate});
	}

	const all = await viewInTurn(sources, conclusion, flags, surroundings, options);
	return conclude(all, conclusion, surroundings, {wereTold: conclusion.mode !== 'terminal', gate: options.gate});
};

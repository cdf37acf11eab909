import {constants, setPriority} from 'node:os';
import type {Flags} from '../config/flags.ts';
import type {RunSource} from '../core/event.ts';
import type {RunPlan} from '../core/plan.ts';
import {BenchtopError} from '../errors.ts';
import type {RunningRun} from '../run/registry.ts';
import type {Leaving} from '../tui/index.tsx';
import type {Surroundings} from './command.ts';
import {type Conclusion, conclude, signalCodes} from './conclude.ts';
import {checkKeeping} from './keeping.ts';
import {keepChoices, readLook} from './look.ts';
import {openOutput} from './output.ts';
import {fitsFullScreen, isListenedTo, type Viewed, type ViewMode, viewHeadless} from './view.ts';

/** Reads the view flags; opens the output file, so that it is known to be writable before any load. */
export const readConclusion = async (flags: Flags, surroundings: Surroundings): Promise<Conclusion> => {
	const file = flags.text('json');
	const toStdout = flags.has('json') && (file === '' || file === '-');
	if (toStdout && flags.has('ndjson')) {
		throw new BenchtopError('--json and --ndjson both want standard output.', {
			hint: 'Give --json a file: --json=report.json',
		});
	}

	const quiet = flags.has('quiet');
	const mode: ViewMode = flags.has('ndjson')
		? 'ndjson'
		: toStdout || quiet
			? 'silent'
			: flags.has('screen-reader') || (isListenedTo(surroundings) && !flags.has('plain'))
				? 'spoken'
				: !flags.has('plain') && fitsFullScreen(surroundings)
					? 'terminal'
					: 'plain';
	const look = await readLook(flags, surroundings);
	if (mode !== 'terminal' && !quiet) {
		for (const notice of look.notices) surroundings.stderr.write(`benchtop: warning: ${notice}\n`);
	}

	return {
		mode,
		quiet,
		look,
		json: toStdout ? 'stdout' : file === undefined ? undefined : openOutput(file, surroundings.folder),
	};
};

/** Drawing gives way to what is measured: on a busy machine it would show in p99. The runner has its own priority. */
const yieldToTheLoad = (): void => {
	try {
		setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
	} catch {
		// Not allowed here: drawing then competes like anything else.
	}
};

/** How the full screen was left, as every viewer tells it. */
export const viewedBy = ({state, how, signal}: Leaving): Viewed => ({
	state,
	...(how === 'detached' || how === 'gone' ? {left: how} : {}),
	// Nobody waited for its end: what is known here is not what will be kept.
	...(how === 'aborted' && state.ending === undefined ? {left: 'gone' as const} : {}),
	...(how === 'interrupted' || how === 'aborted' ? {signal: signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'} : {}),
});

/** Shows a run with the viewer that fits, prints what it came to, and returns the exit code. */
export const showRun = async (
	source: RunSource,
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
	interrupted: () => 'SIGINT' | 'SIGTERM' | undefined = () => undefined,
): Promise<number> => {
	const {mode, quiet} = conclusion;
	let viewed: Viewed;
	const terminal = mode === 'terminal' ? await import('../tui/index.tsx') : undefined;
	const early = interrupted();
	if (early !== undefined) {
		source.send({command: 'stop', by: early === 'SIGINT' ? 'user' : 'signal'});
		viewed = {...(await viewHeadless(source, 'silent', surroundings, true)), signal: early};
	} else if (terminal !== undefined) {
		yieldToTheLoad();
		const {createOutside} = await import('./outside.ts');
		const leaving = await terminal.show(source, {
			stdin: surroundings.stdin,
			stdout: surroundings.stdout,
			environment: surroundings.environment,
			outside: createOutside(flags, surroundings),
			...conclusion.look,
		});
		// While a run goes on, nothing is written that could hold it up.
		if (leaving.how !== 'detached' && leaving.how !== 'gone') await keepChoices(leaving.chosen, surroundings);
		viewed = viewedBy(leaving);
	} else {
		viewed = await viewHeadless(source, mode === 'terminal' ? 'plain' : mode, surroundings, quiet);
	}

	// A replay that was left before its end has nothing to report.
	if (
		!source.live &&
		(viewed.left !== undefined || (viewed.signal !== undefined && viewed.state.ending === undefined))
	) {
		return viewed.signal === undefined ? 0 : signalCodes[viewed.signal];
	}

	return conclude(viewed, conclusion, surroundings);
};

/**
 * Starts a run in a process of its own and shows it. The viewer does not wait for that process, or for a plan that
 * depends on something to be started first: it shows that it waits.
 */
export const runAndShow = async (
	plan: RunPlan | Promise<RunPlan>,
	flags: Flags,
	surroundings: Surroundings,
): Promise<number> => {
	checkKeeping(flags);
	const conclusion = await readConclusion(flags, surroundings);
	const launch = async (): Promise<RunningRun> => {
		const [{launchRun}, {runOrder}] = await Promise.all([import('../run/launch.ts'), import('./run-order.ts')]);
		return launchRun(await runOrder(await plan, flags, surroundings), flags.has('debug'));
	};
	// Ctrl-C before there is a viewer: the run is stopped as soon as it can be, and concluded without a screen.
	let early: 'SIGINT' | 'SIGTERM' | undefined;
	const remember = (signal: NodeJS.Signals): void => {
		early ??= signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
	};
	process.on('SIGINT', remember).on('SIGTERM', remember);
	try {
		const launched = launch();
		// Told by the source; until somebody reads that, it is no fault that nobody handles.
		launched.catch(() => {});
		const {followRun} = await import('../run/follow.ts');
		const source = followRun(launched);
		try {
			return await showRun(source, conclusion, flags, surroundings, () => early);
		} finally {
			source.close();
		}
	} finally {
		process.removeListener('SIGINT', remember).removeListener('SIGTERM', remember);
	}
};

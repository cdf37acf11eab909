import {printable} from '../../core/printable.ts';
import {BenchtopError} from '../../errors.ts';
import type {Control, Recorder} from '../engine.ts';
import {calibrate} from './calibrate.ts';
import {type Files, metricsVariable} from './files.ts';
import type {Idle} from './idle.ts';
import type {Launcher} from './launch.ts';
import type {Order} from './order.ts';
import {outcomeOf, perform} from './perform.ts';
import type {CommandPlan} from './plan.ts';
import {environmentOf, located} from './program.ts';
import {createSampler} from './sampler.ts';
import {lineOf} from './words.ts';

/** Lines of output that are shown of a failure, and how much of each. */
const shownLines = 20;
const shownCharacters = 500;
/** Between two looks at what grows: idle time, and kept output. Milliseconds. */
const lookEvery = 100;

/** Tells of each way of failing once, with the last words. */
const createTeller = (notice: (text: string) => void, files: Files) => {
	const told = new Set<string>();
	return (what: string, outcome: string): void => {
		const key = `${what.replace(/ \d+$/, '')} ${outcome}`;
		if (told.has(key)) return;
		told.add(key);
		const lines = files.lastLines(shownLines);
		notice(`${what} failed: ${outcome}. ${lines.length === 0 ? 'It said nothing.' : 'Its last words:'}`);
		for (const line of lines) notice(`  ${printable(line.slice(0, shownCharacters))}`);
	};
};

/** The runs of a plan, one at a time. */
export type Runs = {
	/** Measures what starting alone costs; before the first run. */
	readonly prepare: () => Promise<void>;
	/** Tells what was subtracted, among the figures of this phase. */
	readonly tellStartup: () => void;
	/** One run with what belongs around it: its milliseconds, or `undefined` where it was broken off. Rejects where a step fails. */
	readonly next: () => Promise<number | undefined>;
	/** What is to be done after all runs; a failure is told. */
	readonly cleanUp: (signal: AbortSignal) => Promise<void>;
	/** For how long the command has run now; 0 between runs. Milliseconds. */
	readonly waited: () => number;
};

/** Rejects nothing; throws a BenchtopError (exit code 4) where a command is not there. `stop` breaks a run off. */
export const createRuns = (
	plan: CommandPlan,
	recorder: Recorder,
	control: Control,
	idle: Idle,
	files: Files,
	launcher: Launcher,
	stop: AbortSignal,
): Runs => {
	const environment = {...environmentOf(plan), [metricsVariable]: files.metrics};
	const orderOf = (command: readonly string[], places: Files['ofRun']): Order => ({
		command: command.length === 0 ? command : located(command, plan),
		folder: plan.folder,
		environment,
		...places,
	});
	const stepsOf = (commands: readonly (readonly string[])[]): readonly Order[] =>
		commands.map((words) => orderOf(words, files.ofStep));
	const [before, run, after, last] = [
		stepsOf(plan.prepare),
		orderOf(plan.command, files.ofRun),
		stepsOf(plan.conclude),
		stepsOf(plan.cleanup),
	];
	const tellFailure = createTeller(control.notice, files);
	const sampler = createSampler(recorder, control.notice);
	let startup = {wall: 0, cpu: 0};
	let startedAt: number | undefined;
	let number = 0;
	let leaves = false;

	const doStep = async (name: string, orders: readonly Order[], signal: AbortSignal): Promise<void> => {
		for (const order of orders) {
			const looking = setInterval(() => {
				idle.pass(0);
				files.curb();
			}, lookEvery);
			const went = await perform(launcher, order, plan.timeout, signal).finally(() => clearInterval(looking));
			if (went === undefined) return;
			const [outcome, failed] = outcomeOf(went, [0], order.command[0]!);
			if (!failed) continue;
			tellFailure(name, outcome);
			throw new BenchtopError(`${name} failed (${outcome}): ${printable(lineOf(order.command))}`, {
				hint: `Its last words: ${printable((files.lastLines(1)[0] ?? 'none').slice(0, shownCharacters))}`,
				exitCode: 4,
			});
		}
	};

	const measure = async (): Promise<number | undefined> => {
		files.forget();
		const curbing = setInterval(files.curb, lookEvery);
		const went = await perform(launcher, run, plan.timeout, stop, {
			onStart() {
				idle.pass(0);
				startedAt = performance.now();
				recorder.offer(1);
			},
			onBreak() {
				recorder.abandon((performance.now() - (startedAt ?? 0)) * 1000);
				control.finish();
			},
		}).finally(() => {
			clearInterval(curbing);
			startedAt = undefined;
		});
		if (went === undefined) return undefined;
		const [outcome, failed] = outcomeOf(went, plan.exitCodes, run.command[0]!);
		// A timeout counts with the time that was allowed: what ending it took is not the command's.
		const time = went.timedOut ? (plan.timeout ?? 0) * 1000 : Math.max(0, went.ended.wall - startup.wall);
		recorder.record(recorder.outcome(outcome, failed), time);
		idle.pass(time / 1000);
		if (!went.timedOut) sampler.usage(went.ended, startup);
		if (failed) tellFailure(`Run ${number}`, outcome);
		else sampler.told(files.told(), plan.metrics === 'stdout');
		if (plan.output === 'keep' && files.isMuch()) {
			control.doubt({
				kind: 'much-output',
				message:
					'The command writes more than 1 MB of output, and writing that into a file is part of its time. Without (output: discard) it would go to /dev/null.',
			});
		}

		if (went.ended.leaves && !leaves) {
			leaves = true;
			control.notice('The command leaves processes behind that go on running: what they do counts nowhere.');
		}

		return time / 1000;
	};

	return {
		async prepare() {
			const {shell} = plan;
			startup = await calibrate(launcher, orderOf(shell ?? [], files.ofStep), shell, stop);
		},
		tellStartup() {
			if (plan.shell !== undefined) sampler.startup(startup);
		},
		async next() {
			number += 1;
			await doStep('prepare', before, stop);
			const time = await measure();
			if (time !== undefined) await doStep('conclude', after, stop);
			return time;
		},
		// Whatever it was has been told.
		cleanUp: (signal) => doStep('cleanup', last, signal).catch(() => {}),
		waited: () => (startedAt === undefined ? 0 : performance.now() - startedAt),
	};
};

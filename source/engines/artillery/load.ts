import {readFileSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Doubt} from '../../core/event.ts';
import {formatDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {Control, Frame, Recorder} from '../engine.ts';
import {type ToolEnd, toolFailure} from '../tool.ts';
import {conclude} from './conclude.ts';
import {createCourse} from './course.ts';
import {createHealth} from './health.ts';
import {createLog} from './log.ts';
import {createMetrics} from './metrics.ts';
import type {ArtilleryPlan} from './plan.ts';
import {artilleryVersions, findArtillery, makeScratch, startArtillery} from './program.ts';
import {type Report, reportIn} from './reconcile.ts';
import {createTally} from './tally.ts';
import {parseTold, type Told} from './told.ts';
import type {Check} from './verdicts.ts';

/** How long sessions may go on after the planned time, with what Artillery takes to notice that they are over. Milliseconds. */
const longestGrace = 20_000;
/** When a run is stopped, it is to be over within a second. Milliseconds. */
const patience = 600;

/** Why a run cannot be as long as it is asked to be. */
export const artilleryMisfit = (
	{rate}: ArtilleryPlan,
	{amount, duration}: Omit<Frame, 'workers'>,
): string | undefined => {
	if (amount !== undefined)
		return 'Artillery takes no number of requests: phases with arrivalCount say how many virtual users come.';
	if (rate !== undefined || duration === undefined) return undefined;
	return 'The phases of the script say how long Artillery runs, and a duration beside them says nothing: leave it out, or give a rate too (--rate 10), so that both take the place of the phases.';
};

/** How long Artillery is to load, warm-up included; absent where the script says so. Milliseconds. */
const durationOf = (plan: ArtilleryPlan, control: Control): number | undefined => {
	const misfit = artilleryMisfit(plan, control);
	if (misfit !== undefined) throw new BenchtopError(misfit);
	return plan.rate === undefined ? undefined : control.warmup + (control.duration ?? 0);
};
const readReport = (path: string): Report | undefined => {
	try {
		return reportIn(readFileSync(path, 'utf8'));
	} catch {
		return undefined;
	}
};

/** Why a run failed; `undefined` where what it measured counts. */
const failureOf = (
	end: ToolEnd,
	words: readonly string[],
	isBegun: boolean,
	hasReport: boolean,
	isOwn: boolean,
): BenchtopError | undefined => {
	if (isOwn) return undefined;
	if (!isBegun) {
		const said = words.findLast((line) => /error\b.*: /i.test(line)) ?? words.at(-1);
		if (said === undefined) return toolFailure('Artillery', end, words);
		return new BenchtopError(`Artillery could not begin: ${said.replace(/^.*?Error\b[^:]*: /, '')}`, {
			hint: ['Its last words:', ...words.slice(-8)].join('\n'),
			exitCode: 4,
		});
	}

	return hasReport && 'code' in end ? undefined : toolFailure('Artillery', end, words);
};

/** Runs a script by Artillery and counts what its plugin tells. Rejects with a BenchtopError (exit code 4). */
export const loadByArtillery = async (plan: ArtilleryPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal, warmup} = control;
	const duration = durationOf(plan, control);
	if (signal.aborted) return;
	const path = findArtillery(plan);
	const tally = createTally(recorder, plan.operations);
	const metrics = createMetrics(recorder, plan);
	const health = createHealth();
	const log = createLog(control);
	const course = createCourse(recorder, control, tally, metrics);
	const scratch = makeScratch();
	let checks: readonly Check[] = [];
	let isDeaf = false;

	const hear = (told: Told | undefined): void => {
		switch (told?.k) {
			case 'hello':
				course.hello(told);
				return;
			case 'worker':
				isDeaf ||= !told.hears;
				return;
			case 'phase':
				course.hear(told);
				return;
			case 'requests':
				tally.hear(told);
				return;
			case 'counters':
				metrics.hearCounters(told);
				return;
			case 'rates':
				metrics.hearRates(told);
				return;
			case 'values':
				metrics.hearValues(told);
				return;
			case 'sessions':
				metrics.hearSessions(told);
				return;
			case 'pulse':
				health.hear(told, course.isMeasuring());
				return;
			case 'cut':
				tally.hearCut(told);
				return;
			case 'checks':
				({checks} = told);
				return;
			case 'apdex':
				control.find({
					kind: 'apdex',
					subject: 'apdex',
					text: `${told.apdex.toFixed(3)}, ${told.ranking}`,
					figures: {apdex: told.apdex, ranking: told.ranking},
				});
		}
	};

	try {
		const tool = startArtillery(path, plan, duration, scratch, {
			hear: log.hear,
			hearError: log.hear,
			hearChannel: (line) => hear(parseTold(line)),
		});
		control.watch(health.oldest, () => {
			const use = tool.use();
			const levels = course.isBegun() ? health.levels() : {};
			return use === undefined ? levels : {...levels, 'tool.cpu': use.cpu, 'tool.memory': use.memory};
		});
		const over = Promise.withResolvers<void>();
		course.onEnd(() => over.resolve());
		const stopNow = (): void => course.end();
		signal.addEventListener('abort', stopNow, {once: true});
		let wasTold = false;
		try {
			await Promise.race([tool.ended, over.promise]);
			// A timer that nobody waits for any more would keep this thread alive.
			const enough = new AbortController();
			const late = sleep(longestGrace, true, {signal: AbortSignal.any([signal, enough.signal])}).catch(() => false);
			const ended = tool.ended.then(() => false);
			if (duration !== undefined) wasTold = await Promise.race([ended, late]);
			else
				await Promise.race([
					ended,
					new Promise<void>((resolve) => {
						if (signal.aborted) resolve();
						signal.addEventListener('abort', () => resolve(), {once: true});
					}),
				]);
			enough.abort();
		} finally {
			signal.removeEventListener('abort', stopNow);
			await tool.stop('SIGINT', patience);
		}

		const end = await tool.ended;
		const isBegun = course.isBegun() && (('code' in end && end.code === 0) || tally.told() > 0);
		course.end();
		course.finish();
		const report = readReport(scratch.report);
		const isOwn = signal.aborted || wasTold;
		const failure = failureOf(end, log.lines(), isBegun, report !== undefined, isOwn);
		if (failure !== undefined) throw failure;
		const told = tally.everything();
		if (!isOwn && !course.wasMeasured()) {
			throw new BenchtopError(`The warm-up of ${formatDuration(warmup)} is longer than the script.`, {
				hint: 'Give a shorter one, or more phases.',
				exitCode: 4,
			});
		}

		if (!isOwn && plan.operations === 'requests' && told.requests === 0) {
			const {artillery: version = 'installed'} = artilleryVersions(plan);
			throw isDeaf || metrics.total('http.requests') > 0
				? new BenchtopError(`The Artillery that was found (${version}) does not tell of single requests.`, {
						hint: 'Install a newer one: npm install --save-dev artillery@latest',
						exitCode: 4,
					})
				: new BenchtopError('The script made no HTTP request: nothing of them can be measured.', {
						hint: ['Measure the sessions of its virtual users: --operations sessions.', ...log.lines().slice(-6)].join(
							'\n',
						),
						exitCode: 4,
					});
		}

		const graceDoubts: readonly Doubt[] = wasTold
			? [
					{
						kind: 'tool-ended',
						message: `Artillery had not ended ${formatDuration(longestGrace)} after the planned time, and was told to.`,
					},
				]
			: [];
		for (const doubt of [...graceDoubts, ...health.doubts()]) control.doubt(doubt);
		conclude(control, {
			told,
			metrics,
			report,
			checks,
			code: isOwn || !('code' in end) ? undefined : end.code,
			isOwn,
			missing: log.missing(),
			hasOtherParts: tally.hasOtherParts(),
		});
	} finally {
		course.finish();
		scratch.remove();
	}
};

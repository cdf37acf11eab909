import {rmSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Control, Recorder} from '../engine.ts';
import {startTool, type ToolEnd} from '../tool.ts';
import {type GivenUp, readGivenUp, readProgress} from './clients.ts';
import {addToTally, beginOf, createCounting, emptyTally} from './counting.ts';
import {createHold} from './hold.ts';
import {readEntry} from './log.ts';
import type {PgbenchPlan} from './plan.ts';
import {environmentFor, findPgbench, pgbenchFailure} from './program.ts';
import {readReport} from './report.ts';
import {followFolder} from './tail.ts';
import {tellEnd} from './tell-end.ts';
import {openLineLog} from './terminal.ts';
import {loadWords} from './words.ts';

/** How long one start of pgbench loads: milliseconds, or after no warm-up so many transactions of each client. */
export type Lengths = {readonly warmup: number; readonly duration?: number; readonly perClient?: number};

export type SessionPlan = {
	readonly plan: PgbenchPlan;
	/** Of pgbench, its first number. */
	readonly version: number;
	/** Empty, for its log. */
	readonly folder: string;
};

/** Between two readings of the log. Milliseconds. */
const readEvery = 40;
/**
 * pgbench hands out its log in blocks. So that each transaction stands in the second in which it ended, all are shown so
 * much later as the first block took to come: within these bounds, since a stop waits for it, too. Milliseconds.
 */
const leastDelay = 100;
const mostDelay = 400;
/** Blocks that are older than this when they come are told of. Milliseconds. */
const lumpy = 2000;
/** Its own end, in case that nobody tells it, lies so much later than that of the load: making connections is in it. */
const spareSeconds = 3;
const perConnection = 0.05;
/** How long transactions may take that are under way when the load is over, or is stopped. Milliseconds. */
const patience = 10_000;
const stopPatience = 500;
/** A stop is settled within so many milliseconds. */
const stopLimit = 850;
const mostWords = 200;
const mostReport = 20_000;
/** Places of their own beside the files of the log. */
const [givenUpIn, linesIn] = [-1, -2];

/** The time of day in milliseconds, as the log has it; not set back or forward while it runs. */
const wallClock = (): (() => number) => {
	const base = Date.now() - performance.now();
	return () => base + performance.now();
};

/**
 * Starts pgbench, follows its log, and counts each transaction in the phase in which it began. Enters the phases and ends
 * the load (`control.finish`) where it is the last start. Rejects with a BenchtopError (exit code 4) where nothing came of it.
 */
export const performSession = async (
	{plan, version, folder}: SessionPlan,
	recorder: Recorder,
	control: Control,
	{warmup, duration, perClient}: Lengths,
): Promise<void> => {
	const {signal} = control;
	const isMeasured = duration !== undefined || perClient !== undefined;
	const length = perClient === undefined ? warmup + (duration ?? 0) : undefined;
	const counting = createCounting(plan, recorder);
	const tally = emptyTally();
	const columns = {lag: plan.rate !== undefined, retries: version >= 15 && plan.maxTries !== 1};
	const progress = recorder.metric({
		name: 'progress',
		unit: '1/s',
		better: 'higher',
		about: 'transactions per second, as pgbench itself says each second',
	});
	const lineLog = plan.log === 'lines' ? await openLineLog(folder, plan.threads) : undefined;
	if (signal.aborted) return lineLog?.close();
	if (plan.log === 'lines' && lineLog === undefined) {
		control.notice(
			'There is no terminal to be had for the log of pgbench (by script, of util-linux): it comes in blocks.',
		);
	}

	const hold = createHold();
	const wall = wallClock();
	const words: string[] = [];
	const said: string[] = [];
	const givenUp = new Map<number, GivenUp>();
	let phase: 'warm-up' | 'measure' | undefined;
	/** Milliseconds of the time of day; `origin`: the load began, as far as is known. */
	let quietSince = wall();
	let origin: number | undefined;
	let delay = mostDelay;
	let enteredAt = 0;
	let boundary = Number.NEGATIVE_INFINITY;
	let alarmedAt: number | undefined;
	let abortedAt: number | undefined;
	let isKilled = false;
	let isLumpy = false;
	/** Of each client, where the log comes by lines: when its last transaction ended. */
	const lastEnds = new Map<number, number>();
	/** Lines of pgbench that say that it has vacuumed: before the last of them it does not load. */
	let vacuums = plan.vacuum === 'none' ? 0 : plan.vacuum === 'all' ? 2 : 1;

	const extent =
		perClient === undefined
			? {seconds: Math.ceil((length ?? 0) / 1000 + plan.clients * perConnection) + spareSeconds}
			: {perClient};
	const tail = followFolder(folder, plan.threads);
	const running = startTool(findPgbench(plan), loadWords(plan, extent, `${folder}/log`, version), {
		environment: environmentFor(plan),
		scratch: folder,
		hear: (line) => {
			if (said.length < mostReport) said.push(line);
		},
		hearError: (line) => {
			const second = readProgress(line);
			if (second !== undefined) {
				if (phase === 'measure' && wall() - 1000 >= boundary) recorder.sample(progress, second.rate);
				return;
			}

			quietSince = wall();
			if (line.endsWith('end.')) vacuums -= 1;
			words.push(line);
			if (words.length > mostWords) words.shift();
			const gone = readGivenUp(line);
			if (gone === undefined || givenUp.has(gone.client)) return;
			givenUp.set(gone.client, gone);
			hold.add(givenUpIn, {given: gone, ended: wall()});
		},
	});
	if (running.pid !== undefined) lineLog?.attach(running.pid);
	let end: ToolEnd | undefined;
	const ended = running.ended.then((how) => {
		end = how;
	});
	control.watch(
		() => Number.NaN,
		() => {
			const use = running.use();
			return use === undefined ? {} : {'tool.cpu': use.cpu, 'tool.memory': use.memory};
		},
	);

	const read = (isWhole: boolean): void => {
		const now = wall();
		const take = (line: string, source: number): void => {
			const entry = readEntry(line, columns);
			if (entry === undefined) {
				tally.unreadable += 1;
				return;
			}

			addToTally(tally, entry, plan.latencyLimit);
			isLumpy ||= now - entry.ended / 1000 > lumpy;
			if (source === linesIn) lastEnds.set(entry.client, entry.ended / 1000);
			hold.add(source, {entry, ended: entry.ended / 1000});
		};
		// Once one line has come, all threads have opened their logs: since version 14 they wait for each other.
		const isOpen = lineLog !== undefined && lastEnds.size > 0 && version >= 14;
		if (isOpen) rmSync(folder, {recursive: true, force: true});
		else tail.read(take, isWhole);
		lineLog?.read((line) => take(line, linesIn));
	};
	/** Counts what ended until then; what began in the warm-up and ends after it belongs to no measured time. */
	const release = (until: number): void => {
		hold.release(until, (held) => {
			if ('given' in held) counting.giveUp(held.given.script, held.given.outcome);
			else if (phase !== 'measure' || beginOf(held.entry) / 1000 >= boundary) counting.count(held.entry);
		});
	};
	const enter = (next: 'warm-up' | 'measure', now: number): void => {
		phase = next;
		enteredAt = now;
		control.enter(next);
	};
	/** Enters what has come to pass. */
	const advance = (now: number): void => {
		const begun = tally.begun / 1000;
		if (phase === undefined) {
			const isQuiet = end === undefined && vacuums <= 0 && now - quietSince >= mostDelay;
			if (!Number.isFinite(begun) && !isQuiet) return;
			origin = Number.isFinite(begun) ? begun : quietSince;
			delay = Number.isFinite(begun) ? Math.max(leastDelay, (now - begun) * 1.25) : mostDelay;
			enter(warmup > 0 ? 'warm-up' : 'measure', now);
		}

		// What was only thought is put right as long as nothing has come of it.
		if (Number.isFinite(begun) && alarmedAt === undefined && (phase === 'warm-up' || warmup === 0)) origin = begun;
		if (phase === 'warm-up' && isMeasured && origin !== undefined && now >= origin + warmup + delay) {
			release(origin + warmup);
			boundary = origin + warmup;
			enter('measure', now);
		}
	};
	const alarm = (now: number): void => {
		alarmedAt = now;
		if (running.pid === undefined || end !== undefined) return;
		try {
			// The signal by which pgbench knows that its time is over: it ends its transactions, and reports.
			process.kill(running.pid, 'SIGALRM');
		} catch {
			// It has ended meanwhile.
		}
	};

	/** Counts what was in flight when it was killed: by lines that is known of each client, else that there was something. */
	const abandon = (): void => {
		const now = wall();
		const since = alarmedAt ?? now;
		if (lineLog === undefined || plan.rate !== undefined) {
			counting.abandon(now - since);
			return;
		}

		for (let client = 0; client < plan.clients; client += 1) {
			const last = lastEnds.get(client) ?? origin ?? since;
			if (last < since && !givenUp.has(client)) counting.abandon(now - last);
		}
	};

	try {
		for (;;) {
			const now = wall();
			const isOver = end !== undefined && (isKilled || lineLog === undefined || lineLog.isDrained());
			read(isOver);
			advance(now);
			release(now - delay);
			if (signal.aborted && abortedAt === undefined) {
				abortedAt = now;
				if (phase === undefined) await running.stop('SIGTERM', 100);
				else {
					// With a number of transactions it has no time that could be over: this ends it.
					isKilled = perClient !== undefined && end === undefined;
					alarm(now);
				}
			} else if (alarmedAt === undefined && length !== undefined && origin !== undefined && now >= origin + length) {
				alarm(now);
			}

			const allowed = abortedAt === undefined ? patience : stopPatience;
			if (end === undefined && alarmedAt !== undefined && now - (abortedAt ?? alarmedAt) > allowed) {
				isKilled = true;
				await running.stop('SIGKILL', 0);
				continue;
			}

			const isSettled = now >= tally.ended / 1000 + delay || (abortedAt !== undefined && now - abortedAt > stopLimit);
			if (isOver && (isSettled || phase === undefined)) break;
			const due =
				length === undefined || origin === undefined || alarmedAt !== undefined ? now + readEvery : origin + length;
			const wait = Math.max(1, Math.min(readEvery, due - now));
			await (end !== undefined ? sleep(wait) : Promise.race([sleep(wait), ended]));
		}

		release(Number.POSITIVE_INFINITY);
		if (isKilled && phase === 'measure') abandon();
		const code = end !== undefined && 'code' in end ? end.code : undefined;
		const hasCounted = tally.processed + tally.failed + tally.skipped > 0;
		// 2 says that clients gave up: what the others did is measured.
		const isFine = code === 0 || (code === 2 && hasCounted);
		if (end !== undefined && !isFine && abortedAt === undefined && !isKilled) {
			throw pgbenchFailure(plan, 'pgbench could not load the database', {end, words});
		}

		if (phase === 'measure') {
			const isOpen = plan.rate !== undefined;
			const from = Math.max(boundary, tally.begun / 1000);
			const isCut = isKilled || isOpen || warmup > 0;
			const to = alarmedAt !== undefined && isCut ? alarmedAt : tally.ended / 1000;
			const idle = wall() - enteredAt - (to - from);
			if (idle > 0 && Number.isFinite(idle)) recorder.idle(idle);
		}

		tellEnd({
			plan,
			recorder,
			control,
			tally,
			report: readReport(said),
			givenUp: [...givenUp.values()],
			isKilled,
			isByLines: lineLog !== undefined,
			isLumpy,
			isMeasured: phase === 'measure',
		});
		if (isMeasured) control.finish();
	} finally {
		await running.stop('SIGKILL', 0);
		await lineLog?.close();
		tail.close();
	}
};

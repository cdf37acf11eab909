import {setImmediate as breathe} from 'node:timers/promises';
import {printable} from '../../core/printable.ts';
import {redactWords} from '../../core/secret.ts';
import {formatCount} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {Control, Recorder} from '../engine.ts';
import {findTool, type RunningTool, startTool, type ToolEnd, toolFailure} from '../tool.ts';
import {countIn, type Share, sharesOf} from './distribution.ts';
import {type RedisBenchmarkPlan, wholePipelines} from './plan.ts';
import {createReportReader, type Progress, type Report} from './report.ts';
import {environmentOf, redisBenchmark, wordsOf} from './tool.ts';

/** With a duration, a round takes about so long: with its end, latencies are known. Milliseconds. */
const roundLength = 1000;
/** The first round of each test, when nothing is known of the server yet: so many pipelines of each client. */
const firstPipelines = 20;
/** A round that takes this much longer than twice what is left is broken off. Milliseconds. */
const overtime = 5000;
/** What is left of a duration is worth another round from so many milliseconds on, or so much of it. */
const [shortestRound, shortestShare] = [20, 0.02];
/** Latencies that are counted before this thread listens again. */
const longestSlice = 200_000;

/** The same latencies in slices, so that none keeps this thread for long. */
function* slicesOf(shares: readonly Share[]): Generator<readonly Share[]> {
	let slice: Share[] = [];
	let room = longestSlice;
	for (const {value, count} of shares) {
		for (let left = count; left > 0; ) {
			const taken = Math.min(left, room);
			slice.push({value, count: taken});
			left -= taken;
			room -= taken;
			if (room > 0) continue;
			yield slice;
			[slice, room] = [[], longestSlice];
		}
	}

	if (slice.length > 0) yield slice;
}

/** Counts what redis-benchmark says. Times are of its own clock; what lies between them is idle. */
const createLedger = (recorder: Recorder) => {
	const ok = recorder.outcome('ok', false);
	/** Up to this moment all time is accounted for. */
	let mark = performance.now();
	/** When it first said that a test runs; lines may come late, so that only its own time counts. */
	let begun: number | undefined;
	/** When it last said how far it is. */
	let heard = mark;
	let most = 0;
	/** Counted while the test runs: it has no latency yet. */
	let counted = 0;
	let uncounted = 0;
	/** Milliseconds of it that redis-benchmark measured in. */
	let measuredSince = 0;
	/** Told when it has ended, not before: lines may come late, and what is between them is then less than it seems. */
	const account = (): void => {
		const now = performance.now();
		recorder.idle(Math.max(0, now - mark - measuredSince));
		mark = now;
		measuredSince = 0;
	};
	return {
		/** A test may begin, of so many requests. */
		expect(requests: number): void {
			most = requests;
		},
		progress({test, overall, mean}: Progress): void {
			const now = performance.now();
			if (begun === undefined) {
				begun = now;
				heard = now;
				return;
			}

			if (overall === undefined) return;
			heard = now;
			if (mean !== undefined) {
				const name = `${printable(redactWords(test))} mean`;
				const about = 'mean latency of each quarter of a second, as redis-benchmark says while it runs';
				recorder.sample(recorder.metric({name, unit: 'ms', better: 'lower', about}), mean);
			}

			const done = Math.min(most, Math.floor((overall * (now - begun)) / 1000));
			if (done <= counted) return;
			recorder.offer(done - counted);
			recorder.count(ok, done - counted);
			counted = done;
		},
		/** The test is over: what was counted of it is taken back, and told anew with its latencies. Gives its milliseconds. */
		async report(report: Report): Promise<number> {
			const {completed, throughput} = report;
			const measured = throughput > 0 ? (completed / throughput) * 1000 : 0;
			measuredSince += measured;
			begun = undefined;
			const name = printable(redactWords(report.test));
			const part = recorder.part(name);
			// As much as is told anew: between two slices somebody may look, and must not see less than nothing.
			const takeBack = (most: number): void => {
				const back = Math.min(counted, most);
				recorder.offer(-back);
				recorder.count(ok, -back);
				counted -= back;
			};
			for (const shares of slicesOf(sharesOf(report))) {
				const told = shares.reduce((sum, {count}) => sum + count, 0);
				takeBack(told);
				part.offer(told);
				for (const {value, count} of shares) for (let left = count; left > 0; left--) part.record(ok, value);
				await breathe();
			}

			// Of a number that is no whole number of pipelines the last pipeline is sent whole, and not timed whole.
			const untimed = completed - countIn(report);
			if (untimed > 0) {
				takeBack(untimed);
				recorder.offer(untimed);
				recorder.count(ok, untimed);
			}

			const metric = (what: string, unit: string, better: 'higher' | 'lower', about: string, value: number): void =>
				recorder.sample(recorder.metric({name: `${name} ${what}`, unit, better, about}), value);
			metric('throughput', '1/s', 'higher', 'requests per second, as redis-benchmark says', throughput);
			metric('average', 'ms', 'lower', 'mean latency, as redis-benchmark says', report.mean);
			return measured;
		},
		/** Redis-benchmark was broken off: what it did last stays counted without latencies. */
		breakOff(): void {
			// What was done after it last said how far it is, nobody knows: that time counts as little.
			if (begun !== undefined) measuredSince += heard - begun;
			account();
			uncounted += counted;
			[counted, begun] = [0, undefined];
		},
		/** Time that no redis-benchmark ran in. */
		skip: account,
		/** What has no latencies because its test was broken off. */
		untimed: (): number => uncounted,
	};
};

type Ledger = ReturnType<typeof createLedger>;

/** Starts redis-benchmark once, and lets it end or ends it at the signal. Gives the milliseconds that it measured for. */
const runOnce = async (
	path: string,
	plan: RedisBenchmarkPlan,
	requests: number,
	isEndless: boolean,
	ledger: Ledger,
	stop: AbortSignal,
	follow: (tool: RunningTool) => void,
): Promise<number> => {
	const said: string[] = [];
	let measured = 0;
	let reports = 0;
	let telling: Promise<void> = Promise.resolve();
	let isOver = false;
	ledger.expect(requests);
	const read = createReportReader({
		progress: (progress) => {
			if (!isOver) telling = telling.then(() => ledger.progress(progress));
		},
		report: (report) => {
			if (isOver) return;
			reports += 1;
			telling = telling.then(async () => {
				measured += await ledger.report(report);
			});
		},
		other: (line) => {
			said.push(printable(line.trim()).slice(0, 500));
			if (said.length > 8) said.shift();
		},
	});
	const tool = startTool(path, wordsOf(plan, requests, isEndless), {
		environment: environmentOf(plan),
		overwrites: true,
		hear: read,
	});
	follow(tool);
	const ending = (): void => {
		isOver = true;
		void tool.stop('SIGTERM', 200);
	};
	if (stop.aborted) ending();
	stop.addEventListener('abort', ending);
	try {
		const end = await tool.ended;
		await telling;
		if (stop.aborted) {
			ledger.breakOff();
			return measured;
		}

		if (!('code' in end) || end.code !== 0) {
			// What it had said of the test that it was in stays counted, and so does the time of that.
			ledger.breakOff();
			throw failure(plan, end, [...tool.lastWords(), ...said]);
		}

		ledger.skip();
		if (reports === 0) {
			throw new BenchtopError('redis-benchmark ran no test.', {
				hint:
					plan.tests === undefined
						? 'It said nothing of the command.'
						: `Does it know ${plan.tests.join(', ')}? Its tests are named set, get, incr, lpush, lrange_100 and so on.`,
				exitCode: 4,
			});
		}

		return measured;
	} finally {
		stop.removeEventListener('abort', ending);
		await tool.stop('SIGTERM', 200);
	}
};

const failure = (plan: RedisBenchmarkPlan, end: ToolEnd, words: readonly string[]): BenchtopError => {
	const isLocked = words.some((word) => /NOAUTH|WRONGPASS/.test(word));
	if (!isLocked || plan.passwordOnCommandLine) return toolFailure('redis-benchmark', end, words);
	return new BenchtopError('redis-benchmark takes a password only on its command line, where every user can read it.', {
		hint: 'The engine redis does not show it: benchtop redis URL COMMAND. Or allow it: --password-on-command-line.',
		exitCode: 4,
	});
};

/** How many requests of each test the next round is to have, given what the last one took. */
const nextRequests = (
	plan: RedisBenchmarkPlan,
	last: {readonly requests: number; readonly measured: number} | undefined,
	left: number,
): number => {
	const first = firstPipelines * plan.clients * plan.pipeline;
	const wanted =
		last === undefined
			? first
			: last.measured <= 0
				? last.requests * 10
				: Math.floor((last.requests / last.measured) * Math.min(roundLength, left));
	return wholePipelines(Math.max(plan.pipeline, Math.min(plan.requests, wanted)), plan.pipeline);
};

/** Runs redis-benchmark until the plan's end or the signal. Rejects with a BenchtopError (exit code 4) where it fails. */
export const loadByRedisBenchmark = async (
	plan: RedisBenchmarkPlan,
	recorder: Recorder,
	control: Control,
): Promise<void> => {
	const {signal, warmup, duration, amount} = control;
	if (signal.aborted) return;
	const path = findTool(redisBenchmark);
	let running: RunningTool | undefined;
	const follow = (tool: RunningTool): void => {
		running = tool;
	};
	control.enter(warmup > 0 ? 'warm-up' : 'measure');
	control.watch(
		() => 0,
		() => {
			const use = running?.use();
			return use === undefined ? {} : {'tool.cpu': use.cpu, 'tool.memory': use.memory};
		},
	);
	const ledger = createLedger(recorder);
	const tests = plan.tests?.length ?? 1;
	if (warmup > 0) {
		const enough = AbortSignal.any([signal, AbortSignal.timeout(warmup)]);
		// Short tests, over and over, so that each has its turn.
		await runOnce(path, plan, nextRequests(plan, undefined, warmup), true, ledger, enough, follow);
		if (signal.aborted) return;
		// How long it took to end belongs to the phase that it is of.
		ledger.skip();
		control.enter('measure');
	}

	const before = ledger.untimed();
	if (duration === undefined || amount !== undefined) {
		const requests = amount === undefined ? plan.requests : Math.ceil(amount / tests);
		await runOnce(path, plan, wholePipelines(requests, plan.pipeline), false, ledger, signal, follow);
	} else {
		const deadline = new AbortController();
		let measured = 0;
		let last: {readonly requests: number; readonly measured: number} | undefined;
		let timer: NodeJS.Timeout | undefined;
		try {
			while (!signal.aborted && !deadline.signal.aborted) {
				const left = duration - measured;
				if (last !== undefined && left < Math.max(shortestRound, duration * shortestShare)) break;
				// A server that is slower than it was must not hold the run up for ever.
				clearTimeout(timer);
				timer = setTimeout(() => deadline.abort(), left * 2 + overtime);
				const requests = nextRequests(plan, last, left);
				const stop = AbortSignal.any([signal, deadline.signal]);
				const done = await runOnce(path, plan, requests, false, ledger, stop, follow);
				measured += done;
				last = {requests, measured: done};
			}
		} finally {
			clearTimeout(timer);
		}
	}

	const untimed = ledger.untimed() - before;
	if (untimed > 0) {
		control.doubt({
			kind: 'untimed',
			message: `About ${formatCount(untimed)} requests were made in a test that was broken off: redis-benchmark tells latencies when a test is over, so these are counted by its own estimate and have none.`,
		});
	}

	ledger.skip();
	control.finish();
};

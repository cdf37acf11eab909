import {setTimeout as sleep} from 'node:timers/promises';
import {BenchtopError} from '../../errors.ts';
import type {Control, Recorder} from '../engine.ts';
import {type RunningTool, type ToolEnd, toolFailure} from '../tool.ts';
import {conclude} from './conclude.ts';
import {startFailure} from './failure.ts';
import {refusalOf, setAside, waitingFor} from './greeting.ts';
import {createHealth} from './health.ts';
import {createLog} from './log.ts';
import {createPhases} from './phases.ts';
import type {LocustPlan} from './plan.ts';
import {findLocust, type Role, startLocust} from './program.ts';
import {createTally, otherNames} from './tally.ts';
import {parseTold, type Told, type ToldOf} from './told.ts';

/** What Locust may take to end by itself, beside the time that it gives its users. Milliseconds. */
const windingDown = 10_000;
/** The same when a run is stopped: it is to be over within a second. */
const stopPatience = 500;
/** A worker is told by its master to end, and says its last words meanwhile. */
const workerPatience = 3000;

const now = (): number => performance.now();

/** Makes requests by Locust until the plan's end or the signal. Rejects with a BenchtopError (exit code 4). */
export const loadByLocust = async (plan: LocustPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal} = control;
	if (signal.aborted) return;
	if (control.duration === undefined && control.amount === undefined && !plan.shape) {
		throw new BenchtopError('Nothing says when this run of Locust is over.', {
			hint: 'Give it a duration, or say shape.',
		});
	}

	const path = findLocust(plan);
	const tally = createTally(recorder, now, () =>
		control.notice(
			`Requests have too many names to be told apart: what came later is ${otherNames}. Give those alike one name (name="/item/[id]").`,
		),
	);
	const health = createHealth();
	const log = createLog(control);
	const phases = createPhases(plan, recorder, control, tally, health, now);
	const isDistributed = plan.workers > 0 || plan.master !== undefined;
	const running: RunningTool[] = [];
	const workers: RunningTool[] = [];
	const errors = new Map<string, ToldOf<'errors'>>();
	let main: string | undefined;
	let stats: ToldOf<'stats'> | undefined;
	let isLost = false;
	let isStopping = false;
	let waiting: NodeJS.Timeout | undefined;

	const over = Promise.withResolvers<void>();
	const fail = (error: unknown): void => {
		if (phases.isOver()) return;
		over.reject(error);
	};
	// It may fail before anybody waits.
	over.promise.catch(() => {});

	const lose = (name: string | undefined): void => {
		if (name === undefined || phases.isOver()) return;
		isLost = true;
		for (const finding of health.standing()) control.find(finding);
		control.notice(`Lost: ${name}.`);
		control.doubt({
			kind: 'lost-worker',
			message: `Not all workers were there to the end: ${name} was lost ${phases.spokenMoment()}, and with it what it had not told. The load was not what was asked for.`,
		});
		if (health.present() > 0) return;
		phases.endEarly();
		phases.end();
	};

	const startWorkers = (port: number): void => {
		for (let index = 0; index < plan.workers; index += 1) {
			let id: string | undefined;
			const complained: string[] = [];
			const worker = startLocust(
				path,
				plan,
				{role: 'worker', port},
				{
					hearChannel: (line) => {
						const told = parseTold(line);
						id ??= told?.id;
						hear(told);
					},
					hearError: (line) => log.hear(line, complained),
				},
			);
			workers.push(worker);
			running.push(worker);
			void worker.ended.then((end) => {
				if (phases.isOver()) return;
				if (phases.isBegun()) lose((id === undefined ? undefined : health.lose(id)) ?? 'a worker');
				else fail(startFailure(end, complained, plan.folder));
			});
		}
	};

	const greet = (hello: ToldOf<'hello'>): void => {
		health.hello(hello);
		if (hello.role === 'worker') return;
		main = hello.id;
		const refusal = refusalOf(plan, hello);
		if (refusal !== undefined) {
			fail(refusal);
			return;
		}

		for (const words of setAside(hello)) control.notice(words);
		const {port = null} = hello;
		if (hello.role !== 'master' || port === null) return;
		startWorkers(port);
		const {master} = plan;
		if (master === undefined) return;
		const others = waitingFor(plan.workers, master, port);
		if (master.expect > 0) control.notice(others.words);
		waiting = setTimeout(() => fail(others.missed(health.present())), master.patience);
	};

	/** Its shape is over, or its file has asked for the end. */
	const stopsItself = (): void => {
		if (phases.isOver() || (tally.told() === 0 && !plan.shape)) return;
		isStopping = true;
		if (!plan.shape) phases.endEarly();
		phases.end();
	};

	const hear = (told: Told | undefined): void => {
		if (told === undefined) return;
		tally.momentOf(told.id, told.t);
		switch (told.k) {
			case 'hello':
				greet(told);
				return;
			case 'misled':
				fail(
					new BenchtopError(`Locust's own configuration made a process the ${told.role} of a run.`, {
						hint: 'Look for master, worker and processes in locust.conf, pyproject.toml and LOCUST_… in the environment; workers are for benchtop to start.',
						exitCode: 4,
					}),
				);
				return;
			case 'began':
				if (told.id !== main) return;
				clearTimeout(waiting);
				phases.begin();
				return;
			case 'stopping':
				if (told.id === main) stopsItself();
				return;
			case 'spawned':
				if (told.id === main) phases.spawned(told.users);
				return;
			case 'requests':
				health.count(told.id, told.r.length / 4);
				tally.hear(told);
				if (control.amount !== undefined && tally.measured() >= control.amount) phases.end();
				return;
			case 'cut':
				tally.hearCut(told);
				return;
			case 'pulse':
				health.hear(told);
				if (told.broken && phases.isBegun() && !phases.isSpawned()) fail(log.failure(plan.folder));
				return;
			case 'workers':
				if (!phases.isOver()) for (const name of health.hearMaster(told)) lose(name);
				return;
			case 'errors':
				errors.set(told.id, told);
				return;
			case 'deaf':
				fail(
					new BenchtopError(`The worker ${told.worker} makes requests and tells nothing of them.`, {
						hint: 'Start it with -f - so that it gets all files from the master: locust -f - --worker --master-host …',
						exitCode: 4,
					}),
				);
				return;
			case 'stats':
				stats = told;
		}
	};

	const role: Role = {role: isDistributed ? 'master' : 'local'};
	const lead = startLocust(path, plan, role, {
		hearChannel: (line) => hear(parseTold(line)),
		hearError: (line) => log.hear(line),
	});
	running.push(lead);
	let ended: ToolEnd | undefined;
	void lead.ended.then((end) => {
		ended = end;
		if (phases.isOver()) return;
		if (!phases.isBegun()) fail(startFailure(end, log.lines(), plan.folder));
		else if (tally.told() === 0 && !plan.shape) fail(log.failure(plan.folder));
		else if (stats === undefined) fail(toolFailure('Locust', end, lead.lastWords()));
		else stopsItself();
	});
	control.watch(health.oldest, () => {
		const uses = running.flatMap((tool) => tool.use() ?? []);
		return {
			...(phases.isBegun() ? health.levels() : {}),
			...(uses.length < running.length
				? {}
				: {
						'tool.cpu': uses.reduce((sum, {cpu}) => sum + cpu, 0),
						'tool.memory': uses.reduce((sum, {memory}) => sum + memory, 0),
					}),
		};
	});

	/** Waits for what ends by itself, but no longer than that. */
	const within = async (ending: Promise<unknown>, patience: number): Promise<void> => {
		// A timer that nobody waits for any more would keep this thread alive.
		const enough = new AbortController();
		const late = sleep(patience, undefined, {signal: AbortSignal.any([signal, enough.signal])}).catch(() => {});
		await Promise.race([ending, late]);
		enough.abort();
	};

	/** Asks for an orderly end, and waits until all has been told. */
	const windDown = async (): Promise<void> => {
		if (isStopping) await within(lead.ended, plan.stopTimeout + workerPatience);
		if (ended === undefined) lead.tell('SIGTERM');
		await within(lead.ended, plan.stopTimeout + windingDown);
		await within(Promise.all(workers.map((worker) => worker.ended)), plan.stopTimeout + workerPatience);
	};

	const stopNow = (): void => {
		phases.end();
		over.resolve();
	};
	signal.addEventListener('abort', stopNow);
	phases.onMeasure(() => {
		if (isDistributed) for (const finding of health.standing()) control.find(finding);
	});
	phases.onEnd(() => over.resolve());
	try {
		await over.promise;
		if (!signal.aborted) await windDown();
	} finally {
		phases.end();
		clearTimeout(waiting);
		signal.removeEventListener('abort', stopNow);
		await Promise.all(running.map((tool) => tool.stop('SIGTERM', stopPatience)));
		phases.finish();
		log.close();
	}

	conclude(plan, control, {
		tally,
		health,
		errors: [...errors.values()],
		stats,
		isDistributed,
		isLost,
		isStopped: signal.aborted,
	});
};

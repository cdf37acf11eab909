import {randomUUID} from 'node:crypto';
import type {Doubt} from '../core/event.ts';
import type {Around, Service, Step} from '../core/plan.ts';
import {formatDuration} from '../core/units.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {type Child, endWords, startChild, stepWords} from './children.ts';
import {answers, isListening, logListener, readyWords} from './ready.ts';

/** Tells those who watch what is being done around a run. */
export type Tell = (level: 'info' | 'warning', text: string) => void;

/** Hears of a process that is to stay for a while, and of the mark that all of it carries. */
export type OnStart = (pid: number, mark: string | undefined) => void;

/** What stands around runs: prepared before them, cleared away after them. */
export type Stage = {
	/**
	 * Runs the set-up and starts the services; a second time it does nothing, or fails as it did. Rejects with a
	 * BenchtopError (exit code 4) that says what failed, with its last words.
	 */
	readonly prepare: (tell: Tell, signal: AbortSignal) => Promise<void>;
	/** Services that have ended although they were not to. */
	readonly doubts: () => readonly Doubt[];
	/**
	 * Ends the services and runs the teardown, if there was anything to prepare; where the user waits for it, since the run
	 * was stopped, within seconds. Never rejects: what fails is told.
	 */
	readonly clear: (tell: Tell, extent: Extent, isStopped?: boolean) => Promise<void>;
};

/** How much is over with a run: what is around it alone, what it shares with those next to it as well, or all. */
export type Extent = 'run' | 'shared' | 'all';

const extents: readonly Extent[] = ['run', 'shared', 'all'];

/** Of what nothing is done around. */
export const noAround: Around = {setup: [], services: [], teardown: []};

/** One stage within another that stays for the runs that follow, until so much is over. */
export const joinStages = (outer: Stage, inner: Stage, until: Extent = 'all'): Stage => ({
	async prepare(tell, signal) {
		await outer.prepare(tell, signal);
		if (!signal.aborted) await inner.prepare(tell, signal);
	},
	doubts: () => [...outer.doubts(), ...inner.doubts()],
	async clear(tell, extent, isStopped) {
		await inner.clear(tell, extent, isStopped);
		if (extents.indexOf(extent) >= extents.indexOf(until)) await outer.clear(tell, extent, isStopped);
	},
});

const readyPause = 50;
/** How long a step of the teardown may take when the user waits for it. Milliseconds. */
const teardownAfterStop = 10_000;
/** A service that says nothing of when it is ready must at least live so long. */
const leastLife = 200;

const lastWords = (child: Child): string => {
	const lines = child.lastLines();
	return lines.length === 0 ? 'It wrote nothing.' : `Its last words:\n${lines.map((line) => `  ${line}`).join('\n')}`;
};

const failed = (what: string, child: Child): BenchtopError =>
	new BenchtopError(what, {hint: lastWords(child), exitCode: 4});

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
	new Promise((resolve) => {
		const settle = (): void => {
			clearTimeout(timer);
			signal.removeEventListener('abort', settle);
			resolve();
		};
		const timer = setTimeout(settle, milliseconds);
		signal.addEventListener('abort', settle);
		if (signal.aborted) settle();
	});

/** Runs a step to its end. Rejects when it fails or takes too long; a stop ends it, and it counts as done. */
const perform = async (kind: string, step: Step, tell: Tell, signal: AbortSignal): Promise<void> => {
	const words = stepWords(step);
	tell('info', `${kind}: ${words}`);
	const began = performance.now();
	const child = startChild(step);
	const over = new AbortController();
	const timeout = pause(step.timeout, AbortSignal.any([signal, over.signal])).then(() => undefined);
	const end = await Promise.race([child.ended, timeout]);
	over.abort();
	// Also what it left running: a set-up that is to leave something behind is a service.
	await child.stop();
	if (signal.aborted) return;
	if (end === undefined) throw failed(`${kind}: ${words} took longer than ${formatDuration(step.timeout)}.`, child);
	if (!('code' in end) || end.code !== 0) throw failed(`${kind}: ${words} ${endWords(end)}.`, child);
	tell('info', `${kind}: done in ${formatDuration(performance.now() - began)}`);
};

/** The first of these things that settles, of a process that may also end before. */
const waitUntilReady = async (
	{ready, timeout, ...step}: Service,
	child: Child,
	heard: () => boolean | 'too slow',
	signal: AbortSignal,
): Promise<void> => {
	const {port, url, log} = ready;
	const words = stepWords(step);
	let ended = false;
	void child.ended.then(() => {
		ended = true;
	});
	const began = performance.now();
	const isReady = async (): Promise<boolean> => {
		if (port === undefined && url === undefined && log === undefined) return performance.now() - began >= leastLife;
		return (
			(port === undefined || (await isListening(port))) &&
			(url === undefined || (await answers(url))) &&
			(log === undefined || heard() === true)
		);
	};
	while (!signal.aborted) {
		if (heard() === 'too slow') {
			throw new BenchtopError(`${words}: looking for /${log}/ in what it writes takes for ever.`, {
				hint: 'Repetitions within repetitions, such as (a+)+, do that: write a simpler pattern for ready.log.',
				exitCode: 4,
			});
		}

		const now = await isReady();
		if (ended) throw failed(`${words} ${endWords(await child.ended)} before it was ready.`, child);
		if (now) return;
		if (performance.now() - began > timeout) {
			throw failed(`${words} was not ready after ${formatDuration(timeout)}: ${readyWords(ready)}.`, child);
		}

		await pause(readyPause, signal);
	}
};

const startService = async (service: Service, tell: Tell, signal: AbortSignal, keep: (child: Child) => void) => {
	const {ready} = service;
	const words = stepWords(service);
	if (ready.port !== undefined && (await isListening(ready.port))) {
		throw new BenchtopError(`${words} is to listen on port ${ready.port}, where something listens already.`, {
			hint: 'What is measured would be that. End it, or leave out the service if it is the one that is meant.',
			exitCode: 4,
		});
	}

	tell('info', `starting ${words}`);
	const began = performance.now();
	const child = startChild(service, randomUUID());
	keep(child);
	const listener = logListener(ready.log ?? '');
	if (ready.log !== undefined) child.onLines(listener.hear);
	await waitUntilReady(service, child, listener.heard, signal);
	if (!signal.aborted) tell('info', `ready after ${formatDuration(performance.now() - began)}: ${words}`);
};

/** The stage of these steps and services, not yet prepared. `onStart` hears of each process that is to stay for a while. */
export const createStage = ({setup, services, teardown}: Around, onStart: OnStart = () => {}): Stage => {
	const running: Array<{readonly words: string; readonly child: Child}> = [];
	const losses: Doubt[] = [];
	let prepared: Promise<void> | undefined;
	let isCleared = false;

	const prepare = async (tell: Tell, signal: AbortSignal): Promise<void> => {
		for (const step of setup) {
			if (!signal.aborted) await perform('set-up', step, tell, signal);
		}

		for (const service of services) {
			if (signal.aborted) return;
			const words = stepWords(service);
			await startService(service, tell, signal, (child) => {
				running.push({words, child});
				if (child.pid !== undefined) onStart(child.pid, child.mark);
				void child.ended.then((end) => {
					if (isCleared) return;
					losses.push({
						kind: 'service-ended',
						message: `${words} ${endWords(end)} while it was needed. ${child.lastLines().at(-1) ?? ''}`.trim(),
					});
				});
			});
		}
	};
	return {
		prepare(tell, signal) {
			prepared ??= prepare(tell, signal);
			return prepared;
		},
		doubts: () => [...losses],
		async clear(tell, _extent, isStopped = false) {
			isCleared = true;
			if (prepared === undefined) return;
			await prepared.catch(() => {});
			await Promise.all(running.reverse().map(({child}) => child.stop()));
			for (const step of teardown) {
				const timeout = isStopped ? Math.min(step.timeout, teardownAfterStop) : step.timeout;
				await perform('teardown', {...step, timeout}, tell, new AbortController().signal).catch((error: unknown) => {
					const hint = error instanceof BenchtopError ? (error.hint ?? '') : '';
					for (const line of `${messageOf(error)} ${hint}`.trim().split('\n')) tell('warning', line);
				});
			}
		},
	};
};

import {existsSync} from 'node:fs';
import type {Launcher} from './launch.ts';
import type {Ended, Order} from './order.ts';
import type {CommandPlan} from './plan.ts';

/** How a command went. */
export type Went = {readonly ended: Ended; readonly timedOut: boolean};

type Hooks = {
	/** It begins now. */
	readonly onStart?: () => void;
	/** It is broken off now, having begun. */
	readonly onBreak?: () => void;
};

/**
 * Runs one command to its end, to its timeout (milliseconds) or to the signal; `undefined` in that case. Where it did not
 * end by itself, nothing of it is left when this resolves. Rejects where it could not be started.
 */
export const perform = async (
	launcher: Launcher,
	order: Order,
	timeout: number | undefined,
	signal: AbortSignal,
	{onStart, onBreak}: Hooks = {},
): Promise<Went | undefined> => {
	if (signal.aborted) return undefined;
	const running = launcher.run(order);
	let timer: NodeJS.Timeout | undefined;
	let begun = false;
	let ending: Promise<void> | undefined;
	const broken = Promise.withResolvers<void>();
	const breakOff = (): void => broken.resolve();
	signal.addEventListener('abort', breakOff);
	const following = running.started.then(() => {
		if (signal.aborted) return;
		begun = true;
		onStart?.();
		if (timeout === undefined) return;
		timer = setTimeout(() => {
			ending = running.end();
		}, timeout);
	});
	try {
		await Promise.race([following.then(() => running.ended), broken.promise]);
		if (!signal.aborted) {
			await ending;
			return {ended: await running.ended, timedOut: ending !== undefined};
		}

		if (begun) onBreak?.();
		await running.end();
		return undefined;
	} finally {
		clearTimeout(timer);
		signal.removeEventListener('abort', breakOff);
	}
};

/** What an end is called, and whether it is a failure. */
export const outcomeOf = (
	{ended: {code, signal}, timedOut}: Went,
	exitCodes: CommandPlan['exitCodes'],
	program: string,
): readonly [name: string, failed: boolean] => {
	if (timedOut) return ['timeout', true];
	if (code === undefined) return [signal ?? 'killed', true];
	// Somebody removed it meanwhile: this is not a code of its own.
	if (code === 127 && !existsSync(program)) return ['not found', true];
	return [`exit ${code}`, exitCodes !== 'any' && !exitCodes.includes(code)];
};

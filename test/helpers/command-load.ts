import {readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished} from 'vitest';
import type {Doubt} from '../../source/core/event.ts';
import type {PhaseName} from '../../source/core/plan.ts';
import {inFlightIn, mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import {commandEngine} from '../../source/engines/command/engine.ts';
import {type commandLoad, commandSuite} from '../../source/engines/command/suite.ts';
import {erase} from '../../source/engines/index.ts';
import {hostLoad, type LoadLimits, type LoadMessage} from '../../source/run/load.ts';

/** The members of a suite file's benchmark. */
export type Given = Parameters<typeof commandLoad>[0];

/** A folder that is removed after the test. */
export const temporaryFolder = async (): Promise<string> => {
	const folder = await mkdtemp(join(tmpdir(), 'benchtop-test-'));
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	return folder;
};

/** A plan as a suite file in that folder would have it. */
export const planOf = async (given: Given, folder = tmpdir(), environment: Readonly<Record<string, string>> = {}) =>
	(await commandSuite.load(given, {folder, environment, name: 'test'})).load;

type Options = {
	readonly folder?: string;
	readonly environment?: Readonly<Record<string, string>>;
	readonly limits?: LoadLimits;
	readonly signal?: AbortSignal;
	readonly on?: (message: LoadMessage) => void;
};

/** Runs a benchmark in this thread, and gives what was counted; holds that every run ended exactly once. */
export const measureCommand = async (
	given: Given,
	{folder, environment, limits = {warmup: 0}, signal = new AbortController().signal, on}: Options = {},
) => {
	const load = erase(commandEngine).accept(await planOf(given, folder, environment));
	const parts: Record<PhaseName, Snapshot[]> = {'warm-up': [], measure: [], pause: []};
	const doubts: string[] = [];
	const notices: string[] = [];
	await hostLoad(
		load,
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot') parts[message.phase].push(message.snapshot);
			if (message.kind === 'doubt') doubts.push(message.doubt.kind);
			if (message.kind === 'notice') notices.push(message.text);
			on?.(message);
		},
	);
	const join = (snapshots: readonly Snapshot[]): Snapshot | undefined =>
		snapshots.length === 0 ? undefined : snapshots.reduce(mergeSnapshots);
	const total = join(parts.measure);
	if (total === undefined) throw new Error('nothing was measured');
	expect(inFlightIn(total)).toBe(0);
	return {
		total,
		warmup: join(parts['warm-up']),
		doubts: [...doubts, ...load.doubts(total, false).map(({kind}: Doubt) => kind)],
		notices,
	};
};

/** The values of a metric. */
export const valuesOf = ({metrics}: Snapshot, name: string): readonly number[] => metrics?.[name]?.samples.values ?? [];

/** Whether a process is there and runs; one that has ended and waits for its parent does not. Linux. */
export const isRunning = (pid: number): boolean => {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
	} catch {
		return false;
	}
};

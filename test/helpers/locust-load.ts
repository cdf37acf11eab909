import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished} from 'vitest';
import type {Doubt} from '../../source/core/event.ts';
import {type Finding, withFinding} from '../../source/core/finding.ts';
import type {PhaseName} from '../../source/core/plan.ts';
import {inFlightIn, mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import {erase} from '../../source/engines/index.ts';
import {locustEngine} from '../../source/engines/locust/engine.ts';
import {type locustLoad, locustSuite} from '../../source/engines/locust/suite.ts';
import {hostLoad, type LoadLimits, type LoadMessage} from '../../source/run/load.ts';

/** The members of a suite file's benchmark. */
export type Given = Omit<Parameters<typeof locustLoad>[0], 'locust'>;

/** A folder with a locustfile of this text, removed after the test. */
export const folderWith = async (locustfile: string): Promise<string> => {
	const folder = await mkdtemp(join(tmpdir(), 'benchtop-locust-'));
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	await writeFile(join(folder, 'locustfile.py'), locustfile);
	return folder;
};

/** A plan as a suite file in that folder would have it. */
export const planIn = async (folder: string, given: Given, environment: Readonly<Record<string, string>> = {}) =>
	(await locustSuite.load({locust: 'locustfile.py', ...given}, {folder, environment, name: 'test'})).load;

type Options = {
	readonly limits?: LoadLimits;
	readonly signal?: AbortSignal;
	readonly environment?: Readonly<Record<string, string>>;
	readonly on?: (message: LoadMessage) => void;
};

/** Runs a locustfile in this thread, and gives what was counted and told; holds that every request ended exactly once. */
export const measureLocust = async (locustfile: string, given: Given, options: Options = {}) => {
	const {
		limits = {warmup: 500, duration: 2000},
		signal = new AbortController().signal,
		environment = {},
		on = () => {},
	} = options;
	const folder = await folderWith(locustfile);
	const load = erase(locustEngine).accept(await planIn(folder, given, environment));
	const snapshots: Record<PhaseName, Snapshot[]> = {'warm-up': [], measure: [], pause: []};
	let findings: readonly Finding[] = [];
	const doubts: Doubt[] = [];
	const notices: string[] = [];
	await hostLoad(
		load,
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot') snapshots[message.phase].push(message.snapshot);
			if (message.kind === 'finding') findings = withFinding(findings, message.finding);
			if (message.kind === 'doubt') doubts.push(message.doubt);
			if (message.kind === 'notice') notices.push(message.text);
			on(message);
		},
	);
	const sumOf = (phase: PhaseName): Snapshot | undefined => {
		const [first, ...others] = snapshots[phase];
		return first === undefined ? undefined : others.reduce(mergeSnapshots, first);
	};
	const total = sumOf('measure');
	if (total === undefined) throw new Error('nothing was measured');
	expect(inFlightIn(total)).toBe(0);
	return {total, warmup: sumOf('warm-up'), findings, doubts, notices, kinds: doubts.map(({kind}) => kind)};
};

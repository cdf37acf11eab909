import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {Doubt} from '../../source/core/event.ts';
import {type Finding, withFinding} from '../../source/core/finding.ts';
import type {PhaseName} from '../../source/core/plan.ts';
import {mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import {artilleryEngine} from '../../source/engines/artillery/engine.ts';
import {artilleryLoad} from '../../source/engines/artillery/suite.ts';
import {erase} from '../../source/engines/index.ts';
import {hostLoad, type LoadLimits, type LoadMessage} from '../../source/run/load.ts';

type Given = Omit<Parameters<typeof artilleryLoad>[0], 'artillery'>;

type Options = {
	readonly limits?: LoadLimits;
	readonly signal?: AbortSignal;
	readonly environment?: Readonly<Record<string, string>>;
	/** Other files beside the script, by their names. */
	readonly files?: Readonly<Record<string, string>>;
	readonly on?: (message: LoadMessage, folder: string) => void;
};

/** Runs a script of Artillery in this thread, and gives what was counted and told. */
export const measureArtillery = async (script: string, given: Given = {}, options: Options = {}) => {
	const {limits = {warmup: 0}, signal = new AbortController().signal, environment = {}, files = {}, on} = options;
	const folder = await mkdtemp(join(tmpdir(), 'script-'));
	onTestFinished(() => rm(folder, {recursive: true, force: true}));
	for (const [name, text] of Object.entries({...files, 'load.yml': script})) await writeFile(join(folder, name), text);
	const {load} = await artilleryLoad({artillery: 'load.yml', ...given}, {folder, environment});
	const snapshots: Snapshot[] = [];
	const phases: PhaseName[] = [];
	let findings: readonly Finding[] = [];
	const doubts: Doubt[] = [];
	const notices: string[] = [];
	await hostLoad(
		erase(artilleryEngine).accept(load),
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot' && message.phase === 'measure') snapshots.push(message.snapshot);
			if (message.kind === 'phase') phases.push(message.phase);
			if (message.kind === 'finding') findings = withFinding(findings, message.finding);
			if (message.kind === 'doubt') doubts.push(message.doubt);
			if (message.kind === 'notice') notices.push(message.text);
			on?.(message, folder);
		},
	);
	const [first, ...others] = snapshots;
	if (first === undefined) throw new Error('nothing was measured');
	return {
		total: others.reduce(mergeSnapshots, first),
		phases,
		finding: (subject: string) => findings.find((each) => each.subject === subject)?.figures,
		text: (subject: string) => findings.find((each) => each.subject === subject)?.text,
		/** Without what a busy machine alone may cause. */
		doubts: doubts.filter(({kind}) => kind !== 'generator-saturated'),
		notices,
		folder,
	};
};

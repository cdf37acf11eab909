import type {Doubt} from '../../source/core/event.ts';
import type {Finding} from '../../source/core/finding.ts';
import {mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import type {Engine} from '../../source/engines/engine.ts';
import {erase} from '../../source/engines/index.ts';
import {hostLoad, type LoadLimits, type LoadMessage} from '../../source/run/load.ts';

/** What one load came to. */
export type Driven = {
	readonly total: Snapshot;
	readonly snapshots: readonly Snapshot[];
	readonly doubts: readonly Doubt[];
	readonly findings: readonly Finding[];
	readonly notices: readonly string[];
};

/** Runs an engine's plan in this thread; only what was measured counts. */
export const driveEngine = async <Plan>(
	engine: Engine<Plan>,
	plan: unknown,
	limits: LoadLimits,
	on: (message: LoadMessage) => void = () => {},
	signal: AbortSignal = new AbortController().signal,
): Promise<Driven> => {
	const snapshots: Snapshot[] = [];
	const doubts: Doubt[] = [];
	const findings: Finding[] = [];
	const notices: string[] = [];
	const load = erase(engine).accept(plan);
	await hostLoad(
		load,
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot' && message.phase === 'measure') snapshots.push(message.snapshot);
			if (message.kind === 'doubt') doubts.push(message.doubt);
			if (message.kind === 'finding') findings.push(message.finding);
			if (message.kind === 'notice') notices.push(message.text);
			on(message);
		},
	);
	const total = snapshots.reduce(mergeSnapshots);
	return {total, snapshots, doubts: [...doubts, ...load.doubts(total, false)], findings, notices};
};

import type {Doubt} from '../../source/core/event.ts';
import type {Finding} from '../../source/core/finding.ts';
import type {PhaseName} from '../../source/core/plan.ts';
import {type MetricSummary, summariseMetric} from '../../source/core/samples.ts';
import {mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import type {AnyEngine} from '../../source/engines/index.ts';
import {hostLoad, type LoadLimits} from '../../source/run/load.ts';

/** Runs an engine in this thread, and gives what it counted in the measured phase and what it told. */
export const loadWith = async (
	engine: AnyEngine,
	plan: unknown,
	limits: LoadLimits,
	signal: AbortSignal = new AbortController().signal,
	onPhase: (phase: PhaseName) => void = () => {},
) => {
	const snapshots: Snapshot[] = [];
	const findings: Finding[] = [];
	const notices: string[] = [];
	const doubts: Doubt[] = [];
	await hostLoad(
		engine.accept(plan),
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot' && message.phase === 'measure') snapshots.push(message.snapshot);
			if (message.kind === 'phase') onPhase(message.phase);
			if (message.kind === 'finding') findings.push(message.finding);
			if (message.kind === 'notice') notices.push(message.text);
			if (message.kind === 'doubt') doubts.push(message.doubt);
		},
	);
	const [first, ...others] = snapshots;
	if (first === undefined) throw new Error('nothing was measured');
	const total = others.reduce(mergeSnapshots, first);
	const metrics: Readonly<Record<string, MetricSummary>> = Object.fromEntries(
		Object.entries(total.metrics ?? {}).map(([name, measured]) => [name, summariseMetric(measured)]),
	);
	return {total, stretches: snapshots, metrics, findings, notices, doubts};
};

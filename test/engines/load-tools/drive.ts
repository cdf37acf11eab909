import {coveredIn, endedIn, mergeSnapshots, type Snapshot} from '../../../source/core/snapshot.ts';
import {latenciesOf, rateIn} from '../../../source/core/summary.ts';
import {engines} from '../../../source/engines/index.ts';
import type {LoadToolPlan} from '../../../source/engines/load-tools/adapter.ts';
import {hostLoad, type LoadLimits, type LoadMessage} from '../../../source/run/load.ts';

export const names = ['vegeta', 'oha', 'wrk', 'hey', 'ab', 'h2load', 'bombardier'] as const;
export type Name = (typeof names)[number];

export const engineOf = (name: Name) => {
	const found = engines.find((engine) => engine.name === name);
	if (found === undefined) throw new Error(`no engine is called ${name}`);
	return found;
};

export const planFor = (url: string, more: Partial<LoadToolPlan> = {}): LoadToolPlan => ({
	url,
	method: 'GET',
	headers: {},
	connections: 4,
	pipelining: 1,
	timeout: 5000,
	...more,
});

export type Driven = {
	readonly total: Snapshot;
	readonly doubts: ReadonlyMap<string, string>;
	readonly rate: number;
	/** Milliseconds. */
	readonly latency: ReturnType<typeof latenciesOf>;
	readonly covered: number;
	readonly ended: number;
};

/** Runs a tool in this thread, and gives what was counted in the measured phase. */
export const drive = async (
	name: Name,
	plan: LoadToolPlan,
	limits: LoadLimits,
	signal: AbortSignal = new AbortController().signal,
	onMessage: (message: LoadMessage) => void = () => {},
): Promise<Driven> => {
	const snapshots: Snapshot[] = [];
	const doubts = new Map<string, string>();
	await hostLoad(
		engineOf(name).accept(plan),
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot' && message.phase === 'measure') snapshots.push(message.snapshot);
			if (message.kind === 'doubt') doubts.set(message.doubt.kind, message.doubt.message);
			onMessage(message);
		},
	);
	const total = snapshots.reduce(mergeSnapshots);
	return {
		total,
		doubts,
		rate: rateIn(total) ?? Number.NaN,
		latency: latenciesOf(total.latency, total.waiting),
		covered: coveredIn(total),
		ended: endedIn(total),
	};
};

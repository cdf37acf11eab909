import {describe, expect, test} from 'vitest';
import type {PhaseName} from '../../source/core/plan.ts';
import {endedIn, failedIn, inFlightIn, mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import type {AnyEngine} from '../../source/engines/index.ts';
import {hostLoad} from '../../source/run/load.ts';

/** What the suite needs to drive an engine: a plan that works, made anew for each test, and words that must stay secret. */
export type EngineCase = {
	readonly plan: () => Promise<{readonly plan: unknown; readonly close: () => Promise<void>}>;
	readonly secrets: readonly string[];
};

const drive = async (
	engine: AnyEngine,
	plan: unknown,
	limits: {warmup: number; duration: number},
	signal: AbortSignal,
) => {
	const snapshots: Snapshot[] = [];
	const phases: PhaseName[] = [];
	await hostLoad(
		engine.accept(plan),
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot' && message.phase === 'measure') snapshots.push(message.snapshot);
			if (message.kind === 'phase') phases.push(message.phase);
		},
	);
	return {total: snapshots.reduce(mergeSnapshots), phases};
};

/** What every engine must do, whatever it loads. */
export const describeEngine = (engine: AnyEngine, {plan, secrets}: EngineCase): void => {
	describe(`the engine ${engine.name}`, () => {
		const never = new AbortController().signal;

		test('says what it is and what its latency means', () => {
			expect(engine.name).toMatch(/^[a-z][a-z0-9-]*$/);
			expect(engine.about.length).toBeGreaterThan(10);
			expect(engine.latencyMeans.length).toBeGreaterThan(10);
		});

		test.each([[undefined], [null], [{}], [{nonsense: 1}], ['text']])('refuses %j for a plan', (nonsense) => {
			expect(() => engine.accept(nonsense)).toThrow();
		});

		test('discloses its plan as JSON, without secrets, and names them', async () => {
			const opened = await plan();
			try {
				const {plan: disclosed, secrets: named} = engine.accept(opened.plan).disclose();
				const text = JSON.stringify(disclosed);
				expect(JSON.parse(text)).toEqual(disclosed);
				for (const secret of secrets) expect(text).not.toContain(secret);
				expect(named).toEqual(expect.arrayContaining([...secrets]));
			} finally {
				await opened.close();
			}
		});

		test('goes through warm-up and measuring; every operation is counted once', async () => {
			const opened = await plan();
			try {
				const {total, phases} = await drive(engine, opened.plan, {warmup: 200, duration: 500}, never);
				expect(phases).toEqual(['warm-up', 'measure']);
				expect(endedIn(total)).toBeGreaterThan(0);
				expect(inFlightIn(total)).toBe(0);
				expect(failedIn(total)).toBeLessThanOrEqual(endedIn(total));
				expect(total.latency.count).toBeLessThanOrEqual(endedIn(total));
				for (const [name, count] of Object.entries(total.failures))
					expect(total.outcomes[name]).toBeGreaterThanOrEqual(count);
			} finally {
				await opened.close();
			}
		});

		test('stops when told, leaves nothing open, and what it measured counts', async () => {
			const opened = await plan();
			try {
				const stop = new AbortController();
				const driving = drive(engine, opened.plan, {warmup: 0, duration: 600_000}, stop.signal);
				await new Promise((resolve) => setTimeout(resolve, 300));
				stop.abort();
				const {total} = await driving;
				expect(inFlightIn(total)).toBe(0);
				expect(total.to - total.from).toBeLessThan(60_000);
			} finally {
				await opened.close();
			}

			await new Promise((resolve) => setTimeout(resolve, 100));
			expect(process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap')).toEqual([]);
		});

		test('that is told to stop before it starts does nothing', async () => {
			const opened = await plan();
			try {
				const posted: string[] = [];
				await hostLoad(
					engine.accept(opened.plan),
					{warmup: 0, duration: 60_000},
					() => performance.now(),
					AbortSignal.abort(),
					({kind}) => posted.push(kind),
				);
				expect(posted.filter((kind) => kind === 'failed')).toEqual([]);
			} finally {
				await opened.close();
			}
		});
	});
};

import {describe, expect, test} from 'vitest';
import type {PhaseName} from '../../source/core/plan.ts';
import {coveredIn, endedIn, failedIn, inFlightIn, mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import type {Steering} from '../../source/engines/engine.ts';
import type {AnyEngine} from '../../source/engines/index.ts';
import {createEars, hostLoad, type LoadMessage} from '../../source/run/load.ts';

/** What the suite needs to drive an engine: a plan that works, made anew for each test, and words that must stay secret. */
export type EngineCase = {
	readonly plan: () => Promise<{readonly plan: unknown; readonly close: () => Promise<void>}>;
	readonly secrets: readonly string[];
	/** It measures for a part of its time alone: the rest counts in no rate. */
	readonly idles?: true;
	/** A program that must be installed. */
	readonly needs?: string;
};

const drive = async (
	engine: AnyEngine,
	plan: unknown,
	limits: {warmup: number; duration: number},
	signal: AbortSignal,
	onPhase: () => void = () => {},
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
			if (message.kind !== 'phase') return;
			phases.push(message.phase);
			onPhase();
		},
	);
	return {total: snapshots.reduce(mergeSnapshots), phases};
};

/** Drives a load that is told something as its messages come. */
const driveSteered = async (
	engine: AnyEngine,
	plan: unknown,
	limits: {warmup: number; duration: number},
	on: (message: LoadMessage, tell: (steering: Steering) => void) => void,
	before: readonly Steering[] = [],
) => {
	const counts: Snapshot[] = [];
	const measured: Snapshot[] = [];
	const phases: PhaseName[] = [];
	const ears = createEars();
	for (const steering of before) ears.tell(steering);
	await hostLoad(
		engine.accept(plan),
		limits,
		() => performance.now(),
		new AbortController().signal,
		(message) => {
			if (message.kind === 'phase') phases.push(message.phase);
			if (message.kind === 'snapshot' && message.phase !== 'warm-up') counts.push(message.snapshot);
			if (message.kind === 'snapshot' && message.phase === 'measure') measured.push(message.snapshot);
			on(message, ears.tell);
		},
		ears.listen,
	);
	return {counts: counts.reduce(mergeSnapshots), measured: measured.reduce(mergeSnapshots), phases};
};

/** What every engine must do, whatever it loads. */
export const describeEngine = (engine: AnyEngine, {plan, secrets, idles}: EngineCase): void => {
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
				// What has to start a tool first, or to make ready, is not stopped before that.
				let begin = (): void => {};
				const begun = new Promise<void>((resolve) => {
					begin = resolve;
				});
				const driving = drive(engine, opened.plan, {warmup: 0, duration: 600_000}, stop.signal, begin);
				await Promise.race([begun, driving]);
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

		test('pauses when told, if it can: its time is as long as planned, and every operation is counted once', async () => {
			const opened = await plan();
			try {
				if (!engine.accept(opened.plan).steering().includes('pause')) return;
				let [until, offered] = [Number.POSITIVE_INFINITY, 0];
				let resumed = false;
				const {counts, measured, phases} = await driveSteered(
					engine,
					opened.plan,
					{warmup: 0, duration: 600},
					(message, tell) => {
						if (message.kind !== 'snapshot') return;
						if (message.phase === 'measure' && until === Number.POSITIVE_INFINITY) {
							until = message.snapshot.to + 500;
							tell({to: 'pause'});
						} else if (message.phase === 'pause') {
							offered += message.snapshot.offered;
							if (message.snapshot.to > until && !resumed) {
								resumed = true;
								tell({to: 'resume'});
							}
						}
					},
				);
				expect(phases).toEqual(['measure', 'pause', 'measure']);
				expect(offered).toBe(0);
				expect(inFlightIn(counts)).toBe(0);
				expect(endedIn(measured)).toBeGreaterThan(0);
				expect(coveredIn(measured)).toBeGreaterThan(idles ? 0 : 590);
				if (idles) expect(coveredIn(measured)).toBeLessThan(measured.to - measured.from);
				expect(measured.to - measured.from - coveredIn(measured)).toBeGreaterThan(490);
			} finally {
				await opened.close();
			}
		});

		test('hears what it was told before it listened, if it can be told', async () => {
			const opened = await plan();
			try {
				const steerable = engine.accept(opened.plan).steering();
				if (!steerable.includes('pause')) return;
				let sent = -1;
				const {phases, counts} = await driveSteered(
					engine,
					opened.plan,
					{warmup: 200, duration: 200},
					(message, tell) => {
						if (message.kind !== 'snapshot' || sent >= 0 || message.phase !== 'pause') return;
						sent = message.snapshot.offered;
						tell({to: 'resume'});
					},
					[{to: 'pause'}],
				);
				expect(phases).toEqual(['warm-up', 'pause', 'warm-up', 'measure']);
				expect(sent).toBe(0);
				expect(endedIn(counts)).toBeGreaterThan(0);
			} finally {
				await opened.close();
			}
		});

		test('follows new connections while it runs, if it can: every operation is counted once', async () => {
			const opened = await plan();
			try {
				if (!engine.accept(opened.plan).steering().includes('connections')) return;
				let followed = 0;
				let step = 0;
				const {counts} = await driveSteered(engine, opened.plan, {warmup: 0, duration: 900}, (message, tell) => {
					if (message.kind === 'steered') followed += 1;
					if (message.kind !== 'snapshot') return;
					const connections = [7, 1, 5][step];
					step += 1;
					if (connections !== undefined) tell({to: 'steer', connections});
				});
				expect(followed).toBe(3);
				expect(inFlightIn(counts)).toBe(0);
				expect(counts.waiting.count).toBeGreaterThanOrEqual(5);
				expect(endedIn(counts)).toBeGreaterThan(0);
			} finally {
				await opened.close();
			}
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

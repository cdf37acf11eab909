import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, onTestFinished, test} from 'vitest';
import type {Doubt} from '../../../source/core/event.ts';
import type {PhaseName} from '../../../source/core/plan.ts';
import {coveredIn, endedIn, mergeSnapshots, type Snapshot} from '../../../source/core/snapshot.ts';
import {erase} from '../../../source/engines/index.ts';
import {k6Engine} from '../../../source/engines/k6/engine.ts';
import {createEars, hostLoad, type LoadLimits, type LoadMessage} from '../../../source/run/load.ts';
import {k6PlanOf} from '../../helpers/k6-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {httpTarget, type Target} from '../../helpers/target.ts';
import {describeWith} from '../../helpers/tools.ts';

const slow = {timeout: 60_000};

/** Of this file alone, so that what is left in it was left by these tests. */
const temporary = mkdtempSync(join(tmpdir(), 'benchtop-test-'));
process.env.TMPDIR = temporary;
afterAll(() => rmSync(temporary, {recursive: true, force: true}));

/** A target that answers after 5 ms, with a failure where it is asked for one. */
const shop = async (): Promise<Target> => {
	const target = await httpTarget((request, response) => {
		if (request.url === '/bad') response.statusCode = 503;
		setTimeout(() => response.end('hello'), 5);
	});
	onTestFinished(target.close);
	return target;
};

const run = async (
	plan: unknown,
	limits: LoadLimits,
	on: (message: LoadMessage, tell: ReturnType<typeof createEars>['tell']) => void = () => {},
	signal: AbortSignal = new AbortController().signal,
) => {
	const [snapshots, doubts, phases]: [Snapshot[], Doubt[], PhaseName[]] = [[], [], []];
	const findings = new Map<string, {readonly text: string; readonly figures: Readonly<Record<string, unknown>>}>();
	const ears = createEars();
	await hostLoad(
		erase(k6Engine).accept(plan),
		limits,
		() => performance.now(),
		signal,
		(message) => {
			if (message.kind === 'snapshot' && message.phase === 'measure') snapshots.push(message.snapshot);
			if (message.kind === 'doubt') doubts.push(message.doubt);
			if (message.kind === 'phase') phases.push(message.phase);
			if (message.kind === 'finding') findings.set(message.finding.subject, message.finding);
			on(message, ears.tell);
		},
		ears.listen,
	);
	const [first, ...others] = snapshots;
	return {total: others.reduce(mergeSnapshots, first!), doubts: doubts.map(({kind}) => kind), phases, findings};
};

const leftovers = (): readonly string[] => readdirSync(temporary);
const isRunning = (script: string): boolean =>
	execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})
		.split('\n')
		.some((line) => /\bk6 run\b/.test(line) && line.includes(script));

describeWith('k6', () => {
	test('each request counts once, by what it is called and how it ended', slow, async () => {
		const target = await shop();
		const {total, findings, doubts} = await run(await k6PlanOf('all', target.url, {vus: 2, iterations: 30}), {
			warmup: 0,
		});
		expect(total.outcomes).toEqual({200: 30, 503: 30, ECONNREFUSED: 30});
		expect(total.failures).toEqual({503: 30, ECONNREFUSED: 30});
		expect(target.requests()).toBe(30 + 30 + 2);
		expect([total.offered, total.latency.count, total.firstByte?.count]).toEqual([90, 60, 60]);
		expect(total.latency.minimum).toBeGreaterThanOrEqual(4000);
		expect(total.setup?.connect?.count).toBe(2);
		expect(Object.keys(total.parts ?? {})).toEqual([`browse: GET ${target.url}?token=***`, 'bad', 'nobody']);
		expect(findings.get('requests')?.figures).toMatchObject({made: 92, measured: 90, around: 2, after: 0});
		expect(findings.get('check browse: is well')?.text).toBe('passed 30 of 30 (100%)');
		expect(findings.get('check browse: is nothing')?.figures).toEqual({passed: 0, of: 30, share: 0});
		expect(findings.get('orders')?.figures).toEqual({total: 60});
		expect(findings.get('hits')?.figures).toMatchObject({of: 30});
		expect(findings.get('http_req_failed rate<0.1')?.figures).toMatchObject({passed: 0, comparison: '<', limit: 0.1});
		expect(findings.get('http_req_failed rate<0.9')?.figures).toMatchObject({passed: 1});
		expect(findings.get('iterations')?.figures).toEqual({complete: 30, interrupted: 0, dropped: 0});
		const metrics = Object.entries(total.metrics ?? {}).map(([name, {unit, samples}]) => [name, unit, samples.maximum]);
		expect(metrics).toEqual(
			expect.arrayContaining([
				['found', 'ms', 3.5],
				['depth', '', 7],
			]),
		);
		expect(total.bytesIn).toBeGreaterThan(0);
		expect(doubts.filter((kind) => kind !== 'points-late')).toEqual([]);
	});

	test('what began in the warm-up is in no figure, and the time is the planned one', slow, async () => {
		const target = await shop();
		const plan = await k6PlanOf('get', target.url, {vus: 3});
		const {total, findings, phases} = await run(plan, {warmup: 700, duration: 800});
		const {made, measured, warmup, after} = findings.get('requests')?.figures ?? {};
		expect(phases).toEqual(['warm-up', 'measure']);
		expect(made).toBe(target.requests());
		expect(Number(measured) + Number(warmup) + Number(after)).toBe(made);
		expect([measured, endedIn(total)]).toEqual([total.offered, total.offered]);
		expect(warmup).toBeGreaterThan(0);
		expect(coveredIn(total)).toBeGreaterThan(600);
		expect(coveredIn(total)).toBeLessThan(801);
	});

	test('a rate that is not reached, and iterations that throw, raise doubts', slow, async () => {
		const target = await shop();
		const {total, findings, doubts} = await run(await k6PlanOf('arrivals', target.url), {warmup: 0});
		expect(Object.keys(total.parts ?? {})).toEqual(['often: one']);
		expect(Number(findings.get('iterations')?.figures.dropped)).toBeGreaterThan(0);
		expect(doubts).toEqual(expect.arrayContaining(['rate-not-reached', 'script-errors']));
	});

	test('iterations can be what is measured', slow, async () => {
		const plan = await k6PlanOf('idle', 'http://127.0.0.1:1/', {vus: 2, iterations: 20, operations: 'iterations'});
		const {total} = await run(plan, {warmup: 0});
		expect([total.outcomes, Object.keys(total.parts ?? {})]).toEqual([{done: 20}, ['default']]);
		expect(total.latency.minimum).toBeGreaterThanOrEqual(20_000);
	});

	test('a script that makes no request, or fails, is an error with its words', slow, async () => {
		const none = await k6PlanOf('idle', 'http://127.0.0.1:1/', {iterations: 2});
		expect(await rejectionOf(run(none, {warmup: 0}))).toMatchObject({
			exitCode: 4,
			hint: expect.stringContaining('--operations'),
		});
		const broken = await k6PlanOf('broken', 'http://127.0.0.1:1/', {iterations: 2});
		expect(await rejectionOf(run(broken, {warmup: 0}))).toMatchObject({
			message: 'k6 ended with an exception in the script (exit code 107).',
			hint: expect.stringContaining('no such shop'),
		});
		const staged = await k6PlanOf('get', 'http://127.0.0.1:1/', {stages: ['1s:2']});
		expect(await rejectionOf(run(staged, {warmup: 0, duration: 1000}))).toMatchObject({
			message: expect.stringContaining('Stages'),
		});
	});

	test('that is stopped leaves nothing behind, and what was measured counts', slow, async () => {
		const target = await shop();
		const stop = new AbortController();
		const plan = await k6PlanOf('get', target.url, {vus: 2});
		let stopped = 0;
		const {total, findings} = await run(
			plan,
			{warmup: 0, duration: 60_000},
			(message) => {
				if (message.kind !== 'snapshot' || message.snapshot.offered === 0 || stopped > 0) return;
				stopped = performance.now();
				stop.abort();
			},
			stop.signal,
		);
		expect(isRunning(plan.script)).toBe(false);
		expect(leftovers()).toEqual([]);
		expect(total.offered).toBe(findings.get('requests')?.figures.measured);
		expect(total.offered).toBeGreaterThan(0);
	});

	test('a scenario that is controlled from outside is paused, and takes virtual users', slow, async () => {
		const target = await shop();
		let step = 0;
		const plan = await k6PlanOf('controlled', target.url);
		expect(erase(k6Engine).accept(plan).steering()).toEqual(['pause', 'connections']);
		const {total, phases} = await run(plan, {warmup: 0}, (message, tell) => {
			if (message.kind !== 'snapshot') return;
			step += 1;
			if (step === 2) tell({to: 'steer', connections: 3});
			if (step === 5) tell({to: 'pause'});
			if (step === 9) tell({to: 'resume'});
		});
		expect(phases).toEqual(['measure', 'pause', 'measure']);
		expect(total.metrics?.vus?.samples.maximum).toBe(3);
		expect(total.offered).toBe(endedIn(total));
	});
});

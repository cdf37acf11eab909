import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {gaugeMean} from '../../../source/core/gauge.ts';
import {eachBucket, quantile} from '../../../source/core/histogram.ts';
import {endedIn, failedIn, inFlightIn, type Snapshot} from '../../../source/core/snapshot.ts';
import {redisEngine} from '../../../source/engines/redis/engine.ts';
import {type RedisPlan, splitRedis} from '../../../source/engines/redis/plan.ts';
import {driveEngine} from '../../helpers/drive-engine.ts';
import {type RedisServer, startRedis} from '../../helpers/redis.ts';
import {describeWith} from '../../helpers/tools.ts';

const command = (line: string, weight = 1): RedisPlan['commands'][number] => {
	const words = line.split(' ').map((word) => word.replaceAll('~', ' '));
	return {name: words[0] ?? '', words, weight};
};

const slowerThan = ({latency, waiting}: Snapshot, milliseconds: number): number => {
	let count = 0;
	for (const histogram of [latency, waiting]) {
		eachBucket(histogram, (lowest, here) => {
			if (lowest > milliseconds * 1000) count += here;
		});
	}

	return count;
};

describeWith('redis-server', () => {
	describe('commands of Redis', () => {
		let server: RedisServer;
		beforeAll(async () => {
			server = await startRedis();
		});
		afterAll(async () => server.stop());

		const planOf = (plan: Partial<RedisPlan>): RedisPlan => ({
			url: server.url,
			commands: [command('PING')],
			prepare: [],
			connections: 4,
			pipeline: 1,
			seed: 1,
			timeout: 5000,
			...plan,
		});

		test.each([1, 16])('are as many as the server counts, with %i in flight on a connection', async (pipeline) => {
			await server.ask(['CONFIG', 'RESETSTAT']);
			const plan = planOf({
				commands: [command('GETEX k:{random~1..50}', 3), command('APPEND k:{random~1..50} {bytes~10}')],
				pipeline,
			});
			const {total} = await driveEngine(redisEngine, plan, {warmup: 0, amount: 4000});
			const [get, append] = [await server.calls('getex'), await server.calls('append')];
			expect([get + append, endedIn(total), total.offered, inFlightIn(total)]).toEqual([4000, 4000, 4000, 0]);
			expect([total.parts?.GETEX?.latency.count, total.parts?.APPEND?.latency.count]).toEqual([get, append]);
			expect(get / 4000).toBeCloseTo(0.75, 1);
			expect(failedIn(total)).toBe(0);
		});

		test('are as many in open loop, those in flight at the end among them', async () => {
			await server.ask(['CONFIG', 'RESETSTAT']);
			const {total} = await driveEngine(redisEngine, planOf({commands: [command('ECHO x')], rate: 500}), {
				warmup: 0,
				duration: 1000,
			});
			const calls = await server.calls('echo');
			expect(endedIn(total)).toBeLessThanOrEqual(calls);
			expect(calls).toBeLessThanOrEqual(total.offered);
			expect(inFlightIn(total)).toBe(0);
			// Due at 0, 2, 4 … ms, whatever this machine has to do meanwhile; the end may be a little late.
			expect(total.offered).toBeGreaterThanOrEqual(500);
			expect(total.uncorrected?.count).toBe(total.latency.count);
		});

		test('find exactly half of the keys, and the server says the same', async () => {
			const plan = planOf({
				commands: [command('GET half:{sequence~1..1000}')],
				prepare: [{words: ['SET', 'half:{sequence 1..500}', 'x'], times: 500}],
				connections: 2,
			});
			await redisEngine.probe?.(plan, new AbortController().signal);
			await server.ask(['CONFIG', 'RESETSTAT']);
			const {total, findings} = await driveEngine(redisEngine, plan, {warmup: 0, amount: 1000});
			expect(total.outcomes).toEqual({ok: 500, nil: 500});
			expect(findings.find(({subject}) => subject === 'keys')?.figures).toMatchObject({
				hits: 500,
				misses: 500,
				hitsPercent: 50,
			});
			expect(findings.find(({subject}) => subject === 'server')?.text).toMatch(/^(Redis|Valkey) \d+\.\d+/);
		});

		test('that wait at the server have the latency that it is told to take', async () => {
			await server.ask(['CONFIG', 'RESETSTAT']);
			const plan = planOf({commands: [command('BLPOP nothing 0.1')], connections: 5});
			const {total} = await driveEngine(redisEngine, plan, {warmup: 0, duration: 650});
			expect(Object.keys(total.outcomes)).toEqual(['nil']);
			expect(failedIn(total)).toBe(0);
			expect(total.latency.minimum).toBeGreaterThanOrEqual(99_000);
			// The server looks ten times a second who has waited long enough.
			expect(quantile(total.latency, 0.5)).toBeLessThan(300_000);
			expect(await server.calls('blpop')).toBe(endedIn(total) + total.waiting.count);
		});

		test('wait behind a server that stalls, and in open loop each of them says how long', async () => {
			let stall: Promise<unknown> | undefined;
			const plan = planOf({commands: [command('PING')], rate: 200, connections: 4, maxConnections: 200});
			const {total} = await driveEngine(redisEngine, plan, {warmup: 0, duration: 2000}, ({kind}) => {
				if (kind === 'snapshot') stall ??= server.ask(['DEBUG', 'SLEEP', '0.5']);
			});
			await stall;
			// One is due every 5 ms, and waits for what is left of the 500: half of the hundred wait for more than 250 ms.
			expect(slowerThan(total, 250)).toBeGreaterThanOrEqual(45);
			expect(slowerThan(total, 400)).toBeGreaterThanOrEqual(17);
			expect(total.latency.maximum).toBeGreaterThanOrEqual(450_000);
			expect(inFlightIn(total)).toBe(0);
		});

		test('in closed loop say it once for each connection, and the limits say that', async () => {
			let stall: Promise<unknown> | undefined;
			const plan = planOf({commands: [command('PING')], connections: 3});
			const {total} = await driveEngine(redisEngine, plan, {warmup: 0, duration: 1500}, ({kind}) => {
				if (kind === 'snapshot') stall ??= server.ask(['DEBUG', 'SLEEP', '0.5']);
			});
			await stall;
			expect(slowerThan(total, 400)).toBe(3);
			expect(redisEngine.limits?.(plan).join()).toContain('coordinated omission');
		});

		test('that have no reply in time are timeouts with the time they waited, and connections are made anew', async () => {
			let stall: Promise<unknown> | undefined;
			const plan = planOf({commands: [command('PING')], connections: 2, pipeline: 4, timeout: 200});
			const {total} = await driveEngine(redisEngine, plan, {warmup: 0, duration: 1500}, ({kind}) => {
				if (kind === 'snapshot') stall ??= server.ask(['DEBUG', 'SLEEP', '0.5']);
			});
			await stall;
			expect(total.failures.timeout).toBeGreaterThanOrEqual(8);
			expect(total.latency.maximum).toBeGreaterThanOrEqual(200_000);
			expect(total.latency.count).toBe(endedIn(total));
			expect(inFlightIn(total)).toBe(0);
			expect(total.outcomes.ok).toBeGreaterThan(0);
		});

		test('that the server refuses are failures by their first word', async () => {
			await server.ask(['SET', 'text', 'x']);
			const plan = planOf({commands: [command('LPUSH text x'), command('GET text')]});
			const {total, doubts, notices} = await driveEngine(redisEngine, plan, {warmup: 0, amount: 400});
			expect(total.parts?.LPUSH?.failures).toEqual({WRONGTYPE: total.parts?.LPUSH?.offered});
			expect(total.parts?.GET?.failures).toEqual({});
			expect(doubts.map(({kind}) => kind)).toContain('error-replies');
			expect(notices.filter((text) => text.includes('WRONGTYPE'))).toHaveLength(1);
		});

		test('think between replies for no less than they were told', async () => {
			const plan = planOf({connections: 2, think: {from: 50, to: 50}});
			const {total} = await driveEngine(redisEngine, plan, {warmup: 0, duration: 600});
			expect(endedIn(total)).toBeGreaterThanOrEqual(4);
			expect(endedIn(total)).toBeLessThanOrEqual(2 * 13);
			expect(quantile(total.latency, 0.5)).toBeLessThan(50_000);
		});

		test('are seen by the server as well: its gauges', async () => {
			const {snapshots} = await driveEngine(redisEngine, planOf({connections: 3}), {warmup: 0, duration: 2500});
			const last = snapshots.at(-1)?.gauges ?? {};
			expect(Object.keys(last)).toEqual(
				expect.arrayContaining(['server.memory', 'server.connections', 'server.operations', 'server.cpu']),
			);
			const connections = last['server.connections'];
			expect(connections === undefined ? undefined : gaugeMean(connections)).toBeCloseTo(3, 5);
		});

		test('of several threads share connections, rate and sequences', () => {
			const shares = splitRedis(planOf({connections: 7, rate: 90}), 3);
			expect(shares.map(({connections}) => connections)).toEqual([3, 2, 2]);
			expect(shares.map(({rate}) => rate)).toEqual([30, 30, 30]);
			expect(shares.map(({maxConnections}) => maxConnections).reduce((a = 0, b = 0) => a + b)).toBe(70);
			expect(new Set(shares.map(({seed}) => seed)).size).toBe(3);
		});
	});

	test('a server that dies is told by name and tried at growing intervals, and what was lost is not sent again', async () => {
		const server = await startRedis();
		const plan: RedisPlan = {
			url: server.url,
			commands: [{name: 'INCR', words: ['INCR', 'n'], weight: 1}],
			prepare: [],
			connections: 4,
			pipeline: 1,
			seed: 1,
			timeout: 5000,
		};
		let isKilled = false;
		const {total, doubts} = await driveEngine(redisEngine, plan, {warmup: 0, duration: 2000}, ({kind}) => {
			if (kind !== 'snapshot' || isKilled) return;
			isKilled = true;
			server.kill('SIGKILL');
		});
		await server.stop();
		expect(inFlightIn(total)).toBe(0);
		expect(total.outcomes.ok).toBeGreaterThan(0);
		expect(total.failures.ECONNREFUSED).toBeGreaterThan(0);
		// 10, 20, 40 … ms: no storm.
		expect(failedIn(total)).toBeLessThan(100);
		expect(doubts.map(({kind}) => kind)).toContain('no-connection');
	});

	test('a server with a password is logged in to, and wrong ones are said before the load', async () => {
		const server = await startRedis([], 'hunter2pw');
		try {
			const plan = (url: string): RedisPlan => ({
				url,
				commands: [{name: 'GET', words: ['GET', 'a'], weight: 1}],
				prepare: [],
				connections: 2,
				pipeline: 1,
				seed: 1,
				timeout: 5000,
			});
			const {total} = await driveEngine(redisEngine, plan(`${server.url}/2`), {warmup: 0, amount: 100});
			expect(total.outcomes).toEqual({nil: 100});
			const never = new AbortController().signal;
			for (const url of [`redis://127.0.0.1:${server.port}`, `redis://:wrong-word@127.0.0.1:${server.port}`]) {
				const refused = await redisEngine.probe?.(plan(url), never).catch((error: unknown) => error);
				expect(refused).toMatchObject({exitCode: 4, message: expect.stringMatching(/NOAUTH|WRONGPASS/)});
				expect(JSON.stringify(refused)).not.toContain('wrong-word');
			}
		} finally {
			await server.stop();
		}

		await expect(
			redisEngine.probe?.(
				redisEngine.plan.parse({...nowhere, url: `redis://127.0.0.1:${server.port}`}),
				new AbortController().signal,
			),
		).rejects.toMatchObject({exitCode: 4, message: expect.stringContaining('ECONNREFUSED')});
	});
});

const nowhere = {
	commands: [{name: 'GET', words: ['GET', 'a'], weight: 1}],
	prepare: [],
	connections: 1,
	pipeline: 1,
	seed: 1,
	timeout: 1000,
};

import {execFileSync, spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {histogramOf, quantile} from '../../../source/core/histogram.ts';
import {coveredIn, endedIn, inFlightIn, mergeSnapshots, type Snapshot} from '../../../source/core/snapshot.ts';
import {erase} from '../../../source/engines/index.ts';
import {countIn, sharesOf} from '../../../source/engines/redis-benchmark/distribution.ts';
import {redisBenchmarkEngine} from '../../../source/engines/redis-benchmark/engine.ts';
import {createReportReader, type Report} from '../../../source/engines/redis-benchmark/report.ts';
import {hostLoad} from '../../../source/run/load.ts';
import {driveEngine} from '../../helpers/drive-engine.ts';
import {type RedisServer, startRedis} from '../../helpers/redis.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
import {describeWith} from '../../helpers/tools.ts';

const reportsIn = (text: string): readonly Report[] => {
	const reports: Report[] = [];
	const read = createReportReader({progress() {}, report: (report) => reports.push(report), other() {}});
	for (const line of text.split(/[\r\n]/)) read(line);
	return reports;
};

function* latenciesOf(report: Report): Generator<number> {
	for (const {value, count} of sharesOf(report)) for (let left = count; left > 0; left--) yield value;
}

describeWith('redis-benchmark', () => {
	describe('redis-benchmark', () => {
		let server: RedisServer;
		beforeAll(async () => {
			server = await startRedis();
		});
		afterAll(async () => server.stop());

		test.each([
			['-t', 'set,get', '-n', '20000', '-c', '10'],
			['-t', 'set', '-n', '50000', '-c', '50', '-P', '16'],
			['-t', 'get', '-n', '7', '-c', '1'],
			['-t', 'lpush', '-n', '1003', '-c', '3', '-P', '4'],
			['-n', '3000', '-c', '20', 'debug', 'sleep', '0.0001'],
			['-n', '60', '-c', '6', 'blpop', 'nothing', '0.05'],
		])('says the same of its run as the histogram that is made of it: %s %s %s %s …', (...words) => {
			const text = execFileSync('redis-benchmark', ['-p', String(server.port), ...words], {encoding: 'utf8'});
			const reports = reportsIn(text);
			expect(reports.length).toBeGreaterThan(0);
			for (const report of reports) {
				const histogram = histogramOf(latenciesOf(report));
				expect(histogram.count).toBe(countIn(report));
				const figure = (q: number): number => (quantile(histogram, q) ?? 0) / 1000;
				for (const [q, said] of [
					[0.5, report.p50],
					[0.95, report.p95],
					[0.99, report.p99],
				] as const) {
					// Three digits are printed; above 2 ms a bucket here is 0.1 % wide.
					expect(Math.abs(figure(q) - said)).toBeLessThanOrEqual(Math.max(0.0006, said * 0.001));
				}

				expect(histogram.maximum / 1000).toBeCloseTo(report.maximum, 3);
				expect(histogram.minimum / 1000).toBeCloseTo(report.minimum, 3);
				// No line of either table is contradicted.
				const shares = sharesOf(report);
				const upTo = (value: number): number =>
					shares.reduce((sum, share) => sum + (share.value <= value ? share.count : 0), 0);
				for (const step of [...report.halving, ...report.linear])
					expect([step, upTo(step.value)]).toEqual([step, step.count]);
				const mean = histogram.sum / histogram.count / 1000;
				expect(Math.abs(mean - report.mean)).toBeLessThan(Math.max(0.02, report.mean * 0.1));
			}
		});

		test.each([1, 16])(
			'makes as many requests as asked for and as the server counts; pipelines of %i',
			async (pipeline) => {
				await server.ask(['CONFIG', 'RESETSTAT']);
				const plan = {url: server.url, tests: ['set', 'get'], requests: 8000, clients: 5, pipeline};
				const {total, findings, doubts} = await driveEngine(redisBenchmarkEngine, plan, {warmup: 0});
				expect([await server.calls('set'), await server.calls('get')]).toEqual([8000, 8000]);
				expect([total.offered, endedIn(total), total.latency.count, inFlightIn(total)]).toEqual([
					...[16_000, 16_000, 16_000, 0],
				]);
				expect([total.parts?.SET?.latency.count, total.parts?.GET?.latency.count]).toEqual([8000, 8000]);
				// Time is that of its own clock: throughputs are its own.
				const throughputs = ['SET', 'GET'].map((name) => total.metrics?.[`${name} throughput`]?.samples.sum ?? 0);
				const seconds = throughputs.reduce((sum, throughput) => sum + 8000 / throughput, 0);
				expect(coveredIn(total) / 1000).toBeCloseTo(seconds, 2);
				expect(doubts).toEqual([]);
				expect(findings[0]?.text).toMatch(/^(Redis|Valkey) \d/);
			},
		);

		test('of a number that is no whole number of pipelines sends whole ones, and says so', async () => {
			await server.ask(['CONFIG', 'RESETSTAT']);
			const plan = {url: server.url, tests: ['incr'], requests: 1001, clients: 2, pipeline: 8};
			const {total} = await driveEngine(redisBenchmarkEngine, plan, {warmup: 0});
			expect([await server.calls('incr'), endedIn(total)]).toEqual([1008, 1008]);
			expect(redisBenchmarkEngine.limits?.(redisBenchmarkEngine.plan.parse(plan)).join()).toContain('1 008');
		});

		test('of very many requests never takes back more than it tells anew', async () => {
			const plan = {url: server.url, tests: ['get'], requests: 640_000, clients: 20, pipeline: 32};
			const {total, snapshots} = await driveEngine(redisBenchmarkEngine, plan, {warmup: 0});
			expect([endedIn(total), total.latency.count, total.parts?.GET?.offered]).toEqual([640_000, 640_000, 640_000]);
			expect(snapshots.filter(({offered, outcomes}) => offered < 0 || (outcomes.ok ?? 0) < 0)).toEqual([]);
		});

		test('runs a command of one’s own, with random keys', async () => {
			await server.ask(['FLUSHALL'], ['CONFIG', 'RESETSTAT']);
			const plan = {
				url: server.url,
				command: ['SADD', 'numbers', '__rand_int__'],
				requests: 2000,
				clients: 4,
				keyspace: 10,
			};
			const {total} = await driveEngine(redisBenchmarkEngine, plan, {warmup: 0});
			expect(await server.calls('sadd')).toBe(endedIn(total));
			expect(await server.ask(['SCARD', 'numbers'])).toEqual(['10']);
			expect(Object.keys(total.parts ?? {})).toEqual(['SADD numbers __rand_int__']);
		});

		test('is run in rounds for a duration, all of which count', async () => {
			const plan = {url: server.url, tests: ['set'], clients: 5, requests: 100_000};
			await server.ask(['CONFIG', 'RESETSTAT']);
			const {total, doubts} = await driveEngine(redisBenchmarkEngine, plan, {warmup: 0, duration: 1200});
			expect(await server.calls('set')).toBe(endedIn(total));
			expect([total.latency.count, doubts]).toEqual([endedIn(total), []]);
			expect(total.metrics?.['SET throughput']?.samples.count).toBeGreaterThan(1);
		});

		test.each([
			[{command: ['incr', 'a', 'b']}, /wrong number of arguments/],
			[{tests: ['nosuch']}, /no test|Does it know/],
		])('that cannot do %j says why', async (given, why) => {
			const running = driveEngine(redisBenchmarkEngine, {url: server.url, requests: 100, ...given}, {warmup: 0});
			const error: unknown = await running.catch((thrown: unknown) => thrown);
			expect(error).toMatchObject({exitCode: 4});
			expect(error instanceof Error && 'hint' in error ? `${error.message} ${String(error.hint)}` : '').toMatch(why);
		});
	});

	test('with a password: never on a command line unless that is allowed', async () => {
		const server = await startRedis([], 'hunter2pw');
		try {
			const plan = {url: server.url, tests: ['set'], requests: 2000, clients: 2};
			const error: unknown = await driveEngine(redisBenchmarkEngine, plan, {warmup: 0}, () => {
				for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
					try {
						expect(readFileSync(`/proc/${id}/cmdline`, 'utf8')).not.toMatch(/redis-benchmark.*hunter2pw/s);
					} catch (problem) {
						if (problem instanceof Error && 'code' in problem) continue;
						throw problem;
					}
				}
			}).catch((thrown: unknown) => thrown);
			// A version that reads it from the environment has done the work.
			if (error instanceof Error)
				expect(error).toMatchObject({exitCode: 4, message: expect.stringContaining('password')});
			const {total} = await driveEngine(redisBenchmarkEngine, {...plan, passwordOnCommandLine: true}, {warmup: 0});
			expect(endedIn(total)).toBe(2000);
		} finally {
			await server.stop();
		}
	});

	test('tells its version', async () => {
		const {stdout} = spawnSync('redis-benchmark', ['--version'], {encoding: 'utf8'});
		const plan = redisBenchmarkEngine.plan.parse({url: 'redis://localhost', tests: ['set']});
		expect(stdout).toContain((await redisBenchmarkEngine.versions?.(plan))?.['redis-benchmark']);
	});
});

describeWith('redis-benchmark', () => {
	test('redis-benchmark whose server dies has covered the time that its operations took', async () => {
		const server = await startRedis();
		const snapshots: Snapshot[] = [];
		const plan = {url: server.url, tests: ['set'], requests: 2_000_000_000};
		const driving = hostLoad(
			erase(redisBenchmarkEngine).accept(plan),
			{warmup: 0},
			() => performance.now(),
			new AbortController().signal,
			(message) => {
				if (message.kind !== 'snapshot') return;
				snapshots.push(message.snapshot);
				if (message.snapshot.offered > 0) server.kill('SIGKILL');
			},
		);
		try {
			expect(await rejectionOf(driving)).toMatchObject({exitCode: 4});
			const total = snapshots.reduce(mergeSnapshots);
			expect(endedIn(total)).toBeGreaterThan(0);
			// It says how far it is each quarter of a second.
			expect(coveredIn(total)).toBeGreaterThan(200);
		} finally {
			await server.stop();
		}
	});
});

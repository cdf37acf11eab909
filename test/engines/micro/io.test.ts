import {fstatSync, mkdtempSync, readdirSync, readSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Doubt} from '../../../source/core/event.ts';
import {gaugesOf} from '../../../source/core/gauge.ts';
import {emptySnapshot, endedIn, failedIn, inFlightIn, type Snapshot} from '../../../source/core/snapshot.ts';
import type {Control, Recorder} from '../../../source/engines/engine.ts';
import {engines} from '../../../source/engines/index.ts';
import {ioEngine} from '../../../source/engines/micro/io.ts';
import {openFile} from '../../../source/engines/micro/io-file.ts';
import {loadMedium} from '../../../source/engines/micro/io-loop.ts';
import type {Medium} from '../../../source/engines/micro/io-medium.ts';
import {headBytes} from '../../../source/engines/micro/io-network.ts';
import {scheduleOf} from '../../../source/engines/micro/io-pace.ts';
import {type FilePlan, ioPlan, type SqlitePlan, splitIo} from '../../../source/engines/micro/io-plan.ts';
import {openSqlite} from '../../../source/engines/micro/io-sqlite.ts';
import type {BenchtopError} from '../../../source/errors.ts';
import type {LoadMessage} from '../../../source/run/load.ts';
import {startWorker} from '../../../source/run/threads.ts';
import {loadWith} from '../../helpers/engine-load.ts';
import {rejectionOf} from '../../helpers/rejection.ts';

const engine = engines.find(({name}) => name === 'io')!;
const never = new AbortController().signal;
const block = 4096;
const blocks = 16;
let folder = '';

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'benchtop-test-'));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const filePlan = (plan: Partial<FilePlan> = {}): FilePlan => {
	const read = ioPlan.parse({medium: 'file', workload: 'write', fileSize: blocks * block, folder, ...plan});
	if (read.medium !== 'file') throw new Error(read.medium);
	return read;
};

const sqlitePlan = (plan: Partial<SqlitePlan> = {}): SqlitePlan => {
	const read = ioPlan.parse({medium: 'sqlite', workload: 'write', fileSize: blocks * block, folder, ...plan});
	if (read.medium !== 'sqlite') throw new Error(read.medium);
	return read;
};

const kindsOf = (medium: Medium, count: number): string[] =>
	Array.from({length: count}, () => {
		const {name} = medium.kinds[medium.next()]!;
		medium.perform();
		return name;
	});

describe('a file', () => {
	test('is written block by block, each time with another content, and has no name meanwhile', async () => {
		const medium = await openFile(filePlan({pattern: 'sequential'}), never);
		try {
			if (process.platform !== 'win32') expect(readdirSync(folder)).toEqual([]);
			expect(fstatSync(medium.file).size).toBe(blocks * block);
			expect(kindsOf(medium, blocks + 1)).toEqual(Array(blocks + 1).fill('write'));
			expect(fstatSync(medium.file).size).toBe(blocks * block);
			const stamps = Array.from({length: blocks}, (_, index) => {
				const head = new Uint8Array(8);
				readSync(medium.file, head, 0, 8, index * block);
				return new DataView(head.buffer).getFloat64(0);
			});
			// The last write has begun again at the beginning.
			expect(stamps).toEqual([blocks + 1, ...Array.from({length: blocks - 1}, (_, index) => index + 2)]);
		} finally {
			medium.close();
		}

		expect(readdirSync(folder)).toEqual([]);
	});

	test('at random, is written anywhere within', async () => {
		const medium = await openFile(filePlan({pattern: 'random'}), never);
		kindsOf(medium, 20 * blocks);
		expect(fstatSync(medium.file).size).toBe(blocks * block);
		medium.close();
	});

	test('is brought to the medium after every so many writes', async () => {
		const medium = await openFile(filePlan({fsync: 3}), never);
		expect(kindsOf(medium, 8)).toEqual(['write', 'write', 'write', 'fsync', 'write', 'write', 'write', 'fsync']);
		medium.close();
	});

	test('is read and written by shares, in the same order from the same seed', async () => {
		const sequence = async (seed: number): Promise<string[]> => {
			const medium = await openFile(filePlan({workload: 'mixed', readShare: 0.8, seed}), never);
			const kinds = kindsOf(medium, 2000);
			medium.close();
			return kinds;
		};
		const first = await sequence(7);
		expect(first.filter((name) => name === 'read').length / first.length).toBeCloseTo(0.8, 1);
		expect(await sequence(7)).toEqual(first);
		expect(await sequence(8)).not.toEqual(first);
	});

	test('that is given up while it is filled is gone', async () => {
		const stop = new AbortController();
		const opening = openFile(filePlan({fileSize: 64 * 1024 * 1024}), stop.signal);
		stop.abort();
		(await opening).close();
		expect(readdirSync(folder)).toEqual([]);
	});
});

describe('a table of SQLite', () => {
	test('is updated in transactions of several statements, and no update is lost', async () => {
		const medium = await openSqlite(sqlitePlan({statements: 5, blockSize: 100, fileSize: 5000}), never);
		if (process.platform !== 'win32') expect(readdirSync(folder)).toEqual([]);
		expect(kindsOf(medium, 40)).toEqual(Array(40).fill('write'));
		const {rows, updates, bytes} = medium.database
			.prepare('SELECT count(*) AS rows, sum(version) AS updates, sum(length(content)) AS bytes FROM block')
			.get()!;
		expect({rows, updates, bytes}).toEqual({rows: 50, updates: 40 * 5, bytes: 5000});
		medium.close();
		expect(readdirSync(folder)).toEqual([]);
	});

	test('keeps WAL mode and what a commit waits for', async () => {
		const medium = await openSqlite(sqlitePlan({synchronous: 'normal'}), never);
		expect(medium.database.prepare('PRAGMA journal_mode').get()).toMatchObject({journal_mode: 'wal'});
		expect(medium.database.prepare('PRAGMA synchronous').get()).toMatchObject({synchronous: 1});
		medium.close();
	});

	test('whose transaction fails goes on with the next one', async () => {
		const medium = await openSqlite(sqlitePlan({workload: 'read', statements: 3}), never);
		medium.database.exec('DELETE FROM block');
		medium.next();
		expect(() => medium.perform()).toThrow('row missing');
		const insert = medium.database.prepare("INSERT INTO block VALUES (?, 0, 'x')");
		for (let row = 0; row < blocks; row++) insert.run(row);
		medium.next();
		medium.perform();
		medium.close();
	});
});

describe('the load', () => {
	test('of a file counts every operation in its part, with its bytes', async () => {
		const {total, metrics} = await loadWith(engine, filePlan({workload: 'mixed', fsync: 10}), {
			warmup: 0,
			duration: 1000,
			amount: 2000,
		});
		const parts = total.parts ?? {};
		expect(Object.keys(parts).sort()).toEqual(['fsync', 'read', 'write']);
		const ended = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.latency.count]));
		expect(endedIn(total)).toBe(2000);
		expect(ended.read! + ended.write! + ended.fsync!).toBe(2000);
		expect(ended.fsync).toBe(Math.floor(ended.write! / 10));
		expect(total.bytesIn).toBe(ended.read! * block);
		expect(total.bytesOut).toBe(ended.write! * block);
		expect(failedIn(total)).toBe(0);
		expect(metrics['read time']?.unit).toBe('ns');
		expect(metrics['empty call']?.count).toBeGreaterThan(3);
		expect(readdirSync(folder)).toEqual([]);
	});

	test.each(['read', 'write'] as const)('that only does %s does nothing else', async (workload) => {
		const {total} = await loadWith(engine, filePlan({workload}), {warmup: 0, amount: 100});
		expect(Object.keys(total.parts ?? {})).toEqual([workload]);
	});

	test('of SQLite counts transactions, with the bytes of their rows', async () => {
		const {total} = await loadWith(engine, sqlitePlan({workload: 'mixed', statements: 4}), {warmup: 0, amount: 200});
		const {read, write} = total.parts ?? {};
		expect(total.bytesIn).toBe((read?.latency.count ?? 0) * 4 * block);
		expect(total.bytesOut).toBe((write?.latency.count ?? 0) * 4 * block);
		expect((read?.latency.count ?? 0) + (write?.latency.count ?? 0)).toBe(200);
	});

	test('of the loopback network sends and gets as many bytes as the requests are long', async () => {
		const size = 100_000;
		const plan = {medium: 'network', workload: 'mixed', blockSize: size};
		const {total} = await loadWith(engine, plan, {warmup: 0, amount: 300});
		const [reads, writes] = [total.parts?.read?.latency.count ?? 0, total.parts?.write?.latency.count ?? 0];
		expect(reads + writes).toBe(300);
		expect(Math.min(reads, writes)).toBeGreaterThan(100);
		expect(total.bytesIn).toBe(reads * size + writes);
		expect(total.bytesOut).toBe(reads * headBytes + writes * (headBytes + size));
	});

	test('of the loopback network that is stopped counts what was in flight', async () => {
		const stop = new AbortController();
		const {total} = await loadWith(
			engine,
			{medium: 'network', workload: 'read'},
			{warmup: 0, duration: 600_000},
			stop.signal,
			() => setTimeout(() => stop.abort(), 100),
		);
		expect(inFlightIn(total)).toBe(0);
		expect(endedIn(total)).toBeGreaterThan(0);
	});

	test('counts what fails by its code, and goes on', async () => {
		let calls = 0;
		const medium: Medium = {
			kinds: [{name: 'write', received: 0, sent: 10}],
			next: () => 0,
			perform() {
				calls += 1;
				if (calls % 3 === 0) throw Object.assign(new Error('no room'), {code: 'ENOSPC'});
			},
			close() {},
		};
		const fake = {...engine, accept: () => ({...engine.accept(filePlan()), run: loadMedium.bind(undefined, medium)})};
		const {total} = await loadWith(fake, undefined, {warmup: 0, amount: 300});
		expect(total.outcomes).toEqual({ok: 200, ENOSPC: 100});
		expect(total.failures).toEqual({ENOSPC: 100});
		expect(total.bytesOut).toBe(2000);
		expect(
			engine
				.accept(filePlan())
				.doubts(total, false)
				.map(({kind}: Doubt) => kind),
		).toContain('io-errors');
	});

	test.each([
		['file', () => filePlan()],
		['table', () => sqlitePlan()],
	] as const)('that is stopped leaves no %s behind', async (_, plan) => {
		const stop = new AbortController();
		await loadWith(engine, plan(), {warmup: 0, duration: 600_000}, stop.signal, () => stop.abort());
		expect(readdirSync(folder)).toEqual([]);
	});

	test.each([
		['file', () => filePlan()],
		['table', () => sqlitePlan()],
	] as const)('whose thread is killed leaves no %s behind', async (_, plan) => {
		let measuring = (): void => {};
		const begun = new Promise<void>((resolve) => {
			measuring = resolve;
		});
		const thread = startWorker(
			{engine: 'io', plan: plan(), limits: {warmup: 0, duration: 600_000}, origin: performance.timeOrigin},
			(message: LoadMessage) => {
				if (message.kind === 'snapshot' || message.kind === 'failed') measuring();
			},
		);
		await begun;
		await thread.kill();
		await thread.ended;
		expect(readdirSync(folder)).toEqual([]);
	});
});

describe('what cannot be measured', () => {
	const refusal = (plan: unknown): Promise<BenchtopError> => rejectionOf(engine.accept(plan).probe(never));

	test('is a folder that is not there', async () => {
		const error = await refusal(filePlan({folder: join(folder, 'nowhere')}));
		expect(error.message).toContain('cannot be written to: ENOENT');
		expect([error.exitCode, error.hint]).toEqual([4, expect.stringContaining('folder')]);
	});

	test('is a file that does not fit', async () => {
		const error = await refusal(filePlan({fileSize: 2 ** 50}));
		expect(error.message).toContain('not enough room');
		expect([error.exitCode, error.hint]).toEqual([4, expect.stringContaining('smaller')]);
	});

	test.runIf(process.platform === 'linux')('is memory that is to be gone to directly', async () => {
		const error = await refusal(filePlan({folder: '/dev/shm', direct: true}));
		expect(error.message).toContain('lies in memory');
		expect(error.exitCode).toBe(4);
		expect(
			engine
				.accept(filePlan({folder: '/dev/shm'}))
				.limits()
				.join(' '),
		).toContain('no disk is measured');
	});

	test('is a plan with members of another medium, or that contradict each other', () => {
		for (const plan of [
			{medium: 'network', workload: 'read', fsync: 1},
			{medium: 'file', workload: 'read', folder, fsync: 1},
			{medium: 'file', workload: 'read', folder, readShare: 0.5},
			{medium: 'file', workload: 'read', folder, blockSize: 4096, fileSize: 100},
			{medium: 'sqlite', workload: 'read', folder, direct: true},
			{medium: 'file', workload: 'read', folder, arrivals: 'poisson'},
		]) {
			expect(() => engine.accept(plan)).toThrow();
		}
	});
});

describe('a load at a rate', () => {
	/** Each operation keeps the thread busy for so long. Milliseconds. */
	const slow = (length: number): Medium => ({
		kinds: [{name: 'write', received: 0, sent: 1}],
		next: () => 0,
		perform() {
			const end = performance.now() + length;
			while (performance.now() < end);
		},
		close() {},
	});

	test.each([
		['a file', () => filePlan({rate: 200})],
		['the loopback network', () => ioPlan.parse({medium: 'network', workload: 'mixed', rate: 200})],
	] as const)('of %s offers what is due, whatever becomes of it', async (_, plan) => {
		const {total} = await loadWith(engine, plan(), {warmup: 0, duration: 500});
		// Every 5 ms from 0 to 500; the timer that ends a load over the network may be early or late.
		expect(total.offered).toBeGreaterThanOrEqual(100);
		expect(total.offered).toBeLessThan(120);
		expect(inFlightIn(total)).toBe(0);
		expect(total.uncorrected?.count).toBe(total.latency.count);
	});

	test('that the medium cannot keep up with waits, and the wait counts', async () => {
		const plan = filePlan({rate: 200});
		const load = {
			...engine.accept(plan),
			run: (recorder: Recorder, control: Control) => loadMedium(slow(10), recorder, control, scheduleOf(plan)),
		};
		const {total} = await loadWith({...engine, accept: () => load}, plan, {warmup: 0, duration: 500});
		expect(total.offered).toBe(101);
		expect(endedIn(total)).toBeLessThanOrEqual(51);
		expect(total.waiting.count).toBe(101 - endedIn(total));
		// The last ones that began had been due for about half of the time; the last one of all has waited for no time.
		expect(total.latency.maximum).toBeGreaterThan(200_000);
		expect(total.waiting.maximum).toBeGreaterThan(200_000);
		expect(total.uncorrected?.minimum).toBeGreaterThanOrEqual(10_000);
		expect(
			engine
				.accept(plan)
				.doubts(total, false)
				.map(({kind}: Doubt) => kind),
		).toContain('rate-missed');
	});

	test('is shared by threads that take turns', () => {
		const dues = splitIo(filePlan({rate: 100}), 4).flatMap((share) => {
			const schedule = scheduleOf(share);
			return Array.from({length: 5}, () => {
				const due = schedule?.due() ?? Number.NaN;
				schedule?.take();
				return Math.round(due * 1000) / 1000;
			});
		});
		expect(dues.sort((a, b) => a - b)).toEqual(Array.from({length: 20}, (_, index) => index * 10));
	});

	test('comes at random where that is asked for, the same from the same seed', () => {
		const gaps = (seed: number): number => {
			const schedule = scheduleOf(filePlan({rate: 1000, arrivals: 'poisson', seed}));
			for (let count = 1; count < 10_000; count++) schedule?.take();
			return (schedule?.due() ?? Number.NaN) / 10_000;
		};
		expect(gaps(1)).toBeGreaterThan(0.96);
		expect(gaps(1)).toBeLessThan(1.04);
		expect(gaps(1)).toBe(gaps(1));
		expect(gaps(1)).not.toBe(gaps(2));
	});
});

describe('a disk that others use', () => {
	const during = (ended: number, levels: Parameters<typeof gaugesOf>[0]): Snapshot => ({
		...emptySnapshot(),
		to: 1000,
		offered: ended,
		outcomes: {ok: ended},
		gauges: gaugesOf(levels, 1000),
	});
	const doubtsOf = (plan: unknown, total: Snapshot): string[] =>
		engine
			.accept(plan)
			.doubts(total, false)
			.map(({kind}: Doubt) => kind);

	test('is doubted where it did far more than a load that goes past the cache', () => {
		const plan = filePlan({workload: 'read', direct: true});
		expect(doubtsOf(plan, during(10_000, {'host.disk.readIops': 10_100, 'host.disk.writeIops': 20}))).toEqual([]);
		const foreign = {'host.disk.readIops': 10_100, 'host.disk.writeIops': 8000};
		expect(doubtsOf(plan, during(10_000, foreign))).toEqual(['disk-shared']);
	});

	test('is doubted where it was busy though the load read what it had just written', () => {
		const levels = {'host.disk.readIops': 500, 'host.disk.writeIops': 0, 'host.disk.utilisation': 80};
		expect(doubtsOf(filePlan({workload: 'read'}), during(10_000, levels))).toEqual(['disk-shared']);
		expect(doubtsOf(filePlan({workload: 'write'}), during(10_000, levels))).toEqual([]);
		expect(doubtsOf(filePlan({workload: 'read'}), during(10_000, {...levels, 'host.disk.utilisation': 5}))).toEqual([]);
		expect(doubtsOf(filePlan({workload: 'read'}), during(10_000, {}))).toEqual([]);
	});
});

describe('a plan', () => {
	test('is shared by threads: as many blocks in all, each its own order', () => {
		const shares = splitIo(filePlan({fileSize: 10 * block + 5}), 3);
		expect(shares.map((share) => share.medium !== 'network' && share.fileSize / block)).toEqual([4, 3, 3]);
		expect(new Set(shares.map(({seed}) => seed)).size).toBe(3);
		expect(splitIo(filePlan({fileSize: 2 * block}), 8)).toHaveLength(2);
		for (const share of shares) expect(engine.accept(share).split(1)).toHaveLength(1);
	});

	test('is read from a suite file in the words of people', async () => {
		const place = {folder, name: 'disk', environment: {}};
		const load = async (given: unknown) => ioEngine.suite!.load(given, place);
		expect(
			await load({workload: 'mixed', blockSize: '16k', fileSize: '1.5m', readShare: 0.9, folder: 'data', fsync: 8}),
		).toEqual({
			load: {
				medium: 'file',
				workload: 'mixed',
				blockSize: 16_384,
				fileSize: 1_572_864,
				readShare: 0.9,
				folder: join(folder, 'data'),
				fsync: 8,
				direct: false,
				pattern: 'random',
				seed: 1,
			},
			target: 'random mixed, 16.0K blocks, file of 1.50M',
			duration: 10_000,
			warmup: 1000,
		});
		expect((await load({workload: 'read', medium: 'network'})).target).toContain('loopback network');
		const wrong = await rejectionOf(load({workload: 'read', medium: 'network', direct: true}));
		expect(wrong).toMatchObject({message: expect.stringMatching(/^direct: /), exitCode: 2});
		const size = await rejectionOf(load({workload: 'read', blockSize: '4 quarts'}));
		expect(size).toMatchObject({message: expect.stringMatching(/^blockSize: /), exitCode: 2});
		await expect(load({workload: 'scrub'})).rejects.toThrow();
	});
});

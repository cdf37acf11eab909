import {describe, expect, test} from 'vitest';
import {cpuQuota} from '../../source/doctor/cpu-quota.ts';
import {load} from '../../source/doctor/load.ts';
import {memory} from '../../source/doctor/memory.ts';
import {running} from '../../source/doctor/running.ts';
import {steal} from '../../source/doctor/steal.ts';
import {swap} from '../../source/doctor/swap.ts';
import {fakeHost, onlyFinding} from './fake-host.ts';

/** Clock ticks since the start: user, system, idle, steal. */
const stat = (user: number, system: number, idle: number, stolen: number): string =>
	`cpu ${user} 0 ${system} ${idle} 0 0 0 ${stolen} 0 0\ncpu0 1 0 1 1 0 0 0 0 0 0\nintr 1\n`;

/** A host whose first second uses so many of its 400 ticks. */
const using = (user: number, stolen: number, before = stat(1000, 500, 100_000, 0)) =>
	fakeHost(
		{'proc/loadavg': '0.10 0.2 0.3 1/100 1\n', 'proc/stat': before},
		{
			meanwhile: (machine) => {
				const [, was = '0', , system = '0', idle = '0', , , , gone = '0'] = before.split(/\s+/);
				machine.write(
					'proc/stat',
					stat(Number(was) + user, Number(system), Number(idle) + 400 - user - stolen, Number(gone) + stolen),
				);
			},
		},
	);

describe('load', () => {
	test('a host at rest', async () => {
		const [average, now] = await load.run(using(8, 0));
		expect(average).toEqual({
			level: 'good',
			is: '0.10 in the last minute, on 4 cores',
			figures: {loadAverage: 0.1, cores: 4},
		});
		expect(now).toEqual({level: 'good', is: '2.00% of all cores is in use at this moment', figures: {busyPercent: 2}});
	});

	test.each([
		[60, 'note'],
		[120, 'warning'],
		[240, 'bad'],
	])('%d of 400 ticks in use: %s', async (user, level) => {
		expect((await load.run(using(user, 0)))[1]).toMatchObject({level, figures: {busyPercent: user / 4}});
	});

	test.each([
		['0.99', 'good'],
		['1.00', 'note'],
		['2.00', 'warning'],
		['40.0', 'warning'],
	])('an average of %s on four cores: %s', async (average, level) => {
		const [found] = await load.run(fakeHost({'proc/loadavg': `${average} 0 0 1/1 1\n`}));
		expect(found?.level).toBe(level);
	});

	test('not known without the files; elsewhere the average is what the system says', async () => {
		expect((await load.run(fakeHost())).map(({level}) => level)).toEqual(['unknown', 'unknown']);
		const mac = fakeHost({}, {platform: 'darwin', environment: {loadAverage: [3, 0, 0]}});
		expect((await load.run(mac)).map(({level}) => level)).toEqual(['warning', 'unknown']);
		// Node says 0 on Windows, which would read as a host at rest.
		const windows = fakeHost({}, {platform: 'win32'});
		expect((await load.run(windows)).map(({level}) => level)).toEqual(['unknown', 'unknown']);
	});

	test('no time that passed tells nothing', async () => {
		expect((await load.run(fakeHost({'proc/stat': stat(0, 0, 0, 0)})))[1]).toMatchObject({level: 'unknown'});
	});
});

describe('steal', () => {
	test.each([
		[0, 'good'],
		[4, 'warning'],
		[20, 'bad'],
	])('%d of 400 ticks: %s', async (stolen, level) => {
		expect(await onlyFinding(steal, using(0, stolen))).toMatchObject({
			level,
			figures: {stealPercent: stolen / 4, stealPercentSinceStart: 0},
		});
	});

	test('none now, but much since the start, is a warning', async () => {
		expect(await onlyFinding(steal, using(0, 0, stat(0, 0, 900, 100)))).toMatchObject({
			level: 'warning',
			is: '0% of the last second, 10.0% since the host was started',
		});
	});

	test('not known without /proc/stat', async () => {
		expect((await onlyFinding(steal, fakeHost())).level).toBe('unknown');
	});
});

describe('CPU quota', () => {
	type Version = {
		readonly quota: Readonly<Record<string, string>>;
		readonly none: Readonly<Record<string, string>>;
		readonly stat: string;
		readonly text: (held: number, milliseconds: number) => string;
	};
	const versions: readonly (readonly [number, Version])[] = [
		[
			1,
			{
				quota: {
					'proc/self/cgroup': '4:cpu,cpuacct:/\n',
					'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '150000\n',
					'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
				},
				none: {
					'proc/self/cgroup': '4:cpu,cpuacct:/\n',
					'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
					'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
				},
				stat: 'sys/fs/cgroup/cpu/cpu.stat',
				text: (held, milliseconds) => `nr_periods 1000\nnr_throttled ${held}\nthrottled_time ${milliseconds * 1e6}\n`,
			},
		],
		[
			2,
			{
				quota: {
					'proc/self/cgroup': '0::/\n',
					'sys/fs/cgroup/cgroup.controllers': 'cpu\n',
					'sys/fs/cgroup/cpu.max': '150000 100000\n',
				},
				none: {
					'proc/self/cgroup': '0::/\n',
					'sys/fs/cgroup/cgroup.controllers': 'cpu\n',
					'sys/fs/cgroup/cpu.max': 'max 100000\n',
				},
				stat: 'sys/fs/cgroup/cpu.stat',
				text: (held, milliseconds) =>
					`usage_usec 1\nnr_periods 1000\nnr_throttled ${held}\nthrottled_usec ${milliseconds * 1000}\n`,
			},
		],
	];

	describe.each(versions)('cgroup version %d', (_, {quota, none, stat: file, text}) => {
		test('none is good', async () => {
			expect(await onlyFinding(cpuQuota, fakeHost(none))).toEqual({
				level: 'good',
				is: 'there is none',
				figures: {cores: null},
			});
		});

		test('one that held back now is bad, often before a warning, never a note', async () => {
			const now = fakeHost({...quota, [file]: text(5, 20)}, {meanwhile: (machine) => machine.write(file, text(7, 90))});
			expect(await onlyFinding(cpuQuota, now)).toMatchObject({
				level: 'bad',
				is: '1.5 of 4 cores, and it holds processes back at this moment',
				figures: {cores: 1.5, throttledPeriods: 7, throttledMs: 90, throttledMsInASecond: 70},
			});
			expect(await onlyFinding(cpuQuota, fakeHost({...quota, [file]: text(20, 20)}))).toMatchObject({
				level: 'warning',
				is: '1.5 of 4 cores; it held processes back in 2.00% of 1 000 periods, not now',
			});
			expect(await onlyFinding(cpuQuota, fakeHost({...quota, [file]: text(0, 0)}))).toMatchObject({level: 'note'});
		});

		test('a quota without counters says so', async () => {
			const found = await onlyFinding(cpuQuota, fakeHost(quota));
			expect(found.level).toBe('warning');
			expect(found.is).toContain('whether it holds processes back is not known');
		});
	});

	test('not known without cgroups', async () => {
		expect((await onlyFinding(cpuQuota, fakeHost())).level).toBe('unknown');
	});
});

describe('memory', () => {
	const meminfo = (totalMebibytes: number, availableMebibytes: number) => ({
		'proc/meminfo': `MemTotal: ${totalMebibytes * 1024} kB\nMemFree: 1 kB\nMemAvailable: ${availableMebibytes * 1024} kB\n`,
	});

	test.each([
		[8192, 4096, 'good'],
		[8192, 800, 'warning'],
		[1024, 400, 'warning'],
		[8192, 100, 'bad'],
	])('of %d MiB %d left: %s', async (total, available, level) => {
		expect(await onlyFinding(memory, fakeHost(meminfo(total, available)))).toMatchObject({
			level,
			figures: {availableBytes: available * 2 ** 20, totalBytes: total * 2 ** 20, isLimit: 'no'},
		});
	});

	test('the limit of a container is the whole', async () => {
		const files = {
			...meminfo(8192, 8000),
			'proc/self/cgroup': '0::/\n',
			'sys/fs/cgroup/cgroup.controllers': 'memory\n',
			'sys/fs/cgroup/memory.max': `${2 ** 30}\n`,
			'sys/fs/cgroup/memory.current': `${2 ** 30 - 64 * 2 ** 20}\n`,
			'sys/fs/cgroup/memory.stat': 'inactive_file 0\n',
		};
		const environment = {container: {memoryBytes: 2 ** 30}};
		expect(await onlyFinding(memory, fakeHost(files, {environment}))).toMatchObject({
			level: 'bad',
			is: "64.0M (6.25%) of 1.00G left, the container's limit",
		});
	});

	test('not known without /proc/meminfo', async () => {
		expect((await onlyFinding(memory, fakeHost())).level).toBe('unknown');
	});
});

describe('swap', () => {
	const files = (total: number, free: number, pages?: number) => ({
		'proc/meminfo': `MemTotal: 1 kB\nSwapTotal: ${total} kB\nSwapFree: ${free} kB\n`,
		...(pages === undefined ? {} : {'proc/vmstat': `nr_free 1\npswpin ${pages}\npswpout 7\n`}),
	});

	test('none, or none in use, is good', async () => {
		expect(await onlyFinding(swap, fakeHost(files(0, 0, 0)))).toMatchObject({level: 'good', is: 'there is none'});
		expect((await onlyFinding(swap, fakeHost(files(100, 100, 50)))).level).toBe('good');
	});

	test('in use is a note, moving is bad', async () => {
		expect(await onlyFinding(swap, fakeHost(files(4096, 1024, 50)))).toMatchObject({
			level: 'note',
			is: '3.00M in use, none of it moves',
		});
		const moving = fakeHost(files(4096, 1024, 50), {
			meanwhile: (machine) => machine.write('proc/vmstat', 'pswpin 60\npswpout 9\n'),
		});
		expect(await onlyFinding(swap, moving)).toMatchObject({
			level: 'bad',
			figures: {totalBytes: 4096 * 1024, usedBytes: 3072 * 1024, pagesMoved: 12},
		});
	});

	test('what cannot be told is said', async () => {
		expect((await onlyFinding(swap, fakeHost())).level).toBe('unknown');
		expect(await onlyFinding(swap, fakeHost(files(4096, 1024)))).toMatchObject({
			level: 'warning',
			is: '3.00M in use, whether it moves is not known',
			figures: {pagesMoved: null},
		});
	});
});

test('other runs are bad, and their names harmless', async () => {
	expect((await onlyFinding(running, fakeHost())).level).toBe('good');
	expect(await onlyFinding(running, fakeHost({}, {running: ['search', 'a\u001b[31m']}))).toMatchObject({
		level: 'bad',
		is: '2 running: search, a␛[31m',
	});
});

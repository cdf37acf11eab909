import {describe, expect, test} from 'vitest';
import {disk} from '../../source/doctor/disk.ts';
import {nodeVersion} from '../../source/doctor/node-version.ts';
import {openFiles} from '../../source/doctor/open-files.ts';
import {ports} from '../../source/doctor/ports.ts';
import {virtualisation} from '../../source/doctor/virtualisation.ts';
import {fakeHost, onlyFinding} from './fake-host.ts';

describe('open files', () => {
	const limits = (files: string) => ({
		'proc/self/limits': `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${files}   1048576  files\n`,
	});

	test.each([
		['1048576', 'good'],
		['10100', 'good'],
		['4096', 'note'],
		['1024', 'warning'],
		['150', 'bad'],
	])('%s: %s', async (files, level) => {
		expect(await onlyFinding(openFiles, fakeHost(limits(files)))).toMatchObject({
			level,
			figures: {openFiles: Number(files), connections: Number(files) - 100},
		});
	});

	test('without a limit, and not known', async () => {
		expect((await onlyFinding(openFiles, fakeHost(limits('unlimited')))).level).toBe('good');
		expect((await onlyFinding(openFiles, fakeHost())).level).toBe('unknown');
		expect((await onlyFinding(openFiles, fakeHost({}, {platform: 'darwin'}))).commands).toEqual([
			'ulimit -n; sysctl kern.maxfilesperproc',
		]);
	});
});

describe('ports', () => {
	const parameters = 'proc/sys/net/ipv4';
	const files = (range: string, waiting: number, reuse: string) => ({
		[`${parameters}/ip_local_port_range`]: `${range}\n`,
		'proc/net/sockstat': `sockets: used 9\nTCP: inuse 5 orphan 0 tw ${waiting} alloc 6 mem 1\nUDP: inuse 1 mem 0\n`,
		[`${parameters}/tcp_tw_reuse`]: `${reuse}\n`,
	});

	test('the usual ones are good', async () => {
		expect(await onlyFinding(ports, fakeHost(files('32768\t60999', 12, '2')))).toMatchObject({
			level: 'good',
			figures: {ports: 28_232, timeWait: 12, tcpTwReuse: 2, newConnectionsPerSecond: 470},
		});
	});

	test('few of them, or most of them waiting, is a warning', async () => {
		expect((await onlyFinding(ports, fakeHost(files('60000 60999', 0, '2')))).level).toBe('warning');
		expect(await onlyFinding(ports, fakeHost(files('32768 60999', 20_000, '2')))).toMatchObject({
			level: 'warning',
			commands: ['sudo sysctl -w net.ipv4.ip_local_port_range="10240 65535"', 'sudo sysctl -w net.ipv4.tcp_tw_reuse=1'],
		});
		// Those that wait are used again.
		expect((await onlyFinding(ports, fakeHost(files('32768 60999', 20_000, '1')))).level).toBe('good');
		expect((await onlyFinding(ports, fakeHost(files('32768 60999', 0, '0')))).level).toBe('note');
	});

	test('what cannot be read is said', async () => {
		expect((await onlyFinding(ports, fakeHost())).level).toBe('unknown');
		const half = fakeHost({[`${parameters}/ip_local_port_range`]: '32768 60999\n'});
		const {is, figures} = await onlyFinding(ports, half);
		expect(is).toContain('how many wait (TIME_WAIT) is not known; tcp_tw_reuse is not known');
		expect(figures).toMatchObject({timeWait: null, tcpTwReuse: null});
	});
});

test.each([
	[50 * 2 ** 30, 'good'],
	[500 * 2 ** 20, 'warning'],
	[50 * 2 ** 20, 'bad'],
])('%d bytes free for the history: %s', async (free, level) => {
	const asked: string[] = [];
	const freeBytes = (folder: string): number => {
		asked.push(folder);
		return free;
	};
	expect(await onlyFinding(disk, fakeHost({}, {freeBytes}))).toMatchObject({level, figures: {freeBytes: free}});
	expect(asked).toEqual(['/home/me/.local/share/benchtop']);
});

test('a folder that cannot be asked for is not known', async () => {
	const freeBytes = (): number => {
		throw new Error('EACCES: permission denied');
	};
	expect(await onlyFinding(disk, fakeHost({}, {freeBytes}))).toMatchObject({
		level: 'unknown',
		is: '/home/me/.local/share/benchtop: EACCES: permission denied',
	});
});

test('a virtual machine is a note, a container is none, and neither is guessed', async () => {
	const files = {'proc/cpuinfo': 'processor : 0\n'};
	const inside = (layers: string) => fakeHost(files, {environment: {virtualisation: layers}});
	expect(await onlyFinding(virtualisation, inside('Docker on QEMU'))).toMatchObject({
		level: 'note',
		is: 'yes: Docker on QEMU',
	});
	expect(await onlyFinding(virtualisation, inside('Docker'))).toMatchObject({
		level: 'good',
		is: 'none is seen around Docker',
	});
	expect((await onlyFinding(virtualisation, fakeHost(files))).level).toBe('good');
	expect((await onlyFinding(virtualisation, fakeHost())).level).toBe('unknown');
});

describe('Node.js', () => {
	const host = (node: string, nodeOptions: readonly string[] = []) =>
		fakeHost({}, {nodeOptions, environment: {versions: {benchtop: '1', node}}});

	test('an even version is good, an odd one a note', async () => {
		expect((await onlyFinding(nodeVersion, host('22.13.0'))).level).toBe('good');
		expect(await onlyFinding(nodeVersion, host('25.1.0'))).toMatchObject({
			level: 'note',
			is: '25.1.0, a version without long-term support',
		});
	});

	test('options are a note, those that slow it down a warning', async () => {
		expect((await onlyFinding(nodeVersion, host('24.1.0', ['--max-old-space-size']))).level).toBe('note');
		expect(await onlyFinding(nodeVersion, host('24.1.0', ['--inspect']))).toMatchObject({
			level: 'warning',
			is: '24.1.0, NODE_OPTIONS with --inspect',
			commands: ['unset NODE_OPTIONS'],
		});
	});
});

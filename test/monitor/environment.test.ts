import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {parseGitStatus, readEnvironment} from '../../source/monitor/environment.ts';
import {fakeMachine} from './fake-machine.ts';

const options = {folder: os.tmpdir(), benchtop: '1.2.3', versions: {autocannon: '9.0.0'}};

const folder = (): string => {
	const path = mkdtempSync(join(os.tmpdir(), 'benchtop-environment-'));
	onTestFinished(() => rmSync(path, {recursive: true, force: true}));
	return path;
};

test('tells what this machine is', async () => {
	const environment = await readEnvironment(options);
	expect(environment.hostname).toBe(os.hostname());
	expect(environment.os).toMatchObject({platform: os.platform(), release: os.release()});
	expect(environment.cpu.cores).toBe(os.cpus().length);
	expect(environment.cpu.usableCores).toBeLessThanOrEqual(os.availableParallelism());
	expect(environment.cpu.model.length).toBeGreaterThan(2);
	expect(environment.memory.totalBytes).toBe(os.totalmem());
	expect(environment.versions).toEqual({autocannon: '9.0.0', benchtop: '1.2.3', node: process.versions.node});
	expect(environment.loadAverage).toHaveLength(3);
});

describe.runIf(process.platform === 'linux')('on Linux', () => {
	test('reads limits, governor, names and layers of a machine', async () => {
		const machine = fakeMachine({
			'proc/cpuinfo': 'processor : 0\nmodel name\t: Fast\u001b[31m CPU\nflags\t\t: fpu hypervisor sse\n',
			'proc/meminfo': 'MemTotal: 1000000 kB\nMemFree: 1 kB\n',
			'proc/self/cgroup': '0::/\n',
			'sys/fs/cgroup/cgroup.controllers': '',
			'sys/fs/cgroup/memory.max': '512000000\n',
			'sys/fs/cgroup/cpu.max': '50000 100000\n',
			'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
			'sys/class/dmi/id/sys_vendor': 'Amazon EC2\n',
			'sys/class/dmi/id/product_name': 'm5.large\n',
			'etc/os-release': 'NAME=X\nPRETTY_NAME="Some Linux 12 (x)"\n',
			'.dockerenv': '',
		});
		const environment = await readEnvironment(options, machine);
		expect(environment.os.name).toBe('Some Linux 12 (x)');
		expect(environment.cpu).toMatchObject({model: 'Fast␛[31m CPU', usableCores: 1, governor: 'powersave'});
		expect(environment.memory.totalBytes).toBe(1_024_000_000);
		expect(environment.container).toEqual({cpus: 0.5, memoryBytes: 512_000_000});
		expect(environment.virtualisation).toBe('Docker on Amazon EC2 m5.large');
	});

	test('a machine that tells nothing gives no guesses', async () => {
		const environment = await readEnvironment({...options, folder: '/nowhere/at/all'}, fakeMachine());
		for (const absent of ['container', 'virtualisation', 'git']) expect(environment).not.toHaveProperty(absent);
		expect(environment.os).not.toHaveProperty('name');
		expect(environment.cpu).not.toHaveProperty('governor');
		expect(environment.cpu.model).not.toBe('');
	});

	test.each([
		['flags : fpu sse', 'QEMU', 'Standard PC', undefined],
		['flags : fpu hypervisor', '', '', 'virtual machine'],
		['Features : fp asimd', 'Amazon EC2', 'm6g.large', 'Amazon EC2 m6g.large'],
		['Features : fp asimd', 'Amazon EC2', 'm6g.metal', undefined],
		['Features : fp asimd', 'Ampere', 'Altra', undefined],
	])('%s on %s %s is %s', async (flags, vendor, product, expected) => {
		const machine = fakeMachine({
			'proc/cpuinfo': `processor: 0\n${flags}\n`,
			'sys/class/dmi/id/sys_vendor': `${vendor}\n`,
			'sys/class/dmi/id/product_name': `${product}\n`,
		});
		expect((await readEnvironment(options, machine)).virtualisation).toBe(expected);
	});
});

describe('git', () => {
	test('reads what status prints', () => {
		const commit = '0123456789abcdef0123456789abcdef01234567';
		expect(parseGitStatus(`# branch.oid ${commit}\n# branch.head main\n`)).toEqual({
			commit,
			branch: 'main',
			dirty: false,
		});
		expect(parseGitStatus(`# branch.oid ${commit}\n# branch.head (detached)\n1 .M N... a\n`)).toEqual({
			commit,
			dirty: true,
		});
		expect(parseGitStatus('# branch.oid (initial)\n# branch.head main\n')).toBeUndefined();
		expect(parseGitStatus('')).toBeUndefined();
	});

	test('clean, dirty, detached, and outside of any repository', async () => {
		const repository = folder();
		const git = (...words: string[]): string =>
			execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
				cwd: repository,
				encoding: 'utf8',
			}).trim();
		const state = async () => (await readEnvironment({...options, folder: repository})).git;
		git('init', '--quiet', '--initial-branch=trunk');
		expect(await state()).toBeUndefined();
		writeFileSync(join(repository, 'a'), '1');
		git('add', 'a');
		git('commit', '--quiet', '--message=a');
		const commit = git('rev-parse', 'HEAD');
		expect(await state()).toEqual({commit, branch: 'trunk', dirty: false});
		writeFileSync(join(repository, 'a'), '2');
		expect(await state()).toEqual({commit, branch: 'trunk', dirty: true});
		git('checkout', '--quiet', '--detach');
		expect(await state()).toEqual({commit, dirty: true});
		expect((await readEnvironment({...options, folder: folder()})).git).toBeUndefined();
	});
});

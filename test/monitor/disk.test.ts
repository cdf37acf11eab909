import {expect, test} from 'vitest';
import {diskProbe, isWholeDisk, parseDiskstats} from '../../source/monitor/disk.ts';
import {fakeMachine} from './fake-machine.ts';

/** A line with `reads` of `readTime` ms in all, and so on. */
const line = (name: string, [reads, readTime, writes, writeTime, busy]: readonly number[], more = ''): string =>
	` 254 0 ${name} ${reads} 1 8 ${readTime} ${writes} 1 8 ${writeTime} 0 ${busy} 99${more}\n`;

test('reads the columns of old and present kernels', () => {
	const expected = {name: 'sda', reads: 10, readTime: 20, writes: 30, writeTime: 40, busyTime: 50};
	expect(parseDiskstats(line('sda', [10, 20, 30, 40, 50]))).toEqual([expected]);
	expect(parseDiskstats(line('sda', [10, 20, 30, 40, 50], ' 1 2 3 4 5 6'))).toEqual([expected]);
	// A partition of 2.6.
	expect(parseDiskstats('   8    1 sda1 5 6 7 8\n')).toEqual([]);
	expect(parseDiskstats('')).toEqual([]);
});

test('whole disks, by /sys/block', () => {
	const machine = fakeMachine();
	for (const name of ['vda', 'nvme0n1', 'cciss!c0d0']) machine.write(`sys/block/${name}/device/model`, '');
	for (const name of ['dm-0', 'loop0', 'md127', 'rbd0']) machine.write(`sys/block/${name}/size`, '');
	const whole = ['vda', 'vda1', 'nvme0n1', 'nvme0n1p1', 'cciss/c0d0', 'dm-0', 'loop0', 'md127', 'rbd0', 'zram0'].filter(
		(name) => isWholeDisk(name, machine),
	);
	expect(whole).toEqual(['vda', 'nvme0n1', 'cciss/c0d0']);
});

test('whole disks, by name where /sys is not to be seen', () => {
	const machine = fakeMachine();
	const names = [
		'sda',
		'sda1',
		'nvme1n1',
		'nvme1n1p2',
		'mmcblk0',
		'mmcblk0p1',
		'vdb',
		'xvda',
		'dm-1',
		'loop7',
		'ram0',
		'sr0',
	];
	expect(names.filter((name) => isWholeDisk(name, machine))).toEqual(['sda', 'nvme1n1', 'mmcblk0', 'vdb', 'xvda']);
});

test('rates, latencies and the busiest disk; partitions and stacked devices not counted again', async () => {
	const machine = fakeMachine({
		'proc/diskstats':
			line('sda', [100, 1000, 10, 10, 500]) +
			line('sda1', [100, 1000, 10, 10, 500]) +
			line('sdb', [0, 0, 0, 0, 0]) +
			line('dm-0', [100, 1000, 10, 10, 500]),
	});
	const sampler = (await diskProbe(machine).open({}))!;
	expect(sampler.sample()).toEqual({});
	machine.advance(500);
	const second =
		line('sda', [150, 1100, 10, 10, 600]) +
		line('sda1', [150, 1100, 10, 10, 600]) +
		line('sdb', [50, 300, 0, 0, 400]) +
		line('dm-0', [150, 1100, 10, 10, 600]);
	machine.write('proc/diskstats', second);
	expect(sampler.sample()).toEqual({
		'host.disk.readIops': 200,
		'host.disk.writeIops': 0,
		'host.disk.readLatency': 4,
		'host.disk.utilisation': 80,
	});
	// No time has passed.
	expect(sampler.sample()).toEqual({});
	machine.advance(100);
	machine.write('proc/diskstats', line('sda', [1, 1, 1, 1, 1]) + line('sdb', [50, 300, 20, 60, 405]));
	expect(sampler.sample()).toEqual({
		'host.disk.readIops': 0,
		'host.disk.writeIops': 200,
		'host.disk.writeLatency': 3,
		'host.disk.utilisation': 5,
	});
	machine.advance(100);
	machine.write('proc/diskstats', '');
	expect(sampler.sample()).toEqual({});
	sampler.close();
});

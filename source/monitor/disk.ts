import {existsSync} from 'node:fs';
import type {Sample} from '../core/metric.ts';
import {type Machine, thisMachine} from './machine.ts';
import type {Probe} from './probe.ts';
import {openTextFile} from './text-file.ts';

/** What a block device did since boot. Times are milliseconds; read and write times add up over requests in parallel. */
export type DiskCounters = {
	readonly name: string;
	readonly reads: number;
	readonly readTime: number;
	readonly writes: number;
	readonly writeTime: number;
	/** Time with at least one request outstanding. */
	readonly busyTime: number;
};

/**
 * The devices in /proc/diskstats (source: the kernel's admin-guide/iostats). Lines with the four columns that 2.6
 * kernels gave partitions are left out.
 */
export const parseDiskstats = (text: string): DiskCounters[] =>
	text.split('\n').flatMap((line) => {
		const columns = line.trim().split(/\s+/);
		if (columns.length < 14) return [];
		const [reads, , , readTime, writes, , , writeTime, , busyTime] = columns.slice(3).map(Number);
		return [
			{
				name: columns[2]!,
				reads: reads!,
				readTime: readTime!,
				writes: writes!,
				writeTime: writeTime!,
				busyTime: busyTime!,
			},
		];
	});

const notDisks = /^(loop|ram|zram|dm-|md|sr|fd|nbd|zd|drbd)\d/;
const partitions = /^((sd|hd|vd|xvd)[a-z]+\d+|(nvme\d+n\d+|mmcblk\d+)p\d+)$/;

/**
 * Whether a device is a disk of its own, so that its requests are counted once: not a partition, and not stacked on
 * others (loop, device mapper, RAID). /sys/block lists no partitions and links real devices; without it names decide.
 */
export const isWholeDisk = (name: string, machine: Machine = thisMachine): boolean => {
	if (notDisks.test(name)) return false;
	const block = `${machine.root}/sys/block`;
	// A slash in a device's name is written as '!' there and in /proc/diskstats as itself.
	return existsSync(block) ? existsSync(`${block}/${name.replaceAll('/', '!')}/device`) : !partitions.test(name);
};

/** Requests, their mean time, and how busy the busiest disk was, from /proc/diskstats. Nothing on a machine without disks. */
export const diskProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'disk',
	about: 'requests to the disks, their latency and utilisation',
	open: async () => {
		const file = openTextFile(`${machine.root}/proc/diskstats`);
		if (file === undefined) return undefined;
		const whole = new Map<string, boolean>();
		let before: {readonly at: number; readonly disks: ReadonlyMap<string, DiskCounters>} | undefined;

		const read = (): Map<string, DiskCounters> => {
			const disks = new Map<string, DiskCounters>();
			for (const disk of parseDiskstats(file.read() ?? '')) {
				if (!whole.has(disk.name)) whole.set(disk.name, isWholeDisk(disk.name, machine));
				if (whole.get(disk.name)) disks.set(disk.name, disk);
			}

			return disks;
		};

		return {
			sample: () => {
				const sample: Sample = {};
				const at = machine.now();
				const disks = read();
				if (before !== undefined && at <= before.at) return sample;
				let [reads, readTime, writes, writeTime, busiest] = [0, 0, 0, 0, -1];
				const elapsed = at - (before?.at ?? at);
				for (const [name, now] of disks) {
					const then = before?.disks.get(name);
					// Replaced by another of its name, or its 32-bit counter is through: nothing to be said this time.
					if (then === undefined || now.reads < then.reads || now.writes < then.writes) continue;
					reads += now.reads - then.reads;
					writes += now.writes - then.writes;
					readTime += Math.max(0, now.readTime - then.readTime);
					writeTime += Math.max(0, now.writeTime - then.writeTime);
					busiest = Math.max(busiest, Math.max(0, now.busyTime - then.busyTime) / elapsed);
				}

				before = {at, disks};
				if (busiest < 0) return sample;
				sample['host.disk.readIops'] = (1000 * reads) / elapsed;
				sample['host.disk.writeIops'] = (1000 * writes) / elapsed;
				if (reads > 0) sample['host.disk.readLatency'] = readTime / reads;
				if (writes > 0) sample['host.disk.writeLatency'] = writeTime / writes;
				sample['host.disk.utilisation'] = Math.min(100, 100 * busiest);
				return sample;
			},
			close: file.close,
		};
	},
});

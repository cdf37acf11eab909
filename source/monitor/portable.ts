import {existsSync} from 'node:fs';
import {loadavg, platform} from 'node:os';
import type {Sample} from '../core/metric.ts';
import {type Hardware, loadHardware} from './hardware.ts';
import {type Machine, thisMachine} from './machine.ts';
import type {Probe} from './probe.ts';

const refreshInterval = 1000;
/** Milliseconds after which levels are too old to be shown as the present ones. */
const staleAfter = 5000;

const cpuSample = async (hardware: Hardware): Promise<Sample> => {
	const load = await hardware.currentLoad();
	const sample: Sample = {
		'host.cpu.user': load.currentLoadUser + load.currentLoadNice,
		'host.cpu.system': load.currentLoadSystem + load.currentLoadIrq,
		'host.cpu.steal': load.currentLoadSteal,
		'host.cpu.idle': load.currentLoadIdle,
		'host.cpu.busiestCore': Math.max(...load.cpus.map((core) => core.load)),
	};
	for (const [core, {load: busy}] of load.cpus.entries()) sample[`host.cpu.core${core}`] = busy;
	// Windows has no load average; Node.js reads 0 there.
	if (platform() !== 'win32') sample['host.load'] = loadavg()[0]!;
	return sample;
};

const memorySample = async (hardware: Hardware): Promise<Sample> => {
	const {total, available} = await hardware.mem();
	return {
		'host.memory.used': total - available,
		'host.memory.available': available,
		'host.memory.total': total,
	};
};

// The driver says null where a platform has no figure, or no second reading yet.
const known = (levels: Readonly<Record<string, number | null | undefined>>): Record<string, number> =>
	Object.fromEntries(
		Object.entries(levels).flatMap(([name, value]) =>
			typeof value === 'number' && Number.isFinite(value) ? [[name, value]] : [],
		),
	);

const diskSample = async (hardware: Hardware): Promise<Sample> => {
	const disks = await hardware.disksIO();
	return known({'host.disk.readIops': disks?.rIO_sec ?? null, 'host.disk.writeIops': disks?.wIO_sec ?? null});
};

const networkSample = async (hardware: Hardware): Promise<Sample> => {
	const interfaces = await hardware.networkStats('*');
	const total = (rates: readonly (number | null)[]): number | null =>
		rates.every((rate) => rate === null) ? null : rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0);
	return known({
		'host.network.received': total(interfaces.map(({rx_sec: rate}) => rate)),
		'host.network.sent': total(interfaces.map(({tx_sec: rate}) => rate)),
	});
};

const groups = [cpuSample, memorySample, diskSample, networkSample];

/**
 * The machine where there is no /proc (macOS, Windows), through systeminformation: read once a second aside, so that a
 * sample is the newest known levels. There are none of the process under test, of iowait and of a disk's latency.
 */
export const portableProbe = (machine: Machine = thisMachine, load = loadHardware): Probe => ({
	name: 'portable',
	about: 'CPU, memory, disks and network where there is no /proc',
	open: async () => {
		if (existsSync(`${machine.root}/proc/stat`)) return undefined;
		const hardware = await load();
		let newest: Sample = {};
		let readAt = Number.NEGATIVE_INFINITY;
		let timer: NodeJS.Timeout | undefined;
		let closed = false;

		const refresh = async (): Promise<void> => {
			const results = await Promise.allSettled(groups.map((group) => group(hardware)));
			newest = known(
				Object.assign({}, ...results.map((result) => (result.status === 'fulfilled' ? result.value : {}))),
			);
			readAt = machine.now();
			if (!closed) timer = setTimeout(refresh, refreshInterval).unref();
		};

		void refresh();
		return {
			sample: () => (machine.now() - readAt < staleAfter ? {...newest} : {}),
			close: () => {
				closed = true;
				clearTimeout(timer);
			},
		};
	},
});

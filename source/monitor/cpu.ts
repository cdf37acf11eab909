import type {GaugeName, Sample} from '../core/metric.ts';
import {type Machine, thisMachine} from './machine.ts';
import type {Probe} from './probe.ts';
import {openTextFile} from './text-file.ts';

/** What a core, or all of them, did since boot, in clock ticks. Their sum is the time that passed. */
export type CpuTimes = {
	/** User code, niced included; guests are part of it already. */
	readonly user: number;
	/** The kernel, interrupts included. */
	readonly system: number;
	readonly iowait: number;
	readonly steal: number;
	readonly idle: number;
};

/** The same, or anything like it, as percentages of the time between two readings. */
export type CpuShares = CpuTimes;

/** The CPU lines of /proc/stat: the sum of all cores as `cpu`, each core as `cpu<N>`. Kernels before 2.6.11 lack columns. */
export const parseCpuTimes = (text: string): Map<string, CpuTimes> => {
	const times = new Map<string, CpuTimes>();
	for (let start = 0; text.startsWith('cpu', start); ) {
		const newline = text.indexOf('\n', start);
		const end = newline === -1 ? text.length : newline;
		const [name, ...columns] = text.slice(start, end).split(/\s+/);
		const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = columns.map(Number);
		times.set(name!, {user: user + nice, system: system + irq + softirq, iowait, steal, idle});
		start = end + 1;
	}

	return times;
};

/** What the time between two readings went to; `undefined` when no tick passed. Counters that ran backwards stood still. */
export const cpuShares = (before: CpuTimes, after: CpuTimes): CpuShares | undefined => {
	// Idle and iowait do run backwards at times (proc(5)).
	const user = Math.max(0, after.user - before.user);
	const system = Math.max(0, after.system - before.system);
	const iowait = Math.max(0, after.iowait - before.iowait);
	const steal = Math.max(0, after.steal - before.steal);
	const idle = Math.max(0, after.idle - before.idle);
	const total = user + system + iowait + steal + idle;
	if (!(total > 0)) return undefined;
	const scale = 100 / total;
	return {
		user: user * scale,
		system: system * scale,
		iowait: iowait * scale,
		steal: steal * scale,
		idle: idle * scale,
	};
};

/** The one-minute figure of /proc/loadavg. */
export const parseLoad = (text: string): number | undefined => {
	const load = Number.parseFloat(text);
	return Number.isFinite(load) ? load : undefined;
};

/**
 * CPU time of the machine from /proc/stat, in % of all cores, and the load average. A single core's use is all but its
 * idle and iowait time: stolen time is not to be had either, so that a core without any left reads 100 %.
 */
export const cpuProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'cpu',
	about: 'CPU time of the machine and of each core, and the load average',
	open: async () => {
		const stat = openTextFile(`${machine.root}/proc/stat`);
		if (stat === undefined) return undefined;
		const loadavg = openTextFile(`${machine.root}/proc/loadavg`);
		const coreNames = new Map<string, GaugeName>();
		let before: ReadonlyMap<string, CpuTimes> = new Map();

		const sampleStat = (sample: Sample): void => {
			const after = parseCpuTimes(stat.read() ?? '');
			if (after.size === 0) return;
			let busiest = -1;
			for (const [name, times] of after) {
				const previous = before.get(name);
				const shares = previous && cpuShares(previous, times);
				if (shares === undefined) continue;
				if (name === 'cpu') {
					sample['host.cpu.user'] = shares.user;
					sample['host.cpu.system'] = shares.system;
					sample['host.cpu.iowait'] = shares.iowait;
					sample['host.cpu.steal'] = shares.steal;
					sample['host.cpu.idle'] = shares.idle;
					continue;
				}

				const busy = shares.user + shares.system + shares.steal;
				busiest = Math.max(busiest, busy);
				let coreName = coreNames.get(name);
				if (coreName === undefined) {
					coreName = `host.cpu.core${Number(name.slice(3))}`;
					coreNames.set(name, coreName);
				}

				sample[coreName] = busy;
			}

			if (busiest >= 0) sample['host.cpu.busiestCore'] = busiest;
			before = after;
		};

		return {
			sample: () => {
				const sample: Sample = {};
				sampleStat(sample);
				const load = parseLoad(loadavg?.read() ?? '');
				if (load !== undefined) sample['host.load'] = load;
				return sample;
			},
			close: () => {
				stat.close();
				loadavg?.close();
			},
		};
	},
});

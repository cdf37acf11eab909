import {formatMilliseconds, formatPercent} from '../core/units.ts';
import type {InsightRule} from './rule.ts';
import {rounded} from './seconds.ts';

/** A core, or more, was idle only because a disk had to be waited for: %, of one core. */
const leastWaiting = 50;
/** % of the time that the busiest disk had work. */
const busyDisk = 85;
/** % of all cores that were left. */
const leastIdle = 5;
/** Milliseconds; in less the figures are of a moment. */
const shortest = 3000;

/** The machine waited for its disk. */
export const diskWait: InsightRule = {
	kind: 'disk-wait',
	about: 'the machine waits for its disk: iowait, utilisation',
	find: ({result}) => {
		const {cpu, disk} = result.summary.resources;
		const {cores} = result.environment.cpu;
		const waiting = (cpu.iowait ?? 0) * cores;
		const utilisation = disk.utilisationPercent ?? 0;
		if (result.durationMs < shortest || (waiting < leastWaiting && utilisation < busyDisk)) return undefined;
		const latency =
			disk.writeLatencyMs === null || disk.readLatencyMs === null
				? ''
				: ` (a read took ${formatMilliseconds(disk.readLatencyMs)} ms, a write ${formatMilliseconds(disk.writeLatencyMs)} ms)`;
		return {
			kind: 'disk-wait',
			severity: waiting >= 2 * leastWaiting || (waiting >= leastWaiting && utilisation >= busyDisk) ? 'medium' : 'low',
			text: `${utilisation >= busyDisk ? `The busiest disk had work ${formatPercent(utilisation)} of the time${latency}` : `For ${formatPercent(waiting)} of a core's time nothing could be done but wait for a disk${latency}`}. Latencies then follow the disk, and whatever else uses it.`,
			recommendations: [
				'Find out who reads and writes: iotop, or pidstat -d 1.',
				'If it is the target: write less often (batches, group commit), keep in memory what is read again, or use a faster disk.',
				'If it is not: measure when the disk is quiet.',
			],
			figures: {
				iowaitPercentOfAllCores: cpu.iowait,
				iowaitPercentOfOneCore: rounded(waiting),
				diskUtilisationPercent: disk.utilisationPercent,
				readLatencyMs: disk.readLatencyMs,
				writeLatencyMs: disk.writeLatencyMs,
			},
		};
	},
};

/** The machine had no CPU left. */
export const cpuWait: InsightRule = {
	kind: 'cpu-wait',
	about: 'the machine had no CPU left, so that everything on it waits for its turn',
	unless: ['noisy-host'],
	find: ({result}) => {
		const {cpu, target, generator} = result.summary.resources;
		const {idle, iowait, steal} = cpu;
		if (result.durationMs < shortest || idle === null || idle + (iowait ?? 0) > leastIdle) return undefined;
		// Only where the target is on this machine: its latencies are what waits.
		if (target.cpu === null) return undefined;
		return {
			kind: 'cpu-wait',
			severity: 'medium',
			text: `The machine's CPU was used up: ${formatPercent(idle)} was left, with the target at ${formatPercent(target.cpu)} and the load generator at ${formatPercent(generator.cpu ?? undefined)} of one core. Threads wait for a core before they go on, so latencies are of this machine and this load generator as much as of the target.`,
			recommendations: [
				'Run the load generator on another machine, or ask for less (-R, fewer connections).',
				'Compare such a run only with runs that were made in the same way.',
			],
			figures: {
				idlePercentOfAllCores: idle,
				stealPercentOfAllCores: steal,
				targetCpuPercentOfOneCore: target.cpu,
				generatorCpuPercentOfOneCore: generator.cpu,
			},
		};
	},
};

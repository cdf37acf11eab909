import {join} from 'node:path';
import type {Sample} from '../core/metric.ts';
import {findCpuQuota} from './cgroup.ts';
import {type Machine, thisMachine} from './machine.ts';
import type {Probe} from './probe.ts';
import {openTextFile} from './text-file.ts';

/** Milliseconds that a group was throttled, from its cpu.stat: nanoseconds in version 1, microseconds in version 2. */
export const parseThrottled = (text: string): number | undefined => {
	const match = /^throttled_(time|usec) (\d+)/m.exec(text);
	if (match === null) return undefined;
	return Number(match[2]) / (match[1] === 'time' ? 1e6 : 1e3);
};

/**
 * How long the CPU quota held this process's container back, in % of time. The kernel adds up the cores it stopped, so
 * that several stopped at once add up here too, to 100 % at most. Absent without a quota.
 */
export const throttleProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'throttle',
	about: 'time the container was held back by its CPU quota',
	open: async () => {
		const quota = findCpuQuota(machine);
		const file = quota && openTextFile(join(quota.folder, 'cpu.stat'));
		if (file === undefined) return undefined;
		let before: {readonly at: number; readonly throttled: number} | undefined;
		return {
			sample: () => {
				const sample: Sample = {};
				const at = machine.now();
				const throttled = parseThrottled(file.read() ?? '');
				if (throttled === undefined) return sample;
				if (before !== undefined && at > before.at && throttled >= before.throttled) {
					sample['host.cpu.throttled'] = Math.min(100, (100 * (throttled - before.throttled)) / (at - before.at));
				}

				before = {at, throttled};
				return sample;
			},
			close: file.close,
		};
	},
});

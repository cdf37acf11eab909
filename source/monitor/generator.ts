import type {Sample} from '../core/metric.ts';
import {type Machine, thisMachine} from './machine.ts';
import type {Probe} from './probe.ts';

const residentMemory = (): number | undefined => {
	try {
		// Opens a file of its own, for which a generator full of sockets may have no descriptor left.
		return process.memoryUsage.rss();
	} catch {
		return undefined;
	}
};

/** CPU of this process and all its threads in % of one core, and its resident memory. Works everywhere. */
export const generatorProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'generator',
	about: 'CPU and memory of the load generator itself',
	open: async () => {
		let before: {readonly at: number; readonly microseconds: number} | undefined;
		return {
			sample: () => {
				const sample: Sample = {};
				const at = machine.now();
				const usage = process.cpuUsage();
				const microseconds = usage.user + usage.system;
				if (before === undefined || at > before.at) {
					if (before !== undefined) {
						sample['generator.cpu'] = Math.max(0, (microseconds - before.microseconds) / 10 / (at - before.at));
					}

					before = {at, microseconds};
				}

				const memory = residentMemory();
				if (memory !== undefined) sample['generator.memory'] = memory;
				return sample;
			},
			close: () => {},
		};
	},
});

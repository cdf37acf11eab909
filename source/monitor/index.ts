import type {Sample} from '../core/metric.ts';
import {BenchtopError} from '../errors.ts';
import {containerProbe} from './container.ts';
import {cpuProbe} from './cpu.ts';
import {diskProbe} from './disk.ts';
import {generatorProbe} from './generator.ts';
import {memoryProbe} from './memory.ts';
import {networkProbe} from './network.ts';
import {nodeExporterProbe} from './node-exporter.ts';
import {portableProbe} from './portable.ts';
import type {Probe, Sampler, Watch} from './probe.ts';
import {targetProbe} from './target.ts';
import {throttleProbe} from './throttle.ts';

/** Everything that can be watched. A probe is added by adding a file and a line here. */
export const probes: readonly Probe[] = [
	cpuProbe(),
	throttleProbe(),
	memoryProbe(),
	diskProbe(),
	networkProbe(),
	targetProbe(),
	containerProbe(),
	nodeExporterProbe(),
	generatorProbe(),
	portableProbe(),
];

/** All probes of a run together. */
export type Monitor = Pick<Sampler, 'sample' | 'close'>;

/** A monitor, and what of what it was to watch is not to be had, in words. */
export type OpenedMonitor = Monitor & {readonly missing: readonly string[]};

/** Opens all probes; one that fails to open is absent, as is one that this machine does not offer. */
export const openMonitor = async (watch: Watch, members: readonly Probe[] = probes): Promise<OpenedMonitor> => {
	const opened = await Promise.allSettled(members.map(async (probe) => probe.open(watch)));
	const samplers = opened.flatMap((result) =>
		result.status === 'fulfilled' && result.value !== undefined ? [result.value] : [],
	);
	return {
		missing: opened.flatMap((result) =>
			result.status === 'rejected' && result.reason instanceof BenchtopError
				? [[result.reason.message, result.reason.hint].filter((words) => words !== undefined).join(' ')]
				: [],
		),
		sample: () => {
			const sample: Sample = {};
			for (const sampler of samplers) Object.assign(sample, sampler.sample());
			return sample;
		},
		close: () => {
			for (const sampler of samplers) sampler.close();
		},
	};
};

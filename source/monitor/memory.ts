import {join} from 'node:path';
import type {Sample} from '../core/metric.ts';
import {findMemoryLimit} from './cgroup.ts';
import {type Machine, thisMachine} from './machine.ts';
import type {Probe} from './probe.ts';
import {openTextFile} from './text-file.ts';

/** The machine's memory in bytes. */
export type MemoryLevels = {readonly total: number; readonly available: number};

const field = (text: string, pattern: RegExp): number | undefined => {
	const match = pattern.exec(text);
	return match === null ? undefined : Number(match[1]);
};

/** Reads /proc/meminfo. Kernels before 3.14 do not say what is available: then it is estimated as free(1) did. */
export const parseMeminfo = (text: string): MemoryLevels | undefined => {
	const total = field(text, /^MemTotal:\s+(\d+)/m);
	const free = field(text, /^MemFree:\s+(\d+)/m);
	if (total === undefined || free === undefined) return undefined;
	let available = field(text, /^MemAvailable:\s+(\d+)/m);
	if (available === undefined) {
		const cached = field(text, /^Cached:\s+(\d+)/m) ?? 0;
		const buffers = field(text, /^Buffers:\s+(\d+)/m) ?? 0;
		const reclaimable = field(text, /^SReclaimable:\s+(\d+)/m) ?? 0;
		const shared = field(text, /^Shmem:\s+(\d+)/m) ?? 0;
		available = free + buffers + cached + reclaimable - shared;
	}

	return {total: total * 1024, available: Math.min(total, Math.max(0, available)) * 1024};
};

/** File cache in bytes that a group would give back first, its children's included, from its memory.stat. */
export const parseInactiveFile = (text: string): number =>
	field(text, /^total_inactive_file (\d+)/m) ?? field(text, /^inactive_file (\d+)/m) ?? 0;

/**
 * Memory of the machine from /proc/meminfo; used + available = total throughout. In a container whose limit is lower
 * than the machine's memory, all three are the container's: total is the limit, used is what is charged to it without
 * the inactive file cache (the working set, as Docker and Kubernetes count it), available is the rest.
 */
export const memoryProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'memory',
	about: 'memory of the machine, or of its container',
	open: async () => {
		const meminfo = openTextFile(`${machine.root}/proc/meminfo`);
		const levels = parseMeminfo(meminfo?.read() ?? '');
		if (meminfo === undefined || levels === undefined) {
			meminfo?.close();
			return undefined;
		}

		const limit = findMemoryLimit(machine);
		if (limit === undefined || limit.value >= levels.total) {
			return {
				sample: () => {
					const now = parseMeminfo(meminfo.read() ?? '');
					if (now === undefined) return {};
					return {
						'host.memory.used': now.total - now.available,
						'host.memory.available': now.available,
						'host.memory.total': now.total,
					};
				},
				close: meminfo.close,
			};
		}

		meminfo.close();
		const second = limit.version === 2;
		const usage = openTextFile(join(limit.folder, second ? 'memory.current' : 'memory.usage_in_bytes'));
		const stat = openTextFile(join(limit.folder, 'memory.stat'));
		return {
			sample: () => {
				const sample: Sample = {'host.memory.total': limit.value};
				const charged = Number.parseInt(usage?.read() ?? '', 10);
				if (!Number.isFinite(charged)) return sample;
				const used = Math.min(limit.value, Math.max(0, charged - parseInactiveFile(stat?.read() ?? '')));
				sample['host.memory.used'] = used;
				sample['host.memory.available'] = limit.value - used;
				sample['host.memory.container'] = charged;
				return sample;
			},
			close: () => {
				usage?.close();
				stat?.close();
			},
		};
	},
});

import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {type Machine, thisMachine} from './machine.ts';
import {readText} from './text-file.ts';

type Controller = 'cpu' | 'memory';

/** The folders that rule this process in one controller: its own group first, then those around it. */
export type CgroupChain = {readonly version: 1 | 2; readonly folders: readonly string[]};

/** A limit and the group that sets it; its counters are the ones to watch. */
export type CgroupLimit = {readonly version: 1 | 2; readonly folder: string; readonly value: number};

/** One line of /proc/self/cgroup: `4:cpu,cpuacct:/some/group`, in version 2 `0::/some/group`. */
export type CgroupMembership = {readonly controllers: string; readonly path: string};

/** The memberships in the text of /proc/self/cgroup. */
export const parseCgroups = (text: string): CgroupMembership[] =>
	text.split('\n').flatMap((line) => {
		const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
		return match === null ? [] : [{controllers: match[1]!, path: match[2]!}];
	});

const chainBelow = (mount: string, path: string): string[] => {
	const folders: string[] = [];
	// A path that climbs out of the cgroup namespace names a place we cannot see.
	let rest = path.split('/').includes('..') ? '/' : path;
	for (;;) {
		// Without a cgroup namespace, a container sees its path on the host but only its own part of the tree mounted.
		const folder = rest === '/' ? mount : join(mount, rest);
		if (existsSync(folder)) folders.push(folder);
		if (rest === '/') return folders;
		rest = dirname(rest);
	}
};

/** Finds the groups of this process for a controller, in version 1, 2 or the mixture of both (source: cgroups(7)). */
export const findCgroups = (controller: Controller, machine: Machine = thisMachine): CgroupChain | undefined => {
	const memberships = parseCgroups(readText(`${machine.root}/proc/self/cgroup`) ?? '');
	const tree = `${machine.root}/sys/fs/cgroup`;
	const first = memberships.find(({controllers}) => controllers.split(',').includes(controller));
	if (first !== undefined) {
		const mount = [first.controllers, controller].map((name) => join(tree, name)).find(existsSync);
		if (mount !== undefined) return {version: 1, folders: chainBelow(mount, first.path)};
	}

	const second = memberships.find(({controllers}) => controllers === '');
	if (second === undefined) return undefined;
	const mount = [tree, join(tree, 'unified')].find((folder) => existsSync(join(folder, 'cgroup.controllers')));
	return mount === undefined ? undefined : {version: 2, folders: chainBelow(mount, second.path)};
};

/** Version 1 writes "no limit" as the largest number of pages. */
const unlimited = 2 ** 60;

/** Bytes in memory.max or memory.limit_in_bytes; `undefined` when there is no limit. */
export const parseMemoryLimit = (text: string): number | undefined => {
	const bytes = /^\d+\s*$/.test(text) ? Number(text) : Number.NaN;
	return bytes < unlimited ? bytes : undefined;
};

/** Cores in a quota and its period as cpu.max writes them (`150000 100000`); `undefined` when there is no limit. */
export const parseCpuQuota = (text: string): number | undefined => {
	const match = /^(\d+)\s+(\d+)\s*$/.exec(text);
	if (match === null) return undefined;
	const cores = Number(match[1]) / Number(match[2]);
	return cores > 0 && Number.isFinite(cores) ? cores : undefined;
};

const smallestLimit = (
	chain: CgroupChain | undefined,
	limitOf: (folder: string, version: 1 | 2) => number | undefined,
): CgroupLimit | undefined => {
	let smallest: CgroupLimit | undefined;
	for (const folder of chain?.folders ?? []) {
		const value = limitOf(folder, chain!.version);
		if (value !== undefined && value < (smallest?.value ?? Number.POSITIVE_INFINITY)) {
			smallest = {version: chain!.version, folder, value};
		}
	}

	return smallest;
};

/** The smallest memory limit on the way up from this process's group, in bytes. */
export const findMemoryLimit = (machine: Machine = thisMachine): CgroupLimit | undefined =>
	smallestLimit(findCgroups('memory', machine), (folder, version) =>
		parseMemoryLimit(readText(join(folder, version === 2 ? 'memory.max' : 'memory.limit_in_bytes')) ?? ''),
	);

/** The smallest CPU quota on the way up from this process's group, in cores. */
export const findCpuQuota = (machine: Machine = thisMachine): CgroupLimit | undefined =>
	smallestLimit(findCgroups('cpu', machine), (folder, version) => {
		if (version === 2) return parseCpuQuota(readText(join(folder, 'cpu.max')) ?? '');
		const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) => readText(join(folder, name)));
		return parseCpuQuota(`${quota?.trim()} ${period?.trim()}`);
	});

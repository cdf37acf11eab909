import {existsSync} from 'node:fs';
import {request} from 'node:http';
import {join} from 'node:path';
import type {Sample} from '../core/metric.ts';
import {BenchtopError} from '../errors.ts';
import {parseCgroups} from './cgroup.ts';
import {type Machine, thisMachine} from './machine.ts';
import {parseInactiveFile} from './memory.ts';
import type {Probe} from './probe.ts';
import {openTextFile, readText, type TextFile} from './text-file.ts';
import {parseThrottled} from './throttle.ts';

/** The folders in which the kernel counts for one control group; in version 2 they are all the same one. */
export type ContainerFolders = {
	readonly version: 1 | 2;
	readonly cpu: string | undefined;
	readonly usage: string | undefined;
	readonly memory: string | undefined;
	readonly tasks: string | undefined;
};

/** What counts in version 1, by what it is to us. */
const controllers = {cpu: 'cpu', usage: 'cpuacct', memory: 'memory', tasks: 'pids'} as const;

/** The group of a path, such as /system.slice/nginx.service, in each controller; `undefined` where there is none. */
const foldersAt = (
	pathOf: (controller: string) => string | undefined,
	machine: Machine,
): ContainerFolders | undefined => {
	const tree = `${machine.root}/sys/fs/cgroup`;
	if (existsSync(join(tree, 'cgroup.controllers'))) {
		const path = pathOf('');
		const folder = path === undefined ? undefined : join(tree, path);
		if (folder === undefined || !existsSync(join(folder, 'cgroup.procs'))) return undefined;
		return {version: 2, cpu: folder, usage: folder, memory: folder, tasks: folder};
	}

	const folderOf = (controller: string): string | undefined => {
		const path = pathOf(controller);
		if (path === undefined) return undefined;
		return [controller, 'cpu,cpuacct']
			.filter((name) => name.split(',').includes(controller))
			.map((name) => join(tree, name, path))
			.find((folder) => existsSync(join(folder, 'cgroup.procs')));
	};
	const found = {
		cpu: folderOf(controllers.cpu),
		usage: folderOf(controllers.usage),
		memory: folderOf(controllers.memory),
		tasks: folderOf(controllers.tasks),
	};
	return Object.values(found).every((folder) => folder === undefined) ? undefined : {version: 1, ...found};
};

/** Up to the part of a path that is named after a container: its processes may be in groups within. */
const upTo = (id: string, path: string | undefined): string | undefined => {
	const parts = path?.split('/') ?? [];
	const own = id === '' ? -1 : parts.findIndex((part) => part.includes(id));
	return own < 0 ? path : parts.slice(0, own + 1).join('/');
};

/** The group of a container that a process is in. */
const foldersOf = ({pid, id}: Running, machine: Machine): ContainerFolders | undefined => {
	const memberships = parseCgroups(readText(`${machine.root}/proc/${pid}/cgroup`) ?? '');
	return foldersAt(
		(controller) =>
			upTo(
				id,
				memberships.find(({controllers: names}) =>
					controller === '' ? names === '' : names.split(',').includes(controller),
				)?.path,
			),
		machine,
	);
};

/** Where the engines of containers listen, the usual ones; DOCKER_HOST says another. */
const sockets = ['/var/run/docker.sock', '/run/podman/podman.sock'];

const socketsFor = (host: string | undefined): readonly string[] => {
	const [, path] = /^unix:\/\/(\/.*)$/.exec(host ?? '') ?? [];
	return path === undefined ? sockets : [path];
};

const patience = 2000;

/** A running container: its first process, and its id. */
type Running = {readonly pid: number; readonly id: string};

/** The first process of a running container, as the Docker Engine API tells it (Podman speaks it too). */
const processOf = (socket: string, name: string): Promise<Running | undefined> =>
	new Promise((resolve) => {
		const asked = request(
			{socketPath: socket, path: `/containers/${encodeURIComponent(name)}/json`, timeout: patience, agent: false},
			(answer) => {
				let text = '';
				answer.setEncoding('utf8');
				answer.on('data', (piece: string) => {
					text += piece;
				});
				answer.on('error', () => resolve(undefined));
				answer.on('end', () => {
					const [, pid] = /"Pid"\s*:\s*(\d+)/.exec(text) ?? [];
					const [, id = ''] = /"Id"\s*:\s*"([\da-f]+)"/.exec(text) ?? [];
					resolve(answer.statusCode === 200 && Number(pid) > 0 ? {pid: Number(pid), id} : undefined);
				});
			},
		);
		asked.on('timeout', () => asked.destroy());
		asked.on('error', () => resolve(undefined));
		asked.end();
	});

/** Places where systemd keeps what it starts. */
const slices = ['', '/system.slice', '/machine.slice', '/user.slice'];

/**
 * Where a container is counted: a control group by its path, a unit of systemd, or a running container of Docker or Podman
 * by its name or id.
 */
export const findContainer = async (
	name: string,
	machine: Machine = thisMachine,
	host: string | undefined = process.env.DOCKER_HOST,
): Promise<ContainerFolders | undefined> => {
	const path = name.replace(/^\/sys\/fs\/cgroup(?=\/)/, '');
	// The whole tree is the machine, and no container.
	if (path.split('/').every((part) => part === '' || part === '.')) return undefined;
	const isPath = path.includes('/') || /\.(?:service|scope|slice)$/.test(path);
	// A word is first of all a container's name: a unit that is called the same is something else.
	if (isPath) return groupOf([path], machine) ?? (await runningOf(name, machine, host));
	return (await runningOf(name, machine, host)) ?? groupOf([`${path}.service`, path], machine);
};

/** The first group of these names, at the root or where systemd keeps its own. */
const groupOf = (names: readonly string[], machine: Machine): ContainerFolders | undefined => {
	for (const slice of slices) {
		for (const unit of names) {
			const found = unit.split('/').includes('..') ? undefined : foldersAt(() => `${slice}/${unit}`, machine);
			if (found !== undefined) return found;
		}
	}

	return undefined;
};

/** Where a running container is counted, as the first engine tells that knows it. */
const runningOf = async (
	name: string,
	machine: Machine,
	host: string | undefined,
): Promise<ContainerFolders | undefined> => {
	for (const socket of socketsFor(host)) {
		if (!existsSync(socket)) continue;
		const running = await processOf(socket, name);
		const found = running === undefined ? undefined : foldersOf(running, machine);
		if (found !== undefined) return found;
	}

	return undefined;
};

/** CPU time in milliseconds. */
const parseUsage = (text: string, version: 1 | 2): number | undefined => {
	const [, figure] = (version === 2 ? /^usage_usec (\d+)/m : /^(\d+)\s*$/).exec(text) ?? [];
	return figure === undefined ? undefined : Number(figure) / (version === 2 ? 1e3 : 1e6);
};

const number = (file: TextFile | undefined): number | undefined => {
	const value = Number.parseInt(file?.read() ?? '', 10);
	return Number.isFinite(value) ? value : undefined;
};

type Watched = {readonly sample: () => Sample | undefined; readonly close: () => void};

const watchFolders = ({version, cpu, usage, memory, tasks}: ContainerFolders, machine: Machine): Watched => {
	const open = (folder: string | undefined, second: string, first: string = second): TextFile | undefined =>
		folder === undefined ? undefined : openTextFile(join(folder, version === 2 ? second : first));
	const files = {
		stat: open(cpu, 'cpu.stat'),
		usage: open(usage, 'cpu.stat', 'cpuacct.usage'),
		memory: open(memory, 'memory.current', 'memory.usage_in_bytes'),
		memoryStat: open(memory, 'memory.stat'),
		tasks: open(tasks, 'pids.current'),
	};
	let before:
		| {readonly at: number; readonly cpu: number | undefined; readonly throttled: number | undefined}
		| undefined;
	return {
		sample: () => {
			const at = machine.now();
			const cpuTime = parseUsage(files.usage?.read() ?? '', version);
			const charged = number(files.memory);
			// Its group has gone: what ran in it has ended.
			if (cpuTime === undefined && charged === undefined) return undefined;
			const throttled = parseThrottled(files.stat?.read() ?? '');
			const threads = number(files.tasks);
			const sample: Sample = {};
			const elapsed = before === undefined ? 0 : at - before.at;
			if (elapsed > 0 && cpuTime !== undefined && before?.cpu !== undefined) {
				sample['target.cpu'] = (100 * Math.max(0, cpuTime - before.cpu)) / elapsed;
			}

			if (elapsed > 0 && throttled !== undefined && before?.throttled !== undefined) {
				sample['target.throttled'] = Math.min(100, (100 * Math.max(0, throttled - before.throttled)) / elapsed);
			}

			if (charged !== undefined) {
				sample['target.memory'] = Math.max(0, charged - parseInactiveFile(files.memoryStat?.read() ?? ''));
			}

			if (threads !== undefined) sample['target.threads'] = threads;
			before = {at, cpu: cpuTime, throttled};
			return sample;
		},
		close: () => {
			for (const file of Object.values(files)) file?.close();
		},
	};
};

/** Milliseconds between two searches for a container that has gone, as it is when it is started anew. */
const searchInterval = 2000;

/**
 * A container as the process under test: CPU in % of one core, memory without the file cache that it would give back first
 * (the working set, as Docker and Kubernetes count it), threads, and the time that its CPU quota held it back. One that is
 * started anew is found again. A name that nothing is known by is an error at the start.
 */
export const containerProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'container',
	about: 'CPU, memory and threads of a container, a control group or a unit',
	open: async ({container}) => {
		if (container === undefined) return undefined;
		const found = await findContainer(container, machine);
		if (found === undefined) {
			throw new BenchtopError(`No running container, control group or unit is called ${JSON.stringify(container)}.`, {
				hint: 'docker ps lists containers, systemd-cgls control groups; containers of others need the rights to see them.',
			});
		}

		let closed = false;
		let searching = false;
		let searched = machine.now();
		let watched: Watched | undefined = watchFolders(found, machine);
		const search = async (): Promise<void> => {
			searching = true;
			searched = machine.now();
			const again = await findContainer(container, machine).catch(() => undefined);
			searching = false;
			if (!closed && again !== undefined) watched = watchFolders(again, machine);
		};
		return {
			sample: () => {
				const sample = watched?.sample();
				if (sample !== undefined) return sample;
				watched?.close();
				watched = undefined;
				if (!closed && !searching && machine.now() - searched >= searchInterval) void search();
				return {};
			},
			close: () => {
				closed = true;
				watched?.close();
			},
		};
	},
});

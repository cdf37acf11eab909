import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import os from 'node:os';
import {promisify} from 'node:util';
import type {Environment} from '../core/environment.ts';
import {printable} from '../core/printable.ts';
import {findCpuQuota, findMemoryLimit} from './cgroup.ts';
import {loadHardware} from './hardware.ts';
import {type Machine, thisMachine} from './machine.ts';
import {parseMeminfo} from './memory.ts';
import {readText} from './text-file.ts';

/** What a run knows of itself and hands in. */
export type EnvironmentOptions = {
	/** Where the code under test is: its git state is told. */
	readonly folder: string;
	/** The version of benchtop. */
	readonly benchtop: string;
	/** The versions of what does the work, by name. */
	readonly versions: Readonly<Record<string, string>>;
};

/** Milliseconds that git, or a driver on other platforms, may take. */
const patience = 2000;

const shown = (text: string | undefined): string | undefined => {
	const clean = printable((text ?? '').trim());
	return clean === '' ? undefined : clean;
};

/** The value of a key in `key: value` or `KEY="value"` lines, the first of them. */
const fieldOf = (text: string | undefined, key: string): string | undefined => {
	const match = new RegExp(`^${key}\\s*[:=]\\s*(.*)$`, 'm').exec(text ?? '');
	return match?.[1]?.trim().replace(/^(["'])(.*)\1$/, '$2');
};

/** What `git status --porcelain=v2 --branch` says: the commit, the branch unless detached, whether tracked files differ. */
export const parseGitStatus = (text: string): Environment['git'] => {
	const lines = text.split('\n');
	const header = (key: string): string | undefined =>
		shown(lines.find((line) => line.startsWith(`# branch.${key} `))?.slice(`# branch.${key} `.length));
	const [commit, branch] = [header('oid'), header('head')];
	if (commit === undefined || !/^[0-9a-f]+$/.test(commit)) return undefined;
	return {
		commit,
		...(branch !== undefined && branch !== '(detached)' && {branch}),
		dirty: lines.some((line) => line !== '' && !line.startsWith('#')),
	};
};

const gitOf = async (folder: string): Promise<Environment['git']> => {
	try {
		// No lock, so that a commit made meanwhile does not fail; no monitor, which is a program of the repository's choice.
		const {stdout} = await promisify(execFile)(
			'git',
			[
				'--no-optional-locks',
				'-c',
				'core.fsmonitor=false',
				'status',
				'--porcelain=v2',
				'--branch',
				'--untracked-files=no',
			],
			{cwd: folder, timeout: patience, killSignal: 'SIGKILL', maxBuffer: 64 * 2 ** 20, windowsHide: true},
		);
		return parseGitStatus(stdout);
	} catch {
		return undefined;
	}
};

const containerName = (root: string): string | undefined => {
	if (existsSync(`${root}/run/.containerenv`)) return 'Podman';
	if (existsSync(`${root}/.dockerenv`)) return 'Docker';
	return existsSync(`${root}/var/run/secrets/kubernetes.io`) ? 'Kubernetes' : undefined;
};

const hypervisors =
	/qemu|kvm|vmware|virtualbox|innotek|xen|hyper-v|virtual machine|amazon ec2|google compute|openstack|bochs|parallels|bhyve|alibaba cloud|digitalocean|hetzner|droplet|apple virtualization/i;

const hypervisorName = (root: string, cpuinfo: string | undefined): string | undefined => {
	if (/microsoft/i.test(readText(`${root}/proc/sys/kernel/osrelease`) ?? '')) return 'WSL';
	const [vendor, product] = ['sys_vendor', 'product_name'].map((name) =>
		shown(readText(`${root}/sys/class/dmi/id/${name}`)),
	);
	const machine = [vendor, product].filter((part) => part !== undefined).join(' ');
	const flags = fieldOf(cpuinfo, 'flags');
	// Only x86 processors tell that there is a hypervisor; elsewhere the maker's name has to. Clouds rent bare metal too.
	const virtual =
		flags === undefined ? hypervisors.test(machine) && !/metal/i.test(machine) : /\bhypervisor\b/.test(flags);
	if (!virtual) return undefined;
	return machine === '' ? 'virtual machine' : machine;
};

type Facts = {
	readonly name?: string | undefined;
	readonly model?: string | undefined;
	readonly virtualisation?: string | undefined;
};

const linuxFacts = ({root}: Machine): Facts => {
	const cpuinfo = readText(`${root}/proc/cpuinfo`);
	const layers = [containerName(root), hypervisorName(root, cpuinfo)].filter((layer) => layer !== undefined);
	return {
		name: fieldOf(readText(`${root}/etc/os-release`) ?? readText(`${root}/usr/lib/os-release`), 'PRETTY_NAME'),
		model: ['model name', 'Hardware', 'Model', 'cpu model', 'cpu'].map((key) => fieldOf(cpuinfo, key)).find(Boolean),
		virtualisation: layers.length === 0 ? undefined : layers.join(' on '),
	};
};

const otherFacts = async (): Promise<Facts> => {
	const hardware = await loadHardware();
	const [system, machine] = await Promise.all([hardware.osInfo(), hardware.system()]);
	return {
		name: `${system.distro} ${system.release}`,
		virtualisation: machine.virtual ? machine.virtualHost || machine.model || 'virtual machine' : undefined,
	};
};

const within = async <T>(promise: Promise<T>, fallback: T): Promise<T> => {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<T>((resolve) => {
		timer = setTimeout(resolve, patience, fallback);
	});
	try {
		return await Promise.race([promise, late]);
	} catch {
		return fallback;
	} finally {
		clearTimeout(timer);
	}
};

const containerOf = (machine: Machine, totalBytes: number): Environment['container'] => {
	const cpus = findCpuQuota(machine)?.value;
	const memory = findMemoryLimit(machine)?.value;
	const container = {
		...(cpus !== undefined && {cpus}),
		...(memory !== undefined && memory < totalBytes && {memoryBytes: memory}),
	};
	return Object.keys(container).length === 0 ? undefined : container;
};

/**
 * The facts of the machine that runs are compared by, and of the code in `folder`. Never rejects: what cannot be read is
 * absent. Reads a few small files and starts `git` once; other platforms than Linux ask systeminformation, for 2 s at most.
 */
export const readEnvironment = async (
	{folder, benchtop, versions}: EnvironmentOptions,
	machine: Machine = thisMachine,
): Promise<Environment> => {
	const gitStatus = gitOf(folder);
	const facts = os.platform() === 'linux' ? linuxFacts(machine) : await within(otherFacts(), {});
	const cpus = os.cpus();
	const totalBytes = parseMeminfo(readText(`${machine.root}/proc/meminfo`) ?? '')?.total ?? os.totalmem();
	const container = containerOf(machine, totalBytes);
	const governor = shown(readText(`${machine.root}/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor`));
	const [name, virtualisation] = [shown(facts.name), shown(facts.virtualisation)];
	const [one = 0, five = 0, fifteen = 0] = os.loadavg();
	const git = await gitStatus;
	return {
		hostname: printable(os.hostname()),
		os: {platform: os.platform(), release: printable(os.release()), ...(name !== undefined && {name})},
		cpu: {
			model: shown(facts.model) ?? shown(cpus[0]?.model) ?? 'unknown',
			cores: Math.max(1, cpus.length),
			// Part of a core is a core to be scheduled on.
			usableCores: Math.max(
				1,
				Math.min(os.availableParallelism(), Math.ceil(container?.cpus ?? Number.POSITIVE_INFINITY)),
			),
			...(governor !== undefined && {governor}),
		},
		memory: {totalBytes},
		...(container !== undefined && {container}),
		...(virtualisation !== undefined && {virtualisation}),
		loadAverage: [one, five, fifteen],
		versions: {
			...Object.fromEntries(Object.entries(versions).map(([key, version]) => [printable(key), printable(version)])),
			benchtop,
			node: process.versions.node,
		},
		...(git !== undefined && {git}),
	};
};

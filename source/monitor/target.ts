import {existsSync, readdirSync, statSync} from 'node:fs';
import type {Sample} from '../core/metric.ts';
import {listenerSearch} from './listener.ts';
import {type Machine, thisMachine} from './machine.ts';
import {offspringOf} from './offspring.ts';
import type {Probe, Sampler} from './probe.ts';
import {parseProcessStat, readPageSize} from './process-stat.ts';
import {openTextFile, type TextFile} from './text-file.ts';

/** Milliseconds between two searches for the listeners. */
const searchInterval = 2000;
/** Milliseconds between two counts of open files, and how many times longer than the count itself at least. */
const countInterval = 1000;
const countShare = 200;
/** Milliseconds between two looks for what they have started. */
const offspringInterval = 1000;

/** Open descriptors of a process; `undefined` where they may not be seen. */
const openFilesOf = (folder: string): number | undefined => {
	try {
		// Since Linux 6.2 the folder's size is their number; before, it is 0 and they must be listed.
		return statSync(folder).size || readdirSync(folder).length;
	} catch {
		return undefined;
	}
};

/** `before` is the CPU time at the last reading, in milliseconds. */
type Watched = {readonly file: TextFile; before?: number};
/** Started by one that is watched; much of its memory is shared with it. */
type Started = Watched & {readonly memory: TextFile | undefined};

/** The pages that only this process has in memory, by proc_pid_statm(5). */
const ownPages = (statm: string): number => {
	const [, resident, shared] = statm.split(' ').map(Number);
	return Math.max(0, (resident ?? 0) - (shared ?? 0)) || 0;
};

const watchProcesses = (machine: Machine) => {
	const pageSize = readPageSize(machine);
	const watched = new Map<number, Watched>();
	const started = new Map<number, Started>();
	let startedDue = Number.NEGATIVE_INFINITY;
	let hasLooked = false;
	let last: number | undefined;
	let openFiles: number | undefined;
	let countDue = Number.NEGATIVE_INFINITY;

	const forget = (id: number): void => {
		watched.get(id)?.file.close();
		watched.delete(id);
	};

	const leave = (id: number): void => {
		const gone = started.get(id);
		gone?.file.close();
		gone?.memory?.close();
		started.delete(id);
	};

	/** A server may have its work done by processes that do not listen: PostgreSQL has one for each connection. */
	const lookForStarted = (): void => {
		if (machine.now() < startedDue) return;
		startedDue = machine.now() + offspringInterval;
		const found = offspringOf(machine, [...watched.keys()]);
		for (const id of [...started.keys()].filter((id) => !found.includes(id))) leave(id);
		for (const id of found.filter((id) => !started.has(id))) {
			const file = openTextFile(`${machine.root}/proc/${id}/stat`);
			if (file === undefined) continue;
			const memory = openTextFile(`${machine.root}/proc/${id}/statm`);
			// One that was not there the last time has all its CPU time from since then.
			started.set(id, {file, memory, ...(hasLooked ? {before: 0} : {})});
		}

		hasLooked = true;
	};

	const countOpenFiles = (): void => {
		const began = machine.now();
		if (began < countDue) return;
		const counts = [...watched.keys()].map((id) => openFilesOf(`${machine.root}/proc/${id}/fd`));
		const known = counts.filter((count) => count !== undefined);
		openFiles = known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
		countDue = began + Math.max(countInterval, countShare * (machine.now() - began));
	};

	return {
		/** These from now on; those that go on being watched keep their counts. */
		watch: (ids: readonly number[]): void => {
			for (const id of [...watched.keys()].filter((id) => !ids.includes(id))) forget(id);
			if (ids.some((id) => !watched.has(id))) {
				// What they started before they were watched is not new.
				hasLooked = false;
				startedDue = Number.NEGATIVE_INFINITY;
			}

			for (const id of ids.filter((id) => !watched.has(id))) {
				// The open file stands for this very process: a later one with its number is not mistaken for it.
				const file = openTextFile(`${machine.root}/proc/${id}/stat`);
				if (file === undefined) continue;
				watched.set(id, {file});
				countDue = Number.NEGATIVE_INFINITY;
			}
		},
		sample: (): Sample => {
			const sample: Sample = {};
			const at = machine.now();
			let cpuTime: number | undefined;
			let [pages, threads] = [0, 0];
			for (const [id, process] of watched) {
				const stat = parseProcessStat(process.file.read() ?? '');
				if (stat === undefined) {
					forget(id);
					continue;
				}

				pages += stat.residentPages;
				threads += stat.threads;
				if (process.before !== undefined) cpuTime = (cpuTime ?? 0) + Math.max(0, stat.cpuTime - process.before);
				process.before = stat.cpuTime;
			}

			lookForStarted();
			for (const [id, process] of started) {
				const stat = parseProcessStat(process.file.read() ?? '');
				if (stat === undefined) {
					leave(id);
					continue;
				}

				pages += ownPages(process.memory?.read() ?? '');
				if (process.before !== undefined) cpuTime = (cpuTime ?? 0) + Math.max(0, stat.cpuTime - process.before);
				process.before = stat.cpuTime;
			}

			const elapsed = at - (last ?? at);
			last = at;
			if (watched.size === 0) return sample;
			if (cpuTime !== undefined && elapsed > 0) sample['target.cpu'] = (100 * cpuTime) / elapsed;
			sample['target.memory'] = pages * pageSize;
			sample['target.threads'] = threads;
			sample['target.processes'] = watched.size;
			countOpenFiles();
			if (openFiles !== undefined) sample['target.openFiles'] = openFiles;
			return sample;
		},
		close: (): void => {
			for (const id of [...watched.keys()]) forget(id);
			for (const id of [...started.keys()]) leave(id);
		},
	};
};

const watchPort = async (port: number, machine: Machine): Promise<Sampler> => {
	const processes = watchProcesses(machine);
	const search = listenerSearch(port, machine);
	let closed = false;
	let searching = true;
	let searched = machine.now();

	const look = async (): Promise<void> => {
		searching = true;
		searched = machine.now();
		const found = await search();
		searching = false;
		if (!closed) processes.watch(found);
	};

	await look();
	return {
		sample: () => {
			if (!closed && !searching && machine.now() - searched >= searchInterval) void look();
			return processes.sample();
		},
		close: () => {
			closed = true;
			processes.close();
		},
	};
};

/**
 * The process under test, by its id, or else all that hold a listening socket of a local port, added up; CPU and memory
 * also of what they have started, as far as it lives for a second or so. Every two
 * seconds it looks for new ones, so that a restarted server is found again. CPU in % of one core. No figures while
 * there is no such process; a process given by its id that has ended is not replaced.
 */
export const targetProbe = (machine: Machine = thisMachine): Probe => ({
	name: 'target',
	about: 'CPU, memory, threads and open files of the process under test',
	open: async ({pid, port, container}) => {
		// A container is the process under test itself.
		if (container !== undefined) return undefined;
		if (!existsSync(`${machine.root}/proc/stat`)) return undefined;
		if (pid !== undefined) {
			const processes = watchProcesses(machine);
			processes.watch([pid]);
			return processes;
		}

		return port === undefined ? undefined : watchPort(port, machine);
	},
});

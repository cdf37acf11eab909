import {readFileSync} from 'node:fs';
import type {Machine} from './machine.ts';

/** What /proc/<pid>/stat tells of a process (source: proc_pid_stat(5)). */
export type ProcessStat = {
	/** CPU time of all its threads, also of those that ended, in milliseconds. */
	readonly cpuTime: number;
	readonly threads: number;
	readonly residentPages: number;
};

/** USER_HZ is 100 on every architecture that Node.js runs on. */
const millisecondsPerTick = 10;

/** `undefined` for a process that has ended and only waits to be reaped. Its name may hold spaces and parentheses. */
export const parseProcessStat = (text: string): ProcessStat | undefined => {
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	const [user, system, threads, residentPages] = [fields[11], fields[12], fields[17], fields[21]].map(Number);
	if (fields[0] === 'Z' || fields[0] === 'X' || residentPages === undefined) return undefined;
	const stat = {cpuTime: (user! + system!) * millisecondsPerTick, threads: threads!, residentPages};
	return Object.values(stat).every(Number.isFinite) ? stat : undefined;
};

const pageSizeEntry = 6n;

/** Bytes in a page of memory, from the auxiliary vector (getauxval(3)): 4, 16 or 64 KiB. */
export const readPageSize = (machine: Machine): number => {
	try {
		const vector = readFileSync(`${machine.root}/proc/self/auxv`);
		for (let at = 0; at + 16 <= vector.length; at += 16) {
			const [type, value] = new BigUint64Array(Uint8Array.from(vector.subarray(at, at + 16)).buffer);
			if (type === pageSizeEntry) return Number(value);
		}
	} catch {}

	// Without a vector, or with one of 32-bit entries: those machines have pages of 4 KiB.
	return 4096;
};

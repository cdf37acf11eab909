import {readdirSync, readFileSync} from 'node:fs';
import type {Machine} from './machine.ts';

const childrenOf = (machine: Machine, id: number): readonly number[] => {
	const tasks = `${machine.root}/proc/${id}/task`;
	try {
		// Each thread has the children that it started itself (proc_pid_children(5)).
		return readdirSync(tasks).flatMap((thread) =>
			readFileSync(`${tasks}/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
		);
	} catch {
		// It has gone, or the kernel was built without these lists.
		return [];
	}
};

/**
 * All processes that these have started, and those theirs, but for these themselves and benchtop, which a server may have
 * started, too. Linux, elsewhere none.
 */
export const offspringOf = (machine: Machine, ids: readonly number[]): readonly number[] => {
	const known = new Set([...ids, process.pid, process.ppid]);
	const found: number[] = [];
	for (const queue = [...ids]; queue.length > 0; ) {
		for (const child of childrenOf(machine, queue.pop() ?? 0)) {
			if (known.has(child) || !Number.isSafeInteger(child)) continue;
			known.add(child);
			found.push(child);
			queue.push(child);
		}
	}

	return found;
};

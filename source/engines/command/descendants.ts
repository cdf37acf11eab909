import {readdirSync, readFileSync} from 'node:fs';

const parentOf = (pid: string): number | undefined => {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The name, in parentheses, may hold anything.
		return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
	} catch {
		// It has ended meanwhile.
		return undefined;
	}
};

/** The processes that descend from one, whatever session they have made their own; none where there is no /proc. */
export const descendantsOf = (root: number): readonly number[] => {
	let pids: readonly string[];
	try {
		pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
	} catch {
		return [];
	}

	const children = new Map<number, number[]>();
	for (const pid of pids) {
		const parent = parentOf(pid);
		if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
	}

	const found: number[] = [...(children.get(root) ?? [])];
	for (const pid of found) found.push(...(children.get(pid) ?? []));
	return found;
};

import {readdirSync, readFileSync} from 'node:fs';

type Stat = {
	readonly pid: number;
	readonly parent: number;
	readonly user: number;
	readonly system: number;
	readonly pages: number;
};

const statOf = (path: string): Stat | undefined => {
	try {
		const text = readFileSync(path, 'utf8');
		// The name in parentheses may hold spaces and parentheses itself.
		const fields = text
			.slice(text.lastIndexOf(')') + 2)
			.split(' ')
			.map(Number);
		return {
			pid: Number.parseInt(text, 10),
			parent: fields[1]!,
			user: fields[11]!,
			system: fields[12]!,
			pages: fields[21]!,
		};
	} catch {
		// It has ended meanwhile.
		return undefined;
	}
};

const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** The processes that descend from one, and that one; Linux alone. */
const treeOf = (root: number): readonly Stat[] => {
	const all = readdirSync('/proc')
		.filter(isNumber)
		.flatMap((pid) => statOf(`/proc/${pid}/stat`) ?? []);
	const tree = all.filter(({pid}) => pid === root);
	for (const {pid} of tree) tree.push(...all.filter(({parent}) => parent === pid));
	return tree;
};

/** Seconds of a clock tick of /proc: 100 to the second on every Linux (USER_HZ). */
const tick = 0.01;
const pageBytes = 4096;

/** CPU seconds that a process and its living descendants have used, as the operating system counts them. */
export const cpuOf = (root: number): {readonly user: number; readonly system: number} => {
	const tree = treeOf(root);
	return {
		user: tree.reduce((sum, {user}) => sum + user, 0) * tick,
		system: tree.reduce((sum, {system}) => sum + system, 0) * tick,
	};
};

/** CPU seconds of the busiest threads of a process and its descendants. */
export const busiestThreadsOf = (root: number, count: number): number =>
	treeOf(root)
		.flatMap(({pid}) => {
			try {
				return readdirSync(`/proc/${pid}/task`).flatMap((thread) => statOf(`/proc/${pid}/task/${thread}/stat`) ?? []);
			} catch {
				return [];
			}
		})
		.map(({user, system}) => (user + system) * tick)
		.sort((a, b) => b - a)
		.slice(0, count)
		.reduce((sum, seconds) => sum + seconds, 0);

/** Resident bytes of a process and its descendants. */
export const memoryOf = (root: number): number => treeOf(root).reduce((sum, {pages}) => sum + pages, 0) * pageBytes;

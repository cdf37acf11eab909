import {readdirSync, readlinkSync} from 'node:fs';
import {setImmediate} from 'node:timers/promises';
import type {Machine} from './machine.ts';
import {openTextFile} from './text-file.ts';

const listening = '0A';

/** Inodes of the sockets that listen on a port, on whatever address, from the text of /proc/net/tcp or tcp6. */
export const parseListeners = (text: string, port: number): string[] => {
	const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	return text.split('\n').flatMap((line) => {
		const columns = line.trim().split(/\s+/);
		return columns[3] === listening && columns[1]!.endsWith(suffix) && columns[9] !== undefined ? [columns[9]] : [];
	});
};

// The kernel lists all listening sockets first (networking/proc_net_tcp): thousands of connections need not be read.
const isPastListeners = (piece: string): boolean => {
	const last = piece.trimEnd();
	const state = last
		.slice(last.lastIndexOf('\n') + 1)
		.trim()
		.split(/\s+/)[3];
	return state !== listening && state !== 'st';
};

const listenersOn = (port: number, machine: Machine): string[] =>
	['tcp', 'tcp6'].flatMap((table) => {
		const file = openTextFile(`${machine.root}/proc/net/${table}`);
		const text = file?.read(isPastListeners) ?? '';
		file?.close();
		return parseListeners(text, port);
	});

const namesIn = (folder: string): string[] => {
	try {
		return readdirSync(folder);
	} catch {
		// The process is gone, or another user's.
		return [];
	}
};

const holdsOneOf = (links: ReadonlySet<string>, folder: string): boolean =>
	namesIn(folder).some((name) => {
		try {
			return links.has(readlinkSync(`${folder}/${name}`));
		} catch {
			return false;
		}
	});

const processesOf = (machine: Machine): Set<number> =>
	new Set(
		namesIn(`${machine.root}/proc`)
			.filter((name) => /^\d+$/.test(name))
			.map(Number),
	);

/** A process may be handed the socket after it was started, so it is looked at twice before it counts as settled. */
const enoughLooks = 2;
/** Milliseconds to look without a break. */
const slice = 1;

/**
 * A search for the processes that hold a socket listening on a port, which can be repeated cheaply: later ones look at
 * new processes only, unless the sockets are others by then. The socket tables, which cost the kernel milliseconds, are
 * read again only when a process came or a holder went. Lets other work through every millisecond.
 * Processes of other users, whose descriptors may not be read, are not found.
 */
export const listenerSearch = (port: number, machine: Machine): (() => Promise<readonly number[]>) => {
	const looks = new Map<number, number>();
	const holders = new Set<number>();
	let known = '';

	return async () => {
		// Whoever asks is not kept waiting.
		await setImmediate();
		const processes = processesOf(machine);
		let lost = false;
		for (const gone of [...looks.keys()].filter((id) => !processes.has(id))) {
			looks.delete(gone);
			lost = holders.delete(gone) || lost;
		}

		const isSettled = [...processes].every((id) => (looks.get(id) ?? 0) >= enoughLooks);
		if (holders.size > 0 && !lost && isSettled) return [...holders];

		const links = new Set(listenersOn(port, machine).map((inode) => `socket:[${inode}]`));
		const found = [...links].sort().join();
		if (found !== known) {
			looks.clear();
			holders.clear();
			known = found;
		}

		if (links.size === 0) return [];
		let began = machine.now();
		for (const id of processes) {
			const looked = looks.get(id) ?? 0;
			if (looked >= enoughLooks) continue;
			looks.set(id, looked + 1);
			if (holdsOneOf(links, `${machine.root}/proc/${id}/fd`)) holders.add(id);
			else holders.delete(id);
			if (machine.now() - began < slice) continue;
			await setImmediate();
			began = machine.now();
		}

		return [...holders];
	};
};

import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, constants, existsSync, openSync, readSync, writeSync} from 'node:fs';
import {messageOf} from '../../errors.ts';
import type {Ended, Order, Reply} from './order.ts';
import {openWaiting, type Waiting} from './waiting.ts';

// The process that starts the commands. It does nothing else, and blocks while one runs: the moment of its end is seen by
// the call that waits for it, not by an event loop that has other things to do.

/**
 * On Linux a process's peak memory begins with that of the program it was started from, which here would be Node's. So
 * the command is started from a small shell: it forks, tells the fork's number, and ends; the fork, now a child of the
 * launcher, waits at the gate until its time begins, and becomes the command.
 */
const gate =
	'(read -r own rest </proc/self/stat; echo "$own" >&4; kill -9 $$; read -r go <&3 || exit; exec "$@" 3<&- 4>&-); :';

type Tell = (reply: Reply) => void;
type Files = {readonly input: number; readonly output: number; readonly errors: number};
type Perform = (order: Order, files: Files, tell: Tell, next: () => string | undefined) => Ended | Promise<Ended>;

const elapsedSince = (begun: bigint): number => Number(process.hrtime.bigint() - begun) / 1000;

/** Linux. Closes what it opens. */
const performThroughGate =
	(waiting: Waiting): Perform =>
	({command, folder, environment}, {input, output, errors}, tell, next) => {
		const [gateOut, gateIn] = waiting.pipe();
		const [ownOut, ownIn] = waiting.pipe();
		const open = new Set([gateOut, gateIn, ownOut, ownIn]);
		const close = (...ends: readonly number[]): void => {
			for (const end of ends) if (open.delete(end)) closeSync(end);
		};
		try {
			const {pid: shell, error} = spawnSync('/bin/sh', ['-c', gate, 'sh', ...command], {
				cwd: folder,
				env: environment,
				stdio: [input, output, errors, gateOut, ownIn],
			});
			close(gateOut, ownIn);
			if (error !== undefined) throw error;
			const own = Buffer.alloc(32);
			const child = Number(own.toString('latin1', 0, readSync(ownOut, own)));
			if (!(child > 0) || child === shell) throw new Error('/bin/sh is no shell that forks where POSIX lets it.');
			waiting.lead(child);
			tell({kind: 'ready', group: child});
			next();
			const begun = process.hrtime.bigint();
			writeSync(gateIn, '\n');
			const waited = waiting.wait(child);
			const wall = elapsedSince(begun);
			return {...waited, wall, leaves: waiting.leaves()};
		} finally {
			close(...open);
		}
	};

/** Where starting has no part in what is measured. */
const nothing: Ended = {code: 0, wall: 0, leaves: false};

/** Other systems of POSIX. */
const performByWaiting =
	(waiting: Waiting): Perform =>
	async ({command: [program, ...words], folder, environment}, {input, output, errors}, tell) => {
		if (program === undefined) return nothing;
		const begun = process.hrtime.bigint();
		const child = spawn(program, words, {
			cwd: folder,
			env: environment,
			detached: true,
			stdio: [input, output, errors],
		});
		child.unref();
		if (child.pid === undefined) {
			const [error]: unknown[] = await once(child, 'error');
			throw error;
		}

		tell({kind: 'started', group: child.pid});
		const waited = waiting.wait(child.pid);
		return {...waited, wall: elapsedSince(begun), leaves: false};
	};

/** Where nothing can be waited for but by Node itself. */
const performByNode: Perform = async (
	{command: [program, ...words], folder, environment},
	{input, output, errors},
	tell,
) => {
	if (program === undefined) return nothing;
	const begun = process.hrtime.bigint();
	const child = spawn(program, words, {
		cwd: folder,
		env: environment,
		detached: process.platform !== 'win32',
		windowsHide: true,
		stdio: [input, output, errors],
	});
	let wall = 0;
	child.once('exit', () => {
		wall = elapsedSince(begun);
	});
	const ended = once(child, 'exit');
	if (child.pid !== undefined) tell({kind: 'started', group: child.pid});
	const [code, signal]: unknown[] = await ended;
	return {
		...(typeof code === 'number' ? {code} : {signal: String(signal)}),
		wall,
		leaves: false,
	};
};

/** How commands are started: the ways in the order of their worth. */
export type Way = 'gate' | 'wait' | 'node';

/** The best way that there is here. */
export const bestWay = (): Way => {
	if (openWaiting() === undefined) return 'node';
	return process.platform === 'linux' && existsSync('/bin/sh') ? 'gate' : 'wait';
};

const performBy = (way: Way): Perform => {
	const waiting = openWaiting();
	if (way === 'node' || waiting === undefined) return performByNode;
	if (way === 'gate' && waiting.adopt()) return performThroughGate(waiting);
	return performByWaiting(waiting);
};

/** Lines of this process's input, read when they are asked for. */
const createLines = () => {
	const chunk = Buffer.alloc(65_536);
	let rest = Buffer.alloc(0);
	return (): string | undefined => {
		for (;;) {
			const end = rest.indexOf(10);
			if (end >= 0) {
				const line = rest.toString('utf8', 0, end);
				rest = rest.subarray(end + 1);
				return line;
			}

			const read = readSync(0, chunk);
			if (read === 0) return undefined;
			rest = Buffer.concat([rest, chunk.subarray(0, read)]);
		}
	};
};

const {O_WRONLY, O_CREAT, O_APPEND, O_TRUNC} = constants;

/** Runs orders from standard input one after the other, until nothing more can come. */
export const serveOrders = async (way: Way): Promise<void> => {
	const perform = performBy(way);
	// Ctrl-C in a terminal is meant for whoever started it. It stays in the session: one of its own would be a group of
	// its own to the scheduler of some systems, and such a group is served worse than the rest.
	openWaiting()?.lead(0);
	const next = createLines();
	const tell: Tell = (reply) => void writeSync(1, `${JSON.stringify(reply)}\n`);
	for (let line = next(); line !== undefined; line = next()) {
		const order: Order = JSON.parse(line);
		const open: number[] = [];
		const opened = (path: string, flags: number): number => {
			const file = openSync(path, flags, 0o600);
			open.push(file);
			return file;
		};
		try {
			const input = opened(order.input, constants.O_RDONLY);
			// Who asks for an empty file while it is written, gets one.
			const written = O_WRONLY | O_CREAT | O_APPEND | O_TRUNC;
			const output = opened(order.output, written);
			const errors = order.errors === order.output ? output : opened(order.errors, written);
			tell({kind: 'ended', ...(await perform(order, {input, output, errors}, tell, next))});
		} catch (error) {
			tell({kind: 'failed', message: messageOf(error)});
		} finally {
			for (const file of open) closeSync(file);
		}
	}
};

import {once} from 'node:events';
import {createReadStream, existsSync, statSync} from 'node:fs';
import {connect, createServer, type Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {pipeline} from 'node:stream/promises';
import {z} from 'zod';
import {parseEvent, type RunCommand, type RunEvent, type RunSource} from '../core/event.ts';
import {isAlive} from '../operating-system.ts';
import {readLog, savedPathOf} from './log.ts';
import type {RunningRun} from './registry.ts';

const commandSchema = z.discriminatedUnion('command', [
	z.object({command: z.literal('stop'), by: z.enum(['user', 'signal'])}),
	z.object({command: z.literal('abort')}),
	z.object({command: z.literal('mark'), text: z.string().max(200)}),
	z.object({command: z.literal('pause')}),
	z.object({command: z.literal('resume')}),
	z.object({
		command: z.literal('steer'),
		connections: z.int().min(1).max(100_000).exactOptional(),
		rate: z.number().positive().max(10_000_000).exactOptional(),
	}),
]);

/** A viewer that does not read is cut off at this many bytes; it can come again and finds all in the log. */
const mostUnread = 16 * 1024 * 1024;

/** The runner's side: every viewer gets the log so far, then each event as it happens, and may send commands. */
export const openControl = async (path: string, log: () => string, onCommand: (command: RunCommand) => void) => {
	/** Viewers that are still reading the log collect here what happens meanwhile. */
	const viewers = new Map<Socket, string[] | undefined>();
	const welcome = async (socket: Socket): Promise<void> => {
		const missed: string[] = [];
		viewers.set(socket, missed);
		const {size} = statSync(log());
		if (size > 0) await pipeline(createReadStream(log(), {end: size - 1}), socket, {end: false});
		for (const line of missed) socket.write(line);
		if (viewers.has(socket)) viewers.set(socket, undefined);
	};
	let everSeen = false;
	const server = createServer((socket) => {
		everSeen = true;
		socket.on('error', () => socket.destroy());
		socket.on('close', () => viewers.delete(socket));
		createInterface({input: socket})
			.on('line', (line) => {
				try {
					onCommand(commandSchema.parse(JSON.parse(line)));
				} catch {
					socket.destroy();
				}
			})
			// It hands on the errors of its input: a viewer that was killed must not take the run with it.
			.on('error', () => {});
		welcome(socket).catch(() => socket.destroy());
	});
	server.listen(path);
	await once(server, 'listening');
	return {
		send(line: string): void {
			for (const [socket, missed] of viewers) {
				if (missed !== undefined) missed.push(`${line}\n`);
				else if (socket.writableLength > mostUnread) socket.destroy();
				else socket.write(`${line}\n`);
			}
		},
		/** Lets every viewer read to the end, for so many milliseconds at most. The one that started the run may come late. */
		async close(patience: number): Promise<void> {
			const latest = performance.now() + patience;
			while (!everSeen && performance.now() < latest) await new Promise((resolve) => setTimeout(resolve, 10));
			server.close();
			const open = [...viewers.keys()];
			const gone = Promise.all(
				open.map(async (socket) => {
					while (viewers.get(socket) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
					if (socket.destroyed) return;
					const closed = once(socket, 'close');
					socket.end();
					await closed;
				}),
			);
			const timer = setTimeout(() => {
				for (const socket of open) socket.destroy();
			}, patience);
			await gone;
			clearTimeout(timer);
		},
	};
};

const reconnectPause = 200;

/** What a log holds beyond so many events, under either of its names; nothing where there is none. */
async function* lateEvents(log: string, received: number): AsyncGenerator<RunEvent> {
	const path = [log, savedPathOf(log)].find((candidate) => existsSync(candidate));
	if (path === undefined) return;
	let line = 0;
	for await (const event of readLog(path)) {
		line += 1;
		if (line > received) yield event;
	}
}

/** Where a run can be reached. */
type Reachable = Pick<RunningRun, 'socket' | 'pid' | 'log'>;

/**
 * The viewer's side: a run's events from its first one on. Of a run that is still being started the events come when it
 * has; that it could not be started is what they then reject with. When the connection breaks while the runner lives, it
 * connects again and goes on where it was; when the runner died without a word, the run ends as failed.
 */
export const followRun = (started: Reachable | Promise<Reachable>): RunSource & {readonly close: () => void} => {
	let socket: Socket | undefined;
	let closed = false;
	async function* events(): AsyncGenerator<RunEvent> {
		const run = await started;
		let received = 0;
		let lastAt = 0;
		while (!closed) {
			const current = connect(run.socket);
			socket = current;
			current.on('error', () => {});
			for (const line of unsent.splice(0)) current.write(line);
			let line = 0;
			try {
				for await (const text of createInterface({input: current})) {
					line += 1;
					if (line <= received) continue;
					const event = parseEvent(text);
					// The last line of a broken connection may be half a line: it comes again, whole.
					if (event === undefined) continue;
					received = line;
					if (event.kind === 'snapshot') lastAt = event.snapshot.to;
					if (event.kind === 'ended') ended = true;
					yield event;
				}
			} catch {
				// The connection broke; whether the runner lives decides what that means.
			}

			if (ended || closed) return;
			if (!isAlive(run.pid)) {
				// It may have ended in good order a moment before this viewer came: then its log says so.
				for await (const event of lateEvents(run.log, received)) {
					if (event.kind === 'ended') ended = true;
					yield event;
				}

				if (ended) return;
				yield {
					kind: 'ended',
					at: lastAt,
					ending: {
						state: 'failed',
						message: 'The process that drove the load died (killed, or out of memory).',
						hint: 'What was measured until then is shown; a run that was to be kept is taken into the history by the next command.',
					},
					doubts: [],
				};
				return;
			}

			await new Promise((resolve) => setTimeout(resolve, reconnectPause));
		}
	}

	let ended = false;
	/** Commands given while there was no connection. */
	const unsent: string[] = [];
	return {
		events: events(),
		live: true,
		send(command) {
			const line = `${JSON.stringify(command)}\n`;
			if (socket === undefined || socket.destroyed) unsent.push(line);
			else socket.write(line);
		},
		close() {
			closed = true;
			socket?.destroy();
		},
	};
};

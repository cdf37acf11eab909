import {once} from 'node:events';
import {createReadStream, statSync} from 'node:fs';
import {createServer, type Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {pipeline} from 'node:stream/promises';
import * as z from 'zod';
import type {RunCommand} from '../core/event.ts';

const commandSchema = z.discriminatedUnion('command', [
	z.object({command: z.literal('stop'), by: z.enum(['user', 'signal'])}),
	z.object({command: z.literal('abort')}),
	z.object({command: z.literal('mark'), text: z.string().max(200), pressed: z.number().exactOptional()}),
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
		/**
		 * Lets every viewer read to the end, for so many milliseconds at most; the one that started the run may come late.
		 * Returns whether there was one.
		 */
		async close(patience: number): Promise<boolean> {
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
			return open.length > 0;
		},
	};
};

import {existsSync} from 'node:fs';
import type {Socket} from 'node:net';
import {dirname} from 'node:path';
import {parseEvent, type RunEvent, type RunSource} from '../core/event.ts';
import {isAlive} from '../operating-system.ts';
import {connectLines} from './connect-lines.ts';
import {logPath, readBegan, readEvents, savedPathOf} from './log.ts';
import {machineTime} from './machine-clock.ts';
import type {RunnerOrder} from './order.ts';
import type {RunningRun} from './registry.ts';
import {socketPath} from './socket-path.ts';

const reconnectPause = 200;

/** What a log holds beyond so many events, under either of its names; nothing where there is none. */
async function* lateEvents(log: string, received: number): AsyncGenerator<RunEvent> {
	const path = [log, savedPathOf(log)].find((candidate) => existsSync(candidate));
	if (path === undefined) return;
	let line = 0;
	for await (const event of readEvents(path)) {
		line += 1;
		if (line > received) yield event;
	}
}

/** Where a run can be reached. */
type Reachable = Pick<RunningRun, 'socket' | 'pid' | 'log'>;

/** Where a run of an order can be reached, also before it has begun, while the process lives that is to carry it out. */
export const reachableRun = (
	{runtime, logs}: Pick<RunnerOrder, 'runtime' | 'logs'>,
	id: string,
	pid: number,
): Reachable => ({socket: socketPath(runtime, id), log: logPath(logs, id), pid});

/** Where the runs can be reached that the same process carries out after one that is running. */
export const runsAfter = async ({id, pid, socket, log}: RunningRun): Promise<readonly Reachable[]> => {
	const runs = (await readBegan(log))?.plan.suite?.runs ?? [];
	const place = {runtime: dirname(socket), logs: dirname(log)};
	return runs.slice(runs.findIndex((run) => run.id === id) + 1).map((run) => reachableRun(place, run.id, pid));
};

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
			const {socket: current, lines} = connectLines(run.socket);
			socket = current;
			for (const line of unsent.splice(0)) current.write(line);
			let line = 0;
			try {
				for await (const text of lines) {
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
			const told = command.command === 'mark' ? {...command, pressed: machineTime()} : command;
			const line = `${JSON.stringify(told)}\n`;
			if (socket === undefined || socket.destroyed) unsent.push(line);
			else socket.write(line);
		},
		close() {
			closed = true;
			socket?.destroy();
		},
	};
};

import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {entryUrl} from '../../entries.ts';
import {descendantsOf} from './descendants.ts';
import type {Ended, Order, Reply} from './order.ts';

/** A command on its way. */
export type Running = {
	/** Resolves as the command begins, or has ended. */
	readonly started: Promise<void>;
	/** Rejects where it could not be started. */
	readonly ended: Promise<Ended>;
	/** Ends it with all that it started: at first asks them to, a moment later they must. Resolves when that is done. */
	readonly end: () => Promise<void>;
};

/** Starts commands, one at a time. */
export type Launcher = {
	readonly run: (order: Order) => Running;
	/** Settles when the process is gone. `withAll`: and all that its commands left running. */
	readonly close: (withAll: boolean) => Promise<void>;
};

/** How long processes that were asked to end may take. Milliseconds. */
const grace = 250;
/** A command that runs for longer is ended by the watchman should this process die. Milliseconds. */
const watchedAfter = 100;

const isWindows = process.platform === 'win32';

const send = (signal: 'SIGTERM' | 'SIGKILL', ids: readonly number[]): void => {
	for (const id of ids) {
		try {
			process.kill(id, signal);
		} catch {
			// It has ended.
		}
	}
};

/**
 * A shell that waits for this process to die, however it does, and then ends the command that runs: the launcher cannot,
 * since it waits for the command.
 */
const openWatchman = () => {
	if (isWindows) return {watch: (_: number | undefined): void => {}, close: async (): Promise<void> => {}};
	const shell = spawn(
		'/bin/sh',
		['-c', 'group=; while read -r next; do group=$next; done; [ -z "$group" ] || kill -s KILL -- "-$group"'],
		{detached: true, stdio: ['pipe', 'ignore', 'ignore']},
	);
	const gone = once(shell, 'exit').catch(() => {});
	shell.stdin.on('error', () => {});
	shell.unref();
	return {
		watch: (group: number | undefined): void => void shell.stdin.write(`${group ?? ''}\n`),
		close: async (): Promise<void> => {
			shell.stdin.end('\n');
			await gone;
		},
	};
};

type Pending = {
	readonly started: PromiseWithResolvers<void>;
	readonly ended: PromiseWithResolvers<Ended>;
	group: number | undefined;
	/** It is to be ended as soon as its group is known. */
	unwanted: boolean;
};

/** Starts the launcher process. */
export const openLauncher = (): Launcher => {
	const child = spawn(
		process.execPath,
		['--disable-warning=ExperimentalWarning', fileURLToPath(entryUrl('launcher'))],
		{stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true},
	);
	const watchman = openWatchman();
	let pending: Pending | undefined;

	/** What earlier commands left running: daemons that later ones may need. */
	let kept: ReadonlySet<number> = new Set();

	const descendants = (): readonly number[] => (child.pid === undefined ? [] : descendantsOf(child.pid));
	const signalAll = (signal: 'SIGTERM' | 'SIGKILL', {group}: Pending): void => {
		if (group === undefined) return;
		if (!isWindows) send(signal, [-group, ...descendants().filter((pid) => !kept.has(pid))]);
		// Windows has no groups and no asking.
		else spawnSync('taskkill', ['/pid', String(group), '/t', '/f'], {windowsHide: true});
	};
	const end = async (run: Pending): Promise<void> => {
		run.unwanted = true;
		const isOver = run.ended.promise.then(
			() => {},
			() => {},
		);
		signalAll('SIGTERM', run);
		await Promise.race([isOver, sleep(grace)]);
		// Also where the command itself has ended: not all that it started need have.
		signalAll('SIGKILL', run);
		await isOver;
	};
	const fail = (message: string): void => {
		pending?.started.resolve();
		pending?.ended.reject(new Error(message));
		pending = undefined;
	};
	const hear = (reply: Reply): void => {
		const run = pending;
		if (run === undefined) return;
		switch (reply.kind) {
			case 'ready':
			case 'started':
				run.group = reply.group;
				run.started.resolve();
				if (run.unwanted) signalAll('SIGKILL', run);
				// After all that hear of it have done what they do then: it would be done beside the command.
				if (reply.kind === 'ready') setImmediate(() => child.stdin.write('go\n'));
				return;
			case 'ended': {
				const {kind: _, ...ended} = reply;
				pending = undefined;
				if (ended.leaves) kept = new Set(descendants());
				run.started.resolve();
				run.ended.resolve(ended);
				return;
			}

			case 'failed':
				fail(reply.message);
		}
	};
	createInterface({input: child.stdout}).on('line', (line) => hear(JSON.parse(line)));
	child.stdin.on('error', () => {});
	child.on('error', ({message}) => fail(message));
	const gone = new Promise<void>((resolve) => {
		child.once('close', () => {
			fail('The process that starts commands has ended.');
			resolve();
		});
	});

	return {
		run(order) {
			const run: Pending = {
				started: Promise.withResolvers(),
				ended: Promise.withResolvers(),
				group: undefined,
				unwanted: false,
			};
			pending = run;
			child.stdin.write(`${JSON.stringify(order)}\n`);
			let isWatched = false;
			const timer = setTimeout(() => {
				isWatched = true;
				watchman.watch(run.group);
			}, watchedAfter);
			const ended = run.ended.promise.finally(() => {
				clearTimeout(timer);
				if (isWatched) watchman.watch(undefined);
			});
			// Whoever ends it need not hear how.
			ended.catch(() => {});
			return {started: run.started.promise, ended, end: () => end(run)};
		},
		async close(withAll) {
			if (withAll) send('SIGKILL', descendants());
			child.stdin.end();
			await Promise.all([gone, watchman.close()]);
		},
	};
};

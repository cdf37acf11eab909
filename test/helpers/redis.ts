import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {redisAddress} from '../../source/engines/redis-address.ts';
import {infoOf, openDialogue} from '../../source/engines/redis-dialogue.ts';

const freePort = async (): Promise<number> => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	await once(server, 'close');
	return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A Redis server of its own, on a loopback port, with nothing in it. */
export type RedisServer = {
	readonly port: number;
	readonly url: string;
	readonly folder: string;
	/** Asks on a connection of its own; gives the texts of the answers. */
	readonly ask: (...commands: ReadonlyArray<readonly string[]>) => Promise<readonly string[]>;
	/** How often a command was called, by the server's own count; 0 of one that never was. */
	readonly calls: (command: string) => Promise<number>;
	readonly kill: (signal: NodeJS.Signals) => void;
	readonly stop: () => Promise<void>;
};

export const startRedis = async (words: readonly string[] = [], password?: string): Promise<RedisServer> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-redis-'));
	const port = await freePort();
	const given = [
		'--port',
		String(port),
		'--bind',
		'127.0.0.1',
		'--dir',
		folder,
		'--save',
		'',
		'--enable-debug-command',
		'yes',
	];
	const server = spawn(
		'redis-server',
		[...given, ...(password === undefined ? [] : ['--requirepass', password]), ...words],
		{
			stdio: 'ignore',
		},
	);
	const ended = once(server, 'exit');
	const url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`;
	const ask: RedisServer['ask'] = async (...commands) => {
		const dialogue = await openDialogue(redisAddress(url), {}, new AbortController().signal);
		try {
			return (await dialogue.ask(commands)).map(({text}) => text);
		} finally {
			dialogue.close();
		}
	};
	for (const end = Date.now() + 10_000; ; ) {
		try {
			await ask(['PING']);
			break;
		} catch (error) {
			if (Date.now() > end || server.exitCode !== null) throw error;
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}

	return {
		port,
		url,
		folder,
		ask,
		async calls(command) {
			const [text = ''] = await ask(['INFO', 'commandstats']);
			return Number(/calls=(\d+)/.exec(infoOf({kind: 'value', text}).get(`cmdstat_${command}`) ?? '')?.[1] ?? 0);
		},
		kill: (signal) => void server.kill(signal),
		async stop() {
			server.kill('SIGKILL');
			await ended;
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

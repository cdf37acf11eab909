import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const isInstalled = (program: string): boolean =>
	spawnSync('sh', ['-c', 'command -v "$0"', program], {stdio: 'ignore'}).status === 0;

const canPin = isInstalled('taskset') && availableParallelism() > 1;

/** The words that start a program on one core; as they are where that cannot be chosen. */
export const pinned = (core: number, words: readonly string[]): [program: string, words: readonly string[]] => {
	const [program = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...words] : words;
	return [program, rest];
};

export const serverCore = 0;
export const clientCore = 1;

export const whereItRan = canPin
	? `servers on core ${serverCore}, clients on core ${clientCore}`
	: 'servers and clients not pinned: taskset or a second core is missing';

const freePort = async (): Promise<number> => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	await once(server, 'close');
	if (typeof address !== 'object' || address === null) throw new Error('There is no free port.');
	return address.port;
};

const end = async (child: ChildProcess): Promise<void> => {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const exited = once(child, 'exit');
	child.kill();
	await exited;
};

/** nginx with one worker, which answers /tiny from memory and /large with a file of 64 KiB, and counts. */
export const startNginx = async () => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-nginx-'));
	const port = await freePort();
	mkdirSync(join(folder, 'files'));
	writeFileSync(join(folder, 'files', 'large'), 'x'.repeat(65_536));
	const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
	writeFileSync(
		join(folder, 'nginx.conf'),
		`daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 16384; }
http {
	access_log off; keepalive_requests 1000000000; sendfile on; tcp_nodelay on; default_type text/plain;
	${paths.map((path) => `${path}_temp_path ${folder}/${path};`).join(' ')}
	server {
		listen 127.0.0.1:${port} backlog=16384;
		location = /tiny { return 200 "ok"; }
		location = /large { root ${folder}/files; }
		location = /status { stub_status; }
	}
}
`,
	);
	const [program, words] = pinned(serverCore, [
		'nginx',
		'-c',
		join(folder, 'nginx.conf'),
		'-e',
		join(folder, 'error.log'),
	]);
	const child = spawn(program, words, {stdio: ['ignore', 'inherit', 'inherit']});
	const origin = `http://127.0.0.1:${port}`;
	/** Requests so far, these ones included. */
	const requests = async (): Promise<number> => {
		const text = await (await fetch(`${origin}/status`)).text();
		return Number(/^\s*\d+ \d+ (\d+)/m.exec(text)?.[1]);
	};
	for (let attempt = 0; ; attempt++) {
		try {
			await requests();
			break;
		} catch (error) {
			if (attempt > 100) throw error;
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}

	return {
		origin,
		requests,
		async close(): Promise<void> {
			await end(child);
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

export type NativePlan = {
	readonly body?: number;
	/** Milliseconds. */
	readonly service?: number;
	readonly frozen?: number;
	readonly period?: number;
};

const compiled: {path?: string} = {};

const compile = (): string => {
	if (compiled.path !== undefined) return compiled.path;
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-target-'));
	process.once('exit', () => rmSync(folder, {recursive: true, force: true}));
	const path = join(folder, 'target');
	const {status} = spawnSync('cc', ['-O2', '-o', path, fileURLToPath(new URL('target.c', import.meta.url))], {
		stdio: 'inherit',
	});
	if (status !== 0) throw new Error('cc could not compile the target.');
	compiled.path = path;
	return path;
};

/** The native target; `close` gives the arrivals of its requests, in microseconds of a monotonic clock. */
export const startNative = async ({body = 2, service = 0, frozen = 0, period = 0}: NativePlan) => {
	const [program, words] = pinned(serverCore, [
		compile(),
		...[body, service * 1000, frozen * 1000, period * 1000].map(String),
	]);
	const child = spawn(program, words, {stdio: ['pipe', 'pipe', 'inherit']});
	const chunks: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
	await once(child.stdout, 'data');
	const port = Number.parseInt(chunks.splice(0).join(''), 10);
	return {
		origin: `http://127.0.0.1:${port}`,
		async close(): Promise<readonly number[]> {
			const closed = once(child, 'close');
			child.stdin.end();
			await closed;
			const log = Buffer.concat(chunks);
			return Array.from(
				{length: Math.floor(log.length / 8)},
				(_, index) => Number(log.readBigUInt64LE(index * 8) / 10n) / 100,
			);
		},
	};
};

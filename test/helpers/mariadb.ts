import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const freePort = async (): Promise<number> => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	await once(server, 'close');
	return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A server of its own, on a loopback port, with a database called shop in it. */
export type Mariadb = {
	readonly port: number;
	readonly urlOf: (user?: string, password?: string) => string;
	/** As root, over a socket that nobody else has; columns are parted by tabs. */
	readonly sql: (statement: string) => string;
	readonly pid: number;
	readonly stop: () => Promise<void>;
};

/** Starts a MariaDB server in a temporary folder, with a user ann whose password is 'correct horse'. */
export const startMariadb = async (): Promise<Mariadb> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-mariadb-'));
	const data = join(folder, 'data');
	const socket = join(folder, 'server.sock');
	const port = await freePort();
	const isRoot = process.getuid?.() === 0;
	const user = isRoot ? ['--user=root'] : [];
	execFileSync(
		'mariadb-install-db',
		['--no-defaults', ...user, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
		{stdio: 'ignore'},
	);
	const server: ChildProcess = spawn(
		'mariadbd',
		[
			...['--no-defaults', ...user, `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`],
			...['--bind-address=127.0.0.1', '--skip-networking=0', '--innodb-flush-log-at-trx-commit=0'],
			...['--innodb-buffer-pool-size=32M', `--pid-file=${join(folder, 'pid')}`],
		],
		{cwd: folder, stdio: 'ignore'},
	);
	const sql = (statement: string): string =>
		execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=root', '-N', '-B', '-e', statement], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}).trim();
	for (const end = Date.now() + 30_000; ; ) {
		try {
			sql(
				"create database shop; create user ann@'127.0.0.1' identified by 'correct horse'; grant all on *.* to ann@'127.0.0.1'",
			);
			break;
		} catch (error) {
			if (Date.now() > end || server.exitCode !== null) throw error;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}

	return {
		port,
		pid: server.pid ?? 0,
		urlOf: (name = 'ann', password = 'correct horse') =>
			`mariadb://${name}:${encodeURIComponent(password)}@127.0.0.1:${port}/shop`,
		sql,
		async stop() {
			if (server.exitCode === null && server.signalCode === null) {
				const ended = once(server, 'exit');
				server.kill('SIGKILL');
				await ended;
			}

			rmSync(folder, {recursive: true, force: true});
		},
	};
};

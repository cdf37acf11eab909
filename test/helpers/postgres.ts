import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** Debian keeps its programs outside of the path, by version. */
const debian = '/usr/lib/postgresql';

const programs = (): string => {
	const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
	return versions.length === 0 ? '' : `${join(debian, versions[0] ?? '', 'bin')}/`;
};

const freePort = async (): Promise<number> => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	await once(server, 'close');
	return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A server of its own, on a loopback port and with nothing in it. */
export type Postgres = {
	/** A new database each time. */
	readonly newDatabase: () => string;
	readonly urlOf: (database: string, user?: string, password?: string) => string;
	readonly sql: (database: string, statement: string) => string;
	readonly port: number;
	readonly stop: () => Promise<void>;
};

/** Starts a PostgreSQL server in a temporary folder. It does not run as root, so root has it run as its own user. */
export const startPostgres = async (): Promise<Postgres> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-postgres-'));
	const bin = programs();
	const isRoot = process.getuid?.() === 0;
	const as = (words: readonly string[]): readonly [string, readonly string[]] =>
		isRoot ? ['runuser', ['-u', 'postgres', '--', ...words]] : [words[0] ?? '', words.slice(1)];
	if (isRoot) execFileSync('chown', ['postgres', folder]);
	chmodSync(folder, 0o700);
	const data = join(folder, 'data');
	const port = await freePort();
	const run = (...words: readonly string[]): string => {
		const [file, rest] = as(words);
		return execFileSync(file, rest, {encoding: 'utf8', cwd: '/', stdio: ['ignore', 'pipe', 'ignore']});
	};
	run(
		`${bin}initdb`,
		'-D',
		data,
		'-U',
		'postgres',
		'--auth-host=scram-sha-256',
		'--auth-local=trust',
		'--no-sync',
		'-E',
		'UTF8',
	);
	const [file, rest] = as([
		...[`${bin}postgres`, '-D', data, '-p', String(port), '-k', folder],
		...['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'synchronous_commit=off'],
	]);
	const server: ChildProcess = spawn(file, rest, {cwd: '/', stdio: 'ignore'});
	const psql = (database: string, statement: string): string =>
		run(`${bin}psql`, '-h', folder, '-p', String(port), '-U', 'postgres', '-d', database, '-Atc', statement).trim();
	for (const end = Date.now() + 20_000; ; ) {
		try {
			psql('postgres', "alter user postgres password 'correct horse'");
			break;
		} catch (error) {
			if (Date.now() > end || server.exitCode !== null) throw error;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}

	let databases = 0;
	const urlOf = (database: string, user = 'postgres', password = 'correct horse'): string =>
		`postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
	return {
		port,
		urlOf,
		sql: psql,
		newDatabase() {
			databases += 1;
			psql('postgres', `create database history${databases}`);
			return urlOf(`history${databases}`);
		},
		async stop() {
			const ended = once(server, 'exit');
			// SIGINT: a fast shutdown, which breaks off what is connected. runuser hands it on to nobody.
			try {
				run(`${bin}pg_ctl`, '-D', data, '-m', 'immediate', 'stop');
			} catch {
				server.kill('SIGKILL');
			}

			await ended;
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

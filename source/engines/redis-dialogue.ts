import {readFileSync} from 'node:fs';
import {connect as connectTcp, isIP, type Socket} from 'node:net';
import {connect as connectTls, createSecureContext} from 'node:tls';
import {printable} from '../core/printable.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {type RedisAddress, redisPlaceName} from './redis-address.ts';
import {bytesOf, createReplyReader, requestOf} from './redis-reply.ts';

/** Of TLS: files in PEM, and whether any certificate is taken. */
export type RedisTrust = {
	readonly ca?: string | undefined;
	readonly cert?: string | undefined;
	readonly key?: string | undefined;
	readonly insecure?: boolean | undefined;
};

/** The reply to one command, whole: the text of a value, if it is one. */
export type Answer = {readonly kind: 'value' | 'nil' | 'error'; readonly text: string};

/** A connection on which one asks and waits for the answer: for what is not measured. */
export type Dialogue = {
	/** Sends commands together and waits for all answers. Rejects when the connection is lost or silent for too long. */
	readonly ask: (commands: ReadonlyArray<readonly string[]>) => Promise<readonly Answer[]>;
	readonly close: () => void;
};

/** Longer than this nobody waits for an answer. Milliseconds. */
const usualPatience = 5000;
/** More text of one reply than this is not kept. */
const longestText = 65_536;

/** Reads a file of certificates. Throws a BenchtopError (exit code 4) where it cannot. */
export const pemOf = (file: string): string => {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new BenchtopError(`The file ${file} cannot be read: ${messageOf(error)}.`, {exitCode: 4, cause: error});
	}
};

const open = ({place, isSecure}: RedisAddress, {ca, cert, key, insecure}: RedisTrust): Socket => {
	if (!isSecure) return connectTcp({...place, noDelay: true});
	const name = 'host' in place && isIP(place.host) === 0 ? place.host : undefined;
	return connectTls({
		...place,
		...(name === undefined ? {} : {servername: name}),
		secureContext: createSecureContext({
			...(ca === undefined ? {} : {ca: pemOf(ca)}),
			...(cert === undefined ? {} : {cert: pemOf(cert)}),
			...(key === undefined ? {} : {key: pemOf(key)}),
		}),
		rejectUnauthorized: insecure !== true,
	});
};

/** The commands that a connection begins with. */
export const greetingOf = ({user, password, database}: RedisAddress): ReadonlyArray<readonly string[]> => [
	...(password === undefined
		? []
		: [['AUTH', ...(user === undefined ? [] : [bytesOf(user)]), bytesOf(password)] as const]),
	...(database === 0 ? [] : [['SELECT', String(database)] as const]),
];

const hints: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'Is the server running, and on this port?',
	ENOTFOUND: 'Check the name, or the DNS of this machine.',
	ENOENT: 'Check the path of the socket.',
	EPROTO: 'It may not speak TLS: try redis:// instead of rediss://.',
	ECONNRESET: 'Something listens there that hangs up at once; for TLS, try rediss://.',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'Give its authority with --ca FILE, or use --insecure.',
	SELF_SIGNED_CERT_IN_CHAIN: 'Give its authority with --ca FILE, or use --insecure.',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Give its authority with --ca FILE, or use --insecure.',
};

const unreachable = (address: RedisAddress, error: unknown): BenchtopError => {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	const nested: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
	const known = hints[code] ?? (nested instanceof Error && 'code' in nested ? hints[String(nested.code)] : undefined);
	const hint = known ?? (address.isSecure && code === '' ? hints.EPROTO : undefined);
	return new BenchtopError(`Redis at ${redisPlaceName(address)} cannot be reached: ${printable(messageOf(error))}.`, {
		...(hint === undefined ? {} : {hint}),
		exitCode: 4,
		cause: error,
	});
};

/** The text of a value as it stands in the bytes of one reply: of a bulk its bytes, of a line the line. */
const textOf = (reply: string): string =>
	(reply.startsWith('$') ? reply.replace(/^.*\r\n/, '') : reply.slice(1)).trimEnd();

/**
 * Opens a connection, logs in and chooses the database. Rejects with a BenchtopError (exit code 4) where that fails.
 * `patience`: how long to wait for an answer, in milliseconds.
 */
export const openDialogue = async (
	address: RedisAddress,
	trust: RedisTrust,
	signal: AbortSignal,
	patience = usualPatience,
): Promise<Dialogue> => {
	const socket = open(address, trust);
	const reader = createReplyReader();
	let waiting:
		| {readonly answers: Answer[]; readonly count: number; done: () => void; fail: (error: Error) => void}
		| undefined;
	let text = '';
	let broken: Error | undefined;
	const breakOff = (error: Error): void => {
		broken ??= error;
		socket.destroy();
		waiting?.fail(broken);
		waiting = undefined;
	};
	const abort = (): void => breakOff(new Error('stopped'));
	signal.addEventListener('abort', abort);
	socket.on('error', breakOff);
	socket.on('close', () => breakOff(new Error('it closed the connection')));
	socket.on('data', (bytes: Buffer) => {
		for (let at = 0; at < bytes.length; ) {
			const next = reader.read(bytes, at, bytes.length);
			if (next < 0) return breakOff(new Error('it speaks something else than Redis'));
			if (text.length < longestText) text += bytes.toString('latin1', at, next);
			at = next;
			if (!reader.isWhole()) return;
			waiting?.answers.push({kind: reader.kind(), text: textOf(text)});
			text = '';
			if (waiting?.answers.length === waiting?.count) {
				waiting?.done();
				waiting = undefined;
			}
		}
	});
	const ask: Dialogue['ask'] = async (commands) => {
		if (broken !== undefined) throw broken;
		if (commands.length === 0) return [];
		const answers: Answer[] = [];
		const timer = setTimeout(() => breakOff(new Error(`no answer within ${patience} ms`)), patience);
		try {
			await new Promise<void>((done, fail) => {
				waiting = {answers, count: commands.length, done, fail};
				socket.write(commands.map(requestOf).join(''), 'latin1');
			});
			return answers;
		} finally {
			clearTimeout(timer);
		}
	};
	const close = (): void => {
		signal.removeEventListener('abort', abort);
		broken ??= new Error('closed');
		socket.destroy();
	};
	try {
		if (signal.aborted) throw new Error('stopped');
		const greeting = [...greetingOf(address), ['PING']];
		const answers = await ask(greeting);
		const [refused] = answers.filter(({kind}) => kind === 'error');
		if (refused !== undefined) {
			throw new BenchtopError(`Redis at ${redisPlaceName(address)} refuses: ${printable(refused.text)}.`, {
				...(/^(NOAUTH|WRONGPASS|ERR AUTH|ERR invalid password)/.test(refused.text)
					? {hint: 'The user and the password stand in the URL: redis://user:password@host'}
					: {}),
				exitCode: 4,
			});
		}

		return {ask, close};
	} catch (error) {
		close();
		throw error instanceof BenchtopError ? error : unreachable(address, error);
	}
};

/** The fields of INFO, by name. */
export const infoOf = ({text}: Answer): ReadonlyMap<string, string> =>
	new Map(
		text.split(/\r?\n/).flatMap((line): Array<[string, string]> => {
			const at = line.indexOf(':');
			return line.startsWith('#') || at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
		}),
	);

/** The sentence about a server that a run tells: its version and what changes its speed. */
export const serverWords = (info: ReadonlyMap<string, string>): {readonly text: string; readonly version: string} => {
	const version = printable(info.get('redis_version') ?? 'of unknown version');
	const name = info.has('valkey_version') ? 'Valkey' : 'Redis';
	const shown = printable(info.get('valkey_version') ?? version);
	const mode = printable(info.get('redis_mode') ?? 'standalone');
	const append = info.get('aof_enabled') === '1' ? 'append-only file on' : 'append-only file off';
	const threads = Number(info.get('io_threads_active') ?? 0) > 0 ? ', I/O threads active' : '';
	return {text: `${name} ${shown}, ${mode}, ${append}${threads}`, version: shown};
};

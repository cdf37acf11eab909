import type {Random} from '../../core/random.ts';
import {parseBytes} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import {bytesOf, requestOf} from '../redis-reply.ts';

/** What stands in braces: only these, so that JSON may stand as it is. */
const placeholder = /\{(random|sequence|bytes)(?:\s+([^{}]*))?\}/;
const largestPayload = 512 * 1024 * 1024;

/** A line as words: spaces part them, but not in quotes and not in placeholders. Throws a BenchtopError (exit code 2). */
export const wordsOfLine = (line: string): readonly string[] => {
	const words: string[] = [];
	let word: string | undefined;
	for (let at = 0; at < line.length; ) {
		const rest = line.slice(at);
		const whole = /^\{(?:random|sequence|bytes)(?:\s+[^{}]*)?\}/.exec(rest)?.[0];
		const quote = line[at]!;
		if (whole !== undefined) {
			word = (word ?? '') + whole;
			at += whole.length;
		} else if (quote === '"' || quote === "'") {
			const end = line.indexOf(quote, at + 1);
			if (end < 0) {
				throw new BenchtopError(`${JSON.stringify(line)}: A quote is opened and not closed.`);
			}

			word = (word ?? '') + line.slice(at + 1, end);
			at = end + 1;
		} else if (/\s/.test(quote)) {
			if (word !== undefined) words.push(word);
			word = undefined;
			at += 1;
		} else {
			word = (word ?? '') + quote;
			at += 1;
		}
	}

	return word === undefined ? words : [...words, word];
};

/** What is filled in: makes the next one, as characters of Latin-1. */
type Piece = string | (() => string);

/** How sequences are shared by threads: each takes every so many-th. */
export type Turn = {readonly index: number; readonly of: number};

const rangeOf = (text: string, whole: string): readonly [number, number] => {
	const found = /^(-?\d+)\s*\.\.\s*(-?\d+)$/.exec(text.trim());
	const [low, high] = [Number(found?.[1]), Number(found?.[2])];
	if (found === null || !Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low > high) {
		throw new BenchtopError(`${whole} has no range.`, {hint: 'For example {random 1..1000}.'});
	}

	return [low, high];
};

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const payloadOf = (text: string, whole: string, random: Random): string => {
	const length = parseBytes(text);
	if (length === undefined || length > largestPayload) {
		throw new BenchtopError(`${whole} says no amount of bytes.`, {
			hint: 'For example {bytes 100} or {bytes 4k}, up to 512m.',
		});
	}

	// Random letters, the same ones each time: making them anew would be most of what the load does.
	return Array.from({length}, () => letters[Math.floor(random() * letters.length)]).join('');
};

const fill = (kind: string, text: string, whole: string, random: Random, {index, of}: Turn): Piece => {
	switch (kind) {
		case 'random': {
			const [low, high] = rangeOf(text, whole);
			return () => String(low + Math.floor(random() * (high - low + 1)));
		}
		case 'sequence': {
			const [low, high] = text.trim() === '' ? [1, Number.MAX_SAFE_INTEGER] : rangeOf(text, whole);
			const count = high - low + 1;
			let next = index;
			return () => {
				const value = low + (next % count);
				next += of;
				return String(value);
			};
		}
		default:
			return payloadOf(text, whole, random);
	}
};

const piecesOf = (word: string, random: Random, turn: Turn): readonly Piece[] => {
	const pieces: Piece[] = [];
	let rest = word;
	for (let found = placeholder.exec(rest); found !== null; found = placeholder.exec(rest)) {
		const [whole, kind = '', text = ''] = found;
		if (found.index > 0) pieces.push(bytesOf(rest.slice(0, found.index)));
		pieces.push(fill(kind, text, whole, random, turn));
		rest = rest.slice(found.index + whole.length);
	}

	if (rest !== '' || pieces.length === 0) pieces.push(bytesOf(rest));
	return pieces;
};

/**
 * Makes the requests of a command, one after the other, as the protocol has them; bytes as characters of Latin-1. Throws a
 * BenchtopError (exit code 2) on a placeholder that says nothing.
 */
export const requestsOf = (
	words: readonly string[],
	random: Random,
	turn: Turn = {index: 0, of: 1},
): (() => string) => {
	const all = words.map((word) => piecesOf(word, random, turn));
	if (all.every((pieces) => pieces.every((piece) => typeof piece === 'string'))) {
		const request = requestOf(all.map((pieces) => pieces.join('')));
		return () => request;
	}

	const fixed = all.map((pieces) => (pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : undefined));
	const heads = fixed.map((word) => (word === undefined ? undefined : `$${word.length}\r\n${word}\r\n`));
	return () => {
		let request = `*${all.length}\r\n`;
		for (let index = 0; index < all.length; index++) {
			const head = heads[index];
			if (head !== undefined) {
				request += head;
				continue;
			}

			let word = '';
			for (const piece of all[index]!) word += typeof piece === 'string' ? piece : piece();
			request += `$${word.length}\r\n${word}\r\n`;
		}

		return request;
	};
};

/** Makes the words of a command anew each time, as characters of Latin-1. Throws like `requestsOf`. */
export const wordsMaker = (words: readonly string[], random: Random): (() => readonly string[]) => {
	const all = words.map((word) => piecesOf(word, random, {index: 0, of: 1}));
	return () => all.map((pieces) => pieces.map((piece) => (typeof piece === 'string' ? piece : piece())).join(''));
};

/** Commands after which a connection no longer gives one reply to each request, or that end it or change whose it is. */
const unfit = new Set(
	'AUTH DISCARD EXEC HELLO MONITOR MULTI PSUBSCRIBE PSYNC PUNSUBSCRIBE QUIT RESET SELECT SHUTDOWN SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE SYNC UNSUBSCRIBE UNWATCH WATCH'.split(
		' ',
	),
);

/** Throws a BenchtopError (exit code 2) on a command that cannot be measured. `member`: what it is told as. */
export const checkCommand = (words: readonly string[], member: string): void => {
	const [name = '', second = ''] = words.map((word) => word.toUpperCase());
	if (name === '') throw new BenchtopError(`${member}: There is no command in it.`);
	if (unfit.has(name) || (name === 'CLIENT' && second === 'REPLY')) {
		throw new BenchtopError(`${member}: ${name} changes what a connection is, and cannot be measured so.`, {
			hint: /^(MULTI|EXEC|DISCARD|WATCH|UNWATCH)$/.test(name)
				? 'A script (EVAL) does several things at once in one request.'
				: /^(AUTH|HELLO|SELECT)$/.test(name)
					? 'User, password and database stand in the URL.'
					: 'What can be measured are commands with one reply each.',
		});
	}

	requestsOf(words, () => 0);
};

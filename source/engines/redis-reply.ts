/** What kind of reply one was, by its first line; an error also has its first word. */
export type ReplyKind = 'value' | 'nil' | 'error';

/**
 * Reads replies in RESP 2 as their bytes come, however they are cut, and keeps nothing of them but their kind.
 * https://redis.io/docs/latest/develop/reference/protocol-spec
 */
export type ReplyReader = {
	/**
	 * Reads until a reply is whole (`isWhole`) or the bytes are over; gives where it stopped, or −1 at what is no reply.
	 */
	readonly read: (bytes: Uint8Array, from: number, to: number) => number;
	/** Whether the last call ended with a whole reply; then `kind` and `word` are its. */
	readonly isWhole: () => boolean;
	readonly kind: () => ReplyKind;
	/** Of an error: 'ERR', 'MOVED', 'WRONGTYPE'. */
	readonly word: () => string;
	/** Of an error: its line, as far as it is kept. */
	readonly line: () => string;
	/** Whether part of a reply came. */
	readonly isBegun: () => boolean;
	readonly reset: () => void;
};

const [lineFeed, carriageReturn, minus] = [10, 13, 45];
const [simple, error, integer, bulk, array] = [43, 45, 58, 36, 42];
/** As much of an error's line is kept. */
const longestLine = 200;

const [atType, inNumber, inText, inError, inBulk] = [0, 1, 2, 3, 4];

export const createReplyReader = (): ReplyReader => {
	let state = atType;
	let type = 0;
	let number = 0;
	let isNegative = false;
	/** Values that the reply still lacks: an array brings some. */
	let missing = 1;
	/** Bytes of the bulk under way, its line end among them. */
	let left = 0;
	let isFirst = true;
	let kind: ReplyKind = 'value';
	let line = '';
	let isWhole = false;

	const reset = (): void => {
		state = atType;
		missing = 1;
		isFirst = true;
		kind = 'value';
		line = '';
		isWhole = false;
	};

	/** The line of a number is over. Whether that made a value whole. */
	const numberRead = (): boolean => {
		if (type === integer) return true;
		if (isNegative) {
			if (isFirst) kind = 'nil';
			return true;
		}

		if (type === bulk) {
			left = number + 2;
			state = inBulk;
			return false;
		}

		missing += number;
		return true;
	};

	/** A value, or the head of an array, is over. Whether the reply is. */
	const valueRead = (): boolean => {
		state = atType;
		isFirst = false;
		missing -= 1;
		return missing === 0;
	};

	return {
		read(bytes, from, to) {
			if (isWhole) reset();
			let at = from;
			while (at < to) {
				if (state === inBulk) {
					const taken = Math.min(left, to - at);
					at += taken;
					left -= taken;
					if (left > 0) return at;
					if (valueRead()) {
						isWhole = true;
						return at;
					}

					continue;
				}

				const byte = bytes[at++]!;
				if (state === atType) {
					type = byte;
					if (byte === simple) state = inText;
					else if (byte === error) {
						state = inError;
						if (isFirst) kind = 'error';
					} else if (byte === integer || byte === bulk || byte === array) {
						state = inNumber;
						number = 0;
						isNegative = false;
					} else return -1;
				} else if (byte === lineFeed) {
					if (state === inNumber ? numberRead() && valueRead() : valueRead()) {
						isWhole = true;
						return at;
					}
				} else if (state === inNumber) {
					if (byte === minus) isNegative = true;
					else if (byte >= 48 && byte <= 57) number = number * 10 + byte - 48;
					else if (byte !== carriageReturn && byte !== 43) return -1;
				} else if (state === inError && isFirst && byte !== carriageReturn && line.length < longestLine) {
					line += String.fromCharCode(byte);
				}
			}

			return at;
		},
		isWhole: () => isWhole,
		kind: () => kind,
		word: () => /^[A-Za-z0-9_]+/.exec(line)?.[0] ?? 'error',
		line: () => line,
		isBegun: () => !isWhole && (state !== atType || !isFirst),
		reset,
	};
};

/** A command as the protocol has it; bytes as characters of Latin-1. */
export const requestOf = (words: readonly string[]): string =>
	`*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

/** Text as the characters of Latin-1 that are its bytes in UTF-8. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

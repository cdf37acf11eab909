/** What `parse` came to: it wants more bytes, a reply is whole, or there is no going on. */
export const wantsMore = 0;
export const isWhole = 1;
export const isMalformed = 2;
export const isTooLarge = 3;
export type ParserEvent = 0 | 1 | 2 | 3;

/** The head of a reply with all interim replies before it, and likewise its trailers, may be so many bytes long. */
export const longestHead = 65_536;
/** A line with the size of a chunk, extensions included. */
const longestSizeLine = 4096;
/** 10^15 bytes are more than any run receives, and still exact. */
const mostDigits = 15;
const mostHexDigits = 12;

const atStart = 0;
const inVersion = 1;
const inStatus = 2;
const afterStatus = 3;
const inReason = 4;
const atLine = 5;
const inName = 6;
const inSkippedLine = 7;
const beforeLength = 8;
const inLength = 9;
const afterLength = 10;
const inCodings = 11;
const inOptions = 12;
const beforeLineFeed = 13;
const beforeLastLineFeed = 14;
const inBody = 15;
const inBodyUntilClose = 16;
const atChunkSize = 17;
const inChunkSize = 18;
const afterChunkSize = 19;
const beforeChunkLineFeed = 20;
const inChunk = 21;
const afterChunk = 22;
const afterChunkReturn = 23;
const atTrailer = 24;
const inTrailer = 25;
const beforeTrailerLineFeed = 26;
const inLocation = 27;

const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const tab = 9;
const comma = 44;
const colon = 58;
const semicolon = 59;
const zero = 48;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const version = bytesOf('HTTP/1.');
const contentLength = bytesOf('content-length');
const connection = bytesOf('connection');
const transferEncoding = bytesOf('transfer-encoding');
const chunked = bytesOf('chunked');
const close = bytesOf('close');
const keepAlive = bytesOf('keep-alive');
const locationName = bytesOf('location');

/** Where a parser is in the replies of one connection. Changed by `parse` alone; nothing is allocated per reply. */
export type ReplyParser = {
	/** Replies to HEAD have no body, whatever they say. */
	readonly isHead: boolean;
	/** Whether to keep what the Location header says, which allocates. */
	readonly keepsLocation: boolean;
	/** Of the reply that was whole last, as its bytes came. */
	location: string | undefined;
	event: ParserEvent;
	/** Of the whole reply. */
	status: number;
	/** Whether another request may be written to the connection after the whole reply. */
	isKept: boolean;
	/** Some byte of a reply that is not whole yet has come. */
	isBegun: boolean;
	state: number;
	/** Bytes of the head, or of the trailers, so far. */
	headBytes: number;
	/** How far a fixed word, a number or a token has been read. */
	index: number;
	/** The header that may matter, or the token of it that is being read. */
	word: Uint8Array | undefined;
	/** The last header line was one that matters, so that a folded one after it would change its meaning. */
	matters: boolean;
	minor: number;
	/** −1: none was given. */
	length: number;
	number: number;
	/** Of the codings, whether there are any, and whether the last one is 'chunked'. */
	isCoded: boolean;
	isChunked: boolean;
	saysClose: boolean;
	saysKeepAlive: boolean;
	/** Bytes of the body, or of a chunk, still to come. */
	left: number;
	sizeLineBytes: number;
};

/** A parser before the first reply of a connection. */
export const createParser = (isHead: boolean, keepsLocation = false): ReplyParser => ({
	isHead,
	keepsLocation,
	location: undefined,
	event: wantsMore,
	status: 0,
	isKept: true,
	isBegun: false,
	state: atStart,
	headBytes: 0,
	index: 0,
	word: undefined,
	matters: false,
	minor: 1,
	length: -1,
	number: 0,
	isCoded: false,
	isChunked: false,
	saysClose: false,
	saysKeepAlive: false,
	left: 0,
	sizeLineBytes: 0,
});

const forgetHead = (parser: ReplyParser): void => {
	parser.state = atStart;
	parser.index = 0;
	parser.matters = false;
	parser.length = -1;
	parser.isCoded = false;
	parser.isChunked = false;
	parser.saysClose = false;
	parser.saysKeepAlive = false;
};

/** Ready for the next connection. */
export const resetParser = (parser: ReplyParser): void => {
	forgetHead(parser);
	parser.event = wantsMore;
	parser.isBegun = false;
	parser.location = undefined;
	parser.headBytes = 0;
};

/** A letter of a header name in small; '-' stays. */
const small = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

/** The token that ended here is the word that it was read as. */
const isRead = (parser: ReplyParser): boolean => parser.word !== undefined && parser.index === parser.word.length;

const endCoding = (parser: ReplyParser): void => {
	// Between two commas there may be nothing (RFC 9110, 5.6.1).
	if (parser.index === 0 && parser.word !== undefined) return;
	parser.isCoded = true;
	parser.isChunked = isRead(parser);
};

const endOption = (parser: ReplyParser): void => {
	if (!isRead(parser)) return;
	if (parser.word === close) parser.saysClose = true;
	else parser.saysKeepAlive = true;
};

/** What the whole head says about the body; gives the state to go on in, or −1 for a reply that is whole already. */
const endHead = (parser: ReplyParser): number => {
	const {status} = parser;
	const kept = !parser.saysClose && (parser.minor >= 1 || parser.saysKeepAlive);
	if (status < 200 && status !== 101) {
		forgetHead(parser);
		return atStart;
	}

	// After a 101 the connection speaks something else.
	parser.isKept = kept && status !== 101;
	if (parser.isHead || status === 204 || status === 304 || status === 101) return -1;
	if (parser.isCoded) {
		// Codings count, and a length beside them is no ground to go on with this connection (RFC 9112, 6.3).
		if (parser.length >= 0) parser.isKept = false;
		if (parser.isChunked) return atChunkSize;
	} else if (parser.length >= 0) {
		parser.left = parser.length;
		return parser.length === 0 ? -1 : inBody;
	}

	parser.isKept = false;
	return inBodyUntilClose;
};

/** A length that was given twice must be the same both times. */
const takeLength = (parser: ReplyParser): boolean => {
	if (parser.length >= 0 && parser.length !== parser.number) return false;
	parser.length = parser.number;
	return true;
};

const hexOf = (byte: number): number => {
	if (byte >= zero && byte <= 57) return byte - zero;
	const letter = byte | 32;
	return letter >= 97 && letter <= 102 ? letter - 87 : -1;
};

const leave = (parser: ReplyParser, event: ParserEvent, state: number, headBytes: number): void => {
	parser.headBytes = headBytes;
	parser.state = state;
	parser.event = headBytes > longestHead ? isTooLarge : event;
	if (event !== isWhole || headBytes > longestHead) return;
	forgetHead(parser);
	parser.isBegun = false;
	parser.headBytes = 0;
};

/**
 * Reads the bytes from `from` to `to` up to the end of a reply or of themselves, and gives how far it came;
 * `parser.event` says why it stopped. Bytes of any reply may be cut anywhere: the event at its end is the same.
 *
 * Lines end in CRLF or in LF alone; empty lines before a reply are passed over. Of the header lines only those that
 * begin with c or t are looked at more closely.
 */
export const parse = (parser: ReplyParser, bytes: Uint8Array, from: number, to: number): number => {
	let {state, headBytes} = parser;
	let position = from;
	/** Bytes before this one are in `headBytes`, or of no head. */
	let counted = from;
	while (position < to) {
		const byte = bytes[position]!;
		switch (state) {
			case inSkippedLine: {
				let at = position;
				while (at < to && bytes[at] !== lineFeed) at++;
				position = at;
				if (at < to) {
					position++;
					state = atLine;
				}

				continue;
			}

			case atStart:
				if (byte === carriageReturn || byte === lineFeed) {
					position++;
					continue;
				}

				parser.isBegun = true;
				parser.location = undefined;
				parser.index = 0;
				state = inVersion;
				continue;
			case inVersion:
				if (parser.index < 7) {
					if (byte !== version[parser.index]) break;
				} else if (parser.index === 7) {
					if (byte !== zero && byte !== zero + 1) break;
					parser.minor = byte - zero;
				} else {
					if (byte !== space) break;
					parser.status = 0;
					parser.index = -1;
					state = inStatus;
				}

				parser.index++;
				position++;
				continue;
			case inStatus:
				if (byte < (parser.index === 0 ? zero + 1 : zero) || byte > 57) break;
				parser.status = parser.status * 10 + byte - zero;
				parser.index++;
				position++;
				if (parser.index === 3) state = afterStatus;
				continue;
			case afterStatus:
				if (byte !== space && byte !== carriageReturn && byte !== lineFeed) break;
				state = inReason;
				continue;
			case inReason: {
				let at = position;
				while (at < to && bytes[at] !== lineFeed) at++;
				position = at;
				if (at < to) {
					position++;
					state = atLine;
				}

				continue;
			}

			case atLine:
				switch (byte) {
					case 67:
					case 99:
						parser.word = contentLength;
						parser.index = 1;
						state = inName;
						position++;
						continue;
					case 84:
					case 116:
						parser.word = transferEncoding;
						parser.index = 1;
						state = inName;
						position++;
						continue;
					case 76:
					case 108:
						parser.word = parser.keepsLocation ? locationName : undefined;
						parser.index = 1;
						state = inName;
						position++;
						continue;
					case carriageReturn:
						state = beforeLastLineFeed;
						position++;
						continue;
					case lineFeed:
						state = beforeLastLineFeed;
						continue;
					case space:
					case tab:
						if (parser.matters) break;
						state = inSkippedLine;
						position++;
						continue;
					default:
						parser.matters = false;
						state = inSkippedLine;
						position++;
						continue;
				}

				break;
			case inName: {
				let {word, index} = parser;
				let at = position;
				let letter = byte;
				while (at < to && word !== undefined) {
					letter = small(bytes[at]!);
					if (index < word.length && letter === word[index]) {
						index++;
						at++;
					} else if (word === contentLength && index === 3 && letter === 110) word = connection;
					else break;
				}

				parser.word = word;
				parser.index = index;
				position = at;
				if (at === to) continue;
				if (word === undefined || index < word.length || (letter !== colon && letter !== space && letter !== tab)) {
					parser.matters = false;
					state = inSkippedLine;
					continue;
				}

				// A space before the colon is a known way to smuggle (RFC 9112, 5.1).
				if (letter !== colon) break;
				parser.matters = true;
				position++;
				parser.index = 0;
				if (word === contentLength) {
					parser.number = 0;
					state = beforeLength;
				} else if (word === transferEncoding) {
					parser.word = chunked;
					state = inCodings;
				} else if (word === locationName) {
					parser.location = '';
					state = inLocation;
				} else {
					parser.word = close;
					state = inOptions;
				}

				continue;
			}

			case beforeLength:
				if (byte === space || byte === tab) {
					position++;
					continue;
				}

				if (byte < zero || byte > 57) break;
				state = inLength;
				continue;
			case inLength:
				if (byte >= zero && byte <= 57) {
					parser.number = parser.number * 10 + byte - zero;
					parser.index++;
					if (parser.index > mostDigits) break;
					position++;
					continue;
				}

				state = afterLength;
				continue;
			case afterLength:
				if (byte === space || byte === tab) {
					position++;
					continue;
				}

				if ((byte !== carriageReturn && byte !== lineFeed) || !takeLength(parser)) break;
				state = beforeLineFeed;
				if (byte === carriageReturn) position++;
				continue;
			case inCodings:
				if (byte === comma || byte === carriageReturn || byte === lineFeed) {
					endCoding(parser);
					parser.word = chunked;
					parser.index = 0;
					if (byte !== comma) state = beforeLineFeed;
					if (byte !== lineFeed) position++;
					continue;
				}

				if (byte === space || byte === tab) {
					// Around a token it says nothing; within, the token is no known one.
					if (parser.index > 0 && parser.index < chunked.length) parser.word = undefined;
				} else if (parser.word !== undefined) {
					if (parser.index < chunked.length && small(byte) === chunked[parser.index]) parser.index++;
					else parser.word = undefined;
				}

				position++;
				continue;
			case inOptions:
				if (byte === comma || byte === carriageReturn || byte === lineFeed) {
					endOption(parser);
					parser.word = close;
					parser.index = 0;
					if (byte !== comma) state = beforeLineFeed;
					if (byte !== lineFeed) position++;
					continue;
				}

				if (byte === space || byte === tab) {
					if (parser.word !== undefined && parser.index > 0 && parser.index < parser.word.length)
						parser.word = undefined;
				} else if (parser.word !== undefined) {
					const letter = small(byte);
					if (parser.index === 0 && letter === 107) parser.word = keepAlive;
					if (parser.index < parser.word.length && letter === parser.word[parser.index]) parser.index++;
					else parser.word = undefined;
				}

				position++;
				continue;
			case inLocation: {
				let at = position;
				while (at < to && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at++;
				parser.location = (parser.location ?? '') + Buffer.from(bytes.subarray(position, at)).toString('latin1');
				position = at;
				if (at === to) continue;
				if (bytes[at] === carriageReturn) position++;
				parser.location = parser.location?.trim();
				state = beforeLineFeed;
				continue;
			}

			case beforeLineFeed:
				if (byte !== lineFeed) break;
				state = atLine;
				position++;
				continue;
			case beforeLastLineFeed: {
				if (byte !== lineFeed) break;
				position++;
				headBytes += position - counted;
				counted = position;
				const next = endHead(parser);
				if (next === -1 || headBytes > longestHead) {
					leave(parser, isWhole, atStart, headBytes);
					return position;
				}

				state = next;
				// The bytes of a body are of no head; what comes after an interim reply is.
				if (next !== atStart) headBytes = 0;
				parser.sizeLineBytes = 0;
				continue;
			}

			case inBody: {
				const here = Math.min(parser.left, to - position);
				parser.left -= here;
				position += here;
				counted = position;
				if (parser.left > 0) continue;
				leave(parser, isWhole, atStart, 0);
				return position;
			}

			case inBodyUntilClose:
				position = to;
				counted = to;
				continue;
			case atChunkSize:
				counted = position;
				parser.number = 0;
				parser.index = 0;
				if (hexOf(byte) < 0) break;
				state = inChunkSize;
				continue;
			case inChunkSize: {
				counted = position + 1;
				const digit = hexOf(byte);
				if (digit >= 0) {
					parser.number = parser.number * 16 + digit;
					parser.index++;
					if (parser.index > mostHexDigits) break;
					position++;
					continue;
				}

				counted = position;
				if (byte !== semicolon && byte !== space && byte !== tab && byte !== carriageReturn && byte !== lineFeed) break;
				parser.sizeLineBytes = 0;
				state = afterChunkSize;
				continue;
			}

			case afterChunkSize:
				if (byte === carriageReturn || byte === lineFeed) {
					state = beforeChunkLineFeed;
					if (byte === carriageReturn) position++;
				} else {
					parser.sizeLineBytes++;
					if (parser.sizeLineBytes > longestSizeLine) break;
					position++;
				}

				counted = position;
				continue;
			case beforeChunkLineFeed:
				if (byte !== lineFeed) break;
				position++;
				counted = position;
				parser.left = parser.number;
				state = parser.number === 0 ? atTrailer : inChunk;
				continue;
			case inChunk: {
				const here = Math.min(parser.left, to - position);
				parser.left -= here;
				position += here;
				counted = position;
				if (parser.left === 0) state = afterChunk;
				continue;
			}

			case afterChunk:
				state = afterChunkReturn;
				if (byte === carriageReturn) position++;
				counted = position;
				continue;
			case afterChunkReturn:
				if (byte !== lineFeed) break;
				position++;
				counted = position;
				state = atChunkSize;
				continue;
			case atTrailer:
				if (byte === carriageReturn || byte === lineFeed) {
					state = beforeTrailerLineFeed;
					if (byte === carriageReturn) position++;
				} else state = inTrailer;
				continue;
			case inTrailer:
				position++;
				if (byte === lineFeed) state = atTrailer;
				continue;
			case beforeTrailerLineFeed:
				if (byte !== lineFeed) break;
				position++;
				leave(parser, isWhole, atStart, headBytes + position - counted);
				return position;
			default:
		}

		leave(parser, isMalformed, state, headBytes + position - counted);
		return position;
	}

	leave(parser, wantsMore, state, headBytes + position - counted);
	return position;
};

/** The connection has ended: whether that makes the reply under way whole, because it had no other end. */
export const endsWhole = (parser: ReplyParser): boolean => parser.state === inBodyUntilClose;

/** Whether the reply under way has come to its body. */
export const isPastHead = ({state}: ReplyParser): boolean => state >= inBody && state !== inLocation;

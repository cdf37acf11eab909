import {brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync} from 'node:zlib';

/** A reply of which bytes were kept. */
export type ReplyMessage = {
	readonly status: number;
	/** All values of a header, in their order; its name in small letters. */
	readonly headers: (name: string) => readonly string[];
	/** The body as the target meant it; throws when it cannot be decoded. Empty where only the head was kept. */
	readonly body: () => Buffer;
};

/** A body grows to so many bytes at most when it is decoded. */
const longestBody = 64 * 1024 * 1024;

const lineFeed = 10;
const carriageReturn = 13;

/** Where the head that begins at `from` ends: after its empty line. */
const headEnd = (bytes: Buffer, from: number): number => {
	for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
		if (bytes[at + 1] === lineFeed) return at + 2;
		if (bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed) return at + 3;
	}

	return bytes.length;
};

/** Chunks without their frame (RFC 9112, 7.1), which the parser has checked. */
const withoutChunks = (bytes: Buffer): Buffer => {
	const chunks: Buffer[] = [];
	let at = 0;
	for (;;) {
		const end = bytes.indexOf(lineFeed, at);
		const size = Number.parseInt(bytes.toString('latin1', at, end < 0 ? bytes.length : end), 16);
		if (end < 0 || !(size > 0)) return Buffer.concat(chunks);
		chunks.push(bytes.subarray(end + 1, end + 1 + size));
		at = end + 1 + size + (bytes[end + 1 + size] === carriageReturn ? 2 : 1);
	}
};

const limit = {maxOutputLength: longestBody};

const decoded = (bytes: Buffer, coding: string): Buffer => {
	switch (coding) {
		case '':
		case 'identity':
			return bytes;
		case 'gzip':
		case 'x-gzip':
			return gunzipSync(bytes, limit);
		case 'br':
			return brotliDecompressSync(bytes, limit);
		case 'deflate':
			// With the frame of zlib as RFC 9110, 8.4.1.2 has it, or without, as some servers do.
			return (bytes[0]! & 0x0f) === 8 && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0
				? inflateSync(bytes, limit)
				: inflateRawSync(bytes, limit);
		default:
			throw new Error(`unknown coding ${coding}`);
	}
};

/** Reads a whole reply, interim replies before it left out. The bytes are those that a parser found whole. */
export const readReply = (bytes: Buffer): ReplyMessage => {
	let from = 0;
	let end = headEnd(bytes, 0);
	let lines: readonly string[] = [];
	let status = 0;
	for (;;) {
		lines = bytes.toString('latin1', from, end).trimStart().split(/\r?\n/);
		status = Number(/^HTTP\/1\.\d (\d{3})/.exec(lines[0] ?? '')?.[1] ?? 0);
		if (status >= 200 || status === 101 || end >= bytes.length) break;
		from = end;
		end = headEnd(bytes, from);
	}

	const headers = new Map<string, string[]>();
	for (const line of lines.slice(1)) {
		const colon = line.indexOf(':');
		if (colon < 1) continue;
		const name = line.slice(0, colon).toLowerCase();
		const value = line.slice(colon + 1).trim();
		const known = headers.get(name);
		if (known === undefined) headers.set(name, [value]);
		else known.push(value);
	}

	const valuesOf = (name: string): readonly string[] => headers.get(name) ?? [];
	const codingsIn = (name: string): readonly string[] =>
		valuesOf(name)
			.flatMap((value) => value.toLowerCase().split(','))
			.map((coding) => coding.trim())
			.filter((coding) => coding !== '');
	let body: Buffer | undefined;
	return {
		status,
		headers: valuesOf,
		body() {
			if (body !== undefined) return body;
			const transferred = bytes.subarray(end);
			const plain = codingsIn('transfer-encoding').includes('chunked') ? withoutChunks(transferred) : transferred;
			body = plain.length === 0 ? plain : codingsIn('content-encoding').reduceRight(decoded, plain);
			return body;
		},
	};
};

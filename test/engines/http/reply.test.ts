import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	createParser,
	endsWhole,
	isMalformed,
	isTooLarge,
	isWhole,
	longestHead,
	parse,
	wantsMore,
} from '../../../source/engines/http/reply.ts';

type Outcome = {
	/** Status and whether the connection is kept, of each whole reply. */
	readonly replies: ReadonlyArray<readonly [status: number, kept: boolean]>;
	readonly end: 'more' | 'malformed' | 'too large' | 'whole by close';
	readonly begun: boolean;
};

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Feeds the pieces from a buffer with other bytes around them, as a shared read buffer has. */
const read = (pieces: readonly Uint8Array[], isHead = false): Outcome => {
	const parser = createParser(isHead);
	const replies: Array<readonly [number, boolean]> = [];
	const shared = Buffer.alloc(Math.max(...pieces.map(({length}) => length), 0) + 8, '7');
	for (const piece of pieces) {
		shared.fill('7');
		shared.set(piece, 3);
		let position = 3;
		while (position < piece.length + 3) {
			position = parse(parser, shared, position, piece.length + 3);
			if (parser.event === isWhole) replies.push([parser.status, parser.isKept]);
			else if (parser.event === isMalformed) return {replies, end: 'malformed', begun: parser.isBegun};
			else if (parser.event === isTooLarge) return {replies, end: 'too large', begun: parser.isBegun};
			else expect(position).toBe(piece.length + 3);
		}
	}

	expect(parser.event === wantsMore || parser.event === isWhole).toBe(true);
	return {replies, end: endsWhole(parser) ? 'whole by close' : 'more', begun: parser.isBegun};
};

const whole = (text: string, isHead = false): Outcome => read([latin(text)], isHead);

/** In every two pieces, and byte by byte. */
const cuts = (text: string): Uint8Array[][] => {
	const bytes = latin(text);
	return [
		...Array.from(bytes, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]),
		Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
	];
};

const valuesIn =
	(head: RegExpExecArray) =>
	(name: string): string[] =>
		(head[3] ?? '').split('\n').flatMap((line) => {
			const match = new RegExp(`^${name}:([^\\r]*)\\r?$`, 'i').exec(line);
			return match === null ? [] : [match[1]!];
		});
const lengthsIn = (head: RegExpExecArray): string[] =>
	valuesIn(head)('content-length').map((value) => value.replaceAll(/^[ \t]+|[ \t]+$/g, ''));

/** The same rules over a whole text with regular expressions: slow, and short enough to be seen to be right. */
const naive = (given: string, isHead = false): Outcome => {
	const replies: Array<readonly [number, boolean]> = [];
	let text = given;
	for (;;) {
		text = text.replace(/^[\r\n]+/, '');
		if (text === '') return {replies, end: 'more', begun: false};
		let head: RegExpExecArray | null;
		let status: number;
		for (;;) {
			// Interim replies, each with what may stand before it.
			head = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\n]*|\r[^\n]*)?\n((?:(?!\r?\n)[^\n]*\n)*)\r?\n/.exec(text);
			if (head === null) return {replies, end: 'malformed', begun: true};
			status = Number(head[2]);
			text = text.slice(head[0].length);
			const given = lengthsIn(head);
			if (given.some((value) => !/^\d{1,15}$/.test(value)) || new Set(given.map(Number)).size > 1)
				return {replies, end: 'malformed', begun: true};
			if (status >= 200 || status === 101) break;
			text = text.replace(/^[\r\n]+/, '');
		}

		const lengths = lengthsIn(head);
		const all = valuesIn(head);
		const tokens = (name: string): string[] =>
			all(name)
				.join(',')
				.split(',')
				.map((token) => token.replaceAll(/^[ \t]+|[ \t]+$/g, '').toLowerCase())
				.filter((token) => token !== '');
		const codings = tokens('transfer-encoding');
		const options = tokens('connection');
		let kept = !options.includes('close') && (head[1] === '1' || options.includes('keep-alive')) && status !== 101;
		if (!isHead && ![101, 204, 304].includes(status)) {
			if (codings.length > 0 && lengths.length > 0) kept = false;
			if (codings.at(-1) === 'chunked') {
				for (;;) {
					const size = /^([\da-f]{1,12})(?:[; \t][^\r\n]*)?\r?\n/i.exec(text);
					if (size === null) return {replies, end: 'malformed', begun: true};
					text = text.slice(size[0].length);
					const length = Number.parseInt(size[1]!, 16);
					if (length === 0) break;
					if (text.length < length) return {replies, end: 'more', begun: true};
					text = text.slice(length);
					const line = /^\r?\n/.exec(text);
					if (line === null) return {replies, end: 'malformed', begun: true};
					text = text.slice(line[0].length);
				}

				const trailers = /^(?:(?!\r?\n)[^\n]*\n)*\r?\n/.exec(text);
				if (trailers === null) return {replies, end: 'more', begun: true};
				text = text.slice(trailers[0].length);
			} else if (codings.length > 0 || lengths.length === 0) {
				return {replies, end: 'whole by close', begun: true};
			} else {
				if (text.length < Number(lengths[0])) return {replies, end: 'more', begun: true};
				text = text.slice(Number(lengths[0]));
			}
		}

		replies.push([status, kept]);
	}
};

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const samples: ReadonlyArray<readonly [what: string, text: string, outcome: Partial<Outcome>]> = [
	['a length', ok, {replies: [[200, true]], end: 'more', begun: false}],
	['no body by length', 'HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n', {replies: [[200, true]]}],
	[
		'two of them, pipelined',
		ok + ok,
		{
			replies: [
				[200, true],
				[200, true],
			],
		},
	],
	['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', {replies: [[200, true]]}],
	['no reason', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok', {replies: [[200, true]]}],
	['a length in spaces', 'HTTP/1.1 200 OK\r\nCONTENT-LENGTH: \t 2 \t\r\n\r\nok', {replies: [[200, true]]}],
	['empty lines before it', `\r\n\r\n${ok}\r\n`, {replies: [[200, true]], begun: false}],
	[
		'nearly the same names',
		'HTTP/1.1 200 OK\r\nContent-Lengths: 9\r\nContent-Type: a\r\nConnect: close\r\nT: chunked\r\nC\r\nContent-Length: 2\r\n\r\nok',
		{replies: [[200, true]]},
	],
	[
		'Connection: close',
		'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
		{replies: [[200, false]]},
	],
	[
		'close among options',
		'HTTP/1.1 200 OK\r\nConnection: upgrade , CLOSE,x\r\nContent-Length: 0\r\n\r\n',
		{replies: [[200, false]]},
	],
	[
		'closed, not close',
		'HTTP/1.1 200 OK\r\nConnection: closed, clos, close d\r\nContent-Length: 0\r\n\r\n',
		{replies: [[200, true]]},
	],
	['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', {replies: [[200, false]]}],
	[
		'HTTP/1.0 keep-alive',
		'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok',
		{replies: [[200, true]]},
	],
	['no length', 'HTTP/1.1 200 OK\r\n\r\nas long as it takes', {replies: [], end: 'whole by close', begun: true}],
	[
		'interim replies',
		`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\nContent-Length: 7\r\n\r\n${ok}`,
		{replies: [[200, true]]},
	],
	['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', {replies: [[101, false]]}],
	[
		'204 and 304 with lengths',
		`HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n${ok}`,
		{
			replies: [
				[204, true],
				[304, true],
				[200, true],
			],
		},
	],
	[
		'chunks',
		'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nA;x="y"\r\n0123456789\r\n0\r\n\r\n',
		{replies: [[200, true]]},
	],
	[
		'chunks with trailers',
		`HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked\r\n\r\n2 \r\nok\r\n000;last\r\nX: y\r\nContent-Length: 5\r\n\r\n${ok}`,
		{
			replies: [
				[200, true],
				[200, true],
			],
		},
	],
	[
		'a coding that is not chunked at its end',
		'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\nContent-Length: 2\r\n\r\nok',
		{replies: [], end: 'whole by close'},
	],
	[
		'a length beside chunks',
		`HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
		{replies: [[200, false]]},
	],
	[
		'the same length twice',
		'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 02\r\n\r\nok',
		{replies: [[200, true]]},
	],
	['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok', {end: 'malformed'}],
	['a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok', {end: 'malformed'}],
	['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok', {end: 'malformed'}],
	['no number for a length', 'HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nok', {end: 'malformed'}],
	['a length beyond all numbers', 'HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999\r\n\r\nok', {end: 'malformed'}],
	['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok', {end: 'malformed'}],
	['a folded line that matters', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n 0\r\n\r\nok', {end: 'malformed'}],
	[
		'a folded line that does not',
		'HTTP/1.1 200 OK\r\nX: 2\r\n 0\r\nContent-Length: 2\r\n\r\nok',
		{replies: [[200, true]]},
	],
	['a return within a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r2\r\n\r\nok', {end: 'malformed'}],
	['rubbish', 'rubbish\r\n\r\n', {end: 'malformed', replies: []}],
	['another version', 'HTTP/2 200 OK\r\n\r\n', {end: 'malformed'}],
	['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', {end: 'malformed'}],
	['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n', {end: 'malformed'}],
	['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nok', {end: 'malformed'}],
	['a chunk of a negative size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nok', {end: 'malformed'}],
	['a huge chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nok', {end: 'malformed'}],
	[
		'a chunk longer than its size',
		'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n',
		{end: 'malformed'},
	],
	['half a reply', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf', {replies: [], end: 'more', begun: true}],
	['half a head', 'HTTP/1.1 200 OK\r\nContent-Le', {replies: [], end: 'more', begun: true}],
];

describe('a reply parser', () => {
	test.each(samples)('reads %s', (_, text, outcome) => {
		expect(whole(text)).toMatchObject(outcome);
		for (const pieces of cuts(text)) expect(read(pieces)).toEqual(whole(text));
	});

	test('takes no body after HEAD, whatever is said', () => {
		const head = 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
		expect(whole(head, true)).toEqual({
			replies: [
				[200, true],
				[200, true],
			],
			end: 'more',
			begun: false,
		});
	});

	test('refuses heads, trailers and lines of chunks beyond all measure, and keeps nothing of them', () => {
		const filler = (bytes: number): string => `X: ${'x'.repeat(bytes - 5)}\r\n`;
		const start = 'HTTP/1.1 200 OK\r\n';
		const fits = `${start}${filler(longestHead - start.length - 2)}\r\n`;
		expect(whole(fits).end).toBe('whole by close');
		expect(whole(fits.replace('X: ', 'X: x')).end).toBe('too large');
		expect(whole(`${start}${filler(longestHead * 2)}`).end).toBe('too large');
		expect(whole('HTTP/1.1 100 Continue\r\n\r\n'.repeat(3000)).end).toBe('too large');
		const chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
		expect(whole(`${chunks}0\r\n${filler(longestHead * 2)}`).end).toBe('too large');
		expect(whole(`${chunks}1;${'x'.repeat(5000)}\r\n`).end).toBe('malformed');
		const long = latin(fits.replace('X: ', 'X: xx'));
		for (const size of [1, 7, 1000, 65_536]) {
			const pieces = Array.from({length: Math.ceil(long.length / size)}, (_, at) =>
				long.subarray(at * size, (at + 1) * size),
			);
			expect(read(pieces).end).toBe('too large');
		}
	});

	const name = fc.constantFrom(
		'Content-Length',
		'content-length',
		'Content-Type',
		'Connection',
		'CONNECTION',
		'Transfer-Encoding',
		'Trailer',
		'Cache-Control',
		'X',
	);
	const value = fc.constantFrom(
		'0',
		'2',
		'3',
		'12',
		'-1',
		' 2 ',
		'2,2',
		'close',
		'keep-alive',
		'Close, x',
		',close,',
		'chunked',
		' Chunked ',
		'gzip, chunked',
		'chunked,gzip',
		'chunked ,',
		'',
		'text/plain; c=t',
	);
	const newline = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n');
	const head = fc
		.tuple(
			fc.constantFrom('HTTP/1.1 ', 'HTTP/1.1 ', 'HTTP/1.0 '),
			fc.constantFrom('200 OK', '200', '100 Continue', '204 No', '304 \t', '503 Busy: now', '101 S'),
			fc.array(fc.tuple(name, fc.constantFrom(':', ': '), value), {maxLength: 4}),
			newline,
		)
		.map(([version, status, headers, line]) =>
			[`${version}${status}`, ...headers.map((parts) => parts.join('')), '', ''].join(line),
		);
	const body = fc.constantFrom(
		'',
		'ok',
		'abc',
		'2\r\nok\r\n0\r\n\r\n',
		'3;e=1\nabc\n0\n\n',
		'0\r\nX: y\r\n\r\n',
		'\r\n',
		'c\r\n012345678901\r\n00\r\nA: b\r\nC: d\r\n\r\n',
	);
	const reply = fc.tuple(head, body).map((parts) => parts.join(''));

	test('says what a naive one says, however replies follow each other and are cut', () => {
		fc.assert(
			fc.property(
				fc.array(reply, {minLength: 1, maxLength: 4}),
				fc.array(fc.nat(400), {maxLength: 6}),
				fc.boolean(),
				(replies, at, isHead) => {
					const text = replies.join('');
					const expected = naive(text, isHead);
					// A text that ends within a head is no case for the naive one, and none is made here.
					const places = [...new Set([0, ...at.filter((place) => place < text.length), text.length])].sort(
						(a, b) => a - b,
					);
					const bytes = latin(text);
					const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
					const got = read(pieces, isHead);
					if (expected.end === 'malformed' && got.end === 'more') {
						// The naive one cannot tell a start that could go on from one that cannot.
						expect(got.begun).toBe(true);
						expect(got.replies).toEqual(expected.replies);
					} else expect(got).toEqual({...expected, begun: got.begun});
					if (expected.end !== 'malformed') expect(got.begun).toBe(expected.begun);
				},
			),
			{numRuns: 4000},
		);
	});

	test('never gets stuck, and says the same however any bytes are cut', () => {
		const soup = fc.array(fc.oneof(reply, fc.string({maxLength: 12, unit: 'binary-ascii'})), {maxLength: 4});
		fc.assert(
			fc.property(soup, fc.integer({min: 1, max: 20}), (parts, size) => {
				const bytes = latin(parts.join(''));
				const pieces = Array.from({length: Math.ceil(bytes.length / size)}, (_, at) =>
					bytes.subarray(at * size, (at + 1) * size),
				);
				expect(read(pieces)).toEqual(read([bytes]));
			}),
			{numRuns: 2000},
		);
	});
});

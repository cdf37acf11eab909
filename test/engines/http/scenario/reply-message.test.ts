import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {readReply} from '../../../../source/engines/http/scenario/reply-message.ts';

const reply = (text: string) => readReply(Buffer.from(text, 'latin1'));

describe('a reply that was kept', () => {
	test('has its status, its headers in all their lines, and its body', () => {
		const {status, headers, body} = reply(
			'HTTP/1.1 201 Made\r\nX-A:  one \r\nx-a: two\r\nContent-Length: 4\r\n\r\nbody',
		);
		expect([status, headers('x-a'), headers('none'), body().toString()]).toEqual([201, ['one', 'two'], [], 'body']);
	});

	test('after interim replies, empty lines before it, and lines that end in LF alone', () => {
		const {status, headers, body} = reply(
			'\r\nHTTP/1.1 100 Continue\r\nA: no\r\n\r\nHTTP/1.1 103 Early\nA: no\n\nHTTP/1.1 200\nA: yes\n\nrest',
		);
		expect([status, headers('a'), body().toString()]).toEqual([200, ['yes'], 'rest']);
	});

	test.each([
		['4\r\nabcd\r\n3;x=y\r\nefg\r\n0\r\nTrailer: 1\r\n\r\n', 'abcdefg'],
		['A\n0123456789\n0\n\n', '0123456789'],
		['0\r\n\r\n', ''],
		['5\r\n0\r\n\r\n\r\n0\r\n\r\n', '0\r\n\r\n'],
	])('in chunks: %j', (chunks, text) => {
		expect(reply(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`).body().toString()).toBe(text);
	});

	test('coded, with a limit to what it grows to', () => {
		const coded = (bytes: Buffer) =>
			Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'), bytes]);
		expect(
			readReply(coded(gzipSync('hello')))
				.body()
				.toString(),
		).toBe('hello');
		expect(() => readReply(coded(gzipSync(Buffer.alloc(65 * 1024 * 1024)))).body()).toThrow();
		expect(() => readReply(Buffer.from('HTTP/1.1 200 OK\r\nContent-Encoding: odd\r\n\r\nx')).body()).toThrow('odd');
	});

	test('without a body has none, coded or not', () => {
		expect(reply('HTTP/1.1 204 No\r\nContent-Encoding: gzip\r\n\r\n').body().length).toBe(0);
	});
});

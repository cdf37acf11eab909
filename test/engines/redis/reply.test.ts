import {expect, test} from 'vitest';
import {bytesOf, createReplyReader, requestOf} from '../../../source/engines/redis-reply.ts';

const replies: ReadonlyArray<readonly [reply: string, kind: string, word: string]> = [
	['+OK\r\n', 'value', ''],
	['+\r\n', 'value', ''],
	['-WRONGTYPE Operation against a key\r\n', 'error', 'WRONGTYPE'],
	['-MOVED 3999 127.0.0.1:6381\r\n', 'error', 'MOVED'],
	['-\r\n', 'error', 'error'],
	[':-42\r\n', 'value', ''],
	['$5\r\nhe\r\nl\r\n', 'value', ''],
	['$0\r\n\r\n', 'value', ''],
	['$-1\r\n', 'nil', ''],
	['*-1\r\n', 'nil', ''],
	['*0\r\n', 'value', ''],
	['*3\r\n$-1\r\n*2\r\n:1\r\n*0\r\n$4\r\n-ERR\r\n', 'value', ''],
	['*2\r\n-ERR within\r\n+OK\r\n', 'value', ''],
];

const readAll = (bytes: Uint8Array, piece: number): Array<readonly [string, string]> => {
	const reader = createReplyReader();
	const found: Array<readonly [string, string]> = [];
	for (let from = 0; from < bytes.length; from += piece) {
		const part = bytes.subarray(from, from + piece);
		for (let at = 0; at < part.length; ) {
			at = reader.read(part, at, part.length);
			expect(at).toBeGreaterThan(0);
			if (!reader.isWhole()) break;
			found.push([reader.kind(), reader.kind() === 'error' ? reader.word() : '']);
			expect(reader.isBegun()).toBe(false);
		}
	}

	return found;
};

test.each([1, 2, 3, 7, 1000])('replies are read however their bytes are cut: by %i', (piece) => {
	const bytes = Buffer.from(replies.map(([reply]) => reply).join(''), 'latin1');
	expect(readAll(bytes, piece)).toEqual(replies.map(([, kind, word]) => [kind, word]));
});

test.each(['HTTP/1.1 400 Bad Request\r\n', '$x\r\n', '%1\r\n'])('%j is no reply', (text) => {
	const bytes = Buffer.from(text);
	expect(createReplyReader().read(bytes, 0, bytes.length)).toBe(-1);
});

test('what came of a reply is known to have begun', () => {
	const reader = createReplyReader();
	const bytes = Buffer.from('*2\r\n:1\r\n');
	reader.read(bytes, 0, bytes.length);
	expect([reader.isWhole(), reader.isBegun()]).toEqual([false, true]);
	reader.reset();
	expect(reader.isBegun()).toBe(false);
});

test('lengths of a request are those of its bytes', () => {
	expect(Buffer.from(requestOf(['SET', bytesOf('ключ'), '']), 'latin1').toString()).toBe(
		'*3\r\n$3\r\nSET\r\n$8\r\nключ\r\n$0\r\n\r\n',
	);
});

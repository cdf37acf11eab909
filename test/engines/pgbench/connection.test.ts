import {describe, expect, test} from 'vitest';
import {connectionOf} from '../../../source/engines/pgbench/connection.ts';

describe('a connection URL', () => {
	test.each([
		['postgres://ann:s%40crt@db.example:6432/shop', 'postgres://ann@db.example:6432/shop', 's@crt', undefined],
		['postgresql://localhost/shop', 'postgresql://localhost/shop', undefined, 5432],
		[
			'postgres://ann:pw@127.0.0.1:55432/shop?sslmode=disable',
			'postgres://ann@127.0.0.1:55432/shop?sslmode=disable',
			'pw',
			55432,
		],
		['postgres://ann@[::1]:1/shop', 'postgres://ann@[::1]:1/shop', undefined, 1],
		['postgres:///shop?host=/run/postgresql&password=q%26w', 'postgres:///shop?host=/run/postgresql', 'q&w', undefined],
		['postgres://ann:pw@one:1,two:2/shop', 'postgres://ann@one:1,two:2/shop', 'pw', undefined],
		['postgres://localhost/shop?host=far.example', 'postgres://localhost/shop?host=far.example', undefined, undefined],
		['postgres://', 'postgres://', undefined, undefined],
	])('%s: without its password %s', (url, uri, password, localPort) => {
		const read = connectionOf(url);
		expect([read.uri, read.password, read.localPort]).toEqual([uri, password, localPort]);
	});

	test.each(['http://localhost/shop', 'localhost/shop', 'mysql://localhost', 'postgres://a:b@c:d@e/f', ''])(
		'is not %s',
		(url) => {
			expect(() => connectionOf(url)).toThrow('no URL of a PostgreSQL database');
		},
	);

	test('with a secret that only the command line could carry is refused', () => {
		expect(() => connectionOf('postgres://localhost/shop?sslpassword=geheim')).toThrow('sslpassword in the URL');
	});
});

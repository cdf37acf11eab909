import {describe, expect, test} from 'vitest';
import {createCookieJar} from '../../../../source/engines/http/scenario/cookies.ts';

const at = (url: string): URL => new URL(url);
const now = Date.parse('2026-01-01T00:00:00Z');

describe('a cookie jar', () => {
	test.each<[set: string, from: string, to: string, sent: string | undefined]>([
		['a=1', 'http://h.example/', 'http://h.example/x', 'a=1'],
		['a=1', 'http://h.example/', 'http://other.example/', undefined],
		['a=1', 'http://h.example/', 'http://sub.h.example/', undefined],
		['a=1; Domain=h.example', 'http://h.example/', 'http://sub.h.example/', 'a=1'],
		['a=1; Domain=.H.Example', 'http://sub.h.example/', 'http://h.example/', 'a=1'],
		['a=1; Domain=other.example', 'http://h.example/', 'http://other.example/', undefined],
		['a=1; Domain=example', 'http://h.example/', 'http://h.example/', undefined],
		['a=1; Domain=le', 'http://h.example/', 'http://h.example/', undefined],
		['a=1; Domain=localhost', 'http://localhost:1/', 'http://localhost:2/', 'a=1'],
		['a=1; Domain=0.0.1', 'http://127.0.0.1/', 'http://127.0.0.1/', undefined],
		['a=1', 'http://127.0.0.1:1/', 'http://127.0.0.1:2/', 'a=1'],
		['a=1', 'http://h.example/shop/cart', 'http://h.example/shop/x', 'a=1'],
		['a=1', 'http://h.example/shop/cart', 'http://h.example/shop', 'a=1'],
		['a=1', 'http://h.example/shop/cart', 'http://h.example/shopping', undefined],
		['a=1; Path=/', 'http://h.example/shop/cart', 'http://h.example/', 'a=1'],
		['a=1; Path=/a/', 'http://h.example/', 'http://h.example/a/b', 'a=1'],
		['a=1; Path=/a/', 'http://h.example/', 'http://h.example/a', undefined],
		['a=1; Path=nonsense', 'http://h.example/x/y', 'http://h.example/x/z', 'a=1'],
		['a=1; Secure', 'https://h.example/', 'http://h.example/', undefined],
		['a=1; Secure', 'https://h.example/', 'https://h.example/', 'a=1'],
		['a=1; Secure', 'http://h.example/', 'https://h.example/', undefined],
		['a=1; Secure', 'http://localhost/', 'http://localhost/', 'a=1'],
		['a=1; Max-Age=60', 'http://h.example/', 'http://h.example/', 'a=1'],
		['a=1; Max-Age=0', 'http://h.example/', 'http://h.example/', undefined],
		['a=1; Max-Age=-5', 'http://h.example/', 'http://h.example/', undefined],
		['a=1; Expires=Wed, 01 Jan 2025 00:00:00 GMT', 'http://h.example/', 'http://h.example/', undefined],
		['a=1; Expires=Wed, 01 Jan 2025 00:00:00 GMT; Max-Age=9', 'http://h.example/', 'http://h.example/', 'a=1'],
		['a=1; Expires=nonsense', 'http://h.example/', 'http://h.example/', 'a=1'],
		[' a = "1=2" ; HttpOnly; SameSite=Lax', 'http://h.example/', 'http://h.example/', 'a="1=2"'],
		['nonsense', 'http://h.example/', 'http://h.example/', undefined],
		['=x', 'http://h.example/', 'http://h.example/', undefined],
		['a=', 'http://h.example/', 'http://h.example/', 'a='],
	])('%j of %s at %s: %s', (set, from, to, sent) => {
		const jar = createCookieJar();
		jar.take(set, at(from), now);
		expect(jar.header(at(to), now)).toBe(sent);
	});

	test('sends those of longer paths first, the newest value of each, and none that is over', () => {
		const jar = createCookieJar();
		const url = at('http://h.example/a/b');
		for (const set of ['x=1; Path=/', 'y=2; Path=/a/b', 'z=3; Path=/', 'x=4; Path=/', 't=5; Path=/; Max-Age=10'])
			jar.take(set, url, now);
		expect(jar.header(url, now)).toBe('y=2; x=4; z=3; t=5');
		jar.take('x=; Path=/; Max-Age=0', url, now);
		expect(jar.header(url, now)).toBe('y=2; z=3; t=5');
		expect(jar.header(url, now + 10_000)).toBe('y=2; z=3');
	});

	test('does not grow without end', () => {
		const jar = createCookieJar();
		for (let index = 0; index < 1200; index++) jar.take(`c${index}=1`, at('http://h.example/'), now);
		const sent = jar.header(at('http://h.example/'), now)?.split('; ') ?? [];
		expect([sent.length, sent.at(-1)]).toEqual([1000, 'c1199=1']);
	});
});

import {describe, expect, test} from 'vitest';
import {printable} from '../../source/core/printable.ts';
import {isSecretName, redactHeaders, redactor, redactUrl} from '../../source/core/secret.ts';

describe('printable', () => {
	test('leaves no character that a terminal obeys', () => {
		const hostile = '\u001b[2J\u001b]0;title\u0007\r\n\u009b31m\u202eabc\u0000\u007f';
		const shown = printable(hostile);
		expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
		expect(shown).toContain('␛[2J');
	});

	test('leaves text alone', () => expect(printable('Überraschung: 42 % – ok ✓')).toBe('Überraschung: 42 % – ok ✓'));
});

describe('secrets', () => {
	test.each([
		'Authorization',
		'Cookie',
		'Set-Cookie',
		'X-Api-Key',
		'x-auth-token',
		'apiKey',
		'access_token',
		'password',
		'X-Session-Id',
		'clientSecret',
		'Proxy-Authorization',
		'authtoken',
		'accesstoken',
		'sid',
		'code',
		'Cf-Access-Jwt-Assertion',
		'X-Hub-Signature-256',
	])('%s is one', (name) => expect(isSecretName(name)).toBe(true));
	test.each(['Accept', 'Content-Type', 'X-Request-Id', 'page', 'monkey', 'keyboard', 'author', 'encode', 'keynote'])(
		'%s is none',
		(name) => expect(isSecretName(name)).toBe(false),
	);

	test('leave URLs, whatever their form', () => {
		expect(redactUrl('http://ann:hunter2@host:8080/a?token=abc&page=2')).toBe(
			'http://ann:***@host:8080/a?token=***&page=2',
		);
		expect(redactUrl('http://sometoken@host/')).toBe('http://***@host/');
		expect(redactUrl('http://host:3000')).toBe('http://host:3000');
		expect(redactUrl('http://host:3000/')).toBe('http://host:3000/');
		expect(redactUrl('not a url //u:p@h')).not.toContain('u:p');
	});

	test('leave headers and messages', () => {
		expect(redactHeaders({Authorization: 'Bearer abcdef', Accept: '*/*'})).toEqual({
			Authorization: '***',
			Accept: '*/*',
		});
		expect(redactor(['abcdef', 'abc'])('it said abcdef')).toBe('it said ***');
	});
});

import {expect, test} from 'vitest';
import {parseLog, startFailure} from '../../../source/engines/locust/failure.ts';

const library = '/venv/lib/python3.11/site-packages/locust/main.py';

test('an exception of the user’s own file is told with its place there', () => {
	const {message, hint, exitCode} = startFailure(
		{code: 1},
		[
			'Traceback (most recent call last):',
			'  File "/venv/bin/locust", line 8, in <module>',
			'    sys.exit(main())',
			`  File "${library}", line 141, in main`,
			'    load()',
			'    ^^^^^^',
			'  File "/shop/load/users.py", line 3, in <module>',
			'    import prices',
			'  File "/shop/load/prices.py", line 9, in <module>',
			'    rate = 1 / 0',
			'ZeroDivisionError: division by zero',
		],
		'/shop',
	);
	expect([message, exitCode]).toEqual([
		'Locust could not begin: load/prices.py:9: ZeroDivisionError: division by zero',
		4,
	]);
	expect(hint).toBe(
		[
			'Its last words:',
			'Traceback (most recent call last):',
			'  File "/shop/load/users.py", line 3, in <module>',
			'    import prices',
			'  File "/shop/load/prices.py", line 9, in <module>',
			'    rate = 1 / 0',
			'ZeroDivisionError: division by zero',
		].join('\n'),
	);
});

test('else a word of usage, of the log, or its last line', () => {
	const tell = (...lines: string[]) => startFailure({code: 2}, lines, '/shop').message;
	expect(tell('locust: error: unrecognized arguments: --nope', "Did you mean '--otel'?")).toBe(
		'Locust could not begin: unrecognized arguments: --nope',
	);
	expect(tell('[2026-01-01 10:00:00,000] host/ERROR/locust.main: No User class found!', 'bye')).toBe(
		'Locust could not begin: No User class found!',
	);
	expect(tell('what \x1b[31mever')).toBe('Locust could not begin: what ␛[31mever');
	expect(tell()).toBe('Locust ended with exit code 2 before it sent a request.');
});

test('lines of the log have a level and a text', () => {
	expect(parseLog('[2026-01-01 10:00:00,000] host/WARNING/locust.runners: x: y')).toEqual({
		level: 'WARNING',
		text: 'x: y',
	});
	expect(parseLog('anything else')).toBeUndefined();
});

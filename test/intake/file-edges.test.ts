import {readFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {build, encodeIntoCompressedBase64} from 'hdr-histogram-js';
import {describe, expect, test} from 'vitest';
import {textOf} from '../../source/intake/decode.ts';
import {resultIn} from './told.ts';

describe('JUnit', () => {
	const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites><testsuite name="s" tests="3"><testsuite name="inner">
<testcase classname="a" name="&lt;b&gt; &amp; &#99;" time="1.5"/>
<testcase classname="a" name="flaky" time="2"><flakyFailure message="once">x</flakyFailure></testcase>
<testcase classname="a" name="off" status="notrun" result="suppressed" time="0."/>
<testcase classname="a" name="off too" result="skipped" time="0"/>
<testcase classname="a" time="1"/>
</testsuite></testsuite></testsuites>
`;

	test('what did not run took no time; what passed in the end, passed', () => {
		const {summary} = resultIn(report);
		expect(summary.outcomes).toEqual({passed: 3, skipped: 2});
		expect(Object.keys(summary.metrics ?? {})).toEqual(['a > <b> & c', 'a > flaky', 'a']);
	});

	test('that was cut off is refused', () => {
		expect(() => resultIn(report.slice(0, report.indexOf('<testcase classname="a" name="off"')))).toThrow(
			/cannot be read as junit/,
		);
	});

	test('fills in no entities of its own, and reads no file', () => {
		const [, ...rest] = report.split('\n');
		const names = Array.from({length: 9}, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`).join(
			'',
		);
		const bomb = `<?xml version="1.0"?>\n<!DOCTYPE testsuites [<!ENTITY e0 "lol"><!ENTITY file SYSTEM "file:///etc/passwd">${names}]>\n${rest
			.join('\n')
			.replace('flaky"', '&e9;&file;"')}`;
		let text = '';
		try {
			text = JSON.stringify(resultIn(bomb));
		} catch (error) {
			text = String(error);
		}

		expect(text.length).toBeLessThan(20_000);
		expect(text).not.toContain('root:');
		expect(text).not.toContain('lollol');
	});
});

describe('a log of HdrHistogram', () => {
	const encoded = (...values: readonly number[]): string => {
		const histogram = build({bitBucketSize: 64, numberOfSignificantValueDigits: 3});
		for (const value of values) histogram.recordValue(value);
		return encodeIntoCompressedBase64(histogram);
	};
	const log = (...lines: readonly string[]): string =>
		[
			'#[Histogram log format version 1.3]',
			...lines.slice(0, 2),
			'"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
			...lines.slice(2),
			'',
		].join('\n');
	const start = '#[StartTime: 1795733849.000 (seconds since epoch), Thu Nov 26 22:57:29 UTC 2026]';

	test('of intervals longer than a second has no second without operations, nor one with those of all', () => {
		const {summary, durationMs} = resultIn(
			log(
				start,
				'',
				`0.0,10.0,1.0,${encoded(...Array.from({length: 100}, (_, index) => index + 1))}`,
				`10.0,10.0,1.0,${encoded(...Array.from({length: 100}, (_, index) => index + 1))}`,
			),
			'a.hlog',
			'us',
		);
		expect(durationMs).toBe(20_000);
		expect(summary.throughput).toMatchObject({mean: 10, min: 10, max: 10, total: 200});
	});

	test('began when its base and its first interval say', () => {
		const based = log(start, '#[BaseTime: 1795733840.000 (seconds since epoch)]', `5.0,1.0,1.0,${encoded(1)}`);
		expect(resultIn(based, 'a.hlog', 'us').began).toBe('2026-11-26T22:57:25.000Z');
		const absolute = log(start, '', `1795733850.500,1.0,1.0,${encoded(1)}`);
		expect(resultIn(absolute, 'a.hlog', 'us').began).toBe('2026-11-26T22:57:30.500Z');
		const relative = log(start, '', `2.0,1.0,1.0,${encoded(1)}`);
		expect(resultIn(relative, 'a.hlog', 'us').began).toBe('2026-11-26T22:57:31.000Z');
	});

	test('with a gap tells a time without operations, and with an empty interval too', () => {
		const {summary} = resultIn(
			log(start, '', `0.0,1.0,1.0,${encoded(5)}`, `1.0,1.0,0.0,${encoded()}`, `4.0,1.0,1.0,${encoded(5)}`),
			'a.hlog',
			'us',
		);
		expect(summary.throughput).toMatchObject({total: 2, mean: 0.4, min: 0, max: 1});
	});

	test('in an encoding of before, or cut off, is refused and not half read', () => {
		expect(() =>
			resultIn(
				log(start, '', `0.0,1.0,1.0,${encoded(5)}`, '1.0,1.0,1.0,HISTEgAAAB542pNpmSzMwMDAxAABzFCaEUoz2X+AMIKZAEARAtM='),
				'a.hlog',
				'us',
			),
		).toThrow(/line 6/);
		const whole = log(
			start,
			'',
			`0.0,1.0,1.0,${encoded(5)}`,
			`1.0,1.0,1.0,${encoded(...Array.from({length: 500}, (_, index) => index * 7))}`,
		);
		expect(() => resultIn(whole.slice(0, -40), 'a.hlog', 'us')).toThrow(/line 6/);
	});
});

describe('bytes', () => {
	const text = '{"a": {"latency": {"value": 1}}}\r\n';

	test.each([
		['UTF-8', Buffer.from(text)],
		['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
		['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
		['UTF-16 the other way round', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
	])('in %s are the same text', (_, bytes) => {
		expect(textOf(bytes)).toBe('{"a": {"latency": {"value": 1}}}\n');
	});

	test('that are no text are refused in words', () => {
		expect(() => textOf(gzipSync(text))).toThrow(/gunzip/);
		expect(() => textOf(Buffer.from([1, 2, 0, 3]))).toThrow(/no text/);
	});
});

test('a table whose last line was cut off says so', () => {
	const whole = readFileSync(new URL('../data/intake/hey-requests.csv', import.meta.url), 'utf8');
	expect(resultIn(whole).validity.trustworthy).toBe(true);
	const cut = resultIn(whole.slice(0, Math.floor(whole.length / 2)).replace(/\n.*$/, '\n0.0012,0.00'));
	expect(JSON.stringify(cut.validity)).toContain('middle of a line');
});

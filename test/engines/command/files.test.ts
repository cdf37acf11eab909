import {appendFileSync, existsSync, readFileSync, statSync} from 'node:fs';
import {expect, onTestFinished, test} from 'vitest';
import {openFiles} from '../../../source/engines/command/files.ts';

const opened = (plan: Partial<Parameters<typeof openFiles>[0]> = {}) => {
	const files = openFiles({metrics: 'file', output: 'keep', ...plan});
	onTestFinished(files.close);
	return files;
};

test('output that grows is emptied, its end is kept, and its size remembered for one run', () => {
	const files = opened();
	const {output} = files.ofRun;
	appendFileSync(output, Buffer.alloc(17 * 1024 * 1024, 'x'));
	files.curb();
	expect(statSync(output).size).toBe(0);
	appendFileSync(output, 'one\ntwo\r\nthree\n\n');
	files.curb();
	expect(files.lastLines(2)).toEqual(['two', 'three']);
	expect(files.isMuch()).toBe(true);
	expect(files.isMuch()).toBe(false);
});

test('output that is to be read is not touched', () => {
	const files = opened({metrics: 'stdout'});
	expect(files.ofRun.output).not.toBe(files.ofRun.errors);
	appendFileSync(files.ofRun.output, Buffer.alloc(17 * 1024 * 1024, ' '));
	appendFileSync(files.ofRun.output, '{}');
	files.curb();
	expect(files.told().trim()).toBe('{}');
	appendFileSync(files.ofRun.errors, 'warning\n');
	expect(files.lastLines(1)).toEqual(['warning']);
});

test('what one run told is not the next one’s', () => {
	const files = opened();
	expect(files.told()).toBe('');
	appendFileSync(files.metrics, '{"a": 1}');
	expect(files.told()).toBe('{"a": 1}');
	files.forget();
	expect(files.told()).toBe('');
});

test('the input lies in a file that only its owner can read', () => {
	const files = opened({stdin: {text: 'hello'}});
	expect(readFileSync(files.ofRun.input, 'utf8')).toBe('hello');
	expect(statSync(files.ofRun.input).mode & 0o077).toBe(0);
	files.close();
	expect(existsSync(files.ofRun.input)).toBe(false);
	expect(opened({stdin: {file: '/a/b'}}).ofRun.input).toBe('/a/b');
});

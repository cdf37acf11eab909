import {PassThrough} from 'node:stream';
import {describe, expect, test} from 'vitest';
import {type Later, type MouseReport, openKeyboard} from '../../source/tui/reports.ts';

/** A keyboard whose waiting is over when the test says so. */
const opened = () => {
	const told: MouseReport[] = [];
	const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode() {}, ref() {}, unref() {}});
	let due: {readonly after: number; readonly call: () => void} | undefined;
	const wait: Later = (after, call) => {
		const mine = {after, call};
		due = mine;
		return () => {
			if (due === mine) due = undefined;
		};
	};
	const keyboard = openKeyboard(stdin, (report) => told.push(report), wait);
	return {
		told,
		type: (text: string): string => {
			stdin.write(text);
			return String(keyboard.stdin.read() ?? '');
		},
		/** How long is waited now. */
		waits: (): number | undefined => due?.after,
		elapse: (): string => {
			const {call} = due!;
			due = undefined;
			call();
			return String(keyboard.stdin.read() ?? '');
		},
		close: keyboard.close,
	};
};

describe('a paste', () => {
	test('of which the end is lost is ended after a silence', () => {
		const keyboard = opened();
		expect(keyboard.type('a\u001b[20')).toBe('a\u001b[20');
		expect(keyboard.waits()).toBeUndefined();
		expect(keyboard.type('0~one')).toBe('0~one');
		const patience = keyboard.waits();
		expect(patience).toBeGreaterThan(0);
		expect(patience).toBeLessThanOrEqual(1000);
		expect(keyboard.type('\u001b[200~two')).toBe('\u001b[200~two');
		expect(keyboard.elapse()).toBe('\u001b[201~');
		expect(keyboard.waits()).toBeUndefined();
		expect(keyboard.type('q')).toBe('q');
	});

	test('that ends, in however many parts, is not waited for', () => {
		const keyboard = opened();
		for (const part of ['\u001b[200', '~a\u0003b', '\u001b[2', '01', '~']) keyboard.type(part);
		expect(keyboard.waits()).toBeUndefined();
		expect(keyboard.type('\u001b[200~whole\u0003\u001b[201~\u0003')).toBe('\u001b[200~whole\u0003\u001b[201~\u0003');
		expect(keyboard.waits()).toBeUndefined();
	});

	test('that has not ended gives way to Ctrl+C', () => {
		const keyboard = opened();
		keyboard.type('\u001b[200~lost');
		expect(keyboard.type('\u0003')).toBe('\u001b[201~\u0003');
		expect(keyboard.waits()).toBeUndefined();
		keyboard.close();
	});
});

describe('what only looks like the beginning of a report', () => {
	test('is typed after a silence: Alt+P', () => {
		const keyboard = opened();
		expect(keyboard.type('\u001bP')).toBe('');
		expect(keyboard.elapse()).toBe('\u001bP');
		expect(keyboard.type('j')).toBe('j');
	});

	test('and was a report that was cut short is dropped', () => {
		const keyboard = opened();
		expect(keyboard.type('\u001b[<0;1')).toBe('');
		expect(keyboard.elapse()).toBe('');
		expect(keyboard.type('j')).toBe('j');
		expect(keyboard.told).toEqual([]);
	});

	test.each(['\u001bPanything', '\u001b]11;rgb:', '\u001b[<1', '\u001b[M '])('lets Ctrl+C through: %j', (begun) => {
		const keyboard = opened();
		keyboard.type(begun);
		expect(keyboard.type('\u0003').endsWith('\u0003')).toBe(true);
		expect(keyboard.waits()).toBeUndefined();
	});
});

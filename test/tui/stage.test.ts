import {EventEmitter} from 'node:events';
import {Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {builtInThemes, findTheme} from '../../source/core/theme.ts';
import {type Canvas, createCanvas, put} from '../../source/tui/canvas.ts';
import {span} from '../../source/tui/line.ts';
import {createPaint} from '../../source/tui/paint.ts';
import {createStage} from '../../source/tui/stage.ts';

const paint = createPaint(findTheme(builtInThemes, 'dark')!, 'none');

const canvas = (text: string): Canvas => {
	const made = createCanvas(12, 1, 'braille');
	put(made, 0, 0, [span(text)], 12);
	return made;
};

const setUp = () => {
	const written: string[] = [];
	const stdout = Object.assign(
		new Writable({
			decodeStrings: false,
			write: (chunk: unknown, _encoding, callback) => {
				written.push(String(chunk));
				callback();
			},
		}),
		{isTTY: true, columns: 12, rows: 1},
	);
	return {written, stdout, stage: createStage(stdout)};
};

const frame = (stage: ReturnType<typeof createStage>, text: string): void => {
	stage.prepare(canvas(text), paint);
	for (const chunk of ['\u001b[?2026h', 'what Ink would have written', '\u001b[?2026l']) stage.stdout.write(chunk);
};

test('the first frame whole, then only what changed, in one write', () => {
	const {written, stage} = setUp();
	frame(stage, 'p99 12.3 ms');
	expect(written).toEqual(['\u001b[?2026h\u001b[2J\u001b[1;1Hp99 12.3 ms \u001b[?2026l']);
	frame(stage, 'p99 12.4 ms');
	expect(written[1]).toBe('\u001b[?2026h\u001b[1;8H4\u001b[?2026l');
	frame(stage, 'p99 12.4 ms');
	expect(written.length).toBe(2);
	stage.forget();
	frame(stage, 'p99 12.4 ms');
	expect(written[2]).toContain('\u001b[2J');
});

test('modes pass, anything else that Ink writes does not', () => {
	const {written, stage} = setUp();
	for (const chunk of ['\u001b[?1049h', '\u001b[?25l', '\u001b[2K\u001b[1A', '\u001b[?25h\u001b[?1049l'])
		stage.stdout.write(chunk);
	expect(written).toEqual(['\u001b[?1049h', '\u001b[?25l', '\u001b[?25h\u001b[?1049l']);
});

test('while the terminal is stalled frames are left out; then comes the newest', () => {
	const {written, stdout, stage} = setUp();
	frame(stage, 'one');
	Object.defineProperty(stdout, 'writableLength', {value: 100, configurable: true});
	for (const text of ['two', 'three', 'four']) frame(stage, text);
	expect(written.length).toBe(1);
	Object.defineProperty(stdout, 'writableLength', {value: 0});
	stdout.emit('drain');
	expect(written.length).toBe(2);
	expect(written[1]).toContain('four');
});

test('closed, it listens to nothing and writes no frame', () => {
	const {written, stdout, stage} = setUp();
	const before = EventEmitter.listenerCount(stdout, 'resize');
	frame(stage, 'one');
	stage.close();
	frame(stage, 'two');
	expect(EventEmitter.listenerCount(stdout, 'resize')).toBe(before - 1);
	expect(written.length).toBe(1);
});

import {Writable} from 'node:stream';
import {expect, test} from 'vitest';
import {builtInThemes, findTheme} from '../../source/core/theme.ts';
import {type Canvas, createCanvas, put} from '../../source/tui/canvas.ts';
import {span} from '../../source/tui/line.ts';
import {openOutput} from '../../source/tui/output.ts';
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
	let isStalled = false;
	const taken: Array<() => void> = [];
	const stdout = Object.assign(
		new Writable({
			decodeStrings: false,
			write: (chunk: unknown, _encoding, callback) => {
				written.push(String(chunk));
				if (isStalled) taken.push(callback);
				else callback();
			},
		}),
		{isTTY: true, columns: 12, rows: 1},
	);
	const output = openOutput(stdout);
	return {
		written,
		stdout,
		output,
		stage: createStage(output),
		stall: () => {
			isStalled = true;
		},
		resume: () => {
			isStalled = false;
			for (const take of taken.splice(0)) take();
		},
	};
};

const frame = (stage: ReturnType<typeof createStage>, text: string): void => stage.show(canvas(text), paint);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

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

test('while the terminal is stalled frames are left out; then comes the newest', async () => {
	const {written, stage, output, stall, resume} = setUp();
	stall();
	for (const text of ['one', 'two', 'three', 'four']) frame(stage, text);
	expect(output.isBehind()).toBe(true);
	await turn();
	expect(written.length).toBe(1);
	resume();
	await turn();
	expect(written.filter((text) => text !== '').length).toBe(2);
	expect(written.at(-1)).toContain('four');
	expect(written.at(-1)).not.toContain('three');
});

test('held, it writes no frame; released, the newest one whole', () => {
	const {written, stage} = setUp();
	frame(stage, 'one');
	stage.hold();
	frame(stage, 'two');
	expect(written.length).toBe(1);
	stage.release();
	expect(written[1]).toBe('\u001b[?2026h\u001b[2J\u001b[1;1Htwo         \u001b[?2026l');
});

test('closed, it writes no frame', () => {
	const {written, stage} = setUp();
	frame(stage, 'one');
	stage.close();
	frame(stage, 'two');
	expect(written.length).toBe(1);
});

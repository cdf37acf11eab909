import {Writable} from 'node:stream';
import {type Canvas, changesIn, paintCells} from './canvas.ts';
import type {Paint} from './paint.ts';
import type {Display} from './streams.ts';

/** What stands between Ink and the terminal. */
export type Stage = {
	/** What Ink writes to. */
	readonly stdout: Display;
	/** What the next frame shows. */
	readonly prepare: (canvas: Canvas, paint: Paint) => void;
	/** The screen is no longer what was written to it: the next frame is written whole. */
	readonly forget: () => void;
	/** No more frames; modes still reach the terminal. */
	readonly close: () => void;
};

const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';
/** Modes of the terminal switched on or off, and nothing else. */
const modes = /^(\u001b\[\?\d+[hl])+$/;

const moveTo = (x: number, y: number): string => `\u001b[${y + 1};${x + 1}H`;

const whole = (canvas: Canvas, paint: Paint): string => {
	let written = '\u001b[2J';
	for (let y = 0; y < canvas.rows; y++) written += moveTo(0, y) + paintCells(canvas, paint, y, 0, canvas.columns);
	return written;
};

const changed = (before: Canvas, now: Canvas, paint: Paint): string => {
	let written = '';
	for (let y = 0; y < now.rows; y++) {
		for (const [from, to] of changesIn(before, now, y, paint)) {
			written += moveTo(from, y) + paintCells(now, paint, y, from, to);
		}
	}

	return written;
};

/**
 * An output that writes only the cells that changed. Ink repeats a row from its first change to its end, so that one
 * digit in the leftmost pane costs all panes beside it: two to three times the bytes. Ink still says when a frame is
 * due and when modes change; the cells come from the same canvas as Ink's text. While the terminal has not taken the
 * last frame, frames are left out, and the newest is written when it is ready.
 */
export const createStage = (stdout: Display): Stage => {
	let next: readonly [Canvas, Paint] | undefined;
	let shown: readonly [Canvas, Paint] | undefined;
	let waiting = false;
	let closed = false;

	const flush = (): void => {
		if (next === undefined || waiting || closed) return;
		if ((stdout.writableLength ?? 0) > 0) {
			waiting = true;
			stdout.once('drain', drained);
			return;
		}

		const [canvas, paint] = next;
		const [before, painted] = shown ?? [];
		shown = next;
		const same =
			before !== undefined && painted === paint && before.columns === canvas.columns && before.rows === canvas.rows;
		const written = same ? changed(before, canvas, paint) : whole(canvas, paint);
		if (written !== '') stdout.write(beginFrame + written + endFrame);
	};

	const drained = (): void => {
		waiting = false;
		flush();
	};

	const proxy = new Writable({
		decodeStrings: false,
		write(chunk: unknown, _encoding, callback) {
			const text = String(chunk);
			if (text === endFrame) flush();
			else if (text !== beginFrame && modes.test(text)) stdout.write(text);
			callback();
		},
	});
	const resized = (): void => {
		proxy.emit('resize');
	};
	stdout.on('resize', resized);
	return {
		stdout: Object.defineProperties(proxy, {
			isTTY: {value: true},
			columns: {get: () => stdout.columns},
			rows: {get: () => stdout.rows},
		}),
		prepare: (canvas, paint) => {
			next = [canvas, paint];
		},
		forget: () => {
			shown = undefined;
		},
		close: () => {
			closed = true;
			stdout.removeListener('resize', resized);
			stdout.removeListener('drain', drained);
		},
	};
};

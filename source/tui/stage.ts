import {type Canvas, changesIn, paintCells} from './canvas.ts';
import type {Output} from './output.ts';
import type {Paint} from './paint.ts';

/** What puts frames on the terminal. */
export type Stage = {
	readonly show: (canvas: Canvas, paint: Paint) => void;
	/** The screen is no longer what was written to it: the next frame is written whole. */
	readonly forget: () => void;
	/** No frames until `release`: somebody else has the terminal. */
	readonly hold: () => void;
	/** Writes the newest frame, whole, and goes on. */
	readonly release: () => void;
	/** No more frames. */
	readonly close: () => void;
};

const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';

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
 * Writes frames as the cells that changed, each frame in one write. Ink would tokenise, measure and compare the text of
 * the whole screen for every frame, which costs by the cell and not by the change. While the terminal has not taken the
 * last frame, frames are left out, and the newest is written when it is ready.
 */
export const createStage = (output: Output): Stage => {
	let next: readonly [Canvas, Paint] | undefined;
	let shown: readonly [Canvas, Paint] | undefined;
	let waiting = false;
	let held = false;
	let closed = false;

	const flush = (): void => {
		if (next === undefined || waiting || held || closed) return;
		if (output.isBehind()) {
			waiting = true;
			output.settled().then(taken);
			return;
		}

		const [canvas, paint] = next;
		const [before, painted] = shown ?? [];
		shown = next;
		const same =
			before !== undefined && painted === paint && before.columns === canvas.columns && before.rows === canvas.rows;
		const written = same ? changed(before, canvas, paint) : whole(canvas, paint);
		if (written !== '') output.write(beginFrame + written + endFrame);
	};

	const taken = (): void => {
		waiting = false;
		flush();
	};

	return {
		show: (canvas, paint) => {
			next = [canvas, paint];
			flush();
		},
		forget: () => {
			shown = undefined;
		},
		hold: () => {
			held = true;
		},
		release: () => {
			held = false;
			shown = undefined;
			flush();
		},
		close: () => {
			closed = true;
		},
	};
};

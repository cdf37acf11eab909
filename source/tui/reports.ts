import {PassThrough} from 'node:stream';
import {type KeySource, setRawMode} from './streams.ts';

/** A press or a turn of the wheel, on a cell counted from 0. */
export type MouseReport = {
	readonly kind: 'press' | 'wheel-up' | 'wheel-down';
	readonly x: number;
	readonly y: number;
};

/** Mouse reports in digits (SGR) or letters (X10), and what a terminal answers to questions for its colours and settings. */
const reports =
	/\u001b\[<(\d+);(\d+);(\d+)([Mm])|\u001b\]1[01];[^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001bP[^\u0007\u001b]*\u001b\\|\u001b\[M[\s\S]{3}/g;
/** The beginning of one, of which the rest has yet to come. */
const begun = /\u001b(?:\[<[\d;]*|\[M[\s\S]{0,2}|P[^\u0007\u001b]*\u001b?|\]1[01](?:;[^\u0007\u001b]*\u001b?)?)$/;

const wheel = 64;
const motion = 32;
const buttons = 3;

const mouseReport = (code: number, column: number, row: number, end: string): MouseReport | undefined => {
	const at = {x: column - 1, y: row - 1};
	if (code === wheel) return {kind: 'wheel-up', ...at};
	if (code === wheel + 1) return {kind: 'wheel-down', ...at};
	const isLeft = (code & (wheel | motion | buttons)) === 0;
	return isLeft && end === 'M' ? {kind: 'press', ...at} : undefined;
};

/** Tells what the terminal reports by itself from what is typed: returns what was typed, and `tell`s the mouse reports. */
export const createSifter = (tell: (report: MouseReport) => void): ((text: string) => string) => {
	let pending = '';
	return (text) => {
		const typed = (pending + text).replace(reports, (_, code, column, row, end) => {
			const report = code === undefined ? undefined : mouseReport(Number(code), Number(column), Number(row), end);
			if (report !== undefined) tell(report);
			return '';
		});
		const rest = begun.exec(typed);
		pending = rest === null ? '' : rest[0];
		return rest === null ? typed : typed.slice(0, rest.index);
	};
};

/** The keys of a terminal, without its reports. */
export type Keyboard = {
	/** What Ink reads. Keys typed before it does are kept. */
	readonly stdin: KeySource;
	readonly pause: () => void;
	readonly resume: () => void;
	readonly close: () => void;
};

export const openKeyboard = (stdin: KeySource, tell: (report: MouseReport) => void): Keyboard => {
	const typed = new PassThrough();
	const sift = createSifter(tell);
	const take = (chunk: unknown): void => {
		const text = sift(String(chunk));
		if (text !== '') typed.write(text);
	};
	stdin.setEncoding('utf8');
	stdin.on('data', take);
	// Who read it before may have paused it.
	stdin.resume();
	return {
		stdin: Object.assign(typed, {
			isTTY: true,
			setRawMode: (raw: boolean) => setRawMode(stdin, raw),
			ref: () => stdin.ref?.(),
			unref: () => stdin.unref?.(),
		}),
		pause: () => {
			stdin.pause();
		},
		resume: () => {
			stdin.resume();
		},
		close: () => {
			stdin.removeListener('data', take);
			stdin.pause();
			typed.destroy();
		},
	};
};

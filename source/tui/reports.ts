import {PassThrough} from 'node:stream';
import {createPasteWatch} from './pastes.ts';
import {type KeySource, setRawMode} from './streams.ts';

/** A press or a turn of the wheel, on a cell counted from 0. */
export type MouseReport = {
	readonly kind: 'press' | 'wheel-up' | 'wheel-down';
	readonly x: number;
	readonly y: number;
};

/**
 * Mouse reports in digits (SGR) or letters (X10), and what a terminal answers to questions for its colours and settings.
 * None holds Ctrl+C: that is typed, whatever came before it.
 */
const reports =
	/\u001b\[<(\d+);(\d+);(\d+)([Mm])|\u001b\]1[01];[^\u0003\u0007\u001b]*(?:\u0007|\u001b\\)|\u001bP[^\u0003\u0007\u001b]*\u001b\\|\u001b\[M[^\u0003]{3}/g;
/** The beginning of one, of which the rest has yet to come. */
const begun =
	/\u001b(?:\[<[\d;]*|\[M[^\u0003]{0,2}|P[^\u0003\u0007\u001b]*\u001b?|\]1[01](?:;[^\u0003\u0007\u001b]*\u001b?)?)$/;
/** Escape and one character: Alt and a key. */
const altKey = 2;

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

/** Tells what the terminal reports by itself from what is typed. */
export type Sifter = {
	/** What was typed; mouse reports are told. */
	readonly sift: (text: string) => string;
	/** Whether a report has begun that has yet to end. */
	readonly isWaiting: () => boolean;
	/** Nothing more of it will come: what was typed after all. A report that was cut short is none of that. */
	readonly give: () => string;
};

export const createSifter = (tell: (report: MouseReport) => void): Sifter => {
	let pending = '';
	return {
		sift: (text) => {
			const typed = (pending + text).replace(reports, (_, code, column, row, end) => {
				const report = code === undefined ? undefined : mouseReport(Number(code), Number(column), Number(row), end);
				if (report !== undefined) tell(report);
				return '';
			});
			const rest = begun.exec(typed);
			pending = rest === null ? '' : rest[0];
			return rest === null ? typed : typed.slice(0, rest.index);
		},
		isWaiting: () => pending !== '',
		give: () => {
			const given = pending.length === altKey ? pending : '';
			pending = '';
			return given;
		},
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

/** Calls back after so many milliseconds, unless it is cancelled by what it returns. */
export type Later = (milliseconds: number, call: () => void) => () => void;

const later: Later = (milliseconds, call) => {
	const timer = setTimeout(call, milliseconds);
	return () => clearTimeout(timer);
};

/** A report comes in one go: what has not come after so many milliseconds will not. */
const reportPatience = 250;
/** The same of a paste, which slow lines deliver in parts. Until then nothing that is typed is a key. */
const pastePatience = 1000;

export const openKeyboard = (stdin: KeySource, tell: (report: MouseReport) => void, wait: Later = later): Keyboard => {
	const typed = new PassThrough();
	const sifter = createSifter(tell);
	const pastes = createPasteWatch();
	let cancel = (): void => {};
	const hand = (text: string): void => {
		if (text !== '') typed.write(text);
	};
	/** Neither a report nor a paste may keep the keys for ever because its end got lost. */
	const watch = (): void => {
		cancel();
		if (sifter.isWaiting()) {
			cancel = wait(reportPatience, () => {
				hand(pastes.pass(sifter.give()));
				watch();
			});
		} else if (pastes.isOpen()) cancel = wait(pastePatience, () => hand(pastes.end()));
		else cancel = () => {};
	};
	const take = (chunk: unknown): void => {
		hand(pastes.pass(sifter.sift(String(chunk))));
		watch();
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
			cancel();
			stdin.removeListener('data', take);
			stdin.pause();
			typed.destroy();
		},
	};
};

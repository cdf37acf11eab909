import {printable} from '../../core/printable.ts';
import {redactWords} from '../../core/secret.ts';
import type {BenchtopError} from '../../errors.ts';
import type {Control} from '../engine.ts';
import {parseLog, startFailure} from './failure.ts';

/** Lines that are kept, and different ones that are told. */
const mostLines = 80;
const mostNotices = 10;
const longest = 300;

/** Said at the end of every run that had a failure, or by benchtop itself in better words. */
const known = /^(CPU usage|Worker .* exceeded cpu|.*CPU usage (was|threshold)|Your selected spawn rate)/;

/** Listens to what Locust writes on standard error: its warnings and errors become notices. */
export const createLog = (control: Control) => {
	const lines: string[] = [];
	const told = new Set<string>();
	let isClosed = false;
	return {
		hear(line: string, kept: string[] = lines): void {
			kept.push(line.slice(0, longest));
			if (kept.length > mostLines) kept.shift();
			const {level, text} = parseLog(line) ?? {level: 'INFO', text: ''};
			if (isClosed || !/WARNING|ERROR|CRITICAL/.test(level) || known.test(text)) return;
			const words = printable(redactWords(text)).slice(0, longest);
			if (told.has(words) || told.size >= mostNotices) return;
			told.add(words);
			control.notice(`Locust: ${words}`);
		},
		lines: (): readonly string[] => lines,
		/** The error that the last lines tell of. */
		failure: (folder: string): BenchtopError => startFailure({code: 2}, lines, folder),
		close(): void {
			isClosed = true;
		},
	};
};

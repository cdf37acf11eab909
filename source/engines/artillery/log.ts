import {stripVTControlCharacters} from 'node:util';
import {printable} from '../../core/printable.ts';
import {redactWords} from '../../core/secret.ts';
import type {Control} from '../engine.ts';

/** Lines that are kept, and different ones that are told. */
const mostLines = 20;
const mostNotices = 10;
const longest = 300;

/** What says nothing: the beginning of each run, and what turns while one waits. */
const isNoise = (line: string): boolean =>
	line.trim() === '' || /^(Test run id:|\s+at |\s*[-⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]\s*$)/.test(line);

const warning = /^(?:\[\d+\] )?(WARNING\b.*|Warning:.*|Error:.*|Undefined function.*)/;

/** Listens to what Artillery writes: its warnings become notices. */
export const createLog = (control: Pick<Control, 'notice'>) => {
	const lines: string[] = [];
	const told = new Set<string>();
	const missing = new Set<string>();
	return {
		hear(text: string): void {
			const line = stripVTControlCharacters(text);
			if (isNoise(line)) return;
			const words = printable(redactWords(line.trimEnd())).slice(0, longest);
			lines.push(words);
			if (lines.length > mostLines) lines.shift();
			const [, said] = warning.exec(words) ?? [];
			const [, plugin] = /Could not (?:load|initialize) plugin: (\S+)/.exec(words) ?? [];
			if (plugin !== undefined) missing.add(plugin);
			if (said === undefined || told.has(said) || told.size >= mostNotices) return;
			told.add(said);
			control.notice(`Artillery: ${said}`);
		},
		lines: (): readonly string[] => lines,
		/** Plugins of the script that are not there. */
		missing: (): readonly string[] => [...missing],
	};
};

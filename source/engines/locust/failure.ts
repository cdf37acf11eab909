import {isAbsolute, relative} from 'node:path';
import {printable} from '../../core/printable.ts';
import {BenchtopError} from '../../errors.ts';
import {type ToolEnd, toolEndWords} from '../tool.ts';

/** How Locust writes its log: '[moment] host/LEVEL/logger: text'. */
const logLine = /^\[[^\]]*\] \S+?\/(DEBUG|INFO|WARNING|ERROR|CRITICAL)\/[\w.-]+: (.*)$/;

/** A line of Locust's log; `undefined` for any other line. */
export const parseLog = (line: string): {readonly level: string; readonly text: string} | undefined => {
	const [, level, text] = logLine.exec(line) ?? [];
	return level === undefined || text === undefined ? undefined : {level, text};
};

const mostWords = 12;

/** Frames of a traceback that lie in libraries, and in Locust's own start. */
const isForeign = (file: string): boolean =>
	!isAbsolute(file) || /[\\/](site|dist)-packages[\\/]|[\\/]bin[\\/]locust$/.test(file);

type Frame = {readonly file: string; readonly line: string};

const frameIn = (text: string): Frame | undefined => {
	const [, file, line] = /^\s*File "([^"]+)", line (\d+)/.exec(text) ?? [];
	return file === undefined || line === undefined ? undefined : {file, line};
};

/** The table of no requests, which ends every run of Locust's. */
const isTable = (line: string): boolean =>
	/^(Type\s|-+\||\s+Aggregated|Response time percentiles|Error report)/.test(line);

/** Without what a user has no use for. */
const worthTelling = (lines: readonly string[]): readonly string[] => {
	let isSkipped = false;
	return lines.filter((line) => {
		const frame = frameIn(line);
		if (frame !== undefined) isSkipped = isForeign(frame.file);
		else if (!line.startsWith('    ')) isSkipped = false;
		return !isSkipped && !isTable(line);
	});
};

/** The last place of a traceback that is the user's own. */
const placeIn = (lines: readonly string[], folder: string): string | undefined => {
	const place = lines.flatMap((line) => frameIn(line) ?? []).findLast(({file}) => !isForeign(file));
	if (place === undefined) return undefined;
	const inside = relative(folder, place.file);
	return `${inside.startsWith('..') ? place.file : inside}:${place.line}`;
};

/**
 * Why Locust could not begin, by what it wrote on standard error: an exception of the user's file with its place, a word of
 * Locust's own log, or its last line. Exit code 4.
 */
export const startFailure = (end: ToolEnd, complained: readonly string[], folder: string): BenchtopError => {
	const lines = complained.filter((line) => line.trim() !== '');
	const traceback = lines.findLastIndex((line) => line.startsWith('Traceback (most recent call last)'));
	const thrown =
		traceback < 0 ? undefined : lines.slice(traceback).findLast((line) => /^[A-Za-z_][\w.]*(:|$)/.test(line));
	const place = traceback < 0 ? undefined : placeIn(lines.slice(traceback), folder);
	const logged = lines.flatMap((line) => {
		const parsed = parseLog(line);
		return parsed !== undefined && /ERROR|CRITICAL/.test(parsed.level) ? [parsed.text.trim()] : [];
	});
	const usage = lines.flatMap((line) => /^\S*locust\S*: error: (.*)/.exec(line)?.[1] ?? []);
	const own = place === undefined ? undefined : thrown;
	const why = own ?? usage.at(-1) ?? logged.at(-1) ?? thrown ?? lines.at(-1)?.trim();
	const where = place === undefined ? '' : `${place}: `;
	const words = worthTelling(lines).slice(-mostWords).map(printable);
	return new BenchtopError(
		why === undefined
			? `Locust ${toolEndWords(end)} before it sent a request.`
			: `Locust could not begin: ${printable(`${where}${why}`)}`,
		{...(words.length === 0 ? {} : {hint: ['Its last words:', ...words].join('\n')}), exitCode: 4},
	);
};

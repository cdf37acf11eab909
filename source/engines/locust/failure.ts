import {relative} from 'node:path';
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

/** The last place in a traceback that lies in the user's folder, else the last one. */
const placeIn = (lines: readonly string[], folder: string): string | undefined => {
	const places = lines.flatMap((line) => {
		const [, file, number] = /^\s*File "([^"]+)", line (\d+)/.exec(line) ?? [];
		return file === undefined || number === undefined ? [] : [{file, number}];
	});
	const own = places.filter(({file}) => file.startsWith(folder) && !/[\\/](site|dist)-packages[\\/]/.test(file));
	const place = (own.length > 0 ? own : places.filter(({file}) => !/[\\/](site|dist)-packages[\\/]/.test(file))).at(-1);
	if (place === undefined) return undefined;
	const inside = relative(folder, place.file);
	return `${inside.startsWith('..') ? place.file : inside}:${place.number}`;
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
	const why = thrown ?? logged.at(-1) ?? lines.at(-1)?.trim();
	const where = place === undefined ? '' : `${place}: `;
	const words = lines.slice(-mostWords).map(printable);
	return new BenchtopError(
		why === undefined
			? `Locust ${toolEndWords(end)} before it sent a request.`
			: `Locust could not begin: ${printable(`${where}${why}`)}`,
		{...(words.length === 0 ? {} : {hint: ['Its last words:', ...words].join('\n')}), exitCode: 4},
	);
};

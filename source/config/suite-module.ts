// Suite files that are programs. They run in a process of their own: what they print, keep open or change is theirs alone,
// and a Node.js that has to be asked to read TypeScript is asked.
import {spawn} from 'node:child_process';
import {extname} from 'node:path';
import {pathToFileURL} from 'node:url';
import {printable} from '../core/printable.ts';
import type {Reading} from './document.ts';
import type {Fault} from './fault.ts';

const longest = 60_000;
/** Beyond this, nobody wrote it by hand. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Prints what the module's default export is, or what it returns, as JSON to the fourth stream. What JSON cannot hold is
 * named by its path.
 */
const program = `
import {closeSync, writeSync} from 'node:fs';
const url = process.argv[1];
const tell = (said) => {
	const bytes = Buffer.from(JSON.stringify(said));
	for (let done = 0; done < bytes.length; ) {
		try { done += writeSync(3, bytes, done); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
	}

	closeSync(3);
};
const placeIn = (error) => {
	const found = String(error?.stack ?? '').split('\\n').map((line) => line.includes(url) ? /:(\\d+)(?::(\\d+))?\\)?$/.exec(line.trim()) : null).find(Boolean);
	return found ? {line: Number(found[1]), column: Number(found[2] ?? 1)} : {};
};
const plain = (value, path, above, odd) => {
	if (value === null || value === undefined || ['string', 'boolean'].includes(typeof value)) return value;
	if (typeof value === 'number') { if (!Number.isFinite(value)) odd.push([path, String(value)]); return value; }
	if (typeof value !== 'object') { odd.push([path, typeof value === 'function' ? 'a function' : 'a ' + typeof value]); return null; }
	if (above.includes(value)) { odd.push([path, 'what it stands in']); return null; }
	if (Array.isArray(value)) return value.map((each, index) => plain(each, [...path, index], [...above, value], odd));
	const prototype = Object.getPrototypeOf(value);
	if (prototype !== null && Object.getPrototypeOf(prototype) !== null) { odd.push([path, 'a ' + (value.constructor?.name ?? 'thing')]); return null; }
	return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).map(([key, each]) => [key, plain(each, [...path, key], [...above, value], odd)]));
};
try {
	const module = await import(url);
	if (!('default' in module)) tell({fault: 'it has no default export: write "export default {benchmarks: …}"'});
	else {
		const given = module.default;
		const odd = [];
		const value = plain(typeof given === 'function' ? await given() : await given, [], [], odd);
		tell({value: value ?? null, odd});
	}
} catch (error) {
	const place = placeIn(error);
	// Only Node itself knows where a text stops being a program, and says so when nobody catches it.
	if (place.line === undefined) throw error;
	tell({fault: error.message, ...place});
}
`;

type Told = {
	readonly value?: unknown;
	readonly odd?: ReadonlyArray<readonly [path: ReadonlyArray<string | number>, what: string]>;
	readonly fault?: string;
	readonly line?: number;
	readonly column?: number;
};

type Run = {readonly told: string; readonly complained: string; readonly end: string};

const run = (url: string, environment: Readonly<Record<string, string | undefined>>, flags: readonly string[]) =>
	new Promise<Run>((resolve) => {
		const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', program, url], {
			env: {...environment},
			stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
			windowsHide: true,
		});
		let [told, complained, end] = ['', '', ''];
		const stop = (why: string): void => {
			end = why;
			child.kill('SIGKILL');
		};
		const timer = setTimeout(() => stop(`it did not come to an end in ${longest / 1000} s`), longest);
		const channel = child.stdio[3];
		if (channel !== null && channel !== undefined && 'setEncoding' in channel) {
			channel.setEncoding('utf8').on('data', (text: string) => {
				told += text;
				if (told.length > mostBytes) stop('it is too large');
			});
			// It has said all: whatever it still keeps open is of no use.
			channel.on('end', () => told !== '' && child.kill('SIGKILL'));
		}

		// What it prints is for nobody: standard output may be a document.
		child.stdout?.resume();
		child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			complained = (complained + text).slice(-10_000);
		});
		child.on('error', (error) => {
			end = error.message;
		});
		child.on('close', (code, signal) => {
			clearTimeout(timer);
			resolve({told, complained, end: end || `it ended with ${code === null ? signal : `exit code ${code}`}`});
		});
	});

/** Node 22.13 to 22.17 read TypeScript only when they are asked to. */
const flagsFor = (file: string): readonly string[] => [
	'--disable-warning=ExperimentalWarning',
	...(extname(file) === '.ts' && process.features.typescript === false ? ['--experimental-strip-types'] : []),
];

/** 'SyntaxError [CODE]: ' with the sign that the reader of TypeScript in older versions puts before its words. */
const errorWords = /^(\w*Error)(?: \[\w+\])?:\s+(?:[x×]\s+)?/;

/** Where Node says that a file is wrong: above its lines, or beside them. */
const placeIn = (complained: string, names: readonly string[]): readonly [line: number, column: number] => {
	for (const name of names) {
		const at = complained.indexOf(`${name}:`);
		const line = at < 0 ? undefined : /^\d+/.exec(complained.slice(at + name.length + 1))?.[0];
		if (line !== undefined) return [Number(line), 1];
	}

	const [, line = 1, column = 1] = /,-\[(?:.*:)?(\d+):(\d+)\]/.exec(complained) ?? [];
	return [Number(line), Number(column)];
};

/** Reads a suite that a module exports: an object, or a function that returns one or a promise of one. */
export const moduleDocument = async (
	file: string,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<Reading> => {
	const url = pathToFileURL(file).href;
	const {told, complained, end} = await run(url, environment, flagsFor(file));
	const fault = (message: string, line = 1, column = 1): Fault => ({
		kind: 'text',
		line,
		column,
		message: printable(message),
	});
	if (told === '') {
		const words = complained.split('\n').find((line) => errorWords.test(line.trim()));
		if (words === undefined) return {faults: [fault(`${end} before it said what the suite is`)]};
		const [line, column] = placeIn(complained, [url, file]);
		return {faults: [fault(words.trim().replace(errorWords, '$1: '), line, column)]};
	}

	const said: Told = JSON.parse(told);
	if (said.fault !== undefined) return {faults: [fault(said.fault, said.line, said.column)]};
	const odd = said.odd ?? [];
	if (odd.length > 0) {
		const where = (path: ReadonlyArray<string | number>): string => (path.length === 0 ? 'it' : path.join('.'));
		return {faults: odd.map(([path, what]) => fault(`${where(path)} is ${what}, which a suite cannot hold`))};
	}

	return {document: {value: said.value, positionOf: () => undefined}};
};

import {closeSync, openSync, readSync} from 'node:fs';
import {StringDecoder} from 'node:string_decoder';

const beat = 50;
const chunkSize = 256 * 1024;

/** Hears the lines of a file while somebody writes it; `finish` hears what is left, and lets go of it. */
export const followFile = (path: string, hear: (line: string) => void): {readonly finish: () => void} => {
	const decoder = new StringDecoder('utf8');
	const chunk = Buffer.alloc(chunkSize);
	let file: number | undefined;
	let rest = '';
	const open = (): number | undefined => {
		try {
			file ??= openSync(path, 'r');
		} catch {
			// Not there yet.
		}

		return file;
	};
	const read = (): void => {
		const opened = open();
		if (opened === undefined) return;
		for (let size = readSync(opened, chunk); size > 0; size = readSync(opened, chunk)) {
			const lines = (rest + decoder.write(chunk.subarray(0, size))).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) hear(line);
		}
	};
	const timer = setInterval(read, beat);
	return {
		finish() {
			clearInterval(timer);
			read();
			if (file !== undefined) closeSync(file);
		},
	};
};

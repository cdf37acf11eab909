import {closeSync, fstatSync, openSync, readSync} from 'node:fs';

const most = 8192;

/** The last lines of a file, without those that are empty at its end. None where there is no file. */
export const lastLinesOf = (path: string, count: number): readonly string[] => {
	let file: number | undefined;
	try {
		file = openSync(path, 'r');
		const {size} = fstatSync(file);
		const bytes = Buffer.alloc(Math.min(size, most));
		const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
		return bytes
			.toString('utf8', 0, read)
			.trimEnd()
			.split('\n')
			.slice(-count)
			.map((line) => line.replace(/\r$/, ''))
			.filter((line, index, all) => all.length > 1 || line !== '' || index > 0);
	} catch {
		return [];
	} finally {
		if (file !== undefined) closeSync(file);
	}
};

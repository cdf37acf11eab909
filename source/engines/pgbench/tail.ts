import {closeSync, lstatSync, openSync, readdirSync, readSync, rmdirSync, unlinkSync} from 'node:fs';
import {join} from 'node:path';

type Open = {readonly file: number; rest: string};

/** Follows the log files of a folder as they grow, one for each thread of pgbench. */
export type Tail = {
	/** Hears every line that has come since the last call, of one file after the other; `whole`: also one without an end. */
	readonly read: (hear: (line: string, file: number) => void, whole?: boolean) => void;
	readonly close: () => void;
};

const block = Buffer.alloc(256 * 1024);

/**
 * Follows so many files in a folder of their own. They lose their names at once, and with the last one the folder goes, so
 * that nothing is left of them however this process ends.
 */
export const followFolder = (folder: string, threads: number): Tail => {
	const files: Open[] = [];
	const takeUp = (): void => {
		if (files.length === threads) return;
		for (const name of readdirSync(folder)) {
			const path = join(folder, name);
			// A link leads to where others read.
			if (!lstatSync(path).isFile()) continue;
			files.push({file: openSync(path, 'r'), rest: ''});
			unlinkSync(path);
		}

		if (files.length === threads) rmdirSync(folder);
	};
	return {
		read(hear, whole = false) {
			takeUp();
			for (const [index, open] of files.entries()) {
				for (;;) {
					const length = readSync(open.file, block, 0, block.length, null);
					if (length === 0) break;
					const lines = (open.rest + block.toString('latin1', 0, length)).split('\n');
					open.rest = lines.pop() ?? '';
					for (const line of lines) hear(line, index);
				}

				if (whole && open.rest !== '') {
					hear(open.rest, index);
					open.rest = '';
				}
			}
		},
		close() {
			for (const {file} of files.splice(0)) closeSync(file);
		},
	};
};

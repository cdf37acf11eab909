import {closeSync, openSync, readdirSync, readSync, unlinkSync} from 'node:fs';
import {join} from 'node:path';

type Open = {readonly file: number; rest: string};

/** Follows the log files of a folder as they grow, one for each thread of pgbench. */
export type Tail = {
	/** Hears every line that has come since the last call, of one file after the other; `whole`: also one without an end. */
	readonly read: (hear: (line: string, file: number) => void, whole?: boolean) => void;
	readonly close: () => void;
};

const block = Buffer.alloc(256 * 1024);

/** Follows what is in a folder of its own. Its files lose their names at once, so that nothing is left of them. */
export const followFolder = (folder: string): Tail => {
	const files: Open[] = [];
	const takeUp = (): void => {
		for (const name of readdirSync(folder)) {
			const path = join(folder, name);
			files.push({file: openSync(path, 'r'), rest: ''});
			unlinkSync(path);
		}
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

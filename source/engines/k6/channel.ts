import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {StringDecoder} from 'node:string_decoder';
import {setTimeout as sleep} from 'node:timers/promises';
import {BenchtopError} from '../../errors.ts';

/** A folder that only this user can enter, with a named pipe that another program writes lines into. */
export type Channel = {
	/** Where files may be put that go with it. */
	readonly folder: string;
	/** The pipe. */
	readonly path: string;
	/** Resolves when all that was written before has been heard. */
	readonly drained: () => Promise<void>;
	/** Ends the reading and removes the folder. */
	readonly close: () => void;
};

/** What no program writes: it follows what was written before it. */
const last = '\u0000end\u0000';

/** A pipe holds no more, as a rule. */
const size = 65_536;
/** So much is read before others have their turn. */
const mostAtOnce = 16;
/**
 * The pipe is looked into now and then, milliseconds: k6 writes each line by itself, and who waited for them would be woken a
 * hundred thousand times a second, which costs k6 and benchtop more than all else.
 */
const soon = 1;
const later = 8;

const makePipe = async (path: string): Promise<void> => {
	const child = spawn('mkfifo', ['-m', '600', path], {stdio: 'ignore'});
	const [code]: (number | null)[] = await once(child, 'close').catch(() => [null]);
	if (code === 0) return;
	throw new BenchtopError('A named pipe could not be made, which k6 is to write into.', {
		hint: 'The program mkfifo is needed, and a temporary folder that can be written.',
		exitCode: 4,
	});
};

/** Hears the lines of what comes in pieces. */
const splitLines = (hear: (line: string) => void): ((bytes: Buffer) => void) => {
	const decoder = new StringDecoder('utf8');
	let rest = '';
	return (bytes) => {
		const text = rest + decoder.write(bytes);
		let from = 0;
		for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
			hear(text.slice(from, end));
			from = end + 1;
		}

		rest = text.slice(from);
	};
};

/** How many bytes could be read; 0: there are none now. */
const readInto = (descriptor: number, buffer: Buffer): number => {
	try {
		return readSync(descriptor, buffer, 0, buffer.length, null);
	} catch {
		return 0;
	}
};

/** Opens a channel and hears its lines, from the first moment on, whether anybody writes or not. */
export const openChannel = async (hear: (line: string) => void): Promise<Channel> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-k6-'));
	const path = join(folder, 'points');
	const remove = (): void => rmSync(folder, {recursive: true, force: true});
	let descriptor: number;
	try {
		await makePipe(path);
		// For writing as well: else it would end before the other side opens it, and there would be no way to mark its end.
		descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
	} catch (error) {
		remove();
		throw error;
	}

	let onLast: () => void = () => {};
	const take = splitLines((line) => {
		if (line === last) onLast();
		else hear(line);
	});
	const buffer = Buffer.allocUnsafe(size);
	let isClosed = false;
	let timer: NodeJS.Timeout;
	const look = (): void => {
		if (isClosed) return;
		let [count, sum] = [0, 0];
		for (let turn = 0; turn < mostAtOnce; turn++) {
			count = readInto(descriptor, buffer);
			sum += count;
			if (count > 0) take(buffer.subarray(0, count));
			if (count < size) break;
		}

		// Where much comes, who writes must not wait for the pipe to be emptied.
		if (sum > size / 16) setImmediate(look);
		else timer = setTimeout(look, sum === 0 ? later : soon);
	};
	look();
	return {
		folder,
		path,
		async drained() {
			const heard = new Promise<void>((resolve) => {
				onLast = resolve;
			});
			// What was cut short by a sudden end is no line.
			const mark = `\n${last}\n`;
			for (;;) {
				try {
					writeSync(descriptor, mark);
					break;
				} catch {
					// Full: it is being read.
					await sleep(5);
				}
			}

			await heard;
		},
		close() {
			isClosed = true;
			clearTimeout(timer);
			closeSync(descriptor);
			remove();
		},
	};
};

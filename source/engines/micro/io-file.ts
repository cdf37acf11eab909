import {
	closeSync,
	constants,
	fdatasyncSync,
	fsyncSync,
	mkdtempSync,
	openSync,
	readSync,
	rmSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import {join} from 'node:path';
import {seededRandom} from '../../core/random.ts';
import {breathe, chooser, fillRandom, type Medium, places} from './io-medium.ts';
import {blocksOf, type FilePlan, readShareOf} from './io-plan.ts';

declare global {
	// The types of Node.js know the name alone.
	namespace WebAssembly {
		class Memory {
			constructor(descriptor: {readonly initial: number});
			readonly buffer: ArrayBuffer;
		}
	}
}

/** Brought to the medium in pieces of so many bytes, so that a stop is heard between them. */
const piece = 4 * 1024 * 1024;

const pageBytes = 65_536;

/** Memory that begins at a page, as O_DIRECT wants it: that of WebAssembly does, other buffers of Node.js do not. */
export const alignedBytes = (length: number): Uint8Array =>
	new Uint8Array(new WebAssembly.Memory({initial: Math.max(1, Math.ceil(length / pageBytes))}).buffer, 0, length);

/** A file that no folder lists any more, where the system allows that; `remove` is for where it does not. */
export const openNameless = (folder: string, direct: boolean): {readonly file: number; readonly remove: () => void} => {
	// A folder that only this user enters, so that nobody puts a link where the file will be.
	const own = mkdtempSync(join(folder, 'benchtop-io-'));
	const path = join(own, 'data');
	try {
		const file = openSync(
			path,
			constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (direct ? (constants.O_DIRECT ?? 0) : 0),
			0o600,
		);
		try {
			unlinkSync(path);
			rmSync(own, {recursive: true});
			return {file, remove() {}};
		} catch {
			// Windows keeps the name of what is open.
			return {file, remove: () => rmSync(own, {recursive: true, force: true})};
		}
	} catch (error) {
		rmSync(own, {recursive: true, force: true});
		throw error;
	}
};

/** With smaller blocks than this, several are written together. */
const pageOfMost = 4096;

/**
 * Fills a file with what cannot be compressed and brings it to the medium, until the signal. Through the page cache it is
 * written block by block: by the size of the first writes Linux decides into how large pieces of memory (folios) a file
 * goes, and that alone makes later reads and writes several times faster or slower.
 */
const fill = async (
	file: number,
	bytes: number,
	block: Uint8Array,
	direct: boolean,
	signal: AbortSignal,
): Promise<void> => {
	const together = Math.max(1, direct ? Math.floor(piece / block.length) : Math.ceil(pageOfMost / block.length));
	const size = together * block.length;
	const whole = alignedBytes(size);
	for (let at = 0; at < size; at += block.length) whole.set(block, at);
	for (let at = 0; at < bytes && !signal.aborted; ) {
		for (const end = Math.min(bytes, at + piece); at < end; ) {
			at += writeSync(file, whole, 0, Math.min(size, bytes - at), at);
		}

		fdatasyncSync(file);
		await breathe();
	}
};

const calibrationCalls = 2000;

/** A file that is read and written with pread and pwrite. */
export const openFile = async (plan: FilePlan, signal: AbortSignal): Promise<Medium & {readonly file: number}> => {
	const {blockSize, direct, fsync = Number.POSITIVE_INFINITY, folder, pattern, seed} = plan;
	const blocks = blocksOf(plan);
	const block = alignedBytes(blockSize);
	fillRandom(block, seededRandom(seed));
	const stamp = new DataView(block.buffer, 0, blockSize);
	const {file, remove} = openNameless(folder, direct);
	const close = (): void => {
		closeSync(file);
		remove();
	};
	try {
		await fill(file, blocks * blockSize, block, direct, signal);
	} catch (error) {
		close();
		throw error;
	}

	const target = alignedBytes(blockSize);
	const random = seededRandom(seed);
	const reads = chooser(readShareOf(plan), random);
	const readPlace = places(pattern, blocks, random);
	const writePlace = places(pattern, blocks, random);
	let [kind, position, unsynced, written] = [0, 0, 0, 0];
	return {
		file,
		kinds: [
			{name: 'read', received: blockSize, sent: 0},
			{name: 'write', received: 0, sent: blockSize},
			{name: 'fsync', received: 0, sent: 0},
		],
		next() {
			if (unsynced >= fsync) {
				kind = 2;
			} else if (reads()) {
				kind = 0;
				position = readPlace() * blockSize;
			} else {
				kind = 1;
				position = writePlace() * blockSize;
				written += 1;
				// No two writes are the same, so that none can be left out.
				if (blockSize >= 8) stamp.setFloat64(0, written);
			}

			return kind;
		},
		perform() {
			if (kind === 0) {
				if (readSync(file, target, 0, blockSize, position) !== blockSize) throw new Error('short read');
			} else if (kind === 1) {
				unsynced += 1;
				if (writeSync(file, block, 0, blockSize, position) !== blockSize) throw new Error('short write');
			} else {
				unsynced = 0;
				fsyncSync(file);
			}
		},
		close,
		emptyCall() {
			const beyond = blocks * blockSize;
			const begin = performance.now();
			for (let call = 0; call < calibrationCalls; call++) readSync(file, target, 0, blockSize, beyond);
			return ((performance.now() - begin) * 1e6) / calibrationCalls;
		},
	};
};

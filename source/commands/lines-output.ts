import {randomBytes} from 'node:crypto';
import {closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync} from 'node:fs';
import {resolve} from 'node:path';
import {BenchtopError, messageOf} from '../errors.ts';

/** A file of JSON lines that appears when it is whole, or not at all. */
export type LinesOutput = {
	readonly write: (value: unknown) => void;
	/** It is whole: from now on it is there under its name. */
	readonly keep: () => void;
	/** Without `keep` before, nothing of it stays. */
	readonly close: () => void;
};

const unwritable = (file: string, error: unknown): BenchtopError =>
	new BenchtopError(`${file} cannot be written: ${messageOf(error)}`, {
		hint: 'Choose another file. Does its folder exist, and is there room?',
		cause: error,
	});

/** Opens such a file; a device or a pipe is written to as it is. Throws a BenchtopError where that cannot be. */
export const openLines = (file: string, folder: string): LinesOutput => {
	const path = resolve(folder, file);
	const isSpecial = statSync(path, {throwIfNoEntry: false})?.isFile() === false;
	const temporary = isSpecial ? path : `${path}.${randomBytes(4).toString('hex')}.tmp`;
	let descriptor: number | undefined;
	const explaining = <T>(work: () => T): T => {
		try {
			return work();
		} catch (error) {
			throw unwritable(file, error);
		}
	};
	descriptor = explaining(() => openSync(temporary, isSpecial ? 'w' : 'wx', 0o600));
	return {
		write(value) {
			const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
			explaining(() => {
				for (let written = 0; written < bytes.length; ) written += writeSync(descriptor ?? -1, bytes, written);
			});
		},
		keep() {
			explaining(() => {
				if (descriptor === undefined) return;
				if (!isSpecial) fsyncSync(descriptor);
				closeSync(descriptor);
				descriptor = undefined;
				if (!isSpecial) renameSync(temporary, path);
			});
		},
		close() {
			if (descriptor === undefined) return;
			closeSync(descriptor);
			descriptor = undefined;
			if (!isSpecial) rmSync(temporary, {force: true});
		},
	};
};

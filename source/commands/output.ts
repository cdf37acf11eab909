import {randomBytes} from 'node:crypto';
import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdirSync,
	openSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {BenchtopError, messageOf} from '../errors.ts';

/** A file that will be written when the run is over, and is known to be writable before it begins. */
export type Output = {readonly write: (text: string) => void};

const unwritable = (path: string, error: unknown): BenchtopError =>
	new BenchtopError(`${path} cannot be written: ${messageOf(error)}`, {
		hint: 'Choose another file. Does its folder exist, and is there room?',
		cause: error,
	});

const isSpecial = (path: string): boolean => {
	try {
		const found = statSync(path);
		if (found.isDirectory()) throw new BenchtopError(`${path} is a folder.`, {hint: 'Give the name of a file in it.'});
		return !found.isFile();
	} catch (error) {
		if (error instanceof BenchtopError) throw error;
		return false;
	}
};

/** Makes the folder of a file that is to be, beside what is there; of a longer way to it nothing is made. */
const makeParent = (path: string): void => {
	const parent = dirname(path);
	if (existsSync(parent) || !existsSync(dirname(parent))) return;
	try {
		mkdirSync(parent);
	} catch {
		// What is wrong is told when the file is opened.
	}
};

/**
 * Makes sure that an output can be written, and writes it later. The file appears whole (written beside and renamed), or
 * not at all; devices and pipes are written directly.
 */
export const openOutput = (file: string, folder: string): Output => {
	const path = resolve(folder, file);
	makeParent(path);
	const special = isSpecial(path);
	const temporary = special ? path : `${path}.${randomBytes(4).toString('hex')}.tmp`;
	const open = (): number => openSync(temporary, special ? 'a' : 'wx', 0o666);
	const explaining = (work: () => void): void => {
		try {
			work();
		} catch (error) {
			if (!special) rmSync(temporary, {force: true});
			throw unwritable(file, error);
		}
	};
	explaining(() => {
		closeSync(open());
		if (!special) rmSync(temporary);
	});
	return {
		write(text) {
			explaining(() => {
				const descriptor = open();
				try {
					writeFileSync(descriptor, text);
					if (!special) fsyncSync(descriptor);
				} finally {
					closeSync(descriptor);
				}

				if (!special) renameSync(temporary, path);
			});
		},
	};
};

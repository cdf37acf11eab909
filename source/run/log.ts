import {chmodSync, closeSync, createReadStream, openSync, renameSync, rmSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {createInterface} from 'node:readline';
import {type Began, parseEvent, type RunEvent} from '../core/event.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {makeFolder} from '../operating-system.ts';

/** The ending of a log whose run is not in the history yet: still running, killed, or the store could not be written. */
export const unsavedEnding = '.unsaved.jsonl';
export const savedEnding = '.jsonl';

/** The event log of a run on disk: JSON lines, written through at once, readable by nobody but its owner. */
export type EventLog = {
	readonly path: () => string;
	/** Appends one line. Throws when the disk is full; the lines before stay. */
	readonly append: (line: string) => void;
	/** The run is in the history now. */
	readonly markSaved: () => void;
	readonly remove: () => void;
	readonly close: () => void;
};

/** Where the log of a run lies until the run is in the history. */
export const logPath = (folder: string, id: string): string => `${folder}/${id}${unsavedEnding}`;

/** Where a log lies once its run is in the history. */
export const savedPathOf = (log: string): string =>
	log.endsWith(unsavedEnding) ? `${log.slice(0, -unsavedEnding.length)}${savedEnding}` : log;

/** Creates the log. Throws a BenchtopError (exit code 2) when the folder cannot be written. */
export const createLog = (folder: string, id: string): EventLog => {
	let path = logPath(folder, id);
	let file: number;
	try {
		makeFolder(dirname(path));
		file = openSync(path, 'ax', 0o600);
		chmodSync(path, 0o600);
	} catch (error) {
		throw new BenchtopError(`The event log cannot be written: ${messageOf(error)}`, {
			hint: 'Choose another place with --store, or keep nothing with --no-save.',
			cause: error,
		});
	}

	// A line that was only half written would hide the next one.
	let broken = false;
	return {
		path: () => path,
		append(line) {
			const bytes = Buffer.from(`${broken ? '\n' : ''}${line}\n`);
			broken = true;
			for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
			broken = false;
		},
		markSaved() {
			const saved = savedPathOf(path);
			renameSync(path, saved);
			path = saved;
		},
		remove: () => rmSync(path, {force: true}),
		close: () => closeSync(file),
	};
};

/** The events of a log on disk, in order; lines that are no events are passed over. */
export async function* readLog(path: string): AsyncGenerator<RunEvent> {
	const lines = createInterface({input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY});
	for await (const line of lines) {
		const event = parseEvent(line);
		if (event !== undefined) yield event;
	}
}

/** How a log begins; `undefined` of a file that is none. */
export const readBegan = async (path: string): Promise<Began | undefined> => {
	for await (const event of readLog(path)) return event.kind === 'began' ? event : undefined;
	return undefined;
};

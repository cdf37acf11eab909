import {chmodSync, closeSync, createReadStream, openSync, renameSync, rmSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {createInterface} from 'node:readline';
import {type Began, parseEvent, type RunEvent, timeOf} from '../core/event.ts';
import {readLine} from '../core/event-line.ts';
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

const linesOf = (path: string) => createInterface({input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY});

/** The events of a log on disk, in order and nothing else; lines that are no events are passed over. */
export async function* readEvents(path: string): AsyncGenerator<RunEvent> {
	for await (const line of linesOf(path)) {
		const event = parseEvent(line);
		if (event !== undefined) yield event;
	}
}

/**
 * The events of a log on disk, in order. Damaged lines are passed over, which a notice tells at the first of them, and at
 * the end how many there were. The last line may be cut short, as a crash leaves it: that is no damage.
 */
export async function* readLog(path: string, onDamage: (lines: number) => void = () => {}): AsyncGenerator<RunEvent> {
	let at = 0;
	let line = 0;
	let damaged = 0;
	/** A line that was cut short and may yet turn out to be the last one. */
	let suspect: number | undefined;
	const notice = (text: string): RunEvent => ({kind: 'notice', at, level: 'warning', text});
	function* damage(where: number): Generator<RunEvent> {
		damaged += 1;
		onDamage(damaged);
		if (damaged === 1) yield notice(`Line ${where} of the event log is damaged: it is passed over.`);
	}

	for await (const text of linesOf(path)) {
		line += 1;
		if (suspect !== undefined) yield* damage(suspect);
		const event = readLine(text);
		suspect = event === 'cut' ? line : undefined;
		if (event === 'damaged') yield* damage(line);
		else if (event !== undefined && event !== 'cut') {
			at = Math.max(at, timeOf(event));
			yield event;
		}
	}

	if (damaged > 1) yield notice(`${damaged} lines of the event log are damaged and were passed over.`);
}

/** How a log begins; `undefined` of a file that is none. */
export const readBegan = async (path: string): Promise<Began | undefined> => {
	for await (const event of readEvents(path)) return event.kind === 'began' ? event : undefined;
	return undefined;
};

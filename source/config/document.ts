import type {Fault, Path, Position} from './fault.ts';

/** A file that was read: what it holds, and where each of it stands. */
export type Document = {
	readonly value: unknown;
	/**
	 * Where the value of a path stands, or the name of its last member; of what is missing, what it is missing in.
	 * `undefined` where a value has no place in a text.
	 */
	readonly positionOf: (path: Path, of: 'name' | 'value') => Position | undefined;
};

/** A document, or why there is none. */
export type Reading =
	| {readonly document: Document; readonly faults?: never}
	| {readonly document?: never; readonly faults: readonly Fault[]};

/** The position of a place in a text, counted in UTF-16 units as editors do. */
export const positionAt = (text: string, offset: number): Position => {
	const before = text.slice(0, offset);
	return {line: before.split('\n').length, column: offset - before.lastIndexOf('\n')};
};

// What can be wrong with a file that people write, in words; where it stands is for the file's own format to say.
import type * as z from 'zod';
import {nearest} from '../core/nearest.ts';
import {printable} from '../core/printable.ts';

/** Where in a text, from 1. */
export type Position = {readonly line: number; readonly column: number};

/** Something in a file that is not as it should be. */
export type Fault = Position & {
	/** 'text': it cannot be read at all. 'unknown': a member that means nothing. 'invalid': a value that does not fit. */
	readonly kind: 'text' | 'unknown' | 'invalid';
	/** What is wrong, with the member it is about, without the file. */
	readonly message: string;
};

/** The way from the whole to a member of a member. */
export type Path = readonly PropertyKey[];

/** A fault of a value, before its place in the text is known. */
export type Complaint = {readonly kind: 'unknown' | 'invalid'; readonly path: Path; readonly message: string};

type Issue = z.core.$ZodIssue;

/** 'benchmarks.search.tags.0'. */
export const dotted = (path: Path): string => path.map(String).join('.');

/** ' (did you mean "connections"?)', or nothing when none of the names is near. */
export const nearestHint = (name: string, names: readonly string[]): string => {
	// Of one letter or two, anything is near.
	const near = name.length > 2 ? nearest(name, names) : undefined;
	return near === undefined ? '' : ` (did you mean "${near}"?)`;
};

/** Of a value that could be several things, what is wrong with the one that it was meant to be. */
const meant = (issue: Issue): readonly Issue[] => {
	if (issue.code !== 'invalid_union') return [issue];
	const branch = issue.errors.find(
		([first]) => first !== undefined && (first.code !== 'invalid_type' || first.path.length > 0),
	);
	return branch === undefined
		? [issue]
		: branch.flatMap((inner) => meant({...inner, path: [...issue.path, ...inner.path]}));
};

const unknown = (path: Path, names: readonly string[]): Complaint => ({
	kind: 'unknown',
	path,
	message: `${dotted(path)} is not known${nearestHint(String(path.at(-1)), names)}`,
});

const complaintsOf = (issue: Issue, namesAt: (path: Path) => readonly string[]): readonly Complaint[] => {
	if (issue.code === 'unrecognized_keys') {
		return issue.keys.map((key) => unknown([...issue.path, key], namesAt(issue.path)));
	}

	if (issue.code === 'invalid_key') return [unknown(issue.path, namesAt(issue.path.slice(0, -1)))];
	return [
		{
			kind: 'invalid',
			path: issue.path,
			message: `${dotted(issue.path)}${issue.path.length > 0 ? ': ' : ''}${issue.message}`,
		},
	];
};

/** What zod found, in words. `namesAt` are the members that a misspelt one of this object may have been meant to be. */
export const complaints = (
	issues: readonly Issue[],
	namesAt: (path: Path) => readonly string[],
): readonly Complaint[] => issues.flatMap(meant).flatMap((issue) => complaintsOf(issue, namesAt));

/** In the order of the text. */
export const sortFaults = <Each extends Position>(faults: readonly Each[]): Each[] =>
	[...faults].sort((a, b) => a.line - b.line || a.column - b.column);

/** A fault as editors and people read it. */
export const faultLine = (file: string, {line, column, message}: Fault): string =>
	`${printable(file)}:${line}:${column}: ${message}`;

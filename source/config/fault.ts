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
export type Complaint = {
	readonly kind: 'unknown' | 'invalid' | 'missing';
	readonly path: Path;
	readonly message: string;
};

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

/** A member that means nothing, with the name that it may have been meant to have. */
export const unknownMember = (path: Path, names: readonly string[]): Complaint => ({
	kind: 'unknown',
	path,
	message: `${dotted(path)} is not known${nearestHint(String(path.at(-1)), names)}`,
});

/** What is known of the value that zod looked at. */
export type Looked = {
	/** The members that a misspelt one of the object at this path may have been meant to be. */
	readonly namesAt: (path: Path) => readonly string[];
	/** Where a path of the value stands in the file; absent: there. */
	readonly placed?: (path: Path) => Path;
	/** Whether there is nothing at a path; absent: that is not told apart. */
	readonly isMissing?: (path: Path) => boolean;
};

const complaintsOf = (issue: Issue, {namesAt, placed = (path) => path, isMissing}: Looked): readonly Complaint[] => {
	if (issue.code === 'unrecognized_keys') {
		return issue.keys.map((key) => unknownMember(placed([...issue.path, key]), namesAt(issue.path)));
	}

	const path = placed(issue.path);
	if (issue.code === 'invalid_key') return [unknownMember(path, namesAt(issue.path.slice(0, -1)))];
	const isAbsent = issue.code !== 'custom' && issue.path.length > 0 && isMissing?.(issue.path) === true;
	if (isAbsent) return [{kind: 'missing', path, message: `${dotted(path)} is missing`}];
	return [{kind: 'invalid', path, message: `${dotted(path)}${path.length > 0 ? ': ' : ''}${issue.message}`}];
};

/** What zod found, in words. */
export const complaints = (issues: readonly Issue[], looked: Looked): readonly Complaint[] =>
	issues.flatMap(meant).flatMap((issue) => complaintsOf(issue, looked));

/** In the order of the text. */
export const sortFaults = <Each extends Position>(faults: readonly Each[]): Each[] =>
	[...faults].sort((a, b) => a.line - b.line || a.column - b.column);

/** A fault as editors and people read it. */
export const faultLine = (file: string, {line, column, message}: Fault): string =>
	`${printable(file)}:${line}:${column}: ${message}`;

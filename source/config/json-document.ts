import {type AnyNode, evaluate, parse} from '@humanwhocodes/momoa';
import type * as z from 'zod';
import {nearest} from '../core/nearest.ts';
import {printable} from '../core/printable.ts';

/** Where in a text, from 1. */
export type Position = {readonly line: number; readonly column: number};

/** Something in a file that is not as it should be. */
export type Fault = Position & {
	/** 'text': it is no JSON. 'unknown': a member that means nothing. 'invalid': a value that does not fit. */
	readonly kind: 'text' | 'unknown' | 'invalid';
	/** What is wrong, with the member it is about, without the file. */
	readonly message: string;
};

type Path = readonly PropertyKey[];

const marks: Readonly<Record<string, string>> = {
	LBrace: '"{"',
	RBrace: '"}"',
	LBracket: '"["',
	RBracket: '"]"',
	Comma: '","',
	Colon: '":"',
};

const inWords = (message: string): string =>
	message
		.replace(/( found)?\.? \(\d+:\d+\)$/, '')
		.replace(/^Unexpected token (\w+)$/, (whole, token: string) =>
			marks[token] === undefined ? whole : `${marks[token]} is not expected here`,
		);

const endOf = (text: string): Position => {
	const lines = text.split('\n');
	return {line: lines.length, column: (lines.at(-1) ?? '').length + 1};
};

/** Where a text stops being JSON. The parser knows no place for its end. */
const placeIn = (thrown: unknown, text: string): Position => {
	const found: {line?: unknown; column?: unknown} = typeof thrown === 'object' && thrown !== null ? thrown : {};
	const {line, column} = found;
	if (typeof line !== 'number' || typeof column !== 'number') return endOf(text);
	return thrown instanceof Error && /end of input/.test(thrown.message) ? endOf(text) : {line, column};
};

/** Where the value of a path stands, or the name of its last member; of what is missing, what it is missing in. */
const positionOf = (root: AnyNode, path: Path, of: 'name' | 'value'): Position => {
	let node: AnyNode = root;
	for (const [index, key] of path.entries()) {
		if (node.type === 'Object') {
			const member = node.members.find(({name}) => (name.type === 'String' ? name.value : name.name) === key);
			if (member === undefined) break;
			node = of === 'name' && index === path.length - 1 ? member.name : member.value;
		} else if (node.type === 'Array' && typeof key === 'number') {
			const element: AnyNode | undefined = node.elements[key]?.value;
			if (element === undefined) break;
			node = element;
		} else {
			break;
		}
	}

	const {line, column} = node.loc.start;
	return {line, column};
};

type Issue = z.core.$ZodIssue;

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

const dotted = (path: Path): string => path.map(String).join('.');

type Complaint = {readonly kind: Fault['kind']; readonly path: Path; readonly message: string};

const complaints = (issue: Issue, names: readonly string[]): Complaint[] => {
	const unknown = (path: Path): Complaint => {
		const name = String(path.at(-1));
		// Of one letter or two, anything is near.
		const near = name.length > 2 ? nearest(name, names) : undefined;
		const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
		return {kind: 'unknown', path, message: `${dotted(path)} is not known${hint}`};
	};
	if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknown([...issue.path, key]));
	if (issue.code === 'invalid_key') return [unknown(issue.path)];
	return [
		{
			kind: 'invalid',
			path: issue.path,
			message: `${dotted(issue.path)}${issue.path.length > 0 ? ': ' : ''}${issue.message}`,
		},
	];
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value without what stands at a path; a list goes as a whole. */
const without = (value: unknown, [key, ...rest]: Path): unknown => {
	if (key === undefined || !isObject(value)) return undefined;
	const inner = rest.length === 0 ? undefined : without(value[String(key)], rest);
	return Object.fromEntries(
		Object.entries(value).flatMap(([name, each]) =>
			name !== String(key) ? [[name, each]] : inner === undefined ? [] : [[name, inner]],
		),
	);
};

/**
 * Reads JSON that has to follow a schema whose members may all be missing: what of it is valid, and what is not, with its
 * place. `names` are the members that a misspelt one may have been meant to be.
 */
export const readJson = <Schema extends z.ZodType>(
	text: string,
	schema: Schema,
	names: readonly string[] = [],
): {readonly value: z.infer<Schema> | undefined; readonly faults: readonly Fault[]} => {
	let root: AnyNode;
	let rest: unknown;
	try {
		root = parse(text.replace(/^\uFEFF/, ''), {mode: 'json'}).body;
		rest = evaluate(root);
	} catch (error) {
		const message = printable(inWords(error instanceof Error ? error.message : String(error)));
		return {value: undefined, faults: [{kind: 'text', ...placeIn(error, text), message}]};
	}

	const found: Fault[] = [];
	const faults = (): Fault[] => found.sort((a, b) => a.line - b.line || a.column - b.column);
	for (let before: string | undefined; ; ) {
		const parsed = schema.safeParse(rest);
		if (parsed.success) return {value: parsed.data, faults: faults()};
		// Nothing is left to take away that would help: something is missing.
		const now = JSON.stringify(rest);
		if (now === before) return {value: undefined, faults: faults()};
		before = now;
		for (const {kind, path, message} of parsed.error.issues
			.flatMap(meant)
			.flatMap((issue) => complaints(issue, names))) {
			found.push({
				kind,
				message: printable(message),
				...positionOf(root, path, kind === 'unknown' ? 'name' : 'value'),
			});
			if (path.length === 0) return {value: undefined, faults: faults()};
			rest = without(rest, path);
		}
	}
};

/** A fault as editors and people read it. */
export const faultLine = (file: string, {line, column, message}: Fault): string =>
	`${printable(file)}:${line}:${column}: ${message}`;

import {type AnyNode, evaluate, parse} from '@humanwhocodes/momoa';
import type * as z from 'zod';
import {printable} from '../core/printable.ts';
import type {Reading} from './document.ts';
import {complaints, type Fault, type Path, type Position, sortFaults} from './fault.ts';

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

/** Members that stand twice in one object: JSON leaves open which of them holds. */
const repeated = (node: AnyNode, path: Path = []): readonly Fault[] => {
	if (node.type === 'Array') return node.elements.flatMap(({value}, index) => repeated(value, [...path, index]));
	if (node.type !== 'Object') return [];
	const seen = new Set<string>();
	return node.members.flatMap(({name, value}) => {
		const key = name.type === 'String' ? name.value : name.name;
		const again = seen.has(key);
		seen.add(key);
		const {line, column} = name.loc.start;
		const message = printable(`${[...path, key].map(String).join('.')} stands here twice`);
		return [...(again ? [{kind: 'text', line, column, message} as const] : []), ...repeated(value, [...path, key])];
	});
};

const parsed = (text: string): {root: AnyNode; value: unknown} | Fault => {
	try {
		const root = parse(text.replace(/^\uFEFF/, ''), {mode: 'json'}).body;
		return {root, value: evaluate(root)};
	} catch (error) {
		const message = printable(inWords(error instanceof Error ? error.message : String(error)));
		return {kind: 'text', ...placeIn(error, text), message};
	}
};

/** Reads JSON. */
export const jsonDocument = (text: string): Reading => {
	const read = parsed(text);
	if (!('root' in read)) return {faults: [read]};
	const faults = repeated(read.root);
	if (faults.length > 0) return {faults};
	return {document: {value: read.value, positionOf: (path, of) => positionOf(read.root, path, of)}};
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
	const read = parsed(text);
	if (!('root' in read)) return {value: undefined, faults: [read]};
	const {root} = read;
	let rest = read.value;
	const found: Fault[] = [];
	const faults = (): Fault[] => sortFaults(found);
	for (let before: string | undefined; ; ) {
		const checked = schema.safeParse(rest);
		if (checked.success) return {value: checked.data, faults: faults()};
		// Nothing is left to take away that would help: something is missing.
		const now = JSON.stringify(rest);
		if (now === before) return {value: undefined, faults: faults()};
		before = now;
		for (const {kind, path, message} of complaints(checked.error.issues, {namesAt: () => names})) {
			found.push({
				kind: kind === 'missing' ? 'invalid' : kind,
				message: printable(message),
				...positionOf(root, path, kind === 'unknown' ? 'name' : 'value'),
			});
			if (path.length === 0) return {value: undefined, faults: faults()};
			rest = without(rest, path);
		}
	}
};

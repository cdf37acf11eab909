import {isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, visit, type Document as Yaml} from 'yaml';
import {printable} from '../core/printable.ts';
import {messageOf} from '../errors.ts';
import {positionAt, type Reading} from './document.ts';
import type {Fault, Path, Position} from './fault.ts';

/** A text that takes more than this of aliases to write out is meant to fill the memory. */
const mostAliases = 100;

/** A limit such as '> 1200/s', which YAML takes for the beginning of a folded text that it then never is. */
const limit = /^>=?[ \t]*\d[^\n#,}\]]*/;

type Insertion = {readonly at: number; readonly text: string};

/** Where limits stand in a text that YAML refuses because of them. */
const limitsIn = (text: string, yaml: Yaml): readonly Insertion[] => {
	const starts = new Set<number>();
	for (const {code, pos} of yaml.errors) {
		if (code !== 'UNEXPECTED_TOKEN' && code !== 'BAD_SCALAR_START') continue;
		const start = text.lastIndexOf('>', pos[0]);
		if (start > text.lastIndexOf('\n', pos[0] - 1) && limit.test(text.slice(start))) starts.add(start);
	}

	return [...starts]
		.sort((a, b) => a - b)
		.flatMap((start) => {
			const [found = ''] = limit.exec(text.slice(start)) ?? [];
			return [
				{at: start, text: "'"},
				{at: start + found.trimEnd().length, text: "'"},
			];
		});
};

const withInsertions = (text: string, insertions: readonly Insertion[]): string => {
	let [written, done] = ['', 0];
	for (const {at, text: inserted} of insertions) {
		written += text.slice(done, at) + inserted;
		done = at;
	}

	return written + text.slice(done);
};

/** Where a place of the changed text was in the text as people see it. */
const before = (offset: number, insertions: readonly Insertion[]): number =>
	offset - insertions.filter(({at}, index) => at + index < offset).length;

const read = (text: string): Yaml =>
	parseDocument(text, {prettyErrors: false, merge: true, stringKeys: true, logLevel: 'error'});

const nameOf = ({key}: Pair): unknown => (isScalar(key) ? key.value : key);

/** The member of a map, its own or one that it takes in by '<<'. */
const memberOf = (node: Node | null, key: PropertyKey, yaml: Yaml): Pair | undefined => {
	const map = isAlias(node) ? node.resolve(yaml) : node;
	if (isSeq(map)) return map.items.map((item) => memberOf(nodeOf(item), key, yaml)).find((pair) => pair !== undefined);
	if (!isMap(map)) return undefined;
	const own = map.items.find((pair) => nameOf(pair) === key);
	if (own !== undefined) return own;
	const merged = map.items.filter((pair) => nameOf(pair) === '<<');
	return merged.map(({value}) => memberOf(nodeOf(value), key, yaml)).find((pair) => pair !== undefined);
};

const nodeOf = (value: unknown): Node | null =>
	isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : null;

/** Where a path stands, as an offset; as far as it goes. */
const offsetOf = (yaml: Yaml, path: Path, of: 'name' | 'value'): number => {
	let node = nodeOf(yaml.contents);
	let offset = node?.range?.[0] ?? 0;
	for (const [index, key] of path.entries()) {
		const list: Node | null | undefined = isAlias(node) ? node.resolve(yaml) : node;
		if (isSeq(list)) {
			const item = nodeOf(list.items[Number(key)]);
			if (item === null) break;
			node = item;
		} else {
			const pair = memberOf(node, key, yaml);
			if (pair === undefined) break;
			const name = nodeOf(pair.key);
			const value = nodeOf(pair.value);
			const wanted = (of === 'name' && index === path.length - 1) || value === null ? name : value;
			offset = wanted?.range?.[0] ?? offset;
			node = value;
			continue;
		}

		offset = node?.range?.[0] ?? offset;
	}

	return offset;
};

const words: Readonly<Record<string, string>> = {
	TAB_AS_INDENT: 'a tab cannot indent; use spaces',
	DUPLICATE_KEY: 'stands here twice',
	MULTIPLE_DOCS: 'one file is one document: leave out what follows "---"',
	NON_STRING_KEY: 'a name is expected here',
	BLOCK_AS_IMPLICIT_KEY: 'this is not indented as what stands around it, or a value with ": " in it needs quotes',
};

const inWords = (code: string, message: string): string =>
	words[code] ?? message.replace(/^(.)/, (first) => first.toLowerCase());

type Problem = {readonly offset: number; readonly message: string};

const problemsOf = (text: string, yaml: Yaml): readonly Problem[] => {
	// A tag that nobody knows is a warning to the library; here it would change what was meant.
	const found = [...yaml.errors, ...yaml.warnings].map(({code, message, pos}): Problem => {
		if (text.slice(pos[0] - 1, pos[0] + 1) === '${') {
			return {offset: pos[0] - 1, message: 'within { } or [ ], a text with ${ } in it needs quotes'};
		}

		const [name = ''] = code === 'DUPLICATE_KEY' ? text.slice(pos[0]).split(/\s*:/, 1) : [];
		return {offset: pos[0], message: `${name === '' ? '' : `${name} `}${inWords(code, message)}`};
	});
	// Once a text has lost its structure, all that follows is out of place.
	if (found.length > 0) return found.filter(({message}, index) => index === 0 || !message.startsWith('unexpected'));
	const problems: Problem[] = [];
	visit(yaml, {
		Alias(_key, alias, ancestors) {
			const offset = alias.range?.[0] ?? 0;
			const node = alias.resolve(yaml);
			if (node === undefined) problems.push({offset, message: `nothing before has the anchor &${alias.source}`});
			else if (ancestors.includes(node)) problems.push({offset, message: `*${alias.source} would hold itself`});
		},
	});
	return problems;
};

/** Reads YAML 1.2, with '<<' of 1.1. A limit such as '> 1200/s' needs no quotes. */
export const yamlDocument = (given: string): Reading => {
	const text = given.replace(/^\uFEFF/, '');
	const fault = (message: string, position: Position): Fault => ({
		kind: 'text',
		...position,
		message: printable(message),
	});
	try {
		let yaml = read(text);
		const insertions = limitsIn(text, yaml);
		const repaired = withInsertions(text, insertions);
		if (insertions.length > 0) yaml = read(repaired);
		const place = (offset: number): Position => positionAt(text, before(offset, insertions));
		const faults = problemsOf(repaired, yaml).map(({offset, message}) => fault(message, place(offset)));
		// What follows in a line mostly follows from it.
		if (faults.length > 0) {
			return {faults: faults.filter(({line}, index) => faults.findIndex((each) => each.line === line) === index)};
		}

		return {
			document: {
				value: yaml.toJS({maxAliasCount: mostAliases}),
				positionOf: (path, of) => place(offsetOf(yaml, path, of)),
			},
		};
	} catch (error) {
		// Too many aliases, or nested deeper than anything can be read.
		return {faults: [fault(messageOf(error), {line: 1, column: 1})]};
	}
};

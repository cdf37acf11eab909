import {compileTemplate, type Scope, templateFault} from '../template.ts';

/** What a parameter of a statement can be. */
export type Value = string | number | boolean | null;

/** A statement with its parameters apart. */
export type Statement = {
	/** Its name for the database, where it prepares it. */
	readonly key: string;
	/** The SQL between the parameters: one more than there are of these. */
	readonly texts: readonly string[];
	/** Whole, with the database's own marks for the parameters. */
	readonly text: string;
	/** The parameters of one execution; throws Unset when a variable has no value. */
	readonly values: (scope: Scope) => readonly Value[];
};

const hole = /\{\{(.*?)\}\}/gs;

/** The SQL between the holes, and what stands in them. */
const partsOf = (sql: string): {readonly texts: readonly string[]; readonly holes: readonly string[]} => ({
	texts: sql.split(hole).filter((_, index) => index % 2 === 0),
	holes: [...sql.matchAll(hole)].map(([, inside = '']) => inside),
});

/** What SQL can be in the middle of, and where that ends. */
const enclosures: ReadonlyArray<readonly [begin: RegExp, end: (begin: string) => string, name: string]> = [
	[/'/y, () => "'", 'quotes'],
	[/"/y, () => '"', 'quotes'],
	[/`/y, () => '`', 'quotes'],
	[/--/y, () => '\n', 'a comment'],
	[/\/\*/y, () => '*/', 'a comment'],
	[/\$\w*\$/y, (begin) => begin, 'quotes'],
];

/** Whether SQL so far is in the middle of a text or a comment; in what. */
const openIn = (sql: string): string | undefined => {
	for (let place = 0; place < sql.length; ) {
		const found = enclosures.flatMap(([begin, end, name]) => {
			begin.lastIndex = place;
			const [word] = begin.exec(sql) ?? [];
			return word === undefined ? [] : [{from: place + word.length, end: end(word), name}];
		})[0];
		if (found === undefined) {
			place++;
			continue;
		}

		const end = sql.indexOf(found.end, found.from);
		if (end < 0) return found.name;
		place = end + found.end.length;
	}

	return undefined;
};

/** Why SQL with holes cannot be a statement; nothing if it can. */
export const statementFault = (sql: string): string | undefined => {
	if (sql.trim() === '') return 'a statement is empty';
	const fault = templateFault(sql);
	if (fault !== undefined) return fault;
	const {texts, holes} = partsOf(sql);
	let before = '';
	for (const [index, inside] of holes.entries()) {
		before += texts[index] ?? '';
		const within = openIn(before);
		if (within !== undefined) {
			return `{{${inside}}} stands in ${within}: it goes to the database as a parameter, and needs none around it`;
		}

		before += '?';
	}

	return undefined;
};

const asValue = (given: unknown): Value => {
	if (given === null || given === undefined) return null;
	if (typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean') return given;
	return JSON.stringify(given);
};

/** Makes a statement of SQL with holes; `mark` is what the database has for its nth parameter, from 1. */
export const compileStatement = (key: string, sql: string, mark: (number: number) => string): Statement => {
	const {texts, holes} = partsOf(sql);
	const templates = holes.map((inside) => compileTemplate(`{{${inside}}}`));
	const none: readonly Value[] = [];
	return {
		key,
		texts,
		text: texts.reduce((whole, text, index) => `${whole}${index === 0 ? '' : mark(index)}${text}`, ''),
		values: templates.length === 0 ? () => none : (scope) => templates.map(({value}) => asValue(value(scope))),
	};
};

/** A statement in few words, its parameters as question marks. */
export const shortOf = (sql: string, most = 60): string => {
	const words = sql.replace(hole, '?').replace(/\s+/g, ' ').trim().replace(/;$/, '');
	return words.length <= most ? words : `${words.slice(0, most - 1).trimEnd()}…`;
};

/** The variables that a statement needs, by their whole names. */
export const variablesIn = (sql: string): readonly string[] =>
	partsOf(sql).holes.flatMap((inside) => compileTemplate(`{{${inside}}}`).variables);

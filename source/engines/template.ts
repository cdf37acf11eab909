import {randomUUID} from 'node:crypto';
import type {Random} from '../core/random.ts';

/** What variables stand for: by their first name; the rest of a dotted one leads into the value. */
export type Scope = {
	readonly get: (name: string) => unknown;
	readonly random: Random;
	/** Epoch milliseconds. */
	readonly now: () => number;
};

/** Text with holes in it. */
export type Template = {
	/** Variables that it needs, by their whole names: 'token', 'user.name'. */
	readonly variables: readonly string[];
	/** Filled; each value goes through `encode`. Throws Unset when a variable has no value. */
	readonly fill: (scope: Scope, encode?: (text: string) => string) => string;
	/** The value itself where the text is one hole and nothing else; otherwise as `fill`. */
	readonly value: (scope: Scope) => unknown;
	/** Whether all its variables have values. */
	readonly isFillable: (scope: Scope) => boolean;
	/** Whether it is the same every time. */
	readonly isFixed: boolean;
	/** Whether it begins with a hole, so that what fills it may be a whole URL. */
	readonly beginsOpen: boolean;
};

/** A variable that has no value yet. */
export class Unset extends Error {
	readonly variable: string;
	constructor(variable: string) {
		super(`${variable} is not set`);
		this.variable = variable;
	}
}

type Hole = {readonly variable?: string; readonly value: (scope: Scope) => unknown};

const hole = /\{\{(.*?)\}\}/gs;
const variable = /^[A-Za-z_]\w*(\.\w+)*$/;
const call = /^(\w+)\((.*)\)$/s;

/** Words that say what a template can compute. */
export const templateFunctions = ['random(1, 100)', 'uuid()', 'now()'] as const;

const callOf = (name: string, words: readonly string[]): Hole['value'] | string => {
	switch (name) {
		case 'random': {
			const [low, high] = words.map(Number);
			if (words.length !== 2 || !Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low! > high!) {
				return 'random takes two whole numbers, the smaller one first: {{random(1, 100)}}';
			}

			return ({random}) => low! + Math.floor(random() * (high! - low! + 1));
		}

		case 'uuid':
			return words.length > 0 ? 'uuid takes nothing: {{uuid()}}' : () => randomUUID();
		case 'now':
			return words.length > 0 ? 'now takes nothing: {{now()}}' : ({now}) => now();
		default:
			return `there is no function ${name}; there are ${templateFunctions.join(', ')}`;
	}
};

const holeOf = (inside: string): Hole | string => {
	const words = inside.trim();
	if (variable.test(words)) {
		const [first = '', ...rest] = words.split('.');
		return {
			variable: words,
			value({get}) {
				let value = get(first);
				for (const name of rest) {
					value =
						typeof value === 'object' && value !== null && Object.hasOwn(value, name)
							? Reflect.get(value, name)
							: undefined;
				}

				if (value === undefined) throw new Unset(words);
				return value;
			},
		};
	}

	if (words.startsWith('"')) {
		try {
			const literal: unknown = JSON.parse(words);
			return {value: () => literal};
		} catch {
			return `{{${inside}}} is no text in quotes`;
		}
	}

	const [, name, given] = call.exec(words) ?? [];
	if (name === undefined || given === undefined) {
		return `{{${inside}}} is neither a variable nor one of ${templateFunctions.join(', ')}`;
	}

	const value = callOf(name, given.trim() === '' ? [] : given.split(',').map((word) => word.trim()));
	return typeof value === 'string' ? value : {value};
};

const wordsOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

const holesIn = (text: string): ReadonlyArray<Hole | string> =>
	[...text.matchAll(hole)].map(([, inside = '']) => holeOf(inside));

/** Why text is no template; nothing if it is one. */
export const templateFault = (text: string): string | undefined => {
	const fault = holesIn(text).find((found) => typeof found === 'string');
	if (typeof fault === 'string') return fault;
	return text.replace(hole, '').includes('{{') ? 'a {{ has no }} after it' : undefined;
};

/** Makes a template of text that is one. */
export const compileTemplate = (text: string): Template => {
	const holes = holesIn(text).filter((found) => typeof found !== 'string');
	const texts = text.split(hole).filter((_, index) => index % 2 === 0);
	const fill: Template['fill'] = (scope, encode) => {
		let filled = texts[0]!;
		for (let index = 0; index < holes.length; index++) {
			const words = wordsOf(holes[index]!.value(scope));
			filled += (encode === undefined ? words : encode(words)) + texts[index + 1]!;
		}

		return filled;
	};
	const [only] = holes;
	return {
		variables: holes.flatMap(({variable: name}) => name ?? []),
		fill,
		value: only !== undefined && texts.join('') === '' && holes.length === 1 ? only.value : (scope) => fill(scope),
		isFixed: holes.length === 0,
		isFillable(scope) {
			try {
				fill(scope);
				return true;
			} catch (error) {
				if (error instanceof Unset) return false;
				throw error;
			}
		},
		beginsOpen: texts[0] === '' && holes.length > 0,
	};
};

/** JSON whose strings are templates: a string that is one hole alone becomes the value itself, a number say. */
export const compileJson = (json: unknown): Pick<Template, 'variables' | 'value'> => {
	if (typeof json === 'string') return compileTemplate(json);
	if (Array.isArray(json)) {
		const members = json.map(compileJson);
		return {
			variables: members.flatMap(({variables}) => variables),
			value: (scope) => members.map(({value}) => value(scope)),
		};
	}

	if (typeof json === 'object' && json !== null) {
		const members = Object.entries(json).map(([name, member]) => [name, compileJson(member)] as const);
		return {
			variables: members.flatMap(([, {variables}]) => variables),
			value: (scope) => Object.fromEntries(members.map(([name, {value}]) => [name, value(scope)])),
		};
	}

	return {variables: [], value: () => json};
};

/** Why JSON has a string that is no template; nothing if all are. */
export const jsonFault = (json: unknown): string | undefined => {
	if (typeof json === 'string') return templateFault(json);
	if (typeof json !== 'object' || json === null) return undefined;
	for (const member of Object.values(json)) {
		const fault = jsonFault(member);
		if (fault !== undefined) return fault;
	}

	return undefined;
};

/** Text as a template that gives just this text. */
export const literally = (text: string): string => text.replaceAll('{{', '{{"{{"}}');

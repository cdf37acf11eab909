import {isSecretName} from '../core/secret.ts';
import type {Complaint, Path} from './fault.ts';
import {dotted, nearestHint} from './fault.ts';

/** Where values of `${NAME}` come from, the first that has one holds. */
export type Variables = ReadonlyArray<Readonly<Record<string, string | undefined>>>;

/** A value with its texts filled in. */
export type Filled = {
	readonly value: unknown;
	readonly complaints: readonly Complaint[];
	/** Where a text was a `${NAME}` and nothing else: it may stand for a number. */
	readonly alone: readonly Path[];
	/** The names that were asked for. */
	readonly names: ReadonlySet<string>;
	/** Values of variables whose names say that nobody is to see them. */
	readonly secrets: ReadonlySet<string>;
};

/** `$${` is written for a `${` that is meant as it stands: two dollars are one, and what is left over begins a variable. */
const opening = /(\$+)\{([^{}]*)\}/g;
const variable = /^([A-Za-z_][\w.-]*)(?::-(.*))?$/s;

const lookUp = (name: string, variables: Variables): string | undefined => {
	for (const values of variables) {
		if (Object.hasOwn(values, name) && values[name] !== undefined) return values[name];
	}

	return undefined;
};

/** A line for a shell, which fills in by itself what is not to be seen. */
const isShellLine = (path: Path): boolean => {
	const start = path.findIndex((key) => key === 'setup' || key === 'start' || key === 'teardown');
	if (start < 0) return false;
	const rest = path.slice(start + 1).filter((key) => typeof key !== 'number');
	const depth = path.length - start - 1;
	return rest.length === 0 ? depth <= 1 : rest.length === 1 && rest[0] === 'command' && path.at(-1) === 'command';
};

/**
 * Fills in `${NAME}` and `${NAME:-otherwise}` in all texts of a value; as in shells, an empty variable counts as none where
 * there is an otherwise. `path` is where the value stands. A secret is left to the shell that its line is for.
 */
export const fillIn = (whole: unknown, variables: Variables, path: Path = []): Filled => {
	const complaints: Complaint[] = [];
	const alone: Path[] = [];
	const names = new Set<string>();
	const secrets = new Set<string>();
	const known = (): readonly string[] => variables.flatMap((values) => Object.keys(values));

	const fillText = (text: string, at: Path): string => {
		let isAlone = false;
		const filled = text.replace(opening, (all: string, dollars: string, inner: string) => {
			const literal = '$'.repeat(Math.floor(dollars.length / 2));
			if (dollars.length % 2 === 0) return `${literal}{${inner}}`;
			const match = variable.exec(inner);
			if (match === null) {
				const message = `${dotted(at)}: \${${inner}} is no variable: write \${NAME} or \${NAME:-otherwise}, and $\${ for a text that is meant as it stands`;
				complaints.push({kind: 'invalid', path: at, message});
				return all;
			}

			const [, name = '', otherwise] = match;
			names.add(name);
			const found = lookUp(name, variables);
			const value = otherwise !== undefined && (found === undefined || found === '') ? otherwise : found;
			if (value === undefined) {
				const message = `${dotted(at)}: \${${name}} is not set${nearestHint(name, known())}; \${${name}:-otherwise} says what holds then`;
				complaints.push({kind: 'invalid', path: at, message});
				return all;
			}

			if (isSecretName(name) && value !== '') {
				secrets.add(value);
				if (isShellLine(at)) return all;
			}

			isAlone = all === text && literal === '';
			return literal + value;
		});
		if (isAlone) alone.push(at);
		return filled;
	};

	const fill = (value: unknown, at: Path): unknown => {
		if (typeof value === 'string') return fillText(value, at);
		if (Array.isArray(value)) return value.map((each, index) => fill(each, [...at, index]));
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, [...at, key])]));
	};

	return {value: fill(whole, path), complaints, alone, names, secrets};
};

/**
 * Fills in the variables that a file sets: each knows those above it, and itself as it is outside. `values` are those that
 * have one.
 */
export const fillEnvironment = (
	given: unknown,
	outside: Variables[number],
): Pick<Filled, 'value' | 'complaints' | 'secrets'> & {readonly values: Readonly<Record<string, string>>} => {
	const complaints: Complaint[] = [];
	const secrets = new Set<string>();
	const values: Record<string, string> = {};
	if (typeof given !== 'object' || given === null || Array.isArray(given)) {
		return {value: given, complaints, secrets, values};
	}

	const entries = Object.entries(given).map(([name, written]) => {
		const filled = fillIn(written, [values, outside], ['environment', name]);
		complaints.push(...filled.complaints);
		for (const secret of filled.secrets) secrets.add(secret);
		if (['string', 'number', 'boolean'].includes(typeof filled.value)) {
			values[name] = String(filled.value);
			if (isSecretName(name)) secrets.add(values[name]);
		}

		return [name, filled.value] as const;
	});
	return {value: Object.fromEntries(entries), complaints, secrets, values};
};

/** What a text that came from a variable may be meant as: a number, true or false. */
export const readingOf = (text: unknown): number | boolean | undefined => {
	if (text === 'true' || text === 'false') return text === 'true';
	return typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
};

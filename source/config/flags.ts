import meow from 'meow';
import {nearest} from '../core/nearest.ts';
import {parseDuration, parseNumber} from '../core/units.ts';
import {BenchtopError} from '../errors.ts';

/** A flag as data: parsing, help and completion come from it. Without `value` it is a switch. */
export type Option = {
	/** In kebab case, without dashes. */
	readonly name: string;
	readonly short?: string;
	/** The placeholder in the help: 'N', 'TIME', 'FILE'. */
	readonly value?: string;
	/** The value may be left out: `--json` and `--json FILE`. Such a value must end in .json, or follow a '='. */
	readonly optional?: boolean;
	readonly repeatable?: boolean;
	readonly about: string;
	/** Words for the default, shown in the help. */
	readonly otherwise?: string;
};

/** The flags of one command line. Readers validate, and say which flag was wrong and what it takes. */
export type Flags = {
	readonly has: (name: string) => boolean;
	readonly text: (name: string) => string | undefined;
	readonly texts: (name: string) => readonly string[];
	/** Milliseconds. */
	readonly duration: (name: string, limits?: Limits) => number | undefined;
	readonly number: (name: string, limits?: Limits) => number | undefined;
	readonly integer: (name: string, limits?: Limits) => number | undefined;
	readonly choice: <Choice extends string>(name: string, choices: readonly Choice[]) => Choice | undefined;
};

export type Limits = {readonly least?: number; readonly most?: number};

/** '--duration' or '-d, --duration'. */
export const spell = (option: Option): string => `${option.short ? `-${option.short}, ` : ''}--${option.name}`;

const camelCase = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A value that may be left out is taken from the next word only when that can be nothing else. */
const looksLikePath = (word: string | undefined): boolean =>
	word !== undefined && /^[^-].*\.(nd)?json$/.test(word) && !word.includes('://');

/** The parser drops empty values and takes quotes off: a guard in front of each value keeps it as it was written. */
const guard = '=';
const bind = (flag: string, value: string): string => `${flag}=${guard}${value}`;

/**
 * Rewrites the words so that every value is tied to its flag ('--connections=4'), and says clearly what is wrong: an
 * unknown flag with the nearest name, a value that is missing, a value for a switch.
 */
const normalise = (words: readonly string[], options: readonly Option[]): string[] => {
	const byName = new Map<string, Option>();
	for (const option of options) {
		byName.set(`--${option.name}`, option);
		if (option.short) byName.set(`-${option.short}`, option);
	}

	const rewritten: string[] = [];
	let rest: readonly string[] = words;
	while (rest.length > 0) {
		const [word, ...after] = rest as readonly [string, ...string[]];
		rest = after;
		if (word === '--') return [...rewritten, word, ...after];
		if (!/^-./.test(word)) {
			rewritten.push(word);
			continue;
		}

		const attached = /^-[A-Za-z]./.test(word) ? [word.slice(0, 2), word.slice(2).replace(/^=/, '')] : undefined;
		const [name, value] =
			attached ??
			(word.includes('=') ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word, undefined]);
		const option = byName.get(name!) ?? (name!.startsWith('--no-') ? byName.get(name!) : undefined);
		if (option === undefined) throw unknownFlag(name!, options);
		const long = `--${option.name}`;
		if (option.value === undefined) {
			if (value !== undefined && attached === undefined) {
				throw new BenchtopError(`${name} is a switch and takes no value.`, {hint: `Write ${name} alone.`});
			}

			rewritten.push(long);
			// Several switches behind one dash: -qv.
			if (attached !== undefined) rest = [`-${value}`, ...rest];
			continue;
		}

		if (value !== undefined) {
			rewritten.push(bind(long, value));
			continue;
		}

		if (option.optional) {
			if (looksLikePath(rest[0])) {
				rewritten.push(bind(long, rest[0]!));
				rest = rest.slice(1);
			} else {
				rewritten.push(bind(long, ''));
			}

			continue;
		}

		const next = rest[0];
		if (next === undefined || (/^--?[A-Za-z]/.test(next) && next.length > 1)) {
			throw new BenchtopError(`${name} needs a value.`, {
				hint: `${spell(option)} ${option.value}: ${option.about}. One that begins with a dash: --${option.name}=${next ?? '-…'}`,
			});
		}

		rewritten.push(bind(long, next));
		rest = rest.slice(1);
	}

	return rewritten;
};

const unknownFlag = (name: string, options: readonly Option[]): BenchtopError => {
	const spellings = options.flatMap((option) => [`--${option.name}`, ...(option.short ? [`-${option.short}`] : [])]);
	const meant = name.startsWith('--')
		? nearest(
				name,
				spellings.filter((spelling) => spelling.startsWith('--')),
			)
		: undefined;
	return new BenchtopError(`There is no flag ${name}.`, {
		hint: meant === undefined ? 'benchtop --help lists the flags.' : `Did you mean ${meant}?`,
	});
};

/** Parses a command's words. Throws a BenchtopError (exit code 2) on anything it does not understand. */
export const parseFlags = (
	words: readonly string[],
	options: readonly Option[],
): {words: readonly string[]; flags: Flags} => {
	const parsed = meow({
		importMeta: import.meta,
		pkg: {},
		argv: normalise(words, options),
		autoHelp: false,
		autoVersion: false,
		inferType: false,
		booleanDefault: undefined,
		flags: Object.fromEntries(
			options.map((option) => [
				camelCase(option.name.replace(/^no-/, '')),
				option.value === undefined ? {type: 'boolean' as const} : {type: 'string' as const, isMultiple: true as const},
			]),
		),
	});
	const values = parsed.flags as Readonly<Record<string, unknown>>;
	const known = new Map(options.map((option) => [option.name, option]));
	const textsOf = (name: string): string[] => {
		const value = values[camelCase(name)];
		return Array.isArray(value) ? value.map((guarded) => String(guarded).slice(guard.length)) : [];
	};
	const text = (name: string): string | undefined => {
		const all = textsOf(name);
		if (all.length > 1 && !known.get(name)?.repeatable) {
			throw new BenchtopError(`--${name} was given ${all.length} times.`, {hint: 'Give it once.'});
		}

		return all[0];
	};
	const read = (
		name: string,
		parse: (text: string) => number | undefined,
		kind: string,
		limits: Limits,
	): number | undefined => {
		const given = text(name);
		if (given === undefined) return undefined;
		const value = parse(given);
		const {least = 0, most = Number.MAX_SAFE_INTEGER} = limits;
		if (value === undefined || !Number.isFinite(value)) {
			throw new BenchtopError(`--${name} takes ${kind}, not ${JSON.stringify(given)}.`, {
				hint: hintFor(known.get(name)),
			});
		}

		if (value < least || value > most) {
			throw new BenchtopError(`--${name} ${given} is out of range.`, {
				hint:
					value < least
						? `The least is ${kind === durationKind ? `${least} ms` : least}.`
						: `The most is ${kind === durationKind ? `${most / 3_600_000} h` : most}.`,
			});
		}

		return value;
	};
	const flags: Flags = {
		// What the parser makes of --no-save is save: false.
		has: (name) =>
			name.startsWith('no-')
				? values[camelCase(name.slice(3))] === false
				: values[camelCase(name)] === true || textsOf(name).length > 0,
		text,
		texts: textsOf,
		duration: (name, limits = {}) => read(name, parseDuration, durationKind, limits),
		number: (name, limits = {}) => read(name, parseNumber, 'a number', limits),
		integer: (name, limits = {}) =>
			read(
				name,
				(given) => {
					const value = parseNumber(given);
					return value !== undefined && Number.isInteger(value) ? value : undefined;
				},
				'a whole number',
				limits,
			),
		choice: (name, choices) => {
			const given = text(name);
			if (given === undefined) return undefined;
			const choice = choices.find((candidate) => candidate === given);
			if (choice !== undefined) return choice;
			const meant = nearest(given, choices);
			throw new BenchtopError(`--${name} ${JSON.stringify(given)} is not known.`, {
				hint:
					meant === undefined
						? `One of: ${choices.join(', ')}.`
						: `Did you mean ${meant}? One of: ${choices.join(', ')}.`,
			});
		},
	};
	return {words: parsed.input, flags};
};

const durationKind = 'a duration such as 500ms, 30s or 5m';

const hintFor = (option: Option | undefined): string =>
	option === undefined ? '' : `${spell(option)} ${option.value ?? ''}: ${option.about}.`;

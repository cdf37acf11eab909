import type {Option} from '../config/flags.ts';
import {debugOption} from '../config/options.ts';
import type {Command, Surroundings} from './command.ts';
import {helpText} from './help.ts';
import {commands} from './index.ts';

const asksFor = (words: readonly string[], ...names: readonly string[]): boolean => {
	const end = words.indexOf('--');
	return (end < 0 ? words : words.slice(0, end)).some((word) => names.includes(word));
};

/** Where the first word stands that is neither a flag nor the value of one; -1 when there is none. */
const firstWord = (words: readonly string[], options: readonly Option[]): number => {
	for (let index = 0; index < words.length; index++) {
		const word = words[index]!;
		if (!word.startsWith('-') || word === '-') return index;
		if (word === '--') return index + 1 < words.length ? index + 1 : -1;
		const option = options.find(
			({name, short}) => word === `--${name}` || (short !== undefined && word === `-${short}`),
		);
		if (option?.value !== undefined && !option.optional) index += 1;
	}

	return -1;
};

/** The command that the words name, and the words without its name. Flags may stand before it. */
const choose = (
	words: readonly string[],
	table: readonly Command[],
): readonly [Command | undefined, readonly string[]] => {
	const position = firstWord(
		words,
		table.flatMap(({options}) => options),
	);
	const command = table.find(({name}) => name !== '' && name === words[position]);
	return [command, command === undefined ? words : words.filter((_, index) => index !== position)];
};

/** Runs the command that the words ask for and returns the exit code. Rejects with a BenchtopError on wrong usage. */
export const dispatch = async (
	words: readonly string[],
	surroundings: Surroundings,
	table: readonly Command[] = commands,
): Promise<number> => {
	const [command, rest] = choose(words, table);
	const columns = surroundings.stdout.columns ?? 100;
	const unattended =
		words.length === 0 &&
		(surroundings.stdout.isTTY !== true || !(await import('./full-screen.ts')).canBrowse(surroundings));
	if (asksFor(words, '--help', '-h') || unattended) {
		surroundings.stdout.write(helpText(table, command, columns));
		return 0;
	}

	const [{parseFlags}, {nearest}, {looksLikeTarget}] = await Promise.all([
		import('../config/flags.ts'),
		import('../core/nearest.ts'),
		import('../config/target.ts'),
	]);
	const load = command ?? table.find(({name}) => name === '');
	if (load === undefined) return 2;
	const parsed = parseFlags(rest, [...load.options, debugOption]);
	const [word] = parsed.words;
	if (command === undefined && word !== undefined && !looksLikeTarget(word)) {
		const {BenchtopError} = await import('../errors.ts');
		const meant = nearest(
			word,
			table.map(({name}) => name).filter((name) => name !== ''),
		);
		throw new BenchtopError(`${JSON.stringify(word)} is neither a command nor a URL.`, {
			hint:
				meant === undefined
					? 'benchtop --help lists the commands; a URL looks like http://localhost:3000.'
					: `Did you mean benchtop ${meant}?`,
		});
	}

	return load.run(parsed.words, parsed.flags, surroundings);
};

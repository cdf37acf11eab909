import {nearest} from '../core/nearest.ts';
import {BenchtopError} from '../errors.ts';
import type {Suite, SuiteBenchmark} from './suite.ts';

const most = 12;

const listed = (names: readonly string[]): string =>
	names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** A whole name, an entry of the file with all that its matrix makes, or an entry with the first of its values. */
const isNamed = ({name, entry}: SuiteBenchmark, word: string): boolean =>
	word === name || word === entry || (word.startsWith(`${entry} `) && name.startsWith(`${word} `));

/**
 * The benchmarks that these words name, or that carry them as a tag; in the order of the suite, each once. No words: all.
 * Throws a BenchtopError (exit code 2) on a word that is neither.
 */
export const selectBenchmarks = (
	{benchmarks}: Pick<Suite, 'benchmarks'>,
	words: readonly string[],
): readonly SuiteBenchmark[] => {
	if (words.length === 0) return benchmarks;
	const meant = (benchmark: SuiteBenchmark, word: string): boolean =>
		isNamed(benchmark, word) || benchmark.plan.tags.includes(word);
	const stray = words.find((word) => !benchmarks.some((benchmark) => meant(benchmark, word)));
	if (stray !== undefined) {
		const entries = [...new Set(benchmarks.map(({entry}) => entry))];
		const tags = [...new Set(benchmarks.flatMap(({plan}) => plan.tags))];
		const near = nearest(stray, [...entries, ...tags, ...benchmarks.map(({name}) => name)]);
		const all = `Benchmarks: ${listed(entries)}.${tags.length === 0 ? '' : ` Tags: ${listed(tags)}.`}`;
		throw new BenchtopError(`There is no benchmark and no tag ${JSON.stringify(stray)}.`, {
			hint: `${near === undefined ? '' : `Did you mean ${JSON.stringify(near)}? `}${all}`,
		});
	}

	return benchmarks.filter((benchmark) => words.some((word) => meant(benchmark, word)));
};

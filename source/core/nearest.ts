import {closest, distance} from 'fastest-levenshtein';

/** The nearest of the names, if it is near enough to have been meant. */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
	if (names.length === 0) return undefined;
	const found = closest(word, names);
	return distance(word, found) <= Math.max(2, Math.floor(word.length / 3)) ? found : undefined;
};

/** The names, the nearest first. */
export const byNearness = (word: string, names: readonly string[]): readonly string[] =>
	[...names].sort((a, b) => distance(word, a) - distance(word, b));

/** What of a line only a shell understands. */
export type NeedsShell = {readonly needsShell: string};

const special = new Set('|&;<>()$`*?[\n');
const blank = /[ \t]/;

/**
 * Splits a line into words as a shell does (POSIX, 2.2 Quoting), where that takes no shell. Otherwise says what of it
 * does: an operator, a variable, a pattern, a quote that does not end.
 */
export const wordsOf = (line: string): readonly string[] | NeedsShell => {
	const words: string[] = [];
	/** Absent between words: '' is a word of its own. */
	let word: string | undefined;
	for (let at = 0; at < line.length; at++) {
		const character = line[at]!;
		if (blank.test(character)) {
			if (word !== undefined) words.push(word);
			word = undefined;
		} else if (character === "'") {
			const end = line.indexOf("'", at + 1);
			if (end < 0) return {needsShell: "a ' without its second"};
			word = (word ?? '') + line.slice(at + 1, end);
			at = end;
		} else if (character === '"') {
			word ??= '';
			for (at += 1; line[at] !== '"'; at++) {
				const inside = line[at];
				if (inside === undefined) return {needsShell: 'a " without its second'};
				if (inside === '$' || inside === '`') return {needsShell: inside};
				if (inside === '\\' && /["\\$`]/.test(line[at + 1] ?? '')) at += 1;
				word += line[at];
			}
		} else if (character === '\\') {
			const next = line[at + 1];
			if (next === undefined || next === '\n') return {needsShell: 'a \\ at the end'};
			word = (word ?? '') + next;
			at += 1;
		} else if (special.has(character) || (word === undefined && (character === '#' || character === '~'))) {
			return {needsShell: character === '\n' ? 'a second line' : character};
		} else {
			word = (word ?? '') + character;
		}
	}

	return word === undefined ? words : [...words, word];
};

/** Words as a line that a shell, or `wordsOf`, reads as these words. */
export const lineOf = (words: readonly string[]): string =>
	words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');

/** What of a line only a shell understands. */
export type NeedsShell = {readonly needsShell: string};

const separators = new Set('|&;<>()\n');
const expansions = new Set('$`*?[');

/** Goes through a line as a shell does (POSIX, 2.2 Quoting); `onSpecial` hears what only a shell understands. */
const scan = (line: string, onSpecial: (what: string) => void): readonly string[] => {
	const words: string[] = [];
	/** Absent between words: '' is a word of its own. */
	let word: string | undefined;
	const endWord = (): void => {
		if (word !== undefined) words.push(word);
		word = undefined;
	};
	for (let at = 0; at < line.length; at++) {
		const character = line[at]!;
		if (character === ' ' || character === '\t') endWord();
		else if (separators.has(character)) {
			onSpecial(character === '\n' ? 'a second line' : character);
			endWord();
		} else if (character === "'") {
			let end = line.indexOf("'", at + 1);
			if (end < 0) {
				onSpecial("a ' without its second");
				end = line.length;
			}

			word = (word ?? '') + line.slice(at + 1, end);
			at = end;
		} else if (character === '"') {
			word ??= '';
			for (at += 1; line[at] !== '"'; at++) {
				const inside = line[at];
				if (inside === undefined) {
					onSpecial('a " without its second');
					break;
				}

				if (inside === '$' || inside === '`') onSpecial(inside);
				if (inside === '\\' && /["\\$`]/.test(line[at + 1] ?? '')) at += 1;
				else if (inside === '\\' && line[at + 1] === '\n') onSpecial('a second line');
				word += line[at];
			}
		} else if (character === '\\') {
			const next = line[at + 1];
			if (next === undefined || next === '\n') onSpecial('a \\ at the end');
			word = (word ?? '') + (next ?? '');
			at += 1;
		} else {
			if (expansions.has(character) || (word === undefined && (character === '#' || character === '~'))) {
				onSpecial(character);
			}

			word = (word ?? '') + character;
		}
	}

	endWord();
	return words;
};

/**
 * Splits a line into words as a shell does, where that takes no shell. Otherwise says what of it does: an operator, a
 * variable, a pattern, a quote that does not end.
 */
export const wordsOf = (line: string): readonly string[] | NeedsShell => {
	let special: string | undefined;
	const words = scan(line, (what) => {
		special ??= what;
	});
	return special === undefined ? words : {needsShell: special};
};

/** The words that stand in a line for a shell, whatever it does with them. */
export const looseWordsOf = (line: string): readonly string[] => scan(line, () => {});

/** Words as a line that a shell, or `wordsOf`, reads as these words. */
export const lineOf = (words: readonly string[]): string =>
	words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');

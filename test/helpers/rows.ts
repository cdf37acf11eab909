import {stripVTControlCharacters} from 'node:util';

/** The text of painted rows; two blanks lie under every wide character, for terminals that take it for a narrow one. */
export const textOfRows = (rows: readonly string[]): string[] =>
	rows.map((row) => stripVTControlCharacters(row.replaceAll(/ {2}\u001b\[\d+G/g, '')));

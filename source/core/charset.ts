/** What charts and borders are drawn with. */
export const charsets = ['braille', 'block', 'ascii'] as const;
export type Charset = (typeof charsets)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * ASCII where the terminal has no such glyphs (the Linux console, VT emulations) or the locale names another encoding;
 * blocks in Apple's Terminal, whose font spaces braille dots unevenly. Without any locale (containers, Windows) UTF-8 is
 * taken for granted, as Node.js writes nothing else.
 */
export const chooseCharset = (environment: Environment): Charset => {
	if (/^(linux|vt\d|dumb)/.test(environment.TERM ?? '')) return 'ascii';
	const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find(
		(value) => value !== undefined && value !== '',
	);
	if (locale !== undefined && !/utf-?8/i.test(locale)) return 'ascii';
	return environment.TERM_PROGRAM === 'Apple_Terminal' ? 'block' : 'braille';
};

const asciiStandIns: Readonly<Record<string, string>> = {
	'╭': '+',
	'╮': '+',
	'╰': '+',
	'╯': '+',
	'┌': '+',
	'┐': '+',
	'├': '+',
	'└': '+',
	'┘': '+',
	'┬': '+',
	'┴': '+',
	'┼': '+',
	'─': '-',
	'╌': '-',
	'╶': '-',
	'┈': '.',
	'│': '|',
	'┃': '!',
	'┊': ':',
	'┤': '|',
	'█': '#',
	'▉': '#',
	'▊': '#',
	'▋': '#',
	'▌': '=',
	'▍': '=',
	'▎': '-',
	'▏': '-',
	'▶': '>',
	'◐': '~',
	'○': 'o',
	'‖': '"',
	'■': '#',
	'✕': 'x',
	'⟲': '<',
	'▲': '^',
	'▼': 'v',
	'≈': '~',
	'✓': '+',
	'✗': 'x',
	'◆': '*',
	'●': '*',
	'→': '>',
	'↻': '<',
	'×': 'x',
	'±': '~',
	'≥': '>',
	'≤': '<',
	Σ: 's',
	σ: 's',
	'²': '2',
	'∞': '~',
	'≠': '!',
	'↓': 'v',
	'↑': '^',
	Δ: 'd',
	'–': '-',
	'−': '-',
	'…': '~',
	'·': '.',
	µ: 'u',
	'\u00a0': ' ',
	'\u2009': ' ',
	'\u202f': ' ',
};

/** The nearest ASCII character; '?' where there is none. */
export const toAscii = (character: string): string => {
	const code = character.codePointAt(0) ?? 0;
	return code >= 0x20 && code < 0x7f ? character : (asciiStandIns[character] ?? '?');
};

/** Borders and lines have corners in the block charset: the round ones are missing from some fonts. */
const corners: Readonly<Record<string, string>> = {'╭': '┌', '╮': '┐', '╰': '└', '╯': '┘'};

/** A character as a charset draws it; text stays what it is. */
export const inCharset = (character: string, charset: Charset): string => {
	if (charset === 'ascii') return toAscii(character);
	return charset === 'block' ? (corners[character] ?? character) : character;
};

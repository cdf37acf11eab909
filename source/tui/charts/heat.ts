import type {Charset} from '../../core/charset.ts';
import {type HeatToken, heatTokens} from '../theme.ts';

/** The shades of a heat map, from the faintest: glyph and token go together, so that neither stands alone. */
export type Shade = {readonly glyph: string; readonly token: HeatToken; readonly from: number};

const glyphs = {braille: '░▒▓█', block: '░▒▓█', ascii: '.:*#@'} as const satisfies Record<Charset, string>;

/**
 * The shades of a charset, each with the share of the greatest count that it begins at. The steps grow by squares: a tail
 * of a few per cent must differ from nothing and from the body alike.
 */
export const shadesOf = (charset: Charset): readonly Shade[] => {
	const known = [...glyphs[charset]];
	return known.map((glyph, index) => ({
		glyph,
		token: heatTokens[Math.round((index * (heatTokens.length - 1)) / (known.length - 1))]!,
		from: (index / known.length) ** 2,
	}));
};

const tables = {braille: shadesOf('braille'), block: shadesOf('block'), ascii: shadesOf('ascii')} as const;

/** The shade of a share of the greatest count (0 to 1); `undefined` for none at all. */
export const shadeOf = (share: number, charset: Charset): Shade | undefined => {
	if (!(share > 0)) return undefined;
	const shades = tables[charset];
	return shades[Math.min(shades.length - 1, Math.floor(Math.sqrt(share) * shades.length))];
};

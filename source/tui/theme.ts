// What panes know of themes: the tokens. Themes themselves are values of the core, since commands read and list them too.
export {type HeatToken, heatTokens, type SeriesToken, seriesTokens, type Token, tokens} from '../core/theme.ts';

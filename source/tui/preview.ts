import {chooseCharset} from '../core/charset.ts';
import type {Theme} from '../core/theme.ts';
import {createCanvas, paintRows, put} from './canvas.ts';
import {type Line, lineWidth, span} from './line.ts';
import {chooseDepth, createPaint, type DepthChoice, type Paint} from './paint.ts';
import {heatTokens, seriesTokens} from './theme.ts';

/** Where a preview is printed. */
export type PreviewOptions = {
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** What the stream says of its terminal. */
	readonly getColorDepth?: ((environment: Record<string, string>) => number) | undefined;
	readonly color?: DepthChoice | undefined;
	/** Whether there may be escape codes at all. */
	readonly styled: boolean;
	/** More than a block. */
	readonly large: boolean;
};

const gap = span('  ');

const verdicts: Line = [
	span('✓ better', 'good'),
	gap,
	span('≈ same', 'same'),
	gap,
	span('? unclear', 'unsure'),
	gap,
	span('◆ warning', 'warn'),
	gap,
	span('✗ worse', 'bad'),
];
const words: Line = [span('text', 'text'), gap, span('muted', 'muted'), gap, span('accent', 'accent')];
const series: Line = seriesTokens.flatMap((token, index) => [span(index === 0 ? '' : ' '), span('━━', token)]);
const heat: Line = heatTokens.map((token) => span('██', token));

const block: readonly Line[] = [
	[...words, gap, ...verdicts],
	[...series, gap, ...heat],
];

const label = (text: string): Line => [span(text.padEnd(10), 'title')];

const board: readonly Line[] = [
	[span(' benchtop  ▶ RUNNING  00:42 '.padEnd(64), 'header')],
	[],
	[
		...label('words'),
		...words,
		gap,
		span('info', 'info'),
		gap,
		span('baseline', 'baseline'),
		gap,
		span('title', 'title'),
	],
	[...label('verdicts'), ...verdicts],
	[
		...label('series'),
		...seriesTokens.flatMap((token, index) => [span(index === 0 ? '' : ' '), span(`━━ ${index + 1}`, token)]),
	],
	[...label('heat'), span('few ', 'muted'), ...heat, span(' many', 'muted')],
	[
		...label('border'),
		span('╭─ pane ─╮', 'border'),
		gap,
		span('╭─ [focused] ─╮', 'borderFocus'),
		gap,
		span('│ cursor', 'cursor'),
	],
	[...label('chosen'), span(' selection ', 'selection'), gap, span(' overlay ', 'overlay')],
	[],
	[span(' q', 'footerKey'), span(' quit', 'footerText'), gap, span('t', 'footerKey'), span(' theme', 'footerText')],
];

const plain: Paint = Object.assign((text: string) => text, {onBlanks: new Set<undefined>()});

/** Samples of what a theme paints, as rows for a terminal. */
export const previewTheme = (theme: Theme, options: PreviewOptions): readonly string[] => {
	const {environment, getColorDepth, color, styled, large} = options;
	const lines = large ? board : block;
	const canvas = createCanvas(Math.max(...lines.map(lineWidth)) + 2, lines.length, chooseCharset(environment));
	for (const [row, line] of lines.entries()) put(canvas, 1, row, line, canvas.columns - 1);
	const depth = chooseDepth(environment, getColorDepth, color);
	// On the ground that it was made for, whatever the terminal's own. Of sixteen colours each user's are different.
	const ground = depth === '16' ? theme.background : (theme.background ?? theme.assumes);
	const rows = paintRows(canvas, styled ? createPaint({...theme, background: ground}, depth) : plain);
	return styled ? rows : rows.map((row) => row.trimEnd());
};

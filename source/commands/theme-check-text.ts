import {visions} from '../core/colour.ts';
import {printable} from '../core/printable.ts';
import {fails, type ThemeMeasure} from '../core/theme-check.ts';
import {alignColumns} from '../export/columns.ts';

type Measured = {readonly name: string; readonly measures: readonly ThemeMeasure[]};

const figure = (measure: ThemeMeasure | undefined): string =>
	measure === undefined ? '–' : `${measure.value.toFixed(1)}${fails(measure) ? ' ✗ too low' : ''}`;

const lowest = (measures: readonly ThemeMeasure[]): ThemeMeasure | undefined =>
	measures.reduce<ThemeMeasure | undefined>(
		(least, each) => (least === undefined || each.value < least.value ? each : least),
		undefined,
	);

const isSeries = ({of}: ThemeMeasure): boolean => /^(series|heat)/.test(of);

const verdict = (measures: readonly ThemeMeasure[]): string => {
	const below = measures.filter(fails).length;
	if (measures.length === 0) return "the terminal's colours: nothing to measure";
	return below === 0 ? '✓ fits' : `✗ ${below} below the limit`;
};

const detail = ({name, measures}: Measured): readonly string[] => {
	const contrasts = measures.filter(({kind}) => kind === 'contrast');
	const pairs = [...new Set(measures.filter(({kind}) => kind === 'distance').map(({of}) => of))];
	const least = (value: number | undefined): string => (value === undefined ? 'none' : String(value));
	return [
		`${printable(name)}: ${verdict(measures)}`,
		...(contrasts.length === 0
			? []
			: [
					'',
					'Contrast with the background (WCAG 2.2)',
					...alignColumns(
						[{heading: 'of'}, {heading: 'at least', right: true}, {heading: 'is'}],
						contrasts.map((measure) => [measure.of, least(measure.least), figure(measure)]),
					),
				]),
		...(pairs.length === 0
			? []
			: [
					'',
					'Distance between colours (CIEDE2000), as seen with each kind of eye',
					...alignColumns(
						[{heading: 'of'}, {heading: 'at least', right: true}, ...visions.map((vision) => ({heading: vision}))],
						pairs.map((pair) => {
							const of = measures.filter((measure) => measure.of === pair);
							return [
								pair,
								least(of[0]?.least),
								...visions.map((vision) => figure(of.find((measure) => measure.vision === vision))),
							];
						}),
					),
				]),
	];
};

const overview = (all: readonly Measured[]): readonly string[] => [
	'The lowest of each: contrast with the background (WCAG 2.2), and distance for any kind of eye (CIEDE2000).',
	'',
	...alignColumns(
		[
			{heading: 'theme'},
			{heading: 'text contrast'},
			{heading: 'graph contrast'},
			{heading: 'verdicts apart'},
			{heading: 'series apart'},
			{heading: ''},
		],
		all.map(({name, measures}) => [
			printable(name),
			...(['contrast', 'distance'] as const).flatMap((kind) =>
				[false, true].map((series) =>
					figure(lowest(measures.filter((measure) => measure.kind === kind && isSeries(measure) === series))),
				),
			),
			verdict(measures),
		]),
	),
];

/** What was measured on themes, as text: all of one theme, or the lowest figures of several. */
export const checkText = (all: readonly Measured[]): string => {
	const [first, ...more] = all;
	if (first === undefined) return '';
	return `${(more.length === 0 ? detail(first) : overview(all)).join('\n')}\n`;
};

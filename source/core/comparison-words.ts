import type {Comparison, Verdict} from './report.ts';
import {formatChange, formatMeasure, formatMilliseconds, formatPercent, formatRate} from './units.ts';

const verdictWords: Readonly<Record<Verdict, string>> = {
	worse: '▲ worse',
	better: '▼ better',
	same: '≈ same',
	unclear: '? unclear',
};

const figure = (value: number | null, unit: string): string => {
	const known = value ?? undefined;
	switch (unit) {
		case 'ms':
			return known === undefined ? formatMilliseconds(known) : `${formatMilliseconds(known)} ms`;
		case '1/s':
			return known === undefined ? formatRate(known) : `${formatRate(known)}/s`;
		case '%':
			return formatPercent(known);
		default:
			return formatMeasure(value, unit);
	}
};

/** The change of a share is a difference in percentage points: '+0.12 pp'. Everything else changes by a ratio. */
const change = (value: number | null, unit: string): string => {
	if (value === null || unit !== '%') return formatChange(value ?? undefined);
	const points = value * 100;
	const text = Math.abs(points) < 9.995 ? points.toFixed(2) : points.toFixed(1);
	return `${points > 0 && Number(text) !== 0 ? '+' : ''}${Number(text) === 0 ? '0.00' : text} pp`;
};

/** The ends of the interval of a change; a dash where there is none. */
const intervalWords = ({change: {low, high}, unit}: Comparison): string =>
	low === null || high === null ? '–' : `${change(low, unit)} … ${change(high, unit)}`;

/** Texts, each with the metrics it holds of; in the order they first come up. */
const grouped = (
	comparisons: readonly Comparison[],
	textsOf: (comparison: Comparison) => readonly string[],
): ReadonlyArray<readonly [text: string, metrics: readonly string[]]> => {
	const metrics = new Map<string, readonly string[]>();
	for (const comparison of comparisons) {
		for (const text of textsOf(comparison)) metrics.set(text, [...(metrics.get(text) ?? []), comparison.metric]);
	}

	return [...metrics];
};

/** Each sentence of the reasons once, with the metrics it speaks of unless it speaks of all. */
const reasons = (comparisons: readonly Comparison[]): string[] =>
	grouped(comparisons, ({because}) => because?.split(/(?<=\.) (?=[A-Z])/) ?? []).map(([sentence, metrics]) =>
		metrics.length === comparisons.length ? sentence : `${metrics.join(', ')}: ${sentence}`,
	);

const coverage = (comparisons: readonly Comparison[]): string[] =>
	grouped(comparisons, ({change: {low, covers}}) => (low === null ? [] : [covers])).map(
		([covers, metrics]) => `Interval of ${metrics.join(', ')}: ${covers}.`,
	);

/** The verdict; of what became worse, how bad that is; of what is only shown, in brackets. */
const verdictOf = ({verdict, severity, isDisplayed}: Comparison): string => {
	const words = `${verdictWords[verdict]}${severity === undefined ? '' : `, ${severity}`}`;
	return isDisplayed === true ? `(${words})` : words;
};

/** Changes within count for none; empty where nothing was judged. */
const marginWords = ({margin, unit}: Comparison): string =>
	margin === undefined ? '' : `±${change(margin, unit).replace('+', '')}`;

/** One metric of two runs as texts. */
export const comparisonWords = (comparison: Comparison) => ({
	base: figure(comparison.base, comparison.unit),
	candidate: figure(comparison.candidate, comparison.unit),
	change: change(comparison.change.estimate, comparison.unit),
	interval: intervalWords(comparison),
	verdict: verdictOf(comparison),
	margin: marginWords(comparison),
	/** How many more runs a side would decide. */
	more: comparison.moreRuns === undefined ? '' : `~${comparison.moreRuns}`,
});

/** What verdicts and intervals rest on, each sentence once. */
export const comparisonNotes = (comparisons: readonly Comparison[]): readonly string[] => [
	...(comparisons.some(({isDisplayed}) => isDisplayed === true) ? ['In brackets: shown, and decides no gate.'] : []),
	...reasons(comparisons),
	...coverage(comparisons),
];

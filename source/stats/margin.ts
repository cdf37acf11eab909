import type {Comparison, Severity, Verdict} from '../core/report.ts';
import {formatChange} from '../core/units.ts';
import {normalQuantile} from './normal.ts';
import {studentTQuantile} from './student-t.ts';

/** A change counts only beyond this, by default: relative, as the change is. */
export const defaultMargins = {p50: 0.05, p90: 0.1, p99: 0.1, throughput: 0.05, other: 0.05, errorRate: 0.001} as const;

/** The default margin of a metric by its name in a Comparison. */
export const defaultMargin = (metric: string): number => {
	switch (metric) {
		case 'p50':
		case 'p90':
		case 'p99':
		case 'throughput':
			return defaultMargins[metric];
		case 'error rate':
			return defaultMargins.errorRate;
		default:
			return defaultMargins.other;
	}
};

/** Margins by the name of the metric, where they are not the default ones; in the terms of the change. */
export type Margins = Readonly<Record<string, number>>;

/** The margin of a metric. A metric may be called as something that every object has. */
export const marginIn = (margins: Margins, metric: string): number =>
	Object.hasOwn(margins, metric) ? (margins[metric] ?? defaultMargin(metric)) : defaultMargin(metric);

/** From here on what became worse is of medium and of high severity. */
const relativeSeverity = {medium: 0.05, high: 0.15} as const;
/** The same of a share, as the difference: one and five percentage points. */
const shareSeverity = {medium: 0.01, high: 0.05} as const;

export const severityOf = (change: number, isShare = false): Severity => {
	const {medium, high} = isShare ? shareSeverity : relativeSeverity;
	const size = Math.abs(change);
	return size > high ? 'high' : size > medium ? 'medium' : 'low';
};

/** Changes that differ by less differ by rounding alone: a figure that never varies may lie on a limit exactly. */
export const rounding = 1e-9;

/**
 * Three states, by where the interval lies: all of it beyond the margin, all of it within, or neither. What ends on the
 * margin lies neither beyond nor within.
 */
export const verdictOf = (low: number, high: number, margin: number, lowerIsBetter: boolean): Verdict => {
	if (low > margin + rounding) return lowerIsBetter ? 'worse' : 'better';
	if (high < -margin - rounding) return lowerIsBetter ? 'better' : 'worse';
	return low > rounding - margin && high < margin - rounding ? 'same' : 'unclear';
};

/** Of two runs alike, the means of so many a side differ by less than this in 95 %: nothing smaller can be told. `sigma` on the ln scale. */
export const noiseFloor = (sigma: number, runs: number): number =>
	Math.expm1(1.959963984540054 * Math.SQRT2 * (sigma / Math.sqrt(runs)));

/** What a verdict rests on, in a sentence. A share is told in percentage points. */
export const verdictWords = (verdict: Verdict, margin: number, isShare = false): string => {
	const said = isShare ? `${Number((margin * 100).toPrecision(3))} pp` : formatChange(margin).replace('+', '');
	switch (verdict) {
		case 'same':
			return `The whole interval lies within ±${said}.`;
		case 'unclear':
			return `The interval reaches across the margin of ${said}.`;
		default:
			return `The whole interval lies beyond the margin of ${said}.`;
	}
};

/** Beyond so many more runs a side it is said that no number of them decides. */
const mostRuns = 100;
/** The chance to decide with so many runs, where the change is what it seems to be. */
const power = 0.8;

/**
 * About how many more runs a side decide whether a change is beyond the margin: ⌈2(t₀.₉₇₅ + t₀.₈)²s²/d²⌉ in all, d the
 * distance of the change from the nearer margin. `deviation` is that of one run, or with `isPaired` of a difference of
 * two; both on the ln scale. `undefined` where it takes more than a hundred: the change lies on the margin.
 */
export const moreRunsToDecide = (
	difference: number,
	deviation: number,
	margin: number,
	runs: number,
	{confidence, isPaired}: {readonly confidence: number; readonly isPaired: boolean},
): number | undefined => {
	const distance = Math.min(Math.abs(difference - Math.log1p(margin)), Math.abs(difference - Math.log1p(-margin)));
	const sides = isPaired ? 1 : 2;
	// t is never below the normal quantile: fewer runs than that asks for need not be tried.
	const atLeast =
		sides * (((normalQuantile((1 + confidence) / 2) + normalQuantile(power)) * deviation) / distance) ** 2;
	for (let more = Math.max(1, Math.floor(atLeast) - runs); more <= mostRuns; more++) {
		const n = runs + more;
		const freedom = sides * (n - 1);
		const t = studentTQuantile((1 + confidence) / 2, freedom) + studentTQuantile(power, freedom);
		if (n >= sides * ((t * deviation) / distance) ** 2) return more;
	}

	return undefined;
};

/** A Comparison that carries a figure of both sides and nothing that was judged. */
export const unjudged = (
	shown: Pick<Comparison, 'metric' | 'unit' | 'lowerIsBetter' | 'base' | 'candidate'>,
	change: Comparison['change'],
	because: string,
): Comparison => ({...shown, change, verdict: 'unclear', because});

import {type GateOutcome, gateOutcome, isNothing} from '../core/gate.ts';
import {intervalWords} from '../core/metric-words.ts';
import type {ComparisonRule} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import type {Comparison} from '../core/report.ts';
import {hasLatencies, type Result, resultOf} from '../core/result.ts';
import {hasBegun} from '../core/run-state.ts';
import type {SideRun} from '../core/side-run.ts';
import {spokenMeasure, spokenMilliseconds, spokenPercent, spokenRate} from '../core/spoken.ts';
import {formatChange, formatMeasure, formatMilliseconds, formatPercent, formatRate} from '../core/units.ts';
import {type Standing, sideRunsWith, standings} from '../stats/rounds.ts';
import type {Viewed} from './view.ts';

/** What became of two sides that were measured in turns. */
export type Sides = {
	readonly rule: ComparisonRule;
	readonly runs: readonly SideRun[];
	readonly standings: readonly Standing[];
	/** Not all that was to be measured was. */
	readonly isCut: boolean;
};

/** How two sides stand by the last run that was watched to its end; `undefined` of runs that are made for none. */
export const sidesIn = (viewed: readonly Viewed[]): Sides | undefined => {
	const last = viewed.findLast(({state, left}) => left === undefined && hasBegun(state))?.state;
	const rule = last?.began?.plan.suite?.comparison;
	if (last === undefined || rule === undefined || !hasBegun(last)) return undefined;
	const result = resultOf(last);
	const runs = sideRunsWith(result, last.began.before);
	const standing = standings(runs, rule);
	const all = new Set(result.plan.suite?.runs.map(({benchmark}) => benchmark));
	return {rule, runs, standings: standing, isCut: standing.length < all.size || standing.some(({isFinal}) => !isFinal)};
};

const pairsWords = ({pairs, most}: Standing): string => `${pairs} of ${most} pairs`;

/** An interval that was looked at before its time: what it seems to be, but no verdict. */
const unfinished = (comparison: Comparison, standing: Standing): Comparison => {
	const {p: _, moreRuns: __, severity: ___, margin: ____, ...seen} = comparison;
	return {
		...seen,
		verdict: 'unclear',
		because: `Stopped after ${pairsWords(standing)}: this is how it stood then, and no verdict.`,
	};
};

/** What the sides come to, as a report tells it. */
export const comparisonsOf = ({standings: all}: Sides): readonly Comparison[] =>
	all.flatMap((standing) =>
		standing.comparisons
			.map((comparison) => (standing.isFinal ? comparison : unfinished(comparison, standing)))
			.map((comparison) =>
				all.length === 1 ? comparison : {...comparison, metric: `${standing.benchmark}: ${comparison.metric}`},
			),
	);

/** What the gate says of the sides; of what was cut short it cannot tell, unless that much is decided. */
export const outcomeOfSides = (sides: Sides): GateOutcome => {
	const outcome = gateOutcome(comparisonsOf(sides));
	return outcome === 'pass' && sides.isCut ? 'inconclusive' : outcome;
};

const changeWords = ({metric, unit, change: {estimate}}: Comparison): string => {
	if (estimate === null) return metric;
	return `${metric} ${unit === '%' ? `${estimate > 0 ? '+' : ''}${(estimate * 100).toFixed(2)} pp` : formatChange(estimate)}`;
};

const verdictLine = (standing: Standing): string => {
	const {benchmark, of, comparisons, isFinal} = standing;
	const [base, candidate] = [of.base, of.candidate].map(printable);
	const gating = comparisons.filter(({isDisplayed}) => isDisplayed !== true);
	const those = (verdict: Comparison['verdict']): string =>
		gating
			.filter((each) => each.verdict === verdict && !isNothing(each))
			.map(changeWords)
			.join(', ');
	const head = `${printable(benchmark)}: `;
	if (!isFinal) return `${head}stopped after ${pairsWords(standing)}; no verdict.`;
	const outcome = gateOutcome(comparisons);
	const said =
		outcome === 'fail'
			? `${candidate} is worse than ${base}: ${those('worse')}`
			: outcome === 'inconclusive'
				? `it cannot be told whether ${candidate} is worse than ${base}: ${those('unclear')}`
				: those('better') === ''
					? `${candidate} is no worse than ${base}`
					: `${candidate} is no worse than ${base}, and better in ${those('better')}`;
	return printable(`${head}${said}.`);
};

/** Doubts, each with how many runs of which side it is about. */
const doubtLines = (runs: readonly SideRun[]): readonly string[] =>
	(['base', 'candidate'] as const).flatMap((is) => {
		const own = runs.filter(({side}) => side.is === is);
		// What differs between them in figures alone is one doubt.
		const groups = Map.groupBy(
			own.flatMap(({doubts}) => doubts),
			(doubt) => doubt.replace(/\d[\d.,]*/g, '#'),
		);
		return [...groups.values()].map(
			(doubts) => `! ${is}, ${doubts.length} of ${own.length} runs: ${printable(doubts[0] ?? '')}`,
		);
	});

/** What differs between the sides that should not: the machine, and the load where both are asked the same. */
const differenceLines = (runs: readonly SideRun[], results: readonly Result[]): readonly string[] => {
	const targets = new Map(results.map(({id, target}) => [id, target]));
	const groups = [...Map.groupBy(runs, ({side}) => side.benchmark).values()];
	const differs = (own: readonly SideRun[], of: (run: SideRun) => string | undefined): boolean =>
		new Set(own.map(of)).size > 1;
	return [
		...(differs(runs, ({fingerprint}) => fingerprint.environment)
			? ['! The machine changed between the runs: its cores, its memory, or the limits of the container.']
			: []),
		...(groups.some(
			(own) => !differs(own, ({id}) => targets.get(id)) && differs(own, ({fingerprint}) => fingerprint.workload),
		)
			? ['! The sides ran different loads: what the suite reads from files differs between them.']
			: []),
	];
};

const methodLine = ({rule: {pairs, looks, confidence, seed}, standings: all}: Sides): string => {
	const error = `${Number(((1 - confidence) * 100).toPrecision(3))} %`;
	const order = `order of the sides: random ABBA, seed ${seed}`;
	if (looks === undefined) return `${pairs} pairs planned; ${order}.`;
	const taken = all.map(({pairs: count}) => count).join(', ');
	return `Looked at after ${looks.slice(0, 3).join(', ')}${looks.length > 3 ? ', …' : ''} of at most ${pairs} pairs, taken ${taken}: over all looks together a benchmark is called worse or better by chance in at most ${error} (O'Brien–Fleming); ${order}.`;
};

/** The outcome in words: what speaks against it, how it came about, and the verdict. */
export const sidesText = (sides: Sides, results: readonly Result[]): string => {
	const lines = [
		...doubtLines(sides.runs),
		...differenceLines(sides.runs, results),
		methodLine(sides),
		...(sides.standings.length === 0
			? ['No pair is complete: nothing was compared.']
			: sides.standings.map(verdictLine)),
	];
	return `${lines.join('\n')}\n`;
};

/** The figure that a run is told by, in signs or for ears. */
const figureWords = (result: Result, isSpoken: boolean): string => {
	const {latency, throughput, successRate, metrics = {}} = result.summary;
	const [metric] = Object.entries(metrics);
	const failed = successRate === null ? undefined : (1 - successRate) * 100;
	if (isSpoken) {
		const leading = hasLatencies(result)
			? [`median ${spokenMilliseconds(latency.p50)}`, `99th percentile ${spokenMilliseconds(latency.p99)}`]
			: metric === undefined
				? []
				: [printable(`${metric[0]}, median ${spokenMeasure(metric[1].p50, metric[1].unit)}`)];
		return [...leading, spokenRate(throughput.mean), `${spokenPercent(failed)} failed`].join(', ');
	}

	const leading = hasLatencies(result)
		? [
				`p50 ${formatMilliseconds(latency.p50 ?? undefined)} ms`,
				`p99 ${formatMilliseconds(latency.p99 ?? undefined)} ms`,
			]
		: metric === undefined
			? []
			: [printable(`${metric[0]} ${formatMeasure(metric[1].p50, metric[1].unit)} ${intervalWords(metric[1])}`).trim()];
	return [...leading, `${formatRate(throughput.mean ?? undefined)}/s`, `errors ${formatPercent(failed)}`].join('  ');
};

const standingLine = (standing: Standing): string => {
	const gating = standing.comparisons.filter(({isDisplayed}) => isDisplayed !== true);
	const figures = gating.map((comparison) => {
		const {low, high} = comparison.change;
		const interval =
			low === null || high === null || comparison.unit === '%' ? '' : ` (${formatChange(low)} … ${formatChange(high)})`;
		return `${changeWords(comparison)}${interval}`;
	});
	return `after ${pairsWords(standing)}${standing.isFinal ? '' : ', so far'}: ${figures.join('  ')}`;
};

const standingSentence = (standing: Standing): string => {
	const gating = standing.comparisons.filter(
		({isDisplayed, change: {estimate}}) => isDisplayed !== true && estimate !== null,
	);
	const figures = gating.map(({metric, unit, change: {estimate}}) => {
		const size = `${(Math.abs(estimate ?? 0) * 100).toFixed(unit === '%' ? 2 : 1)} ${unit === '%' ? 'percentage points' : 'percent'}`;
		return `${metric} ${size} ${(estimate ?? 0) < 0 ? 'lower' : 'higher'}`;
	});
	return `After ${pairsWords(standing)}${standing.isFinal ? '' : ', so far'}: ${figures.join(', ')}.`;
};

/** What the last run, of a side, came to, in a line, and where the sides stand with it. */
export const sideRunText = (all: readonly Viewed[], isSpoken: boolean): string => {
	const state = all.at(-1)?.state;
	if (state === undefined || !hasBegun(state) || state.began.plan.side === undefined) return '';
	const result = resultOf(state);
	const {benchmark, pair, is, of} = state.began.plan.side;
	const sides = sidesIn(all);
	const standing = sides?.standings.find((each) => each.benchmark === benchmark);
	const isComplete = sides?.runs.filter(({side}) => side.benchmark === benchmark && side.pair === pair).length === 2;
	const {ending} = result;
	const end = ending.state === 'failed' ? `failed: ${ending.message}` : figureWords(result, isSpoken);
	const name = of.includes(benchmark) || result.target === of ? '' : `, ${benchmark}`;
	const line = `${isSpoken ? 'Pair' : 'pair'} ${pair}, ${is} ${of}${name}: ${end}${isSpoken ? '.' : ''}`;
	const told = isSpoken ? standingSentence : standingLine;
	return `${[line, ...(isComplete && standing !== undefined && standing.comparisons.length > 0 ? [told(standing)] : [])]
		.map(printable)
		.join('\n')}\n`;
};

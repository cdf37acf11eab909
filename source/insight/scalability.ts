import type {ReportedInsight} from '../core/insight.ts';
import {isMeasured, type Report} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import {formatCount, formatPercent, formatRate} from '../core/units.ts';
import {fitScalability, leastLoads, type Parameter, type Scalability} from '../stats/scalability.ts';
import {rounded} from './seconds.ts';

/** Parameters of a matrix, or of a sweep, that say how much works at a time. */
const loadParameter = / (pool|connections|users|workers|clients|threads)=(\d+)(?= |$)/g;

/** With fewer loads nobody meant to ask how throughput grows. */
const leastAsked = 3;
/** Less of the differences than this is explained by the curve: it is no picture of them. */
const leastExplained = 0.9;
const kind = 'scalability';

/** The runs of one benchmark that differ in one parameter. */
type Family = {readonly name: string; readonly parameter: string; readonly runs: Array<{load: number; result: Result}>};

/** Throughput under a rate is what was asked for. */
const isClosedLoop = ({plan: {load}}: Result): boolean =>
	typeof load !== 'object' || load === null || !('rate' in load) || load.rate === undefined;

const familiesOf = (results: readonly Result[]): readonly Family[] => {
	const families = new Map<string, Family>();
	for (const result of results) {
		if (!isMeasured(result) || !isClosedLoop(result) || result.summary.throughput.mean === null) continue;
		for (const [words, parameter = '', value] of result.name.matchAll(loadParameter)) {
			const name = result.name.replace(words, '');
			const key = `${parameter} ${name}`;
			const family = families.get(key) ?? {name, parameter, runs: []};
			families.set(key, family);
			family.runs.push({load: Number(value), result});
		}
	}

	return [...families.values()].filter(({runs}) => new Set(runs.map(({load}) => load)).size >= leastAsked);
};

const percentOf = ({estimate, low, high, bound}: Parameter): string => {
	const share = (value: number): string => formatPercent(Math.min(1, Math.max(0, value)) * 100);
	return bound
		? `${share(estimate)} (up to ${share(high)})`
		: `${share(estimate)} (95 %: ${share(low)} … ${share(high)})`;
};

const loadOf = (load: number): string => formatCount(Math.max(1, Math.round(load)));

const peakWords = ({peak, limit}: Scalability, {parameter, runs}: Family): string => {
	const most = Math.max(...runs.map(({load}) => load));
	if (peak.kind === 'none') {
		return `There is no peak in the data: throughput does not fall up to ${parameter} ${formatCount(most)}${Number.isFinite(limit) ? `, and by the curve no ${parameter} brings more than ${formatRate(limit)}/s` : ''}; of more than was measured nothing can be said.`;
	}

	const reach = Number.isFinite(peak.high)
		? `${loadOf(peak.low)} … ${loadOf(peak.high)}`
		: `${loadOf(peak.low)} or more`;
	return `Its peak is at ${parameter} ${loadOf(peak.load)} (95 %: ${reach}), ${formatRate(peak.throughput)}/s${peak.measured ? '' : `; that is beyond ${formatCount(most)}, the most that was measured, and a forecast`}.`;
};

const doubtWords = ({explained}: Scalability, {runs}: Family): readonly string[] => {
	const doubtful = runs.filter(({result}) => !result.validity.trustworthy).length;
	const repeated = runs.length > new Set(runs.map(({load}) => load)).size;
	return [
		...(explained < leastExplained
			? [`The curve explains ${formatPercent(explained * 100)} of the differences alone: it is no picture of them.`]
			: []),
		...(doubtful > 0 ? [`${formatCount(doubtful)} of ${formatCount(runs.length)} runs are in doubt themselves.`] : []),
		...(repeated
			? []
			: [
					'Each load was run once: how much runs of one load differ is not known, but for their distance from the curve.',
				]),
	];
};

const insightOf = (family: Family): ReportedInsight => {
	const {name, parameter, runs} = family;
	const last = runs.at(-1)!.result;
	const loads = [...new Set(runs.map(({load}) => load))].sort((a, b) => a - b);
	const common = {kind, severity: 'info', result: last.id, name} as const;
	const best = runs.reduce((a, b) =>
		(b.result.summary.throughput.mean ?? 0) > (a.result.summary.throughput.mean ?? 0) ? b : a,
	);
	const highest = `The most was ${formatRate(best.result.summary.throughput.mean ?? undefined)}/s at ${parameter} ${formatCount(best.load)}.`;
	const fit =
		loads.length < leastLoads
			? undefined
			: fitScalability(runs.map(({load, result}) => ({load, throughput: result.summary.throughput.mean ?? 0})));
	if (fit === undefined) {
		const why =
			loads.length < leastLoads
				? `it takes ${leastLoads} different loads at least, and there are ${loads.length}`
				: 'the throughputs do not determine one';
		return {
			...common,
			text: `${name}: no scalability fit over ${parameter}: ${why}. ${highest}`,
			recommendations: [],
			figures: {parameter, loads: loads.length, bestLoad: best.load},
		};
	}

	const {contention, coherency, single, peak, limit, explained, freedom} = fit;
	return {
		...common,
		text: `${name}: over ${parameter} ${loads.map(formatCount).join(', ')}, throughput follows the Universal Scalability Law with ${formatRate(single.estimate)}/s for one, contention ${percentOf(contention)} and coherency ${percentOf(coherency)}. ${peakWords(fit, family)} ${highest} ${doubtWords(fit, family).join(' ')}`.trim(),
		recommendations: [
			...(peak.kind === 'peak' && peak.measured && Number.isFinite(peak.high) && explained >= leastExplained
				? [
						`A ${parameter} of more than ${loadOf(peak.load)} costs throughput: measure around it, with rounds, before settling.`,
					]
				: []),
			...(runs.length === loads.length
				? ['Run each load several times (--rounds 3): that shows what of the curve is noise.']
				: []),
		],
		figures: {
			parameter,
			loads: loads.length,
			runs: runs.length,
			bestLoad: best.load,
			singlePerSecond: rounded(single.estimate),
			contention: contention.estimate,
			contentionLow: contention.low,
			contentionHigh: contention.high,
			coherency: coherency.estimate,
			coherencyLow: coherency.low,
			coherencyHigh: coherency.high,
			peakLoad: peak.kind === 'peak' ? rounded(peak.load) : null,
			peakLoadLow: peak.kind === 'peak' ? rounded(peak.low) : null,
			peakLoadHigh: peak.kind === 'peak' && Number.isFinite(peak.high) ? rounded(peak.high) : null,
			peakPerSecond: peak.kind === 'peak' ? rounded(peak.throughput) : null,
			limitPerSecond: Number.isFinite(limit) ? rounded(limit) : null,
			explained: rounded(explained),
			freedom,
		},
	};
};

/**
 * A report with what its runs say together of how throughput grows with a parameter of a matrix or a sweep: the
 * Universal Scalability Law, or why there is no fit.
 */
export const withScalability = (report: Report): Report => ({
	...report,
	insights: [...report.insights, ...familiesOf(report.results).map(insightOf)],
});

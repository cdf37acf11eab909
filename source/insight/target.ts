import {formatPercent, formatRate} from '../core/units.ts';
import {medianDeviation, medianOf} from '../stats/describe.ts';
import type {InsightRule} from './rule.ts';
import {gaugeSeries, rounded, wholeSeconds} from './seconds.ts';

/** With fewer seconds its CPU is not known well. */
const leastSeconds = 5;
/** Of all its cores. */
const fullShare = 0.9;
/** Of one core, %: a single thread that never waits, and what helps it beside. */
const [oneCoreLow, oneCoreHigh] = [92, 112];
/** %: a single thread at its limit stays there; several that come to one core by chance do not. */
const mostSpread = 4;

/** The process under test had all the CPU it can use. */
export const targetSaturated: InsightRule = {
	kind: 'target-saturated',
	about: 'the target used all the CPU that it can: its cores, or the one of a single thread',
	find: ({result}) => {
		const series = gaugeSeries(wholeSeconds(result), 'target.cpu');
		if (series.length < leastSeconds) return undefined;
		const {cores} = result.environment.cpu;
		const used = medianOf(series);
		const all = used >= fullShare * cores * 100;
		const one =
			!all &&
			cores > 1 &&
			used >= oneCoreLow &&
			used <= oneCoreHigh &&
			medianDeviation(series) <= mostSpread &&
			(result.summary.resources.target.processes ?? 1) <= 1;
		if (!all && !one) return undefined;
		const rate = result.summary.throughput.mean;
		const about = rate === null ? '' : ` (${formatRate(rate)}/s)`;
		return {
			kind: 'target-saturated',
			severity: 'medium',
			text: all
				? `The target used ${formatPercent(used)} of one core, nearly all of the ${cores} that the machine has. Its CPU is what limits the throughput${about}: more load only waits longer.`
				: `The target used ${formatPercent(used)} of one core, second after second, and no more: one thread of it is at its limit. More load than this${about} only waits longer, and other cores do not help.`,
			recommendations: [
				'Profile the target under this load: what it spends its CPU on is what to make cheaper.',
				all
					? 'Give it more cores, or fewer neighbours: the load generator may be one of them.'
					: 'Run several processes or threads of it, one for each core.',
				'To see latencies below the limit, ask for a rate (-R) of about two thirds of this throughput.',
			],
			figures: {
				targetCpuPercentOfOneCore: rounded(used),
				cores,
				limit: all ? 'all cores' : 'one core',
				throughputPerSecond: rate,
			},
		};
	},
};

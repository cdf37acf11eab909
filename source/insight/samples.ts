import {percentiles} from '../core/summary.ts';
import {formatCount, formatDuration} from '../core/units.ts';
import type {InsightRule} from './rule.ts';
import {rounded} from './seconds.ts';

/** The percentiles that are read of any load; those beyond are of interest only where a limit names them. */
const everyday: ReadonlySet<string> = new Set(['p50', 'p75', 'p90', 'p95', 'p99']);

/** Percentiles are read that so few operations cannot carry. */
export const fewSamples: InsightRule = {
	kind: 'few-samples',
	about: 'too few operations for the percentiles that are read, or that limits are set on',
	find: ({result}) => {
		const {latency} = result.summary;
		if (latency.count === 0) return undefined;
		const limited = new Set((result.plan.thresholds ?? []).map(({metric}) => metric.replace(/^latency\./, '')));
		// A few launches or calls are read by their median.
		const isLoad = result.plan.duration !== undefined;
		const uncertain = percentiles.filter(
			({key}) =>
				latency.uncertain.includes(key) && latency[key] !== null && ((isLoad && everyday.has(key)) || limited.has(key)),
		);
		const [first] = uncertain;
		const last = uncertain.at(-1);
		if (first === undefined || last === undefined) return undefined;
		const rate = result.summary.throughput.mean ?? 0;
		const seconds = rate > 0 ? Math.ceil(last.least / rate) : undefined;
		const isLimited = uncertain.some(({key}) => limited.has(key));
		return {
			kind: 'few-samples',
			severity: isLimited ? 'medium' : 'low',
			text: `${formatCount(latency.count)} operations are too few for ${first === last ? first.label : `${first.label} and beyond`}: ${last.label} needs ${formatCount(last.least)} or more. ${isLimited ? 'A limit is set on it, which is then kept or not by chance.' : 'What is shown for it is close to the slowest of them, and changes from run to run by chance.'}`,
			recommendations: [
				...(seconds === undefined
					? []
					: isLoad
						? [`Measure for longer: at this rate ${formatDuration(seconds * 1000)} are enough (-d ${seconds}s).`]
						: [`Measure more of them: ${formatCount(last.least)}.`]),
				`Or read a percentile that they carry${isLimited ? ', and set the limit on that' : ''}: ${percentiles.findLast(({key}) => latency[key] !== null && !latency.uncertain.includes(key))?.label ?? 'none yet'}.`,
			],
			figures: {
				operations: latency.count,
				percentile: last.label,
				operationsNeeded: last.least,
				secondsNeeded: seconds === undefined ? null : rounded(seconds, 0),
			},
		};
	},
};

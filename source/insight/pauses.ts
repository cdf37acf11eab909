import type {Insight, InsightSeverity} from '../core/insight.ts';
import {formatCount, formatDuration, formatMilliseconds, formatPercent} from '../core/units.ts';
import {medianOf} from '../stats/describe.ts';
import {leastWave, strongestWave} from '../stats/periodicity.ts';
import {isLoud} from './other-work.ts';
import {isChangingLoad, loadOf} from './planned-load.ts';
import type {Evidence, InsightRule} from './rule.ts';
import {rounded, wholeSeconds} from './seconds.ts';
import {type Stall, stallsIn} from './stalls.ts';

/** By chance alone, moments are so even in one of a thousand runs. */
const significance = 0.001;
/** With fewer stalls there is no saying that they come again and again. */
const leastStalls = 4;
/** Those that come at no even intervals must be more, and take so much of the time. */
const [leastUneven, leastShare] = [8, 0.01];
/** Beyond this it is no pause but an outage. Milliseconds. */
const longestPause = 2000;

const spanOf = ({result}: Evidence): number => Math.max(1, result.durationMs);

const severityOf = (share: number): InsightSeverity => (share >= 0.05 ? 'high' : share >= 0.01 ? 'medium' : 'low');

const everyWords = (period: number): string =>
	period < 1000 ? `Every ${formatMilliseconds(period)} ms` : `Every ${formatMilliseconds(period / 1000)} s`;

const closedLoopAdvice = ({result}: Evidence): readonly string[] =>
	loadOf(result).rate === undefined
		? ['Ask for a rate (-R): without one, each connection waits a stall out once, and percentiles hardly show it.']
		: [];

const figuresOf = (stalls: readonly Stall[], period: number | null, share: number): Insight['figures'] => ({
	stalls: stalls.length,
	periodMs: period === null ? null : rounded(period, 0),
	medianLengthMs: rounded(medianOf(stalls.map(({length}) => length))),
	longestMs: rounded(Math.max(...stalls.map(({length}) => length))),
	shareOfTime: rounded(share, 4),
});

/** Again and again the target answers nothing at all for a moment. */
export const pauses: InsightRule = {
	kind: 'pauses',
	about: 'short pauses in which nothing is answered, as those of garbage collection',
	find: (evidence) => {
		const {clear, even} = stallsIn(evidence.result, evidence.beats);
		const regularity = even !== undefined && even.regularity.p < significance ? even.regularity : undefined;
		const all = regularity === undefined ? clear : (even?.stalls ?? []);
		const stalls = all.filter(({isTotal, length}) => isTotal && length <= longestPause);
		const isEven = regularity !== undefined && stalls.length >= Math.max(leastStalls, all.length / 2);
		if (stalls.length < leastStalls) return undefined;
		const length = medianOf(stalls.map((stall) => stall.length));
		const share = stalls.reduce((sum, stall) => sum + stall.length, 0) / spanOf(evidence);
		if (!isEven && (stalls.length < leastUneven || share < leastShare || isLoud(evidence.result))) return undefined;
		return {
			kind: 'pauses',
			severity: severityOf(share),
			text: `${isEven ? everyWords(regularity.period) : `${formatCount(stalls.length)} times in ${formatDuration(spanOf(evidence))}`} nothing is answered for about ${formatMilliseconds(length)} ms, which comes to ${formatPercent(share * 100)} of the time. Whatever arrives in such a pause waits for its end: this sets the tail, and no faster code beside it will.`,
			recommendations: [
				'Look for garbage collection first: its log (node --trace-gc, java -Xlog:gc) must show pauses at the same moments.',
				'Else for work that blocks everything: a timer, a flush to disk, a lock, a synchronous call in an event loop.',
				...closedLoopAdvice(evidence),
			],
			figures: figuresOf(stalls, isEven ? regularity.period : null, share),
		};
	},
};

/** A wave in the latency, from the logarithms of each second's median. */
const waveIn = ({result}: Evidence): {readonly period: number; readonly ratio: number} | undefined => {
	const seconds = wholeSeconds(result);
	const medians = seconds.flatMap(({p50}) => (p50 === null || p50 <= 0 ? [] : [Math.log(p50)]));
	if (medians.length < leastWave || medians.length < seconds.length) return undefined;
	const wave = strongestWave(medians);
	const step = seconds[0] === undefined ? 1000 : seconds[0].toMs - seconds[0].fromMs;
	// From trough to crest, as a ratio.
	const ratio = wave === undefined ? 1 : Math.exp(2 * wave.amplitude);
	return wave === undefined || wave.p >= significance || ratio < 1.25 ? undefined : {period: wave.period * step, ratio};
};

/** Some operations are slow at even intervals, or all are a little slower. */
export const periodicStalls: InsightRule = {
	kind: 'periodic-stalls',
	about: 'latency that rises at even intervals, with the period',
	unless: ['pauses'],
	find: (evidence) => {
		const {result, beats} = evidence;
		if (isChangingLoad(result)) return undefined;
		const {even} = stallsIn(result, beats);
		const advice = [
			'Look for what runs at this interval: a scheduled task, a flush or checkpoint, a cache that expires, a health check, garbage collection.',
			'Mark such moments in the run (m, or benchtop attach) to see whether they fall together.',
		];
		if (even !== undefined && even.regularity.p < significance) {
			const {stalls, regularity} = even;
			const length = medianOf(stalls.map((stall) => stall.length));
			const share = stalls.reduce((sum, stall) => sum + stall.length, 0) / spanOf(evidence);
			return {
				kind: 'periodic-stalls',
				severity: share >= 0.05 ? 'medium' : 'low',
				text: `${everyWords(regularity.period)} some operations take about ${formatMilliseconds(length)} ms, far longer than at other times. What comes at even intervals has a cause that can be found, and it sets the tail.`,
				recommendations: [...advice, ...closedLoopAdvice(evidence)],
				figures: figuresOf(stalls, regularity.period, share),
			};
		}

		const wave = waveIn(evidence);
		if (wave === undefined) return undefined;
		return {
			kind: 'periodic-stalls',
			severity: wave.ratio >= 2 ? 'medium' : 'low',
			text: `The median latency rises and falls every ${formatMilliseconds(wave.period / 1000)} s, by a factor of about ${wave.ratio.toFixed(1)}. Runs that catch more crests than others look slower without any change of the target.`,
			recommendations: [...advice, 'Measure over several periods, so that each run has as many crests.'],
			figures: {periodMs: rounded(wave.period, 0), crestToTrough: rounded(wave.ratio)},
		};
	},
};

import {printable} from '../core/printable.ts';
import type {ResultSecond} from '../core/result.ts';
import {formatClock, formatCount, formatPercent, formatRate} from '../core/units.ts';
import {askedIn} from './planned-load.ts';
import type {InsightRule} from './rule.ts';
import {endedIn, isDoubted, rounded, wholeSeconds} from './seconds.ts';

/** Before it there must have been a while with other figures. */
const leastBefore = 2;
/** Fewer failures, or a smaller share of what ends, are no beginning of anything. */
const [leastFailures, leastShare] = [10, 0.01];
/** The share after is at least so many times the one before. */
const leastRise = 8;
/** A second in which the share is so many times smaller no longer belongs to it. */
const goneShare = 4;
/** How much likelier the failures are with a beginning than without, as a logarithm: e^20 leaves no doubt, bursts or not. */
const leastEvidence = 20;

type Counts = {readonly ended: number; readonly failed: number};

const sumOf = (seconds: readonly ResultSecond[]): Counts => ({
	ended: seconds.reduce((sum, second) => sum + endedIn(second), 0),
	failed: seconds.reduce((sum, {failed}) => sum + failed, 0),
});

const shareOf = ({ended, failed}: Counts): number => failed / Math.max(1, ended);

/** Of a share as it was observed. */
const logLikelihood = ({ended, failed}: Counts): number => {
	const term = (count: number): number => (count <= 0 ? 0 : count * Math.log(count / ended));
	return term(failed) + term(ended - failed);
};

/** The outcome that makes most of what failed more often after than before. */
const foremost = (before: readonly ResultSecond[], after: readonly ResultSecond[]): string | undefined => {
	const share = (seconds: readonly ResultSecond[], outcome: string): number =>
		seconds.reduce((sum, {outcomes}) => sum + (outcomes[outcome] ?? 0), 0) / Math.max(1, sumOf(seconds).ended);
	const names = new Set(after.flatMap(({outcomes}) => Object.keys(outcomes)));
	const risen = [...names]
		.map((name) => [name, share(after, name) - share(before, name)] as const)
		.sort(([, a], [, b]) => b - a)[0];
	return risen === undefined || risen[1] <= 0 ? undefined : risen[0];
};

/** Failures that were rare or none up to a moment, and many from then on. */
export const errorsBegan: InsightRule = {
	kind: 'errors-began',
	about: 'errors that begin at a moment or a load',
	find: ({result}) => {
		if (isDoubted(result, 'nothing-ended', 'target-silent')) return undefined;
		const seconds = wholeSeconds(result);
		const whole = sumOf(seconds);
		if (whole.failed < leastFailures || seconds.length < 2 * leastBefore) return undefined;
		const without = logLikelihood(whole);
		let best = {place: 0, evidence: Number.NEGATIVE_INFINITY};
		let before = sumOf(seconds.slice(0, leastBefore - 1));
		for (let place = leastBefore; place <= seconds.length - 1; place++) {
			const second = seconds[place - 1]!;
			before = {ended: before.ended + endedIn(second), failed: before.failed + second.failed};
			const after = {ended: whole.ended - before.ended, failed: whole.failed - before.failed};
			// Where they end, the shares are as far apart.
			if (shareOf(after) < Math.max(leastShare, leastRise * shareOf(before))) continue;
			const evidence = logLikelihood(before) + logLikelihood(after) - without;
			if (evidence > best.evidence) best = {place, evidence};
		}

		const [earlier, later] = [seconds.slice(0, best.place), seconds.slice(best.place)];
		const after = sumOf(later);
		const [shareBefore, shareAfter] = [shareOf(sumOf(earlier)), shareOf(after)];
		const [first] = later;
		if (first === undefined || best.evidence < leastEvidence || after.failed < leastFailures) return undefined;

		const asked = askedIn(result, first);
		const bad = later.filter((second) => second.failed >= (shareAfter / goneShare) * endedIn(second));
		const until = bad.at(-1);
		// A burst: the time until it was over.
		const isOver = until !== undefined && later.length - later.indexOf(until) - 1 >= leastBefore;
		const during = isOver ? sumOf(later.slice(0, later.indexOf(until) + 1)) : after;
		const shareDuring = shareOf(during);
		const outcome = foremost(earlier, later);
		const where = asked === undefined ? '' : `, at about ${formatRate(asked)} operations per second`;
		return {
			kind: 'errors-began',
			severity: shareDuring >= 0.05 ? 'high' : 'medium',
			text: `From ${formatClock(first.fromMs)} ${isOver ? `to ${formatClock(until.toMs)}` : 'on'}${where}, ${formatPercent(shareDuring * 100)} of the operations fail${outcome === undefined ? '' : `, mostly as ${printable(outcome)}`}; before it were ${formatPercent(shareBefore * 100)}. ${asked === undefined ? 'The run mixes a time in which the target worked and one in which it did not: its figures are of neither.' : 'The target gives way at this load: what is above it is no capacity.'}`,
			recommendations: [
				`Look into the target's log at this moment (${formatCount(during.failed)} failures): what ran full, restarted or ran into a limit?`,
				asked === undefined
					? 'Run again: what comes at the same moment has a cause in time (a leak, a quota, a pool that fills up), what does not was the environment.'
					: `Run at a steady rate below it (-R ${Math.max(1, Math.floor(asked * 0.9))}) to see whether it holds there.`,
			],
			figures: {
				fromMs: first.fromMs,
				untilMs: isOver ? until.toMs : null,
				failedShareBefore: rounded(shareBefore, 6),
				failedShareAfter: rounded(shareDuring, 6),
				failures: during.failed,
				outcome: outcome ?? null,
				ratePerSecond: asked === undefined ? null : rounded(asked),
			},
		};
	},
};

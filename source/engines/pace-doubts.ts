import type {Doubt} from '../core/event.ts';
import {gaugeMean} from '../core/gauge.ts';
import {censoredQuantile} from '../core/histogram.ts';
import {coveredIn, endedIn, inFlightIn, type Snapshot} from '../core/snapshot.ts';
import {formatMilliseconds, formatRate} from '../core/units.ts';

/** Fewer of the operations that were due than this came to an end: the rate was not reached. */
const reachedShare = 0.98;
/** Begun so late, on average of the worst in each 200 ms, they are at least 1 % of what p99 is made of. Milliseconds. */
const lagFloor = 2;
const lagShare = 0.5;

/** How an engine speaks of its open loop. */
export type PaceWords = {
	/** Many of its operations: 'requests'. */
	readonly operations: string;
	/** What was late, before how late: 'The load generator sent'. */
	readonly late: string;
	/** Whose the tail is then, and what would help. */
	readonly blame: string;
};

/** Of an open loop: how late it began its operations, and how much of what was due came to an end. */
export const paceDoubts = (total: Snapshot, {operations, late, blame}: PaceWords): readonly Doubt[] => {
	const seconds = coveredIn(total) / 1000;
	const due = total.offered - inFlightIn(total);
	const ended = endedIn(total);
	const gauge = total.gauges['generator.scheduleLag'];
	const lag = gauge === undefined ? 0 : gaugeMean(gauge);
	const p99 = censoredQuantile(total.latency, total.waiting, 0.99);
	const isMissed = ended < reachedShare * due && seconds > 0;
	const isLate = p99 !== undefined && lag > Math.max(lagFloor, (p99 / 1000) * lagShare);
	return [
		...(isMissed
			? [
					{
						kind: 'rate-missed',
						message: `Of ${formatRate(due / seconds)} ${operations} per second that were due, ${formatRate(ended / seconds)} came to an end: the rest was still waiting. The longer such a run, the higher its latencies.`,
					},
				]
			: []),
		...(isLate
			? [
					{
						kind: 'schedule-lag',
						message: `${late} up to ${formatMilliseconds(lag)} ms late, on average of the worst in each 200 ms, against a p99 of ${formatMilliseconds(p99 / 1000)} ms: ${blame}`,
					},
				]
			: []),
	];
};

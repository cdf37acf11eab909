import {formatMilliseconds, formatPercent} from '../core/units.ts';
import type {InsightRule} from './rule.ts';
import {rounded} from './seconds.ts';

/** Of all the time that operations took, so much was waiting for a connection. */
const leastShare = 0.5;
/** Milliseconds: less is nothing that anybody feels. */
const leastWait = 0.2;
const leastOperations = 50;

const memberOf = (load: unknown, name: string): unknown =>
	typeof load === 'object' && load !== null ? Object.entries(load).find(([key]) => key === name)?.[1] : undefined;

/** Operations wait for a connection of the pool longer than the database works for them. */
export const poolExhausted: InsightRule = {
	kind: 'pool-exhausted',
	about: 'operations wait for a connection of the pool longer than the database works for them',
	find: ({result}) => {
		const {metrics = {}} = result.summary;
		const [waiting, working] = [metrics['waiting for the pool'], metrics['on the connection']];
		const {load} = result.plan;
		// A file of SQLite works in the thread that asks it: there it is that which is waited for.
		if (String(memberOf(load, 'url')).startsWith('sqlite:')) return undefined;
		const [wait, work] = [waiting?.mean ?? 0, working?.mean ?? 0];
		if ((waiting?.count ?? 0) < leastOperations || wait < leastWait) return undefined;
		const share = wait / (wait + work);
		if (share < leastShare) return undefined;
		const size = memberOf(load, 'connections');
		return {
			kind: 'pool-exhausted',
			severity: 'medium',
			text: `${formatPercent(share * 100)} of the time that operations took was waiting for a connection of the pool: ${formatMilliseconds(wait)} ms on average, against ${formatMilliseconds(work)} ms on the connection. Latencies are those of a pool that is too small for who shares it, more than of the database.`,
			recommendations: [
				'See what a larger pool does: --sweep pool=1,2,4,8,16,32 shows where throughput stops growing, and where the database itself becomes the limit.',
				'Hold connections for a shorter time: no work of the program between the statements of a transaction, fewer round trips, faster statements.',
			],
			figures: {
				shareOfTime: rounded(share, 4),
				waitingMeanMs: rounded(wait),
				workingMeanMs: rounded(work),
				waitingP99Ms: waiting?.p99 ?? null,
				...(typeof size === 'number' ? {pool: size} : {}),
			},
		};
	},
};

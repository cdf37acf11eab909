import {setupSteps} from '../core/snapshot.ts';
import {formatCount, formatMilliseconds, formatPercent} from '../core/units.ts';
import type {InsightRule} from './rule.ts';
import {rounded} from './seconds.ts';

/** Of all the time that operations took, so much went into making connections. */
const leastShare = 0.2;
/** Fewer operations tell nothing. */
const leastOperations = 50;
/** Fewer than one connection for so many operations are no matter of course. */
const manyOperations = 10;

/** Making connections takes much of the time. */
export const setupDominates: InsightRule = {
	kind: 'setup-dominates',
	about: 'much of the time goes into making connections: TCP, TLS, a tunnel',
	find: ({result}) => {
		const {setup, latency, operations} = result.summary;
		const {mean} = latency;
		const ended = operations.succeeded + operations.failed + result.warmup.operations;
		const made = setup?.connect?.count ?? 0;
		if (setup === undefined || mean === null || mean <= 0 || ended < leastOperations || made * manyOperations < ended) {
			return undefined;
		}

		const each = setupSteps
			// The name is looked up once.
			.filter((step) => step !== 'dns')
			.reduce((sum, step) => sum + ((setup[step]?.mean ?? 0) * (setup[step]?.count ?? 0)) / made, 0);
		const share = Math.min(1, (each * made) / (mean * ended));
		if (share < leastShare) return undefined;
		const secure = setup.tls !== undefined;
		return {
			kind: 'setup-dominates',
			severity: share >= 0.5 ? 'medium' : 'low',
			text: `${formatPercent(share * 100)} of the time that operations took went into making connections: ${formatCount(made)} for ${formatCount(ended)} operations, each ${formatMilliseconds(each)} ms${secure ? ' with TLS' : ''}. The figures tell more of connecting than of what is asked for.`,
			recommendations: [
				'Find out who closes: "Connection: close" in replies, a keep-alive time of the target that is too short, a limit on requests per connection, or --no-keep-alive.',
				...(secure ? ['Let TLS sessions be resumed, and prefer TLS 1.3: a handshake less on the way.'] : []),
				'If users do come with new connections, this is what they see: then keep it so, and make connecting cheaper.',
			],
			figures: {
				shareOfTime: rounded(share, 4),
				connections: made,
				operations: ended,
				setupMeanMs: rounded(each),
				latencyMeanMs: mean,
			},
		};
	},
};

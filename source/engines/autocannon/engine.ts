import {createRequire} from 'node:module';
import type {Doubt} from '../../core/event.ts';
import {coveredIn, type Snapshot} from '../../core/snapshot.ts';
import {answeredIn, failuresByFamily, rateIn} from '../../core/summary.ts';
import {formatCount, formatRate} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {Engine} from '../engine.ts';
import {discloseHttp, type HttpPlan, httpPlan, probeHttp, splitHttp} from '../http-plan.ts';
import {loadByAutocannon} from './load.ts';

/** autocannon sends once a second: up to one second's requests may be missing from the last, unfinished one. */
const isRateMissed = (rate: number, total: Snapshot): boolean =>
	answeredIn(total) + rate < 0.98 * rate * (coveredIn(total) / 1000);

const brokenOutcomes = ['closed before response', 'truncated', 'ECONNRESET', 'EPIPE'];

const connectionDoubts = (total: Snapshot): Doubt[] => {
	const broken = brokenOutcomes.reduce((sum, name) => sum + (total.failures[name] ?? 0), 0);
	const malformed = total.failures['malformed reply'] ?? 0;
	const unmade = failuresByFamily(total).connection - broken - malformed;
	return [
		...(broken === 0
			? []
			: [
					{
						kind: 'broken-connections',
						message: `${formatCount(broken)} requests ended in a broken connection. autocannon learns of it late and may have written to a connection that was already closing: some of these failures may be its own.`,
					},
				]),
		...(malformed === 0
			? []
			: [
					{
						kind: 'malformed-replies',
						message: `${formatCount(malformed)} replies were no HTTP; their requests have no latency.`,
					},
				]),
		...(unmade === 0
			? []
			: [
					{
						kind: 'no-connection',
						message: `${formatCount(unmade)} attempts to connect failed: for part of the run the target could not be reached, and autocannon's pace then is no longer the one that was asked for.`,
					},
				]),
	];
};

/** autocannon 9 as a guest in a thread of ours: it drives the sockets; counts and latencies are benchtop's. */
export const autocannonEngine: Engine<HttpPlan> = {
	name: 'autocannon',
	about: 'HTTP/1.1 requests, as fast as the connections allow (autocannon 9)',
	plan: httpPlan.refine(({rate}) => rate === undefined || (Number.isInteger(rate) && rate >= 1), {
		error: 'it sends whole requests per second (-R 1, -R 250)',
	}),
	latencyMeans:
		'from writing the request to the last byte of its reply; the first one on a connection includes connecting',
	probe: async (plan, signal) => {
		if (plan.method === 'HEAD') {
			throw new BenchtopError('autocannon cannot measure HEAD: it waits for a body that never comes.', {
				hint: 'Use -m GET.',
				exitCode: 4,
			});
		}

		await probeHttp(plan, signal);
	},
	split: splitHttp,
	disclose: discloseHttp,
	limits: (plan) => [
		...(plan.rate === undefined
			? [
					'Closed loop: a connection waits for its reply before it sends again, so while the target stalls nothing is sent and the stall counts once per connection (coordinated omission).',
				]
			: []),
		'Time to first byte, connecting and TLS are not measured apart.',
		...(plan.url.startsWith('https:') ? ['TLS certificates are not verified.'] : []),
	],
	doubts: (plan, total, steered) => {
		const rate = rateIn(total);
		return [
			...(plan.rate === undefined
				? []
				: [
						{
							kind: 'uneven-rate',
							message:
								'autocannon sends the requests of a second in a burst and times them from their actual send: this is no open loop, and waiting before the send is missing from the latencies.',
						},
					]),
			...(plan.rate !== undefined && rate !== undefined && !steered && isRateMissed(plan.rate, total)
				? [
						{
							kind: 'rate-missed',
							message: `Only ${formatRate(rate)} of ${formatRate(plan.rate)} requests per second were reached.`,
						},
					]
				: []),
			...connectionDoubts(total),
		];
	},
	steering: (plan) => ['pause', 'connections', ...(plan.rate === undefined ? [] : (['rate'] as const))],
	versions: () => {
		const manifest: unknown = createRequire(import.meta.url)('autocannon/package.json');
		return typeof manifest === 'object' && manifest !== null && 'version' in manifest
			? {autocannon: String(manifest.version)}
			: {};
	},
	run: loadByAutocannon,
};

import type {Doubt} from '../../core/event.ts';
import {familyOf} from '../../core/outcome.ts';
import {percentDecoded, redactUrl} from '../../core/secret.ts';
import type {Snapshot} from '../../core/snapshot.ts';
import {formatCount} from '../../core/units.ts';
import {BenchtopError, messageOf} from '../../errors.ts';
import type {Engine} from '../engine.ts';
import {discloseHttp, probeHttp, type Reach} from '../http-plan.ts';
import {type PaceWords, paceDoubts} from '../pace-doubts.ts';
import {greet, isOfHttp2} from './http2-wire.ts';
import {loadHttp} from './load.ts';
import {checkOpenable, mostOpenable} from './openable.ts';
import {mostConnections, type OwnHttpPlan, ownHttpPlan, splitOwnHttp} from './plan.ts';
import {credentialsIn} from './request.ts';
import {mostRedirects} from './route.ts';
import {discloseScenario, discloseTemplates} from './scenario/disclose.ts';
import {scenarioLimits} from './scenario/limits.ts';
import {httpSuite} from './suite.ts';
import {placeOf, type Way, wayTo} from './way.ts';

/** Connects as the load will; over HTTP/2, until the target has said its settings. */
const reachBy =
	(plan: OwnHttpPlan, way: Way): Reach =>
	({opened, failed}) => {
		const refuse = (): void => failed(Object.assign(new Error('It speaks something else.'), {code: 'no HTTP/2'}));
		return way.open({
			opened: (socket) => (plan.http2 === true ? greet(socket, plan.url, opened, refuse) : opened()),
			ended() {},
			failed: (error) => (isOfHttp2(error) ? refuse() : failed(error)),
			step() {},
		});
	};

const probe = async (plan: OwnHttpPlan, signal: AbortSignal): Promise<void> => {
	checkOpenable(plan);
	const place = placeOf(plan);
	const where = 'path' in place ? place.path : `${place.host}:${place.port}`;
	let way: Way;
	try {
		way = wayTo(plan);
	} catch (error) {
		throw new BenchtopError(`The certificates cannot be used: ${messageOf(error)}.`, {
			hint: '--ca, --cert and --key take files in PEM.',
			exitCode: 4,
			cause: error,
		});
	}

	await probeHttp(plan, signal, where, reachBy(plan, way));
};

const pace: PaceWords = {
	operations: 'requests',
	late: 'The load generator sent',
	blame: 'part of the tail is its own. A quieter machine, fewer requests per second or more threads (-w) would help.',
};

const broken = /^(closed before response|truncated|malformed reply|reply head too large|ECONNRESET|EPIPE|HTTP\/2 .*)$/;

/** What this machine has no more of when a connection cannot be made for these reasons. */
const ownLimits: Readonly<Record<string, string>> = {
	EMFILE: 'open files of this process (ulimit -n)',
	ENFILE: 'open files of this machine',
	EADDRNOTAVAIL: 'local ports (net.ipv4.ip_local_port_range)',
	EADDRINUSE: 'local ports (net.ipv4.ip_local_port_range)',
	ENOBUFS: 'buffers of the network',
};

const limitDoubts = (total: Snapshot): Doubt[] => {
	const [met] = Object.keys(ownLimits).filter((code) => (total.failures[code] ?? 0) > 0);
	if (met === undefined) return [];
	return [
		{
			kind: 'generator-limits',
			message: `The load generator ran out of ${ownLimits[met]}: ${formatCount(total.failures[met] ?? 0)} requests failed with ${met}, and that is not the target's fault.`,
		},
	];
};

/** While the target cannot be reached the load is another than the one that was asked for. */
const connectionDoubts = (total: Snapshot): Doubt[] => {
	const unmade = Object.entries(total.failures)
		.filter(([name]) => familyOf(name) === 'connection' && !broken.test(name) && !(name in ownLimits))
		.reduce((sum, [, count]) => sum + count, 0);
	if (unmade === 0) return [];
	return [
		{
			kind: 'no-connection',
			message: `${formatCount(unmade)} requests failed because no connection could be made: for part of the run the target could not be reached, and was tried at growing intervals, up to 1 s.`,
		},
	];
};

const limitsOf = (plan: OwnHttpPlan): string[] => {
	const {rate, unix, keepAlive, proxy, http2, follow, scenario} = plan;
	return [
		...(scenario !== undefined
			? scenarioLimits(plan, scenario)
			: rate === undefined
				? [
						'Closed loop: a connection waits for its reply before it sends again, so while the target stalls nothing is sent and the stall counts once per connection (coordinated omission). With a rate (-R) it would show.',
					]
				: [
						`Open loop over ${formatCount(plan.connections)} connections, and up to ${formatCount(mostConnections(plan, mostOpenable(plan)))} when all are busy; a request that finds none free waits, and the wait counts.`,
					]),
		...(unix === undefined
			? [
					`The name is looked up once, before the load: all connections${follow === true ? ' to its origin' : ''} go to the address that answered then.`,
				]
			: []),
		...(keepAlive === false ? ['Each request has a connection of its own, and its latency includes making it.'] : []),
		...(plan.insecure ? ['TLS certificates are not verified.'] : []),
		...(proxy === undefined ? [] : ['Through a tunnel of a proxy: latencies include what the proxy adds.']),
		...(http2 === true
			? [
					'HTTP/2 through the streams of Node.js, which cost the generator some times more CPU than HTTP/1.1 here: its own limit comes sooner.',
				]
			: []),
		follow === true
			? `Redirects are followed, ${mostRedirects} at most: an operation is all of its requests, and its latency spans them.${http2 === true ? ' Those to another origin count as failures.' : ''}`
			: 'Redirects are replies, and are not followed.',
	];
};

/** HTTP/1.1 over sockets of our own and HTTP/2 over Node's streams, in closed and in open loop. */
export const httpEngine: Engine<OwnHttpPlan> = {
	name: 'http',
	about: 'HTTP/1.1 or HTTP/2 requests, as fast as the connections allow or at a rate of their own (open loop)',
	plan: ownHttpPlan,
	latencyMeans:
		'from when the request was due (with a rate) or could be sent (without) to the last byte of its reply; the first one on a connection includes connecting',
	run: loadHttp,
	probe,
	split: (plan, threads) => splitOwnHttp(plan, threads, mostOpenable(plan)),
	disclose(plan) {
		const {key, proxy, scenario, ...rest} = plan;
		const ofScenario = scenario === undefined ? undefined : discloseScenario(scenario);
		const templates = scenario === undefined ? undefined : discloseTemplates(plan.headers);
		const {plan: ofHttp, secrets: ofRequest} = discloseHttp({
			...rest,
			...(proxy === undefined ? {} : {proxy: redactUrl(proxy)}),
			...(templates === undefined ? {} : {headers: {}}),
		});
		const disclosed = {
			...(typeof ofHttp === 'object' ? ofHttp : {}),
			...(templates === undefined ? {} : {headers: templates.plan}),
			...(ofScenario === undefined ? {} : {scenario: ofScenario.plan}),
		};
		const secrets = [...ofRequest, ...(ofScenario?.secrets ?? []), ...(templates?.secrets ?? [])];
		const at = proxy === undefined ? undefined : new URL(proxy);
		const ofProxy =
			at === undefined || at.password === ''
				? []
				: [at.password, percentDecoded(at.password), credentialsIn(at)?.replace('Basic ', '') ?? ''];
		return {plan: disclosed, secrets: [...secrets, ...(key === undefined ? [] : [key]), ...ofProxy]};
	},
	suite: httpSuite,
	limits: limitsOf,
	doubts: (plan, total) => [
		...(plan.rate === undefined ? [] : paceDoubts(total, pace)),
		...limitDoubts(total),
		...connectionDoubts(total),
	],
	steering: (plan) => ['pause', 'connections', ...(plan.rate === undefined ? [] : (['rate'] as const))],
};

import type {Doubt} from '../../core/event.ts';
import {coveredIn, endedIn, type Snapshot} from '../../core/snapshot.ts';
import {formatRate} from '../../core/units.ts';
import type {Engine} from '../engine.ts';
import {discloseHttp, probeHttp} from '../http-plan.ts';
import {askTool, findTool, whereIs} from '../tool.ts';
import {type Adapter, type LoadToolPlan, loadToolPlan} from './adapter.ts';
import {frameRefusal, planRefusal} from './refusal.ts';
import {credentialsOf, requestOf} from './request.ts';
import {loadByTool} from './run.ts';
import {loadToolSuite} from './suite.ts';

/** Fewer requests than this share of those that a rate asks for: it was not reached. */
const reachedShare = 0.98;

const limitsOf = (adapter: Adapter, plan: LoadToolPlan): readonly string[] => {
	const {name} = adapter;
	const isLocked = credentialsOf(new URL(plan.url)) !== undefined;
	return [
		...adapter.limits(plan),
		...(plan.rate === undefined
			? [
					'Closed loop: a connection waits for its reply before it sends again, so while the target stalls nothing is sent and the stall counts once per connection (coordinated omission).',
				]
			: []),
		...(adapter.isLive === true
			? []
			: [`${name} tells its figures at the end alone: nothing is known of how they changed while it ran.`]),
		`The warm-up is a run of ${name} of its own: the measured one opens its connections anew.`,
		...(adapter.sendsAgain === true && !['POST', 'PATCH'].includes(plan.method)
			? [
					`What is lost with a connection that was kept, ${name} sends again by itself: the target sees more requests than are counted, and a connection that it drops is no failure.`,
				]
			: []),
		...(requestOf(plan).headers.length > 0 && adapter.hidesHeaders !== true
			? [
					`Headers${isLocked ? ', the credentials of the URL among them,' : ''} are on the command line of ${name}, where other users of this machine can read them while it runs.`,
				]
			: []),
		...(plan.url.startsWith('https:') && !['vegeta', 'oha'].includes(name)
			? ['TLS certificates are not verified.']
			: []),
	];
};

const paceDoubts = ({name, isBursty}: Adapter, {rate}: LoadToolPlan, total: Snapshot): readonly Doubt[] => {
	if (rate === undefined) return [];
	const seconds = coveredIn(total) / 1000;
	const reached = seconds > 0 ? endedIn(total) / seconds : undefined;
	return [
		...(isBursty
			? [
					{
						kind: 'uneven-rate',
						message: `All connections of ${name} send at the same moments, so that the rate comes in bursts, and times are taken from the actual send: this is no open loop, and waiting before the send is missing from the latencies.`,
					},
				]
			: []),
		...(reached !== undefined && reached < reachedShare * rate
			? [
					{
						kind: 'rate-missed',
						message: `Only ${formatRate(reached)} of ${formatRate(rate)} requests per second were reached.`,
					},
				]
			: []),
	];
};

/** A load tool of other people's as an engine: the words of HTTP loads, given to it by its own flags. */
export const loadToolEngine = (adapter: Adapter): Engine<LoadToolPlan> => ({
	name: adapter.name,
	about: adapter.about,
	plan: loadToolPlan.superRefine((plan, context) => {
		const message = planRefusal(adapter, plan);
		if (message !== undefined) context.addIssue({code: 'custom', message});
	}),
	latencyMeans: adapter.latencyMeans,
	probe: async (plan, signal) => {
		findTool(adapter.tool);
		await probeHttp(plan, signal);
	},
	misfit: (plan, frame) => frameRefusal(adapter, plan, frame),
	split: (plan, threads) => [threads > 1 ? {...plan, threads} : plan],
	disclose: (plan) => {
		const {plan: disclosed, secrets} = discloseHttp(plan);
		const credentials = credentialsOf(new URL(plan.url))?.replace('Basic ', '');
		return {plan: disclosed, secrets: credentials === undefined ? secrets : [...secrets, credentials]};
	},
	limits: (plan) => limitsOf(adapter, plan),
	doubts: (plan, total) => paceDoubts(adapter, plan, total),
	versions: async () => {
		const path = whereIs(adapter.tool);
		if (path === undefined || adapter.version === undefined) return {};
		const told = await askTool(path, adapter.version.words, {anyCode: true, patience: 3000});
		const version = adapter.version.pattern.exec(told ?? '')?.[1];
		return version === undefined ? {} : {[adapter.name]: version};
	},
	timedElsewhere: true,
	suite: loadToolSuite,
	run: loadByTool(adapter),
});

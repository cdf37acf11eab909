import {statSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import type {Doubt} from '../../core/event.ts';
import {gaugeMean} from '../../core/gauge.ts';
import {isSecretName, redactUrl} from '../../core/secret.ts';
import type {Snapshot} from '../../core/snapshot.ts';
import {formatPercent} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import type {Engine, Versions} from '../engine.ts';
import {askTool, findTool, whereIs} from '../tool.ts';
import {k6Tool, loadWithK6} from './load.ts';
import {type K6Plan, k6Plan} from './plan.ts';
import {k6Suite} from './suite.ts';

/** Of the machine's CPU: with more, k6 has no room left for what comes at once. % */
const busyLimit = 80;

const passwordIn = (value: string): readonly string[] => {
	if (!URL.canParse(value)) return [];
	const {password} = new URL(value);
	return password === '' ? [] : [password];
};

const disclose = (plan: K6Plan) => {
	const {variables, environment, ...rest} = plan;
	const all = Object.entries({...environment, ...variables});
	const secrets = all.flatMap(([name, value]) => (isSecretName(name) ? [value] : passwordIn(value)));
	return {
		plan: {
			...rest,
			variables: Object.fromEntries(
				Object.entries(variables).map(([name, value]) => [
					name,
					isSecretName(name) ? '***' : URL.canParse(value) ? redactUrl(value) : value,
				]),
			),
			environment: Object.keys(environment).sort(),
		},
		secrets: secrets.filter((secret) => secret !== ''),
	};
};

const isFile = (path: string): boolean => {
	try {
		return statSync(path).isFile();
	} catch {
		return false;
	}
};

const probe = async ({script, folder, environment, config}: K6Plan): Promise<void> => {
	findTool(k6Tool, folder, environment);
	for (const [what, path] of [
		['script', script],
		['config', config],
	] as const) {
		if (path !== undefined && !isFile(path)) throw new BenchtopError(`There is no ${what} ${path}.`, {exitCode: 4});
	}
};

const limitsOf = ({operations, steerable}: K6Plan): readonly string[] => [
	...(operations === 'requests'
		? [
				'Requests that are in flight when k6 ends an iteration are not told of by it: they are in no figure.',
				'A connection that failed has no latency here; in http_req_duration of k6 itself it stands with 0 ms or what it took to fail.',
			]
		: ['An iteration takes as long as its requests and its sleeps together.']),
	'Where the script asks for arrivals at a rate, latency counts from the actual send: what began late is in no latency, and what was not begun at all is told as dropped.',
	"Thresholds are k6's own: it judges them over its whole run, with setup, warm-up and what ended late.",
	...(steerable ? [] : ['k6 takes new virtual users or a pause only for scenarios that are externally-controlled.']),
];

const doubtsOf = (_: K6Plan, {gauges}: Snapshot): readonly Doubt[] => {
	const gauge = gauges['tool.cpu'];
	const cores = availableParallelism();
	const share = gauge === undefined ? 0 : gaugeMean(gauge) / cores;
	if (share <= busyLimit) return [];
	return [
		{
			kind: 'tool-saturated',
			message: `k6 took ${formatPercent(share)} of the CPU of ${cores} cores: its own queueing is in the latencies, and the throughput may be its limit. Run it on more machines, or ask for less.`,
		},
	];
};

const versionsOf = async ({folder, environment}: K6Plan): Promise<Versions> => {
	const path = whereIs(k6Tool, folder, environment);
	const told = path === undefined ? undefined : await askTool(path, ['version'], {folder, environment});
	const version = /v(\d+\.\S+)/.exec(told ?? '')?.[1];
	return version === undefined ? {} : {k6: version};
};

/** A script of k6, run by the real one: each request as k6 timed it, with its checks, thresholds and metrics. */
export const k6Engine: Engine<K6Plan> = {
	name: 'k6',
	about: 'a k6 script, run by k6 itself, with its checks, thresholds and metrics',
	plan: k6Plan,
	latencyMeans:
		"of a request, k6's http_req_duration: from the first byte sent on a connection that stands to the last byte of the reply; waiting for a connection, name lookup, TCP and TLS left out and told apart (of gRPC: grpc_req_duration; of operations: iterations, the whole iteration)",
	run: loadWithK6,
	probe,
	misfit: (_, {amount}) =>
		amount === undefined
			? undefined
			: 'k6 takes no amount of operations: iterations say how many of the script are made.',
	disclose,
	limits: limitsOf,
	doubts: doubtsOf,
	steering: ({steerable}) => (steerable ? ['pause', 'connections'] : []),
	versions: versionsOf,
	timedElsewhere: true,
	suite: k6Suite,
};

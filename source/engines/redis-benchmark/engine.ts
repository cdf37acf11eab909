import {redactWords} from '../../core/secret.ts';
import {formatCount} from '../../core/units.ts';
import type {Control, Engine, Recorder} from '../engine.ts';
import {redactedRedisUrl, redisAddress, redisSecrets} from '../redis-address.ts';
import {infoOf, openDialogue, serverWords} from '../redis-dialogue.ts';
import {askTool, findTool, whereIs} from '../tool.ts';
import {finest, longestLatency} from './distribution.ts';
import {loadByRedisBenchmark} from './load.ts';
import {type RedisBenchmarkPlan, redisBenchmarkPlan, wholePipelines} from './plan.ts';
import {redisBenchmarkSuite} from './suite.ts';
import {redisBenchmark} from './tool.ts';

const probe = async (plan: RedisBenchmarkPlan, signal: AbortSignal): Promise<void> => {
	findTool(redisBenchmark);
	// Where nothing listens, redis-benchmark tries without end.
	const dialogue = await openDialogue(redisAddress(plan.url), plan, signal);
	dialogue.close();
};

/** Says of what version the server is; whatever comes of that, the load goes on. */
const introduce = async (plan: RedisBenchmarkPlan, control: Control): Promise<void> => {
	try {
		const dialogue = await openDialogue(redisAddress(plan.url), plan, control.signal);
		const [answer] = await dialogue.ask([['INFO']]);
		dialogue.close();
		if (answer === undefined || answer.kind !== 'value') return;
		const {text, version} = serverWords(infoOf(answer));
		control.find({kind: 'server', subject: 'server', text, figures: {version}});
	} catch {
		// The load will say what is wrong.
	}
};

const run = async (plan: RedisBenchmarkPlan, recorder: Recorder, control: Control): Promise<void> => {
	if (control.signal.aborted) return;
	await introduce(plan, control);
	await loadByRedisBenchmark(plan, recorder, control);
};

const limitsOf = (plan: RedisBenchmarkPlan): readonly string[] => {
	const {pipeline, requests, tests, keepAlive} = plan;
	return [
		'Closed loop: a connection waits for its replies before it sends again, so a stall of the server counts once per connection (coordinated omission). The engine redis has a rate.',
		`redis-benchmark tells latencies when a test is over, as a distribution: the figures of p50, p75, p95, p99 and maximum are those that it prints (from 2 ms on to 0.1 %), what lies between its lines is spread evenly. It counts in steps of ${finest} µs (above 16 ms wider ones, at most 0.1 %) and names the upper end of each; nothing above ${longestLatency / 1e6} s is told apart.`,
		'While a test runs its operations are counted by the rate that it shows four times a second, and corrected to what it says at the end.',
		...(pipeline === 1
			? []
			: [
					`All ${formatCount(pipeline)} requests of a pipeline have one latency: from writing them to the first reply.`,
					...(requests % pipeline === 0
						? []
						: [
								`Pipelines are sent whole: ${formatCount(wholePipelines(requests, pipeline))} requests, not ${formatCount(requests)}.`,
							]),
				]),
		...(keepAlive ? [] : ['Each request has a connection of its own; making it is in no latency.']),
		...((tests?.length ?? 1) > 1
			? [
					'The tests are run one after the other: rates of parts are per measured time of all; the metrics have the throughput of each.',
				]
			: []),
		'With a duration it is started in rounds of about a second, since it knows no duration; the time between them counts in no rate.',
		'It stops at the first reply that is an error: all that it counts was answered well.',
	];
};

/** The redis-benchmark that comes with Redis. */
export const redisBenchmarkEngine: Engine<RedisBenchmarkPlan> = {
	name: 'redis-benchmark',
	about:
		'tests of a Redis server by its own redis-benchmark: set, get, lists, any command; pipelines, clients, threads',
	plan: redisBenchmarkPlan,
	latencyMeans:
		'from when redis-benchmark began to write a request (of a pipeline, the first) until it could read the first byte of the reply; connecting not included',
	run,
	probe,
	disclose: (plan) => {
		const {url, command, ca, cert, key, ...rest} = plan;
		return {
			plan: {
				...rest,
				url: redactedRedisUrl(url),
				...(command === undefined ? {} : {command: command.map(redactWords)}),
				...(ca === undefined ? {} : {ca}),
				...(cert === undefined ? {} : {cert}),
				...(key === undefined ? {} : {key}),
			},
			secrets: redisSecrets(url),
		};
	},
	limits: limitsOf,
	versions: async () => {
		const path = whereIs(redisBenchmark);
		const said = path === undefined ? undefined : await askTool(path, ['--version'], {patience: 2000});
		const version = /\d+\.\d+\.\d+/.exec(said ?? '')?.[0];
		return version === undefined ? {} : {'redis-benchmark': version};
	},
	timedElsewhere: true,
	suite: redisBenchmarkSuite,
	panes: ['parts', 'latency', 'throughput', 'metrics', 'histogram', 'resources', 'events'],
};

import type {Doubt} from '../../core/event.ts';
import {familyOf} from '../../core/outcome.ts';
import {redactWords} from '../../core/secret.ts';
import {endedIn, type Snapshot} from '../../core/snapshot.ts';
import {formatCount, formatPercent} from '../../core/units.ts';
import type {Engine} from '../engine.ts';
import {type PaceWords, paceDoubts} from '../pace-doubts.ts';
import {redactedRedisUrl, redisSecrets} from '../redis-address.ts';
import {loadRedis, probeRedis} from './load.ts';
import {mostOf, type RedisPlan, redisPlan, splitRedis} from './plan.ts';
import {redisSuite} from './suite.ts';

const pace: PaceWords = {
	operations: 'commands',
	late: 'The load generator sent',
	blame: 'part of the tail is its own. A quieter machine, a lower rate or more threads (-w) would help.',
};

const failureDoubts = (total: Snapshot): readonly Doubt[] => {
	const replied = Object.entries(total.failures).filter(([name]) => familyOf(name) === 'other');
	const lost = Object.entries(total.failures).filter(([name]) => familyOf(name) === 'connection');
	const sum = (entries: ReadonlyArray<readonly [string, number]>): number =>
		entries.reduce((all, [, count]) => all + count, 0);
	const names = (entries: ReadonlyArray<readonly [string, number]>): string => entries.map(([name]) => name).join(', ');
	return [
		...(sum(replied) > 0
			? [
					{
						kind: 'error-replies',
						message: `${formatPercent((100 * sum(replied)) / endedIn(total))} of the replies were errors (${names(replied)}), and their latencies are among the others: an error is often quick.`,
					},
				]
			: []),
		...(sum(lost) > 0
			? [
					{
						kind: 'no-connection',
						message: `${formatCount(sum(lost))} of ${formatCount(endedIn(total))} commands were lost with their connection (${names(lost)}): nobody knows whether they were carried out, and none was sent again. A server that cannot be reached is tried at growing intervals, up to 1 s.`,
					},
				]
			: []),
	];
};

const limitsOf = (plan: RedisPlan): readonly string[] => [
	plan.rate === undefined
		? 'Closed loop: a connection waits for its replies before it sends again, so while the server stalls nothing is sent and the stall counts once per connection (coordinated omission). With a rate (-R) it would show.'
		: `Open loop over ${formatCount(plan.connections)} connections, and up to ${formatCount(mostOf(plan))} when all are busy; a command that finds none free waits, and the wait counts.`,
	...(plan.pipeline === 1
		? []
		: [
				`Up to ${formatCount(plan.pipeline)} commands are in flight on a connection: the latency of each includes the replies that come before its own.`,
			]),
	'Replies are read and not kept: what a driver adds to make values of them is not measured.',
	'RESP 2; MOVED and ASK of a cluster are errors, and are not followed.',
	...(plan.prepare.length > 0 ? ['What prepare says was done before the load began, and counts nowhere.'] : []),
];

/** Passwords that a command sets: CONFIG SET requirepass …, ACL SETUSER name >…. */
const secretsIn = ([first = '', second = '', ...rest]: readonly string[]): readonly string[] => {
	switch (`${first} ${second}`.toUpperCase()) {
		case 'CONFIG SET':
			return rest.filter((_, index) => /auth|pass/i.test(rest[index - 1] ?? ''));
		case 'ACL SETUSER':
			return rest.filter((word) => /^[<>#!]./.test(word)).map((word) => word.slice(1));
		default:
			return [];
	}
};

/** Commands of Redis over connections of our own, in closed and in open loop. */
export const redisEngine: Engine<RedisPlan> = {
	name: 'redis',
	about:
		'commands of Redis, as fast as the connections allow or at a rate of their own (open loop); what the server says of itself',
	plan: redisPlan,
	latencyMeans:
		'from when the command was due (with a rate) or could be sent (without) to the last byte of its reply; the first one on a connection includes connecting and logging in',
	run: loadRedis,
	probe: probeRedis,
	split: splitRedis,
	disclose: (plan) => ({
		plan: {
			...plan,
			url: redactedRedisUrl(plan.url),
			commands: plan.commands.map((command) => ({...command, words: command.words.map(redactWords)})),
			prepare: plan.prepare.map((step) => ({...step, words: step.words.map(redactWords)})),
		},
		secrets: [...redisSecrets(plan.url), ...[...plan.commands, ...plan.prepare].flatMap(({words}) => secretsIn(words))],
	}),
	limits: limitsOf,
	doubts: (plan, total) => [...(plan.rate === undefined ? [] : paceDoubts(total, pace)), ...failureDoubts(total)],
	steering: (plan) => ['pause', 'connections', ...(plan.rate === undefined ? [] : (['rate'] as const))],
	suite: redisSuite,
};

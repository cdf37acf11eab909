import {isSecretName, percentDecoded, redactUrl} from '../../core/secret.ts';
import type {Engine} from '../engine.ts';
import {loadByLocust} from './load.ts';
import {type LocustPlan, locustPlan} from './plan.ts';
import {findLocust, locustVersions} from './program.ts';
import {locustSuite} from './suite.ts';

/** Values behind secret-looking options: '--password x', '--token=y'. */
const secretArguments = (words: readonly string[]): readonly string[] =>
	words.flatMap((word, index) => {
		const [, name = '', value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
		if (!isSecretName(name)) return [];
		const next = words[index + 1];
		return value !== undefined ? [value] : next === undefined || next.startsWith('-') ? [] : [next];
	});

const secretsOf = ({host, environment, arguments: words}: LocustPlan): readonly string[] => {
	const url = host === undefined ? undefined : new URL(host);
	const query =
		url === undefined ? [] : [...url.searchParams].flatMap(([name, value]) => (isSecretName(name) ? [value] : []));
	return [
		...(url === undefined || url.password === '' ? [] : [url.password, percentDecoded(url.password)]),
		...query,
		...secretArguments(words),
		...Object.entries(environment).flatMap(([name, value]) => (isSecretName(name) ? [value] : [])),
	].filter((secret) => secret !== '');
};

const disclose = (plan: LocustPlan) => {
	const {environment, host, arguments: words, ...rest} = plan;
	const secrets = secretsOf(plan);
	return {
		plan: {
			...rest,
			...(host === undefined ? {} : {host: redactUrl(host)}),
			arguments: words.map((word) => secrets.reduce((text, secret) => text.replaceAll(secret, '***'), word)),
			environment: Object.keys(environment).sort(),
		},
		secrets,
	};
};

const limitsOf = ({master, workers, stopTimeout}: LocustPlan): readonly string[] => [
	'Users wait for each reply before they go on (closed loop): a target that stalls is asked less, and the stall shows once for each user.',
	'Times are taken inside of Locust, between its users: while one computes, the others’ replies wait, and that is part of their latency. How long its event loop was held up stands beside.',
	'Received bytes are the lengths that Locust tells: of bodies, as they are after decompression.',
	'What was in flight at the end is known of HttpUser and FastHttpUser; other clients’ requests that never ended are counted by nobody.',
	...(stopTimeout === 0
		? []
		: ['Requests that users begin in the time they are given to finish count no longer; those that end in it do.']),
	...(workers + (master?.expect ?? 0) > 0 && stopTimeout > 0
		? ["With workers and a stop timeout Locust's master ends before they do: its statistics are not held against ours."]
		: []),
	...(master === undefined
		? []
		: [
				'Of workers of other hosts requests come through their master: their clocks are matched by the quickest message, to about its time on the way.',
			]),
];

/** Real locustfiles, run by Locust, in one process, in several, or on several hosts. */
export const locustEngine: Engine<LocustPlan> = {
	name: 'locust',
	about: 'the users of a locustfile, run by Locust itself: in one process, in several, or on several hosts',
	plan: locustPlan,
	latencyMeans:
		'as Locust times it, to the microsecond: for HttpUser and FastHttpUser from calling the client to the last byte of the body, connecting, redirects and decompression included (with stream=True to the end of the headers); for other clients what they tell as response_time',
	run: loadByLocust,
	probe: async (plan) => {
		findLocust(plan);
	},
	disclose,
	limits: limitsOf,
	versions: locustVersions,
	timedElsewhere: true,
	suite: locustSuite,
};

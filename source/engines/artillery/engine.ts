import {statSync} from 'node:fs';
import {isSecretName, percentDecoded, redacted, redactUrl} from '../../core/secret.ts';
import {BenchtopError} from '../../errors.ts';
import type {Engine} from '../engine.ts';
import {artilleryMisfit, loadByArtillery} from './load.ts';
import {type ArtilleryPlan, artilleryPlan} from './plan.ts';
import {artilleryVersions, findArtillery} from './program.ts';
import {artillerySuite} from './suite.ts';

type Json = ArtilleryPlan['variables'][string];

const passwordIn = (text: string): readonly string[] => {
	if (!URL.canParse(text)) return [];
	const {password, searchParams} = new URL(text);
	const query = [...searchParams].flatMap(([name, value]) => (isSecretName(name) ? [value] : []));
	return [...(password === '' ? [] : [password, percentDecoded(password)]), ...query];
};

/** All texts in a value. */
const textsIn = (value: Json): readonly string[] => {
	if (value === null || typeof value === 'boolean') return [];
	if (typeof value !== 'object') return [String(value)];
	return Object.values(value).flatMap(textsIn);
};

/** What is secret in a value by the names around it. */
const secretsIn = (value: Json): readonly string[] => {
	if (typeof value === 'string') return passwordIn(value);
	if (value === null || typeof value !== 'object') return [];
	if (Array.isArray(value)) return value.flatMap(secretsIn);
	return Object.entries(value).flatMap(([name, inner]) => (isSecretName(name) ? textsIn(inner) : secretsIn(inner)));
};

const withoutSecrets = (value: Json): Json => {
	if (typeof value === 'string') return URL.canParse(value) ? redactUrl(value) : value;
	if (value === null || typeof value !== 'object') return value;
	if (Array.isArray(value)) return value.map(withoutSecrets);
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [name, isSecretName(name) ? redacted : withoutSecrets(inner)]),
	);
};

const disclose = (plan: ArtilleryPlan) => {
	const {variables, overrides, environment, target, ...rest} = plan;
	const secrets = [variables, overrides, environment, target ?? ''].flatMap(secretsIn);
	return {
		plan: {
			...rest,
			...(target === undefined ? {} : {target: redactUrl(target)}),
			variables: withoutSecrets(variables),
			overrides: withoutSecrets(overrides),
			environment: Object.keys(environment).sort(),
		},
		secrets: [...new Set(secrets)].filter((secret) => secret !== ''),
	};
};

const isFile = (path: string): boolean => {
	try {
		return statSync(path).isFile();
	} catch {
		return false;
	}
};

const probe = async (plan: ArtilleryPlan): Promise<void> => {
	findArtillery(plan);
	const {script, config, dotenv, payload} = plan;
	for (const [what, path] of Object.entries({script, config, dotenv, payload})) {
		if (path !== undefined && !isFile(path)) throw new BenchtopError(`There is no ${what} ${path}.`, {exitCode: 4});
	}
};

const limitsOf = ({operations, rate}: ArtilleryPlan): readonly string[] => [
	...(operations === 'requests'
		? [
				'A request whose connection failed has no latency. Waiting for a connection, and making one, is in none; it is in "to last byte".',
				'Each redirect that is followed is a request of its own, as Artillery counts them.',
			]
		: [
				'A session takes as long as its requests and its thinking together; one that failed has no latency and counts where it ended, and one that had not ended at the end is not counted.',
			]),
	'Virtual users come by themselves (open loop), but within a session each request waits for the one before: what began late is in no latency.',
	"The script's own limits (ensure, apdex) are Artillery's: it judges them over its whole run, with the warm-up.",
	...(rate === undefined ? [] : ['What virtual users do after the planned time counts no longer.']),
];

/** A script of Artillery, run by the real one: each request with its own time, and its metrics and limits. */
export const artilleryEngine: Engine<ArtilleryPlan> = {
	name: 'artillery',
	about: 'an Artillery script, run by Artillery itself, with its checks and metrics',
	plan: artilleryPlan,
	latencyMeans:
		'of a request, Artillery\'s http.response_time, but to the microsecond: from all of it sent, on a connection that stands, to the head of the reply (time to first byte), the body left out; a timeout counts from its beginning. The metric "to last byte" is the whole of it (of operations: sessions, the whole session of a virtual user)',
	run: loadByArtillery,
	probe,
	misfit: artilleryMisfit,
	disclose,
	limits: limitsOf,
	versions: artilleryVersions,
	timedElsewhere: true,
	suite: artillerySuite,
};

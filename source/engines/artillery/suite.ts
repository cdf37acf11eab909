import {resolve} from 'node:path';
import * as z from 'zod';
import {redactUrl} from '../../core/secret.ts';
import {BenchtopError} from '../../errors.ts';
import {type SuiteLoad, type SuitePlace, suiteEntry} from '../engine.ts';
import {isLoopback, portOf} from '../http-words.ts';
import type {ArtilleryPlan} from './plan.ts';

/** What holds where a rate is given and no time. Milliseconds. */
const defaultDuration = 10_000;

const members = () => {
	const text = z.string().min(1);
	const count = z.int().min(1);
	const record = z.record(z.string(), z.json());
	const pairs = z.union([record, z.array(z.string().regex(/^[^=]+=/, 'expected NAME=VALUE'))]);
	return z.strictObject({
		artillery: text.describe('The path of an Artillery script.'),
		target: text.optional().describe("What the script's URLs begin with, over its own config.target."),
		profile: text.optional().describe('One of the environments of the script, as Artillery takes it with -e.'),
		variables: pairs
			.optional()
			.describe('Variables of the script, as Artillery takes them with -v. Not on its command line.'),
		config: text.optional().describe('The path of a file with the config of the script, as with --config.'),
		dotenv: text.optional().describe('The path of a file with environment variables, as with --dotenv.'),
		payload: text.optional().describe('The path of a CSV file with data for virtual users, as with --payload.'),
		scenario: text.optional().describe('The only scenario to run, by its name, as with --scenario-name.'),
		overrides: z
			.union([record, text])
			.optional()
			.describe('What is put over the script, or its JSON, as with --overrides: {config: {http: {timeout: 5}}}.'),
		rate: count
			.optional()
			.describe("In place of the script's phases: so many virtual users begin in each second of warmup and duration."),
		users: count.optional().describe('With rate: no more virtual users at the same time; others are skipped.'),
		solo: z.boolean().optional().describe('true: one virtual user alone.'),
		insecure: z.boolean().optional().describe('true: take any TLS certificate.'),
		operations: z
			.enum(['requests', 'sessions'])
			.optional()
			.describe(
				'What counts as an operation: requests (HTTP), or whole sessions of virtual users, of any engine of Artillery. Default: requests.',
			),
	});
};

type Given = z.infer<ReturnType<typeof members>>;
type Json = ArtilleryPlan['variables'];

const jsonIn = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const variablesOf = (given: Given['variables']): Json => {
	if (given === undefined) return {};
	if (!Array.isArray(given)) return given;
	return Object.fromEntries(given.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
};

const overridesOf = (given: Given['overrides']): Json => {
	if (given === undefined) return {};
	if (typeof given !== 'string') return given;
	const {data} = z.record(z.string(), z.json()).safeParse(jsonIn(given));
	if (data !== undefined) return data;
	throw new BenchtopError(`overrides: ${JSON.stringify(given)} is no JSON object.`, {
		hint: `For example: {"config": {"http": {"timeout": 5}}}`,
	});
};

/** A benchmark of a suite file as a plan of this engine. */
export const artilleryLoad = async (
	given: Given,
	{folder, environment}: Pick<SuitePlace, 'folder' | 'environment'>,
): Promise<SuiteLoad<ArtilleryPlan>> => {
	const {rate, users, solo = false} = given;
	if (rate === undefined && users !== undefined) {
		throw new BenchtopError('users: Without a rate the phases of the script say how many users there may be.', {
			hint: 'Give a rate too, or leave out users.',
		});
	}

	if (solo && rate !== undefined) {
		throw new BenchtopError('solo: One user alone comes at no rate.', {hint: 'Leave out solo, or rate.'});
	}

	const at = (path: string): string => resolve(folder, path);
	const load: ArtilleryPlan = {
		script: at(given.artillery),
		folder,
		...(given.target === undefined ? {} : {target: given.target}),
		...(given.profile === undefined ? {} : {profile: given.profile}),
		...(given.config === undefined ? {} : {config: at(given.config)}),
		...(given.dotenv === undefined ? {} : {dotenv: at(given.dotenv)}),
		...(given.payload === undefined ? {} : {payload: at(given.payload)}),
		...(given.scenario === undefined ? {} : {scenario: given.scenario}),
		...(rate === undefined ? {} : {rate}),
		...(users === undefined ? {} : {users}),
		solo,
		insecure: given.insecure ?? false,
		variables: variablesOf(given.variables),
		overrides: overridesOf(given.overrides),
		operations: given.operations ?? 'requests',
		environment: {...environment},
	};
	const url = given.target !== undefined && URL.canParse(given.target) ? new URL(given.target) : undefined;
	return {
		load,
		target: given.target === undefined ? given.artillery : `${given.artillery} ${redactUrl(given.target)}`,
		...(url !== undefined && isLoopback(url.hostname) ? {watchPort: portOf(url)} : {}),
		...(rate === undefined ? {} : {duration: defaultDuration}),
	};
};

/** How benchmarks of a suite file ask for a script of Artillery. */
export const artillerySuite = suiteEntry('artillery', members, artilleryLoad);

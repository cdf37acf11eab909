import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import * as z from 'zod';
import {parseDuration} from '../../core/units.ts';
import {BenchtopError} from '../../errors.ts';
import {type SuiteLoad, type SuitePlace, suiteEntry} from '../engine.ts';
import type {K6Plan} from './plan.ts';

const members = () => {
	const text = z.string().min(1);
	const count = z.int().min(1);
	const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
	const pairs = z.union([z.record(z.string(), value), z.array(z.string().regex(/^[^=]+=/, 'expected NAME=VALUE'))]);
	return z.strictObject({
		k6: text.describe('The path of a k6 script, or of an archive that k6 made.'),
		vus: count
			.optional()
			.describe('Virtual users. This, iterations, duration and stages go before what the script says of itself.'),
		iterations: count
			.optional()
			.describe('So many iterations of all virtual users together; duration is then the most time.'),
		stages: z
			.array(text.regex(/^[^:]+:\d+$/, 'expected a time and the virtual users at its end, such as "30s:10"'))
			.min(1)
			.optional()
			.describe(
				'Up and down: ["30s:10", "1m:10", "10s:0"] is a ramp to 10 virtual users, a minute of them, and a ramp down.',
			),
		rps: count.optional().describe('No more requests per second, of all virtual users together.'),
		variables: pairs
			.optional()
			.describe('What the script reads from __ENV, as k6 takes it with -e. Not on its command line.'),
		k6Tags: pairs.optional().describe('Tags of all that k6 measures, by which its thresholds may select.'),
		config: text.optional().describe('The path of a file with options of k6, as it takes it with --config.'),
		operations: z
			.enum(['requests', 'iterations'])
			.optional()
			.describe(
				'What counts as an operation: requests (HTTP and gRPC), or whole iterations of the script. Default: requests.',
			),
	});
};

type Given = z.infer<ReturnType<typeof members>>;

const recordOf = (given: Given['variables']): Readonly<Record<string, string>> => {
	if (given === undefined) return {};
	if (!Array.isArray(given)) return given;
	return Object.fromEntries(given.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
};

/** Names that k6 takes. */
const isVariable = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);

/** Whether a script has a scenario that is steered from outside; only what it says itself is looked at. */
const isSteerable = (script: string): boolean => {
	try {
		return readFileSync(script, 'utf8').includes('externally-controlled');
	} catch {
		// Whether it is there at all is for the probe to say, when all is made ready.
		return false;
	}
};

/** A benchmark of a suite file as a plan of this engine. */
export const k6Load = async (given: Given, {folder, environment}: SuitePlace): Promise<SuiteLoad<K6Plan>> => {
	if (given.stages !== undefined && given.iterations !== undefined) {
		throw new BenchtopError('stages: Stages and a number of iterations cannot both say when it is over.', {
			hint: 'Leave out one of them.',
		});
	}

	const wrong = (given.stages ?? []).find((stage) => (parseDuration(stage.split(':')[0] ?? '') ?? 0) <= 0);
	if (wrong !== undefined) {
		throw new BenchtopError(`stages: ${JSON.stringify(wrong)} has no time that it takes.`, {
			hint: 'A stage is a time and the virtual users at its end: "30s:10".',
		});
	}

	const variables = recordOf(given.variables);
	const odd = Object.keys(variables).find((name) => !isVariable(name));
	if (odd !== undefined) {
		throw new BenchtopError(`variables: ${JSON.stringify(odd)} is no name of a variable.`, {
			hint: 'Letters, digits and _ make one.',
		});
	}

	const script = resolve(folder, given.k6);
	const steerable = given.vus === undefined && given.iterations === undefined && given.stages === undefined;
	const load: K6Plan = {
		script,
		folder,
		...(given.vus === undefined ? {} : {connections: given.vus}),
		...(given.iterations === undefined ? {} : {iterations: given.iterations}),
		...(given.stages === undefined ? {} : {stages: given.stages}),
		...(given.rps === undefined ? {} : {rps: given.rps}),
		...(given.config === undefined ? {} : {config: resolve(folder, given.config)}),
		variables,
		environment: {...environment},
		tags: recordOf(given.k6Tags),
		operations: given.operations ?? 'requests',
		steerable: steerable && isSteerable(script),
	};
	return {load, target: given.k6};
};

/** How benchmarks of a suite file ask for k6. */
export const k6Suite = suiteEntry('k6', members, k6Load);

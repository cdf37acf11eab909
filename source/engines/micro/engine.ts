import {access} from 'node:fs/promises';
import {resolve} from 'node:path';
import * as z from 'zod';
import {BenchtopError} from '../../errors.ts';
import {type Engine, suiteEntry} from '../engine.ts';
import {discloseProcess} from './disclose.ts';
import {durationText, filesOf, timeOf} from './files.ts';
import {loadMicro} from './load.ts';
import {launchesMember, type MicroPlan, microPlan, seedMember} from './plan.ts';
import {listModules} from './process.ts';

const probe = async (plan: MicroPlan, signal: AbortSignal): Promise<void> => {
	for (const module of plan.modules) {
		try {
			await access(module);
		} catch {
			throw new BenchtopError(`There is no module ${module}.`, {
				hint: 'Give the file that exports the functions, such as bench/sort.ts.',
				exitCode: 4,
			});
		}
	}

	const names = await listModules('functions', plan.modules, plan, signal);
	if (names === undefined || plan.only === undefined) return;
	const all = names.flat();
	if (!plan.only.some((part) => all.some((name) => name.includes(part)))) {
		throw new BenchtopError(`No function's name holds ${plan.only.map((part) => JSON.stringify(part)).join(' or ')}.`, {
			hint: `There are ${all.join(', ')}.`,
			exitCode: 4,
		});
	}
};

const members = () =>
	z.strictObject({
		functions: z
			.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
			.describe('Modules that export functions: a file, several, or patterns such as bench/*.ts.'),
		only: z
			.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
			.optional()
			.describe('Measures only functions whose names hold this.'),
		launches: launchesMember.optional().describe('Processes for each function; 6 if not given.'),
		samples: z.int().min(3).max(1000).optional().describe('Batches in each process, at most; 20 if not given.'),
		time: durationText
			.optional()
			.describe('Measured time of each process, where the run has no duration; 300ms if not given.'),
		warmupLimit: durationText
			.optional()
			.describe('Within which a function is to become steady, where the run has no duration; 1s if not given.'),
		timeout: durationText
			.optional()
			.describe('How much longer than its times a process may take before it is given up; 60s if not given.'),
		nodeFlags: z.array(z.string()).optional().describe('Flags of Node.js for the processes.'),
		seed: seedMember.optional().describe('Of the order of the launches.'),
	});

const listOf = (given: string | readonly string[]): readonly string[] => (typeof given === 'string' ? [given] : given);

/** Functions of JavaScript and TypeScript modules, each in several processes of its own. */
export const microEngine: Engine<MicroPlan> = {
	name: 'micro',
	about: 'functions of JavaScript and TypeScript modules: time, allocation and garbage collection of one call',
	plan: microPlan,
	latencyMeans: 'nothing: calls are not timed one by one; the time of one call stands under metrics',
	run: loadMicro,
	probe,
	disclose: discloseProcess,
	limits: ({launches}) => [
		'A function is called and not inlined into the loop, so that nothing of it can be left out; what the call itself takes is measured with an empty function in the same process, and taken off. A fractional number that it returns is an allocation of 16 bytes.',
		'A call is one of many in a row with the same input: caches and branch predictors know it, and the compiler has seen nothing else. In a program it may take longer.',
		...(launches < 6 ? ['With fewer than 6 launches no interval has a confidence of 95 %.'] : []),
	],
	steering: () => ['pause'],
	panes: ['metrics', 'status', 'resources', 'events'],
	suite: suiteEntry('functions', members, async (given, {folder, environment}) => {
		const modules = await filesOf('functions', listOf(given.functions), folder);
		return {
			load: microPlan.parse({
				modules: modules.map((module) => resolve(folder, module)),
				folder,
				...(Object.keys(environment).length === 0 ? {} : {environment}),
				...(given.only === undefined ? {} : {only: listOf(given.only)}),
				...(given.launches === undefined ? {} : {launches: given.launches}),
				...(given.samples === undefined ? {} : {samples: given.samples}),
				...(given.time === undefined ? {} : {time: timeOf(given.time)}),
				...(given.warmupLimit === undefined ? {} : {warmupLimit: timeOf(given.warmupLimit)}),
				...(given.timeout === undefined ? {} : {timeout: timeOf(given.timeout)}),
				...(given.nodeFlags === undefined ? {} : {nodeFlags: given.nodeFlags}),
				...(given.seed === undefined ? {} : {seed: given.seed}),
			}),
			target: modules.join(', '),
			warmup: 0,
		};
	}),
};

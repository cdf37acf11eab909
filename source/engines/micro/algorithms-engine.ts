import {access} from 'node:fs/promises';
import {resolve} from 'node:path';
import * as z from 'zod';
import {nearest} from '../../core/nearest.ts';
import {BenchtopError} from '../../errors.ts';
import {type Engine, suiteEntry} from '../engine.ts';
import {algorithmNames, loadAlgorithms} from './algorithms-load.ts';
import {type AlgorithmsPlan, algorithmsPlan, builtIn, sizeMember} from './algorithms-plan.ts';
import {builtInAlgorithms} from './built-in.ts';
import {discloseProcess} from './disclose.ts';
import {durationText, timeOf} from './files.ts';
import {launchesMember, seedMember} from './plan.ts';

const probe = async (plan: AlgorithmsPlan, signal: AbortSignal): Promise<void> => {
	if (plan.module !== builtIn) {
		try {
			await access(plan.module);
		} catch {
			throw new BenchtopError(`There is no module ${plan.module}.`, {
				hint: 'Give the file that exports the algorithms, or the names of built-in ones.',
				exitCode: 4,
			});
		}
	}

	const names = await algorithmNames(plan, signal);
	const unknown = names === undefined ? undefined : plan.names?.find((name) => !names.includes(name));
	if (names === undefined || unknown === undefined) return;
	const meant = nearest(unknown, names);
	throw new BenchtopError(`No algorithm is called ${JSON.stringify(unknown)}.`, {
		hint: meant === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${JSON.stringify(meant)}?`,
		exitCode: 4,
	});
};

const isFile = (given: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(given);

const members = () =>
	z.strictObject({
		algorithms: z
			.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
			.describe(
				`Names of built-in algorithms (${builtInAlgorithms.map(({name}) => name).join(', ')}), 'built-in' for all of them, or a module that exports algorithms.`,
			),
		only: z.array(z.string().min(1)).min(1).optional().describe('Of a module, these algorithms alone.'),
		sizes: z
			.array(sizeMember)
			.min(1)
			.optional()
			.describe('Measured at these; if not given, sizes double until a call takes long.'),
		largest: sizeMember.optional().describe('No larger size is tried; 131072 if not given.'),
		longest: durationText.optional().describe('Sizes grow until one call takes about so long; 10ms if not given.'),
		launches: launchesMember.optional().describe('Processes for each algorithm; 6 if not given.'),
		samples: z.int().min(1).max(1000).optional().describe('Batches of each size in each process; 5 if not given.'),
		timeout: durationText.optional().describe('How long one process may take at most; 120s if not given.'),
		nodeFlags: z.array(z.string()).optional().describe('Flags of Node.js for the processes.'),
		seed: seedMember.optional().describe('Of the order of launches and sizes.'),
	});

/** How times and allocations of functions grow with the size of their input. */
export const algorithmsEngine: Engine<AlgorithmsPlan> = {
	name: 'algorithms',
	about: 'functions over sizes of their input: how time and memory grow, as a complexity class with its confidence',
	plan: algorithmsPlan,
	latencyMeans: 'nothing: calls are not timed one by one; the time of one call stands under metrics',
	run: loadAlgorithms,
	probe,
	disclose: discloseProcess,
	limits: () => [
		'A class is told of the sizes that were measured, and of the inputs that setup makes: nothing is known of larger ones, or of the worst case.',
		'Its probability is that among seven classes: O(1), O(log n), O(n), O(n log n), O(n²), O(n³) and exponential. An algorithm of another class gets the nearest, or none.',
		'Larger inputs leave the caches of the processor: times may grow faster than steps do.',
	],
	steering: () => ['pause'],
	panes: ['metrics', 'status', 'events', 'resources'],
	suite: suiteEntry('algorithms', members, async (given, {folder, environment}) => {
		const listed = typeof given.algorithms === 'string' ? [given.algorithms] : given.algorithms;
		const [first = ''] = listed;
		const files = listed.filter(isFile);
		if (files.length > 0 && listed.length > 1) {
			throw new BenchtopError('algorithms: a module stands alone.', {
				hint: 'Give one file, or a list of names of built-in algorithms; each module is a benchmark of its own.',
			});
		}

		const names = files.length > 0 ? given.only : first === builtIn ? undefined : listed;
		const known = builtInAlgorithms.map(({name}) => name);
		const unknown = files.length > 0 ? undefined : names?.find((name) => !known.includes(name));
		if (unknown !== undefined) {
			const meant = nearest(unknown, known);
			throw new BenchtopError(`algorithms: no built-in algorithm is called ${JSON.stringify(unknown)}.`, {
				hint: meant === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${JSON.stringify(meant)}?`,
			});
		}

		return {
			load: algorithmsPlan.parse({
				module: files.length > 0 ? resolve(folder, first) : builtIn,
				...(names === undefined ? {} : {names}),
				folder,
				...(Object.keys(environment).length === 0 ? {} : {environment}),
				...(given.sizes === undefined ? {} : {sizes: given.sizes}),
				...(given.largest === undefined ? {} : {largest: given.largest}),
				...(given.longest === undefined ? {} : {longest: timeOf(given.longest)}),
				...(given.launches === undefined ? {} : {launches: given.launches}),
				...(given.samples === undefined ? {} : {samples: given.samples}),
				...(given.timeout === undefined ? {} : {timeout: timeOf(given.timeout)}),
				...(given.nodeFlags === undefined ? {} : {nodeFlags: given.nodeFlags}),
				...(given.seed === undefined ? {} : {seed: given.seed}),
			}),
			target: files.length > 0 ? first : (names ?? ['built-in algorithms']).join(', '),
			warmup: 0,
		};
	}),
};

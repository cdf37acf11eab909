import {relative, resolve} from 'node:path';
import type {Flags} from '../config/flags.ts';
import type {SideToRun} from '../config/paired-runs.ts';
import {readSuite, type Suite} from '../config/suite.ts';
import {planOf} from '../config/suite-runs.ts';
import {selectBenchmarks} from '../config/suite-selection.ts';
import type {Around, Side, Step, Worktree} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import {engines} from '../engines/index.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {runningRuns} from '../run/registry.ts';
import {runtimeFolder} from '../run/runtime-folder.ts';
import {createStage, noAround} from '../run/stage.ts';
import {addWorktree, commitOf, hasChanges, removeWorktree, repositoryOf} from '../run/worktree.ts';
import type {Surroundings} from './command.ts';
import {signalCodes} from './conclude.ts';
import {openSuite} from './open-suite.ts';

/** A suite at two commits, each laid out in a folder of its own. */
export type Branches = {
	readonly sides: Readonly<Record<Side['is'], SideToRun>>;
	/** The set-up in each of them. */
	readonly around: Around;
	readonly worktrees: readonly Worktree[];
	/** Words of the suite that nobody is to see. */
	readonly secrets: readonly string[];
};

type References = Readonly<Record<Side['is'], string>>;

const longest = {least: 1, most: 24 * 3_600_000};
const buildTimeout = 60 * 60_000;
const bothSides = ['base', 'candidate'] as const;

/** Signals, heeded as long as there is something to be cleared away. */
const interruptions = () => {
	const stop = new AbortController();
	let signal: keyof typeof signalCodes | undefined;
	const heed = (name: NodeJS.Signals): void => {
		signal ??= name === 'SIGTERM' || name === 'SIGHUP' ? name : 'SIGINT';
		stop.abort();
	};
	const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	for (const name of names) process.on(name, heed);
	return {
		stop: stop.signal,
		signal: () => signal,
		end: () => {
			for (const name of names) process.removeListener(name, heed);
		},
	};
};

/** The folder of the suite as it lies in a worktree. Throws a BenchtopError where the commit has none. */
const sideFolder = (suite: Suite, {folder, repository}: Worktree): string =>
	resolve(folder, relative(repository, suite.folder));

const overridesOf = (flags: Flags) => {
	const duration = flags.duration('duration', longest);
	const warmup = flags.duration('warmup', {most: longest.most});
	return {
		...(duration === undefined ? {} : {duration}),
		...(warmup === undefined ? {} : {warmup}),
		tags: flags.texts('tag'),
	};
};

/** What the suite measures of a commit: the file as it is here, so that both sides are asked the same, with the paths there. */
const readAt = async (
	suite: Suite,
	{worktree, of, commit}: {readonly worktree: Worktree; readonly of: string; readonly commit: string},
	words: readonly string[],
	flags: Flags,
	{environment}: Surroundings,
): Promise<{readonly side: SideToRun; readonly around: Around}> => {
	let there: Suite;
	try {
		there = await readSuite(suite.file, environment, engines, sideFolder(suite, worktree));
	} catch (error) {
		throw new BenchtopError(`What ${printable(of)} has does not fit the suite: ${messageOf(error)}`, {
			hint: "What is built must be built before it can be planned: --build 'npm ci && npm run build'",
			exitCode: 4,
			cause: error,
		});
	}

	const {setup, services, teardown} = there.around;
	const overrides = overridesOf(flags);
	return {
		side: {
			of,
			benchmarks: selectBenchmarks(there, words).map((benchmark) => ({
				name: benchmark.name,
				plan: planOf(benchmark, overrides),
				around: benchmark.around,
				length: benchmark.length,
			})),
			services,
			worktree,
			commit,
		},
		around: {setup, services: [], teardown},
	};
};

/** Whether a running benchmark has taken these folders over: then it removes them when it is over. */
const areTaken = (worktrees: readonly Worktree[], {environment}: Surroundings): boolean =>
	runningRuns(runtimeFolder(environment)).some(({worktrees: taken = []}) =>
		taken.some(({folder}) => worktrees.some((worktree) => worktree.folder === folder)),
	);

/**
 * Lays out a suite at two commits, has it built there, and measures both. Whatever comes of that, the folders are removed:
 * by the process that measures as long as there is one, else here.
 */
export const withBranches = async (
	references: References,
	words: readonly string[],
	flags: Flags,
	surroundings: Surroundings,
	measure: (branches: Branches) => Promise<number>,
): Promise<number> => {
	const suite = await openSuite(flags, surroundings);
	selectBenchmarks(suite, words);
	overridesOf(flags);
	const repository = await repositoryOf(suite.folder);
	const say = (text: string): unknown => surroundings.stderr.write(`benchtop: ${printable(text)}\n`);
	const commits = {
		base: await commitOf(repository, references.base),
		candidate: await commitOf(repository, references.candidate),
	};
	const isHere = Object.values(commits).includes(await commitOf(repository, 'HEAD'));
	if (isHere && (await hasChanges(repository))) say('warning: what is not committed is not measured.');

	const worktrees: Worktree[] = [];
	const interrupted = interruptions();
	try {
		const nameOf = (is: Side['is']): string => {
			const short = commits[is].slice(0, 8);
			return commits[is].startsWith(references[is]) ? short : `${references[is]} (${short})`;
		};
		for (const is of bothSides) {
			if (interrupted.stop.aborted) break;
			worktrees.push(await addWorktree(repository, commits[is], is));
		}

		const build = flags.text('build');
		const steps = worktrees.map(
			(worktree): Step => ({
				command: build ?? '',
				folder: sideFolder(suite, worktree),
				environment: {},
				timeout: buildTimeout,
			}),
		);
		for (const [index, step] of build === undefined ? [] : steps.entries()) {
			const is = bothSides[index]!;
			const stage = createStage({...noAround, setup: [step]});
			await stage.prepare((_, text) => say(`${is} ${nameOf(is)}: ${text}`), interrupted.stop);
		}

		const [baseTree, candidateTree] = worktrees;
		if (interrupted.stop.aborted || baseTree === undefined || candidateTree === undefined) {
			return signalCodes[interrupted.signal() ?? 'SIGINT'];
		}

		const read = (is: Side['is'], worktree: Worktree) =>
			readAt(suite, {worktree, of: nameOf(is), commit: commits[is]}, words, flags, surroundings);
		const base = await read('base', baseTree);
		const candidate = await read('candidate', candidateTree);
		return await measure({
			sides: {base: base.side, candidate: candidate.side},
			around: {
				setup: [...base.around.setup, ...candidate.around.setup],
				services: [],
				teardown: [...base.around.teardown, ...candidate.around.teardown],
			},
			worktrees,
			secrets: suite.secrets,
		});
	} finally {
		interrupted.end();
		if (!areTaken(worktrees, surroundings)) {
			for (const worktree of worktrees) {
				const fault = removeWorktree(worktree);
				if (fault !== undefined) say(`warning: ${fault}`);
			}
		}
	}
};

import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import type {Fingerprint} from '../core/event.ts';
import {nearest} from '../core/nearest.ts';
import {confirmingTag} from '../core/plan.ts';
import {printable} from '../core/printable.ts';
import {isMeasured} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import {shortId} from '../core/run-words.ts';
import {BenchtopError} from '../errors.ts';
import type {RunFilter, Store, StoredRun} from '../store/store.ts';
import {readDocument} from './document.ts';
import {lastWord, looksLikeFile, newestRun, wholeRun} from './find-runs.ts';

/** The runs of one benchmark that are one side of a comparison. */
export type BenchmarkRuns = {
	readonly name: string;
	/** In the order in which they were made; those that have no figures among them. */
	readonly runs: readonly Result[];
};

/** One side of a comparison: what its word means. */
export type Side = {
	/** As people would name it: 'baseline main', 'branch topic'. */
	readonly label: string;
	readonly benchmarks: readonly BenchmarkRuns[];
};

/** What a side found by branch, commit or tag is to be comparable with, by benchmark. */
export type Like = ReadonlyMap<string, Fingerprint>;

const mostListed = 500;
const mostOfBenchmark = 100;
/** So many runs say all there is to say of a side. */
const mostOfSide = 25;

const isConfirming = ({plan}: Pick<StoredRun, 'plan'>): boolean => plan.tags.includes(confirmingTag);

const inOrder = (runs: readonly Result[]): readonly Result[] =>
	runs.toSorted((a, b) => (a.began < b.began ? -1 : a.began > b.began ? 1 : 0));

/** Whether two runs are of the same load on the same machine. */
const isAlike = (a: Fingerprint, b: Fingerprint): boolean =>
	a.workload === b.workload && a.environment === b.environment;

/** Runs by their benchmarks. One that only confirms another counts where there is nothing else. */
const byBenchmark = (runs: readonly Result[]): readonly BenchmarkRuns[] => {
	const names = new Map<string, Result[]>();
	for (const run of runs) names.set(run.name, [...(names.get(run.name) ?? []), run]);
	return [...names].map(([name, all]) => {
		const own = all.filter((run) => !isConfirming(run));
		return {name, runs: inOrder(own.length > 0 ? own : all)};
	});
};

/** What of a side can be held against others: of those that have figures the ones that ended in order, if any did. */
export const judgeable = (runs: readonly Result[]): readonly Result[] => {
	const measured = runs.filter(isMeasured);
	const finished = measured.filter(({ending}) => ending.state === 'finished');
	return finished.length > 0 ? finished : measured;
};

/**
 * The rounds that a run is one of, itself among them: what one command made of its benchmark, of two sides of the same
 * one. Of the others only those that ended in order, of the same load.
 */
export const roundsOf = async (store: Store, run: Result): Promise<readonly Result[]> => {
	if (isConfirming(run)) return [run];
	const others = (run.plan.suite?.runs ?? []).filter(({id, name}) => id !== run.id && name === run.name);
	const found = await store.loadAll(others.map(({id}) => id));
	const alike = found.flatMap((other) =>
		other.ending.state === 'finished' &&
		other.plan.side?.is === run.plan.side?.is &&
		isMeasured(other) &&
		!isConfirming(other) &&
		isAlike(other.fingerprint, run.fingerprint)
			? [other]
			: [],
	);
	return inOrder([run, ...alike]);
};

const git = async (folder: string, ...words: readonly string[]): Promise<string | undefined> => {
	try {
		const {stdout} = await promisify(execFile)('git', ['--no-optional-locks', ...words], {
			cwd: folder,
			timeout: 5000,
			windowsHide: true,
		});
		return stdout.trim() === '' ? undefined : stdout.trim();
	} catch {
		return undefined;
	}
};

/** The commit that git means by a word; `undefined` where it means none, or there is no git. */
const commitOf = (folder: string, word: string): Promise<string | undefined> =>
	// What begins with a dash would be an option of git's.
	word.startsWith('-')
		? Promise.resolve(undefined)
		: git(folder, 'rev-parse', '--verify', '--quiet', `${word}^{commit}`);

/** Of runs that match, the newest of a benchmark that could be compared with the other side; else the newest. */
const leading = (runs: readonly StoredRun[], like: Fingerprint | undefined): StoredRun | undefined =>
	runs.find(({fingerprint}) => like !== undefined && isAlike(fingerprint, like)) ?? runs[0];

/** Whether two runs were made of the same state of the code. */
const isSameCode = (a: StoredRun, b: StoredRun): boolean =>
	a.environment.git?.commit === b.environment.git?.commit && a.environment.git?.dirty === b.environment.git?.dirty;

/**
 * The runs that match a filter, of each benchmark those that belong together with its newest: of the same load on the same
 * machine, and where `isOneState` of the same state of the code.
 */
const matching = async (
	store: Store,
	filter: RunFilter,
	like: Like,
	isOneState: boolean,
): Promise<readonly BenchmarkRuns[]> => {
	const list = async (more: RunFilter): Promise<readonly StoredRun[]> => {
		const runs = await store.list({...filter, state: 'finished', ...more});
		return runs.filter((run) => isMeasured(run) && !isConfirming(run));
	};
	// Of what the other side has nothing of, nothing could be compared.
	const wanted = await Promise.all([...like.keys()].map((name) => list({name, limit: mostOfBenchmark})));
	const usable = wanted.some((runs) => runs.length > 0) ? wanted.flat() : await list({limit: mostListed});
	const names = [...new Set(usable.map(({name}) => name))];
	return Promise.all(
		names.map(async (name) => {
			const own = usable.filter((run) => run.name === name);
			// Of a commit, what was measured of it as it is tells more than what was measured with changes to it.
			const clean = own.filter(({environment}) => environment.git?.dirty !== true);
			const first = leading(isOneState || clean.length === 0 ? own : clean, like.get(name))!;
			const runs = own
				.filter((run) => isAlike(run.fingerprint, first.fingerprint) && (!isOneState || isSameCode(run, first)))
				.filter((run) => isOneState || clean.length === 0 || clean.includes(run))
				.slice(0, mostOfSide);
			return {name, runs: inOrder(await store.loadAll(runs.map(({id}) => id)))};
		}),
	);
};

const nothing = (what: string, store: Store): BenchtopError =>
	new BenchtopError(`There is no finished run of ${what} in ${store.location}.`, {
		hint: 'benchtop history lists the runs with their branches, commits and tags.',
		exitCode: 4,
	});

const orNothing = (label: string, benchmarks: readonly BenchmarkRuns[], store: Store): Side => {
	if (benchmarks.length === 0) throw nothing(label, store);
	return {label, benchmarks};
};

type Kind = (value: string, store: Store, folder: string, like: Like) => Promise<Side>;

const short = (commit: string): string => commit.slice(0, 7);

const commitSide = async (store: Store, commit: string, like: Like, label = `commit ${short(commit)}`): Promise<Side> =>
	orNothing(label, await matching(store, {commit}, like, false), store);

/** What stands before a colon, and what it makes of what stands behind. */
const kinds: Readonly<Record<string, Kind>> = {
	branch: async (branch, store, _, like) =>
		orNothing(`branch ${printable(branch)}`, await matching(store, {branch}, like, true), store),
	'merge-base': async (branch, store, folder, like) => {
		const common = branch.startsWith('-') ? undefined : await git(folder, 'merge-base', 'HEAD', branch);
		if (common === undefined) {
			throw new BenchtopError(
				`git knows no commit that ${JSON.stringify(branch)} and the current one have in common.`,
				{
					hint: 'Is this a git repository, with that branch and enough of its history (in CI: fetch-depth: 0)?',
				},
			);
		}

		return commitSide(store, common, like, `merge base with ${printable(branch)} (${short(common)})`);
	},
	tag: async (tag, store, folder, like) => {
		const tagged = await matching(store, {tag}, like, false);
		const commit = tagged.length > 0 ? undefined : await commitOf(folder, `refs/tags/${tag}`);
		return commit === undefined
			? orNothing(`tag ${printable(tag)}`, tagged, store)
			: commitSide(store, commit, like, `tag ${printable(tag)} (${short(commit)})`);
	},
	commit: async (word, store, folder, like) => commitSide(store, (await commitOf(folder, word)) ?? word, like),
};

/** What may stand before a colon: 'branch', … */
export const sideKinds: readonly string[] = Object.keys(kinds);

/** Whether a word means runs of some state of the code, which are found by what they are to be compared with. */
const kindOf = (word: string): readonly [kind: Kind, value: string] | undefined => {
	const colon = word.indexOf(':');
	const name = word.slice(0, Math.max(0, colon));
	const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
	return kind === undefined || colon === word.length - 1 ? undefined : [kind, word.slice(colon + 1)];
};

/** Whether what a word means may depend on the other side. */
export const isFound = (word: string): boolean => kindOf(word) !== undefined;

const baselineSide = async (store: Store, word: string): Promise<Side | undefined> => {
	const named = (await store.baselines()).filter(({name}) => name === word);
	if (named.length === 0) return undefined;
	const benchmarks = await Promise.all(
		named.map(async ({runId}) => {
			const run = await wholeRun(store, runId);
			return {name: run.name, runs: await roundsOf(store, run)};
		}),
	);
	return {label: `baseline ${printable(word)}`, benchmarks};
};

const unknown = async (store: Store, word: string): Promise<BenchtopError> => {
	const names = [lastWord, ...(await store.baselines()).map(({name}) => name)];
	const meant = nearest(word, [...new Set(names)]);
	return new BenchtopError(
		`${JSON.stringify(word)} is neither a baseline nor the beginning of a run's id, nor a branch or commit that was measured.`,
		{
			hint: `${meant === undefined ? '' : `Did you mean ${printable(meant)}? `}benchtop history lists the runs, benchtop baseline list the baselines. Also: ${sideKinds.map((kind) => `${kind}:NAME`).join(', ')}.`,
		},
	);
};

/**
 * The runs of a document, by their benchmarks; one that it holds twice is one. Throws a BenchtopError where runs of two
 * sides are in it, which are not one.
 */
export const documentSide = (file: string, folder: string): Side => {
	const runs = [...new Map(readDocument(file, folder).map((run) => [run.id, run])).values()];
	const benchmarks = byBenchmark(runs);
	const isBoth = benchmarks.some((each) => new Set(each.runs.map(({plan}) => plan.side?.is)).size > 1);
	if (!isBoth) return {label: file, benchmarks};
	throw new BenchtopError(`${file} holds both sides of a comparison, which are not one side of another.`, {
		hint: `What came of it stands in it: jq .comparisons ${file}`,
	});
};

/**
 * What a word means as one side of a comparison: a document of --json, the newest run, a baseline, a run (with the other
 * rounds of the command that made it), or the runs of a branch, a tag or a commit. Rejects with a BenchtopError when it
 * means nothing.
 */
export const findSide = async (store: Store, word: string, folder: string, like: Like = new Map()): Promise<Side> => {
	const kind = kindOf(word);
	if (kind !== undefined) return kind[0](kind[1], store, folder, like);
	if (looksLikeFile(word) && !(await isBranch(store, word))) return documentSide(word, folder);
	if (word === lastWord) {
		const run = await newestRun(store);
		if (run !== undefined)
			return {label: 'the last run', benchmarks: [{name: run.name, runs: await roundsOf(store, run)}]};
		throw new BenchtopError(`There is no run yet in ${store.location}.`, {
			hint: 'Make one: benchtop demo, or benchtop <url>.',
			exitCode: 4,
		});
	}

	const baseline = await baselineSide(store, word);
	if (baseline !== undefined) return baseline;
	const isHash = /^[0-9a-f]{7,40}$/i.test(word);
	const run = await store.load(word);
	if (run !== undefined) {
		return {label: `run ${shortId(run.id)}`, benchmarks: [{name: run.name, runs: await roundsOf(store, run)}]};
	}

	if (await isBranch(store, word)) return kinds.branch!(word, store, folder, like);
	if (isHash && (await store.list({commit: word, limit: 1})).length > 0) return commitSide(store, word, like);
	throw await unknown(store, word);
};

/** A branch may have a slash in its name, as a file does: what is no file is looked for among the branches. */
const isBranch = async (store: Store, word: string): Promise<boolean> =>
	!word.endsWith('.json') && (await store.list({branch: word, limit: 1})).length > 0;

import {basename} from 'node:path';
import {type Flags, parseFlags} from '../config/flags.ts';
import {httpRunPlan} from '../config/http-flags.ts';
import {loadOptions} from '../config/options.ts';
import type {Suite} from '../config/suite.ts';
import type {RunPlan} from '../core/plan.ts';
import {isMeasured, reportOf} from '../core/report.ts';
import type {Result} from '../core/result.ts';
import {parseTarget} from '../engines/http-words.ts';
import {BenchtopError} from '../errors.ts';
import {text as textExporter} from '../export/text.ts';
import {followRun, reachableRun, runsAfter} from '../run/follow.ts';
import {launchRun} from '../run/launch.ts';
import {readLog} from '../run/log.ts';
import {runningRuns} from '../run/registry.ts';
import {replayRun} from '../run/replay.ts';
import {runtimeFolder} from '../run/runtime-folder.ts';
import {benchmarkTrend} from '../stats/benchmark-trend.ts';
import {differences} from '../stats/differences.ts';
import {judgeSides} from '../stats/judge-sides.ts';
import {groupsOf} from '../stats/series-groups.ts';
import type {Store} from '../store/store.ts';
import type {History, Library, ListedRun, ListedSuite, OpenedRun, RecentTarget, Start} from '../tui/index.tsx';
import type {Surroundings} from './command.ts';
import {startDemo} from './demo-server.ts';
import {noiseBefore} from './earlier-runs.ts';
import {findLog, logsFolder} from './find-log.ts';
import {knownChange} from './known-change.ts';
import {nameBaseline} from './name-baseline.ts';
import {withHistory} from './open-history.ts';
import {demoPathOf, lostOf, planAgain} from './plan-again.ts';
import {runOrder} from './run-order.ts';

const mostRuns = 500;
const mostRecent = 20;
/** Older changes are counted; each asks git. */
const mostChanges = 20;

/** What was typed at a URL, with quotes as a shell takes them. */
const typedWords = (text: string): string[] =>
	Array.from(text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g), ([word]) =>
		word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
	);

/** Flags that were typed, over those of the command line. */
const over = (typed: Flags, given: Flags): Flags => {
	const of = (name: string): Flags => (typed.has(name) ? typed : given);
	return {
		has: (name) => of(name).has(name),
		text: (name) => of(name).text(name),
		texts: (name) => of(name).texts(name),
		duration: (name, limits) => of(name).duration(name, limits),
		number: (name, limits) => of(name).number(name, limits),
		integer: (name, limits) => of(name).integer(name, limits),
		choice: (name, choices) => of(name).choice(name, choices),
	};
};

/** The plan that a typed line means. Rejects with a BenchtopError that says what is wrong with it. */
export const planOf = async (text: string, given: Flags): Promise<RunPlan> => {
	const {words, flags} = parseFlags(typedWords(text), loadOptions);
	const [target, ...more] = words;
	if (target === undefined) {
		throw new BenchtopError('There is no URL.', {hint: 'For example: localhost:3000 -c 64 -d 30s'});
	}

	if (more.length > 0) {
		throw new BenchtopError(`One URL at a time; ${JSON.stringify(more[0])} is one word too many.`, {
			hint: 'Flags follow the URL: localhost:3000 -c 64 -d 30s',
		});
	}

	return httpRunPlan(parseTarget(target), over(flags, given));
};

const gone = (store: Store, id: string): BenchtopError =>
	new BenchtopError(`The run ${id} has gone from ${store.location}.`, {hint: 'R reads the history again.'});

const wholeRun = async (store: Store, id: string): Promise<Result> => {
	const run = await store.load(id);
	if (run !== undefined) return run;
	throw gone(store, id);
};

/** Each target once, as its newest run loaded it. */
const recentOf = (runs: readonly ListedRun[]): RecentTarget[] => {
	const newest = new Map<string, ListedRun>();
	for (const run of runs) if (!newest.has(run.target)) newest.set(run.target, run);
	return [...newest.values()].slice(0, mostRecent).map((run) => {
		const lost = lostOf(run.plan);
		return {run, ...(lost === undefined ? {} : {lost})};
	});
};

/** The plan of a load with the URL of another. */
const withUrlOf = (other: unknown, load: unknown): unknown => {
	if (typeof load !== 'object' || load === null) return load;
	return {...load, ...(typeof other === 'object' && other !== null && 'url' in other ? {url: other.url} : {})};
};

/** What the start screen asks of the history, the running benchmarks and the folder it was started in. */
export const createLibrary = (flags: Flags, surroundings: Surroundings): Library => {
	const ignore = (): void => {};
	// A warning on standard error would stand in the middle of the screen.
	const inHistory = <T>(use: (store: Store) => Promise<T>): Promise<T> => withHistory(flags, surroundings, use, ignore);

	const launch = async (plan: RunPlan, release: () => Promise<void> = async () => {}): Promise<OpenedRun> => {
		try {
			const source = followRun(await launchRun({...(await runOrder(flags, surroundings)), runs: [{plan}]}));
			return {
				source,
				made: true,
				close: () => {
					source.close();
					release().catch(ignore);
				},
			};
		} catch (error) {
			await release().catch(ignore);
			throw error;
		}
	};

	const launchDemo = async (path: string, change: (plan: RunPlan) => RunPlan = (plan) => plan): Promise<OpenedRun> => {
		const {plan: planned, release} = await startDemo(path, flags, surroundings);
		const plan = await planned;
		return launch(change(plan), release);
	};

	const again = async (id: string): Promise<OpenedRun> => {
		const {plan} = await inHistory((store) => wholeRun(store, id));
		const path = demoPathOf(plan);
		if (path === undefined) return launch(planAgain(plan));
		return launchDemo(path, ({target, load, watch}) => {
			const before = planAgain(plan);
			// The demo server may listen elsewhere this time.
			return {...before, target, load: withUrlOf(load, before.load), watch};
		});
	};

	/** Read anew each time: it may have been written meanwhile. */
	const readSuite = async (): Promise<Suite | undefined> => {
		const {findSuite, readSuite: read} = await import('../config/suite.ts');
		const file = findSuite(surroundings.folder);
		return file === undefined ? undefined : read(file, surroundings.environment);
	};

	const listSuite = async (): Promise<ListedSuite | undefined> => {
		const suite = await readSuite();
		if (suite === undefined) return undefined;
		return {
			file: basename(suite.file),
			entries: suite.benchmarks.map(({name, about, plan: {engine, tags}}) => ({
				name,
				engine,
				tags,
				...(about === undefined ? {} : {about}),
			})),
		};
	};

	/** In the order of the file, each in all its rounds. */
	const launchBenchmarks = async (names: readonly string[]): Promise<OpenedRun> => {
		const [suite, {suiteRuns}] = await Promise.all([readSuite(), import('../config/suite-runs.ts')]);
		const chosen = (suite?.benchmarks ?? []).filter(({name}) => names.includes(name));
		if (suite === undefined || chosen.length === 0) {
			throw new BenchtopError('The suite file no longer has these benchmarks.', {hint: 'R reads it again.'});
		}

		const {runs} = suiteRuns(chosen);
		const order = await runOrder(flags, surroundings);
		const run = await launchRun({...order, runs, around: suite.around, secrets: suite.secrets});
		const source = followRun(run);
		return {
			source,
			made: true,
			following: runs.slice(1).map(
				({plan}) =>
					() =>
						followRun(reachableRun(order, plan.id, run.pid)),
			),
			close: source.close,
		};
	};

	const attach = async (id: string): Promise<OpenedRun> => {
		const run = runningRuns(runtimeFolder(surroundings.environment)).find((each) => each.id === id);
		if (run === undefined) {
			throw new BenchtopError('That benchmark has just ended.', {hint: 'Its result is among the last runs.'});
		}

		const source = followRun(run);
		const following = (await runsAfter(run)).map((each) => () => followRun(each));
		return {source, made: false, following, close: source.close};
	};

	const replay = async (id: string): Promise<OpenedRun> => {
		const path = await findLog(id, await logsFolder(flags, surroundings));
		// The screen keeps the pace itself, since it can also go back.
		return {source: {...replayRun(readLog(path), Number.POSITIVE_INFINITY), speed: 1}, made: false, close: ignore};
	};

	const open = async (start: Start): Promise<OpenedRun> => {
		switch (start.kind) {
			case 'url':
				return launch(await planOf(start.text, flags));
			case 'demo':
				return launchDemo('/');
			case 'benchmarks':
				return launchBenchmarks(start.names);
			case 'again':
				return again(start.id);
			case 'attach':
				return attach(start.id);
			case 'replay':
				return replay(start.id);
		}
	};

	return {
		suite: listSuite,
		running: async () => runningRuns(runtimeFolder(surroundings.environment)),
		history: () =>
			inHistory(async (store): Promise<History> => {
				const [found, baselines] = [await store.list({limit: mostRuns + 1}), await store.baselines()];
				const runs = found.slice(0, mostRuns).map(
					(run): ListedRun => ({
						...run,
						baselines: baselines.filter(({runId}) => runId === run.id).map(({name}) => name),
					}),
				);
				return {location: store.location, runs, more: found.length > mostRuns, recent: recentOf(runs)};
			}),
		details: (id) =>
			inHistory(async (store) => {
				const run = await wholeRun(store, id);
				return {run, report: textExporter.render(reportOf([run]))};
			}),
		trend: (id) =>
			inHistory(async (store) => {
				const [run] = await store.list({ids: [id]});
				if (run === undefined) throw gone(store, id);
				const groups = groupsOf(await store.series({name: run.name}));
				const {workload, environment} = run.fingerprint;
				const group = groups.find(
					({fingerprint}) => fingerprint.workload === workload && fingerprint.environment === environment,
				);
				if (group === undefined) throw gone(store, id);
				const trend = benchmarkTrend({benchmark: run.name, groups, group, metric: undefined});
				const newest = trend.turningPoints.toReversed().slice(0, mostChanges);
				const changes = await Promise.all(
					newest.map((point) => knownChange(store, surroundings.folder, {trend, point})),
				);
				return {trend, changes};
			}),
		compare: async (baseId, candidateId, force) => {
			const [base, candidate, noise] = await inHistory(async (store) => {
				const both = await Promise.all([wholeRun(store, baseId), wholeRun(store, candidateId)]);
				return [...both, await noiseBefore(store, both)] as const;
			});
			const without = [base, candidate].find((run) => !isMeasured(run));
			if (without !== undefined) {
				throw new BenchtopError(
					`Nothing can be compared: the run ${without.id} of ${without.name} has no figures; it failed, or all its operations did.`,
					{hint: 'Choose another run.'},
				);
			}

			const differ = differences(base, candidate);
			const known = differ.length > 0 ? {} : {noise};
			return {
				base,
				candidate,
				differ,
				comparisons: differ.length > 0 && !force ? [] : judgeSides([base], [candidate], known),
			};
		},
		setBaseline: (name, id) =>
			inHistory(async (store) => {
				const {said, warnings} = await nameBaseline(store, name, await wholeRun(store, id));
				return [said, ...warnings.map((warning) => `But ${warning}`)].join(' ');
			}),
		open,
	};
};

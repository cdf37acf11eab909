import type {Flags} from '../config/flags.ts';
import type {Store, StoredBaseline, StoredRun} from '../store/store.ts';
import type {Command, Surroundings} from './command.ts';
import {historyOptions, withHistory} from './open-history.ts';

type Action = (words: readonly string[], flags: Flags, surroundings: Surroundings) => Promise<number>;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const wrongWords = async (usage: string, hint: string): Promise<never> => {
	const {BenchtopError} = await import('../errors.ts');
	throw new BenchtopError(`benchtop store ${usage}`, {hint});
};

/** Runs are loaded one at a time, so that a long history takes no more memory than a short one. */
async function* everyRun(store: Store) {
	const {allRuns} = await import('../store/pieces.ts');
	for await (const {id} of allRuns(store)) {
		const run = await store.load(id);
		if (run !== undefined) yield run;
	}
}

const exportHistory: Action = async (words, flags, surroundings) => {
	const [file, ...more] = words;
	if (file === undefined || more.length > 0) {
		return wrongWords('export takes one file.', 'For example: benchtop store export history.jsonl');
	}

	const [{openLines}, {historyHead}] = await Promise.all([import('./lines-output.ts'), import('./history-lines.ts')]);
	return withHistory(flags, surroundings, async (store) => {
		const output = openLines(file, surroundings.folder);
		let runs = 0;
		try {
			output.write(historyHead);
			for await (const run of everyRun(store)) {
				output.write({run});
				runs += 1;
			}

			const baselines = await store.baselines();
			for (const baseline of baselines) output.write({baseline});
			output.keep();
			surroundings.stdout.write(
				`Exported ${counted(runs, 'run')} and ${counted(baselines.length, 'baseline')} to ${file}.\n`,
			);
			return 0;
		} finally {
			output.close();
		}
	});
};

/** What was taken into a history, in words. */
const takenWords = (runs: number, known: number, baselines: number): string =>
	`${counted(runs, 'run')} and ${counted(baselines, 'baseline')}${known === 0 ? '' : `; ${counted(known, 'run')} ${known === 1 ? 'was' : 'were'} there already`}`;

/**
 * Takes a baseline into a history, unless one of its name and benchmark was set there later, or its run is not there.
 * Whether it was taken; why not is told.
 */
const takeBaseline = async (store: Store, baseline: StoredBaseline, {stderr}: Surroundings): Promise<boolean> => {
	const {name, benchmark, runId, setAt} = baseline;
	const known = (await store.baselines(benchmark)).find((each) => each.name === name);
	const [run] = await store.list({ids: [runId]});
	const isLater = known !== undefined && Date.parse(known.setAt) > Date.parse(setAt);
	if (!isLater && run !== undefined) {
		await store.setBaseline(baseline);
		return true;
	}

	const {printable} = await import('../core/printable.ts');
	const words = isLater
		? `stays ${known.runId}, which was set later`
		: `is left out: there is no run ${runId} in ${store.location}`;
	stderr.write(`benchtop: warning: ${printable(`the baseline ${name} of ${benchmark} ${words}`)}\n`);
	return false;
};

const importHistory: Action = async (words, flags, surroundings) => {
	const [file, ...more] = words;
	if (file === undefined || more.length > 0) {
		return wrongWords('import takes one file.', 'For example: benchtop store import history.jsonl');
	}

	const [{readHistoryLines}, {resolve}] = await Promise.all([import('./history-lines.ts'), import('node:path')]);
	return withHistory(flags, surroundings, async (store) => {
		let [runs, known, baselines] = [0, 0, 0];
		for await (const line of readHistoryLines(resolve(surroundings.folder, file))) {
			if ('baseline' in line) {
				if (await takeBaseline(store, line.baseline, surroundings)) baselines += 1;
			} else if (await store.save(line.run)) runs += 1;
			else known += 1;
		}

		surroundings.stdout.write(`Imported ${takenWords(runs, known, baselines)}.\n`);
		return 0;
	});
};

const copyHistory: Action = async (words, flags, surroundings) => {
	const [url, ...more] = words;
	if (url === undefined || more.length > 0) {
		return wrongWords(
			'copy takes the history to copy to.',
			'For example: benchtop store copy postgres://host/database',
		);
	}

	const [{openStore}, {storeLocation}, {BenchtopError}] = await Promise.all([
		import('../store/index.ts'),
		import('../store/location.ts'),
		import('../errors.ts'),
	]);
	const {folder, environment, stdout} = surroundings;
	return withHistory(flags, surroundings, async (store) => {
		const into = await openStore(storeLocation({store: url, folder, environment}));
		try {
			if (into.location === store.location) {
				throw new BenchtopError('A history cannot be copied into itself.', {
					hint: '--store names the one to copy from.',
				});
			}

			let [runs, known] = [0, 0];
			for await (const run of everyRun(store)) {
				if (await into.save(run)) runs += 1;
				else known += 1;
			}

			let baselines = 0;
			for (const baseline of await store.baselines()) {
				if (await takeBaseline(into, baseline, surroundings)) baselines += 1;
			}

			stdout.write(`Copied ${takenWords(runs, known, baselines)} to ${into.location}.\n`);
			return 0;
		} finally {
			await into.close();
		}
	});
};

/** The runs that baselines are held against: those that were set, with the other rounds of their commands. */
const runsOfBaselines = async (store: Store): Promise<ReadonlySet<string>> => {
	const ids = (await store.baselines()).map(({runId}) => runId);
	const runs = await store.list({ids});
	const rounds = runs.flatMap(({name, plan}) => plan.suite?.runs.filter((each) => each.name === name) ?? []);
	return new Set([...ids, ...rounds.map(({id}) => id)]);
};

/** The runs that are to go: all but the newest of each benchmark, those that are young enough, and baselines. */
const prunable = async (store: Store, keep: number | undefined, before: string | undefined): Promise<StoredRun[]> => {
	const {allRuns} = await import('../store/pieces.ts');
	const kept = await runsOfBaselines(store);
	const seen = new Map<string, number>();
	const found: StoredRun[] = [];
	for await (const run of allRuns(store)) {
		const number = (seen.get(run.name) ?? 0) + 1;
		seen.set(run.name, number);
		const isOld = before === undefined || new Date(run.began).toISOString() < before;
		if ((keep === undefined || number > keep) && isOld && !kept.has(run.id)) found.push(run);
	}

	return found;
};

const pruneHistory: Action = async (words, flags, surroundings) => {
	const [{runsFolder}, {rmSync}, {logsOfRuns}, {ageOf}] = await Promise.all([
		import('../store/location.ts'),
		import('node:fs'),
		import('./find-log.ts'),
		import('./moment.ts'),
	]);
	const keep = flags.integer('keep', {least: 1});
	const age = ageOf(flags, 'older');
	if (words.length > 0 || (keep === undefined && age === undefined)) {
		return wrongWords(
			'prune takes --keep N, --older TIME, or both.',
			'For example: benchtop store prune --keep 100 --older 90d. Baselines stay.',
		);
	}

	const before = age === undefined ? undefined : new Date(Date.now() - age).toISOString();
	const isTrial = flags.has('dry-run');
	return withHistory(flags, surroundings, async (store) => {
		const found = await prunable(store, keep, before);
		const ids = found.map(({id}) => id);
		const count = isTrial ? found.length : await store.remove(ids);
		if (!isTrial) {
			const logs = runsFolder(store.location);
			for (const log of logsOfRuns(new Set(ids), logs)) rmSync(log, {force: true});
		}

		surroundings.stdout.write(
			`${isTrial ? 'Would delete' : 'Deleted'} ${counted(count, 'run')}${count > 0 && !isTrial ? ', with their event logs' : ''}.\n`,
		);
		return 0;
	});
};

const actions: Readonly<Record<string, Action>> = {
	export: exportHistory,
	import: importHistory,
	copy: copyHistory,
	prune: pruneHistory,
};

/** `benchtop store`: a history as a whole. */
export const store: Command = {
	name: 'store',
	usage: 'export <file> | import <file> | copy <url> | prune',
	about: 'a history as a whole: into a file and back, to another database, without what is old',
	options: [
		{name: 'keep', value: 'N', about: 'prune: all but the newest so many runs of each benchmark'},
		{name: 'older', value: 'TIME', about: 'prune: only runs older than that, such as 90d or 12w'},
		{name: 'dry-run', about: 'prune: only say how many runs would go'},
		...historyOptions,
	],
	examples: [['benchtop store copy postgres://user@host/benchmarks', "move a team's history to a server"]],
	run: async (words, flags, surroundings) => {
		const [name = '', ...rest] = words;
		const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
		if (action === undefined) {
			const [{BenchtopError}, {nearest}] = await Promise.all([import('../errors.ts'), import('../core/nearest.ts')]);
			const meant = name === '' ? undefined : nearest(name, Object.keys(actions));
			throw new BenchtopError(
				name === '' ? 'What is to be done with the history?' : `benchtop store cannot ${JSON.stringify(name)}.`,
				{hint: meant === undefined ? `One of: ${Object.keys(actions).join(', ')}.` : `Did you mean ${meant}?`},
			);
		}

		return action(rest, flags, surroundings);
	},
};

import type {Flags} from '../config/flags.ts';
import type {Store, StoredRun} from '../store/store.ts';
import type {Command, Surroundings} from './command.ts';
import {historyOptions, withHistory} from './open-history.ts';

type Action = (words: readonly string[], flags: Flags, surroundings: Surroundings) => Promise<number>;

const newestFinished = async (store: Store, benchmark: string | undefined): Promise<StoredRun> => {
	const [{isOwnRun}, {findRun}] = await Promise.all([import('../core/plan.ts'), import('./find-runs.ts')]);
	const filter = {state: 'finished', ...(benchmark === undefined ? {} : {name: benchmark})} as const;
	const run = await findRun(store, filter, ({plan}) => isOwnRun(plan));
	if (run !== undefined) return run;
	const {BenchtopError} = await import('../errors.ts');
	throw new BenchtopError(
		benchmark === undefined
			? `There is no finished run in ${store.location}.`
			: `There is no finished run of ${JSON.stringify(benchmark)} in ${store.location}.`,
		{hint: 'Make one first (benchtop <url>), or name a run: benchtop history lists them.'},
	);
};

const storedRun = async (store: Store, id: string, benchmark: string | undefined): Promise<StoredRun> => {
	const [{BenchtopError}, run] = await Promise.all([import('../errors.ts'), store.load(id)]);
	if (run === undefined) {
		throw new BenchtopError(`There is no run ${JSON.stringify(id)} in ${store.location}.`, {
			hint: 'benchtop history lists the runs.',
		});
	}

	if (benchmark !== undefined && run.name !== benchmark) {
		throw new BenchtopError(`The run ${run.id} is of ${JSON.stringify(run.name)}, not ${JSON.stringify(benchmark)}.`, {
			hint: 'Leave --benchmark out: the run says which benchmark it is of.',
		});
	}

	return run;
};

const set: Action = async (words, flags, surroundings) => {
	const [{BenchtopError}, {checkBaselineName, nameBaseline}] = await Promise.all([
		import('../errors.ts'),
		import('./name-baseline.ts'),
	]);
	const [name, id, ...more] = words;
	if (name === undefined || more.length > 0) {
		throw new BenchtopError('benchtop baseline set takes a name and at most one run.', {
			hint: 'For example: benchtop baseline set main',
		});
	}

	checkBaselineName(name);
	return withHistory(flags, surroundings, async (store) => {
		const benchmark = flags.text('benchmark');
		const run =
			id === undefined || id === 'last'
				? await newestFinished(store, benchmark)
				: await storedRun(store, id, benchmark);
		const {said, warnings} = await nameBaseline(store, name, run);
		surroundings.stdout.write(`${said}\n`);
		for (const warning of warnings) surroundings.stderr.write(`benchtop: warning: ${warning}\n`);
		return 0;
	});
};

const list: Action = async (words, flags, surroundings) => {
	const [{BenchtopError}, {printable}, {alignColumns}, {localTime, shortId}, {writeJson}] = await Promise.all([
		import('../errors.ts'),
		import('../core/printable.ts'),
		import('../export/columns.ts'),
		import('../core/run-words.ts'),
		import('./write-json.ts'),
	]);
	if (words.length > 0) {
		throw new BenchtopError(`benchtop baseline list takes no ${JSON.stringify(words[0])}.`, {
			hint: 'Of one benchmark: benchtop baseline list --benchmark NAME',
		});
	}

	return withHistory(flags, surroundings, async (store) => {
		const baselines = await store.baselines(flags.text('benchmark'));
		if (flags.has('json')) {
			writeJson(flags, surroundings, `${JSON.stringify(baselines, undefined, '\t')}\n`);
			return 0;
		}

		if (baselines.length === 0) {
			surroundings.stdout.write('No baselines yet. Make the newest run one: benchtop baseline set main\n');
			return 0;
		}

		const lines = alignColumns(
			[{heading: 'name'}, {heading: 'benchmark'}, {heading: 'run'}, {heading: 'set'}],
			baselines.map(({name, benchmark, runId, setAt}) => [
				printable(name),
				printable(benchmark),
				shortId(runId),
				localTime(setAt),
			]),
		);
		surroundings.stdout.write(`${lines.join('\n')}\n`);
		return 0;
	});
};

const remove: Action = async (words, flags, surroundings) => {
	const [{BenchtopError}, {nearest}, {printable}] = await Promise.all([
		import('../errors.ts'),
		import('../core/nearest.ts'),
		import('../core/printable.ts'),
	]);
	const [name, ...more] = words;
	if (name === undefined || more.length > 0) {
		throw new BenchtopError('benchtop baseline delete takes one name.', {hint: 'benchtop baseline list shows them.'});
	}

	return withHistory(flags, surroundings, async (store) => {
		const benchmark = flags.text('benchmark');
		const deleted = await store.deleteBaseline(name, benchmark);
		if (deleted === 0) {
			const names = (await store.baselines(benchmark)).map((baseline) => baseline.name);
			const meant = nearest(name, names);
			throw new BenchtopError(
				`There is no baseline ${JSON.stringify(name)}${benchmark === undefined ? '' : ` of ${JSON.stringify(benchmark)}`}.`,
				{hint: meant === undefined ? 'benchtop baseline list shows them.' : `Did you mean ${printable(meant)}?`},
			);
		}

		surroundings.stdout.write(
			`Deleted the baseline ${printable(name)}${deleted > 1 ? ` of ${deleted} benchmarks` : ''}. Its ${deleted > 1 ? 'runs stay' : 'run stays'} in the history.\n`,
		);
		return 0;
	});
};

const actions: Readonly<Record<string, Action>> = {set, list, delete: remove};

/** `benchtop baseline`: the runs that others are held against. */
export const baseline: Command = {
	name: 'baseline',
	usage: 'set <name> [run] | list | delete <name>',
	about: 'name the runs that others are held against',
	options: [
		{name: 'benchmark', value: 'NAME', about: 'only of this benchmark'},
		{
			name: 'json',
			value: 'FILE',
			optional: true,
			about: 'list: one JSON array, to a file or alone to standard output',
		},
		...historyOptions,
	],
	examples: [['benchtop baseline set main', 'the newest finished run becomes the baseline main of its benchmark']],
	run: async (words, flags, surroundings) => {
		const [word, ...rest] = words;
		const action = word !== undefined && Object.hasOwn(actions, word) ? actions[word] : undefined;
		if (action !== undefined) return action(rest, flags, surroundings);
		const [{BenchtopError}, {nearest}] = await Promise.all([import('../errors.ts'), import('../core/nearest.ts')]);
		const meant = word === undefined ? undefined : nearest(word, Object.keys(actions));
		throw new BenchtopError(
			word === undefined
				? 'What is to be done with the baselines?'
				: `benchtop baseline knows no ${JSON.stringify(word)}.`,
			{hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}One of: ${Object.keys(actions).join(', ')}.`},
		);
	},
};

import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import {gateOptions} from '../config/options.ts';
import type {Result} from '../core/result.ts';
import type {Store} from '../store/store.ts';
import type {Command} from './command.ts';
import type {BenchmarkRuns, Side} from './find-sides.ts';
import {historyOptions, withHistory} from './open-history.ts';

/** Runs of one benchmark to be held against each other. */
type Pair = {
	readonly base: readonly Result[];
	readonly candidate: readonly Result[];
	/** What the base is, as people know it. */
	readonly label: string;
};

/** Pairs, and in words what found no partner. */
type Pairing = {readonly pairs: readonly Pair[]; readonly left: readonly string[]};

const pairByName = (base: Side, candidate: Side): Pairing => {
	const {label} = base;
	const [first, second] = [base.benchmarks[0], candidate.benchmarks[0]];
	if (
		base.benchmarks.length === 1 &&
		candidate.benchmarks.length === 1 &&
		first !== undefined &&
		second !== undefined
	) {
		return {pairs: [{base: first.runs, candidate: second.runs, label}], left: []};
	}

	const byName = new Map(candidate.benchmarks.map((each) => [each.name, each.runs]));
	const names = new Set(base.benchmarks.map(({name}) => name));
	return {
		pairs: base.benchmarks.flatMap(({name, runs}) => {
			const partner = byName.get(name);
			return partner === undefined ? [] : [{base: runs, candidate: partner, label}];
		}),
		left: [
			...base.benchmarks.flatMap(({name}) => (byName.has(name) ? [] : [`${name} is only in the base`])),
			...candidate.benchmarks.flatMap(({name}) => (names.has(name) ? [] : [`${name} is only in the candidate`])),
		],
	};
};

const likeOf = ({benchmarks}: Side) =>
	new Map(benchmarks.flatMap(({name, runs}) => runs.slice(-1).map(({fingerprint}) => [name, fingerprint] as const)));

/** Both sides, the one first that does not depend on what it is compared with. */
const findBoth = async (store: Store, word: string, candidateWord: string, folder: string): Promise<Pairing> => {
	const {findSide, isFound} = await import('./find-sides.ts');
	if (isFound(candidateWord) && !isFound(word)) {
		const base = await findSide(store, word, folder);
		return pairByName(base, await findSide(store, candidateWord, folder, likeOf(base)));
	}

	const candidate = await findSide(store, candidateWord, folder);
	return pairByName(await findSide(store, word, folder, likeOf(candidate)), candidate);
};

const pairUp = async (
	store: Store,
	word: string,
	candidateWord: string | undefined,
	folder: string,
): Promise<Pairing> => {
	if (candidateWord !== undefined) return findBoth(store, word, candidateWord, folder);
	const [{findSide, roundsOf}, {lastWord, runAfter, runBefore}] = await Promise.all([
		import('./find-sides.ts'),
		import('./find-runs.ts'),
	]);
	const {label, benchmarks} = await findSide(store, word, folder);
	const isLast = word === lastWord;
	const partners = await Promise.all(
		benchmarks.map(async ({name, runs}: BenchmarkRuns) => {
			const partner = await (isLast ? runBefore(store, runs) : runAfter(store, runs));
			return {name, runs, partners: partner === undefined ? [] : await roundsOf(store, partner)};
		}),
	);
	return {
		pairs: partners.flatMap(({runs, partners: others}): Pair[] => {
			if (others.length === 0) return [];
			// The newest alone: it is held against the one before.
			return isLast
				? [{base: others, candidate: runs, label: 'the run before'}]
				: [{base: runs, candidate: others, label}];
		}),
		left: partners.flatMap(({name, partners: others}) =>
			others.length === 0 ? [`there is no ${isLast ? 'earlier' : 'newer'} run of ${name} in ${store.location}`] : [],
		),
	};
};

/** `benchtop compare`: runs that are stored, or in files, beside each other. */
export const compare: Command = {
	name: 'compare',
	usage: '<base> [run]',
	about: 'runs beside each other: a baseline, a run with its rounds, last, a branch, tag or commit, a --json file',
	options: [
		...gateOptions.map((option) =>
			option.name === 'force' ? {...option, about: 'compare even what ran another load or elsewhere'} : option,
		),
		{
			name: 'json',
			value: 'FILE',
			optional: true,
			about: 'write one JSON document, to a file or alone to standard output',
		},
		...historyOptions,
	],
	examples: [
		['benchtop compare main', 'the newest run against the baseline main'],
		['benchtop compare last', 'the newest run against the one before'],
		['benchtop compare before.json after.json', 'two documents of --json FILE'],
		['benchtop compare merge-base:main commit:HEAD --gate', 'what this branch changed since it left main, for CI'],
	],
	run: async (words, flags, surroundings) => {
		const [
			{BenchtopError},
			{isMeasured, reportOf, isRegression},
			{gateCode, gateOutcome},
			{readGating},
			{printable},
			{judgeSides},
			{differences},
			{renderPair},
			{noiseBefore},
			{documentSide, judgeable},
			{looksLikeFile},
			{wantsJsonAlone, writeJson},
		] = await Promise.all([
			import('../errors.ts'),
			import('../core/report.ts'),
			import('../core/gate.ts'),
			import('./gate.ts'),
			import('../core/printable.ts'),
			import('../stats/judge-sides.ts'),
			import('../stats/differences.ts'),
			import('./compared-sides.ts'),
			import('./earlier-runs.ts'),
			import('./find-sides.ts'),
			import('./find-runs.ts'),
			import('./write-json.ts'),
		]);
		const [base, candidate, ...more] = words;
		if (base === undefined || more.length > 0) {
			throw new BenchtopError('benchtop compare takes a base and at most one run.', {
				hint: 'For example: benchtop compare main',
			});
		}

		const {isStrict, isForced, inconclusive} = readGating(flags);
		const {folder} = surroundings;
		// A branch may have a slash in its name.
		const isFile = (word: string): boolean =>
			looksLikeFile(word) && (word.endsWith('.json') || existsSync(resolve(folder, word)));
		const prepared = async ({pairs, left}: Pairing, store: Store | undefined) => {
			const isBoth = (pair: Pair): boolean => pair.base.some(({id}) => pair.candidate.some((run) => run.id === id));
			if (pairs.some(isBoth)) {
				throw new BenchtopError('Both words mean the same run.', {
					hint: 'All rounds of one command are one side. benchtop history lists the others.',
				});
			}

			const faultOf = (run: Result): readonly string[] => {
				const {id, name, ending} = run;
				if (!isMeasured(run)) return [`the run ${id} of ${name} has no figures: it failed, or all its operations did`];
				return ending.state === 'stopped' ? [`the run ${id} of ${name} was stopped before its end`] : [];
			};
			const faults = pairs.flatMap((pair) => [...pair.base, ...pair.candidate].flatMap(faultOf));
			const comparable = pairs
				.map((pair) => ({...pair, base: judgeable(pair.base), candidate: judgeable(pair.candidate)}))
				.filter((pair) => pair.base.length > 0 && pair.candidate.length > 0);
			const notes = [...left, ...faults];
			if (comparable.length === 0) {
				throw new BenchtopError(`Nothing can be compared: ${notes.join('; ') || 'there are no runs'}.`, {
					hint: 'benchtop history lists the runs.',
					exitCode: 4,
				});
			}

			return {
				notes,
				compared: await Promise.all(
					comparable.map(async (pair) => {
						const [first] = pair.base;
						const others = [...pair.base.slice(1), ...pair.candidate];
						const differ = first === undefined ? [] : others.flatMap((run) => differences(first, run));
						return {
							...pair,
							differ: [...new Set(differ)],
							noise:
								store === undefined || differ.length > 0
									? undefined
									: await noiseBefore(store, [...pair.base, ...pair.candidate]),
						};
					}),
				),
			};
		};
		// Two files need no history, and none is made for them.
		const {notes, compared} =
			candidate !== undefined && isFile(base) && isFile(candidate)
				? await prepared(pairByName(documentSide(base, folder), documentSide(candidate, folder)), undefined)
				: await withHistory(flags, surroundings, async (store) =>
						prepared(await pairUp(store, base, candidate, folder), store),
					);
		const differ = [...new Set(compared.flatMap((pair) => pair.differ))];
		if (differ.length > 0 && !isForced) {
			throw new BenchtopError('These runs are not comparable: they ran another load, or elsewhere.', {
				hint: `${differ.map((words) => `  ${printable(words)}`).join('\n')}\nMeasure both alike, or compare all the same with --force.`,
			});
		}

		for (const note of notes) surroundings.stderr.write(`benchtop: warning: ${printable(note)}\n`);
		const results = compared.map(({noise, ...pair}) => ({
			...pair,
			comparisons: judgeSides(pair.base, pair.candidate, noise === undefined ? {} : {noise}),
		}));
		const told = results.flatMap(({base: runs, label, differ: forced, comparisons}) =>
			comparisons.map((comparison) => ({
				...comparison,
				metric: results.length === 1 ? comparison.metric : `${runs[0]?.name}: ${comparison.metric}`,
				benchmark: runs[0]?.name ?? '',
				against: {label, runs: runs.map(({id}) => id)},
				...(forced.length === 0
					? {}
					: {
							because:
								`${comparison.because ?? ''} Compared by force although these differ: ${forced.join('; ')}.`.trimStart(),
						}),
			})),
		);
		if (flags.has('json')) {
			const {exporters} = await import('../export/index.ts');
			const report = reportOf(
				results.flatMap((pair) => [...pair.base, ...pair.candidate]),
				told,
			);
			const exporter = exporters.find(({name}) => name === 'json');
			writeJson(flags, surroundings, exporter?.render(report) ?? '');
		}

		if (!wantsJsonAlone(flags)) surroundings.stdout.write(results.map(renderPair).join('\n'));
		return isStrict ? gateCode(gateOutcome(told), inconclusive) : told.some(isRegression) ? 1 : 0;
	},
};

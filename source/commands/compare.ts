import type {Result} from '../core/result.ts';
import type {Store} from '../store/store.ts';
import type {Command} from './command.ts';
import {historyOptions, withHistory} from './open-history.ts';

/** Two runs to be held against each other. */
type Pair = {readonly base: Result; readonly candidate: Result};

/** Pairs, and in words what found no partner. */
type Pairing = {readonly pairs: readonly Pair[]; readonly left: readonly string[]};

const pairByName = (bases: readonly Result[], candidates: readonly Result[]): Pairing => {
	const [base, candidate] = [bases[0], candidates[0]];
	if (bases.length === 1 && candidates.length === 1 && base !== undefined && candidate !== undefined) {
		return {pairs: [{base, candidate}], left: []};
	}

	const byName = new Map(candidates.map((result) => [result.name, result]));
	const names = new Set(bases.map(({name}) => name));
	return {
		pairs: bases.flatMap((result) => {
			const partner = byName.get(result.name);
			return partner === undefined ? [] : [{base: result, candidate: partner}];
		}),
		left: [
			...bases.flatMap(({name}) => (byName.has(name) ? [] : [`${name} is only in the base`])),
			...candidates.flatMap(({name}) => (names.has(name) ? [] : [`${name} is only in the candidate`])),
		],
	};
};

const pairUp = async (
	store: Store,
	word: string,
	candidateWord: string | undefined,
	folder: string,
): Promise<Pairing> => {
	const {findRuns, lastWord, newestRun, runBefore} = await import('./find-runs.ts');
	const found = await findRuns(store, word, folder);
	if (candidateWord !== undefined) return pairByName(found, await findRuns(store, candidateWord, folder));
	const partners = await Promise.all(
		found.map(async (run) => ({
			run,
			partner: await (word === lastWord ? runBefore(store, run) : newestRun(store, {benchmark: run.name, other: run})),
		})),
	);
	return {
		pairs: partners.flatMap(({run, partner}) => {
			if (partner === undefined) return [];
			// The newest alone: it is held against the one before.
			return word === lastWord ? [{base: partner, candidate: run}] : [{base: run, candidate: partner}];
		}),
		left: partners.flatMap(({run, partner}) =>
			partner === undefined
				? [`there is no ${word === lastWord ? 'earlier' : 'newer'} run of ${run.name} in ${store.location}`]
				: [],
		),
	};
};

/** `benchtop compare`: runs that are stored, or in files, beside each other. */
export const compare: Command = {
	name: 'compare',
	usage: '<base> [run]',
	about: 'two runs beside each other: a baseline, the beginning of an id, last, or a --json file',
	options: [
		{name: 'force', about: 'compare even what ran another load or elsewhere'},
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
	],
	run: async (words, flags, surroundings) => {
		const [
			{BenchtopError},
			{isMeasured, reportOf},
			{printable},
			{compareRuns},
			{differences},
			{renderPair},
			{readDocument},
			{looksLikeFile},
			{wantsJsonAlone, writeJson},
		] = await Promise.all([
			import('../errors.ts'),
			import('../core/report.ts'),
			import('../core/printable.ts'),
			import('../stats/compare.ts'),
			import('../stats/differences.ts'),
			import('./compared-pair.ts'),
			import('./document.ts'),
			import('./find-runs.ts'),
			import('./write-json.ts'),
		]);
		const [base, candidate, ...more] = words;
		if (base === undefined || more.length > 0) {
			throw new BenchtopError('benchtop compare takes a base and at most one run.', {
				hint: 'For example: benchtop compare main',
			});
		}

		const {folder} = surroundings;
		// Two files need no history, and none is made for them.
		const {pairs, left} =
			candidate !== undefined && looksLikeFile(base) && looksLikeFile(candidate)
				? pairByName(readDocument(base, folder), readDocument(candidate, folder))
				: await withHistory(flags, surroundings, (store) => pairUp(store, base, candidate, folder));
		if (pairs.some((pair) => pair.base.id === pair.candidate.id)) {
			throw new BenchtopError('Both words mean the same run.', {hint: 'benchtop history lists the others.'});
		}

		const unmeasured = pairs.flatMap((pair) =>
			[pair.base, pair.candidate]
				.filter((result) => !isMeasured(result))
				.map(({id, name}) => `the run ${id} of ${name} has no figures: it failed, or all its operations did`),
		);
		const comparable = pairs.filter((pair) => isMeasured(pair.base) && isMeasured(pair.candidate));
		const notes = [...left, ...unmeasured];
		if (comparable.length === 0) {
			throw new BenchtopError(`Nothing can be compared: ${notes.join('; ') || 'there are no runs'}.`, {
				hint: 'benchtop history lists the runs.',
				exitCode: 4,
			});
		}

		const compared = comparable.map((pair) => ({...pair, differ: differences(pair.base, pair.candidate)}));
		const differ = [...new Set(compared.flatMap((pair) => pair.differ))];
		if (differ.length > 0 && !flags.has('force')) {
			throw new BenchtopError('These runs are not comparable: they ran another load, or elsewhere.', {
				hint: `${differ.map((words) => `  ${printable(words)}`).join('\n')}\nMeasure both alike, or compare all the same with --force.`,
			});
		}

		for (const note of notes) surroundings.stderr.write(`benchtop: warning: ${printable(note)}\n`);
		const results = compared.map((pair) => ({...pair, comparisons: compareRuns(pair.base, pair.candidate)}));
		if (flags.has('json')) {
			const {exporters} = await import('../export/index.ts');
			const report = reportOf(
				results.flatMap((pair) => [pair.base, pair.candidate]),
				results.flatMap(({base: {name}, differ: forced, comparisons}) =>
					comparisons.map((comparison) => ({
						...comparison,
						metric: results.length === 1 ? comparison.metric : `${name}: ${comparison.metric}`,
						...(forced.length === 0
							? {}
							: {
									because:
										`${comparison.because ?? ''} Compared by force although these differ: ${forced.join('; ')}.`.trimStart(),
								}),
					})),
				),
			);
			const exporter = exporters.find(({name}) => name === 'json');
			writeJson(flags, surroundings, exporter?.render(report) ?? '');
		}

		if (!wantsJsonAlone(flags)) surroundings.stdout.write(results.map(renderPair).join('\n'));
		return results.some(({comparisons}) => comparisons.some(({verdict}) => verdict === 'worse')) ? 1 : 0;
	},
};

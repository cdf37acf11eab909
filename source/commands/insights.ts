import type {Insight} from '../core/insight.ts';
import type {Result} from '../core/result.ts';
import type {Store} from '../store/store.ts';
import type {Command} from './command.ts';
import {historyOptions, withHistory} from './open-history.ts';

/** So many earlier runs are looked at for changes of the environment. */
const mostEarlier = 20;

type Found = {
	readonly run: Result;
	readonly insights: readonly Insight[];
};

/** What was found in a run when it was over; of one that has none kept, what its stored figures say now. */
const insightsIn = async (run: Result, store: Store): Promise<Found> => {
	if (run.insights !== undefined && run.insights.length > 0) return {run, insights: run.insights};
	const {findInsights} = await import('../insight/index.ts');
	const {name, began, id} = run;
	const earlier = await store.list({name, state: 'finished', limit: mostEarlier, after: {began, id}});
	return {run, insights: findInsights({result: run, earlier, beats: []})};
};

/** `benchtop insights`: what runs say beyond their figures. */
export const insights: Command = {
	name: 'insights',
	usage: '[run]',
	about:
		'what stands out in a run, why it matters, and what to do: the newest one, or an id, a baseline, a --json file',
	options: [
		{name: 'rules', about: 'what is looked for, instead of a run'},
		{
			name: 'json',
			value: 'FILE',
			optional: true,
			about: 'one JSON array of insights, to a file or alone to standard output',
		},
		...historyOptions,
	],
	examples: [['benchtop insights', 'of the newest run']],
	run: async (words, flags, surroundings) => {
		const [{BenchtopError}, {writeJson}, {printable}, {insightLines}] = await Promise.all([
			import('../errors.ts'),
			import('./write-json.ts'),
			import('../core/printable.ts'),
			import('../export/insights.ts'),
		]);
		const {stdout, folder} = surroundings;
		const [word, ...more] = words;
		if (more.length > 0) {
			throw new BenchtopError(`benchtop insights takes one run; ${JSON.stringify(more[0])} is one word too many.`, {
				hint: 'benchtop history lists the runs.',
			});
		}

		if (flags.has('rules')) {
			if (word !== undefined) {
				throw new BenchtopError('--rules tells what is looked for in any run; it takes none.', {
					hint: 'Leave one of them out.',
				});
			}

			const {insightRules} = await import('../insight/index.ts');
			if (flags.has('json')) {
				const rules = insightRules.map(({kind, about}) => ({kind, about}));
				writeJson(flags, surroundings, `${JSON.stringify(rules, undefined, '\t')}\n`);
				return 0;
			}

			const width = Math.max(...insightRules.map(({kind}) => kind.length));
			stdout.write(insightRules.map(({kind, about}) => `${kind.padEnd(width)}  ${about}\n`).join(''));
			return 0;
		}

		const found = await withHistory(flags, surroundings, async (store) => {
			const {findRuns, lastWord} = await import('./find-runs.ts');
			const runs = await findRuns(store, word ?? lastWord, folder);
			return Promise.all(runs.map((run) => insightsIn(run, store)));
		});
		if (flags.has('json')) {
			const all = found.flatMap(({run: {id, name}, insights: own}) =>
				own.map((insight) => ({result: id, name, ...insight})),
			);
			writeJson(flags, surroundings, `${JSON.stringify(all, undefined, '\t')}\n`);
			return 0;
		}

		stdout.write(
			found
				.map(({run: {id, name, began, validity}, insights: own}) =>
					[
						`${printable(name)}  (run ${id}, ${began})`,
						...(own.length === 0 ? ['  Nothing stands out.'] : insightLines(own)),
						...validity.reasons.map(({message}) => `  !  ${printable(message)}`),
						'',
					].join('\n'),
				)
				.join('\n'),
		);
		return 0;
	},
};

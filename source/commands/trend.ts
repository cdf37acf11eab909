import type {Command} from './command.ts';
import {withHistory} from './open-history.ts';
import {oneBenchmark, readGroups, seriesOptions, textFrame} from './trends.ts';

/** `benchtop trend`: what became of benchmarks from run to run. */
export const trend: Command = {
	name: 'trend',
	usage: '[benchmark]',
	about: 'what becomes of a benchmark from run to run: slope per day, changes, anomalies',
	options: [
		{name: 'all', about: 'also the runs of other loads and machines than those of the newest'},
		...seriesOptions,
	],
	examples: [
		['benchtop trend checkout --branch main --since 90d', 'is it creeping up?'],
		['benchtop trend --metric p99 --json', 'of every benchmark, for scripts'],
	],
	run: async (words, flags, surroundings) => {
		const [{benchmarkTrend}, {trendDocument}, {renderTrend}, {writeJson}, {printable}] = await Promise.all([
			import('../stats/benchmark-trend.ts'),
			import('../export/trend-json.ts'),
			import('../export/trend-text.ts'),
			import('./write-json.ts'),
			import('../core/printable.ts'),
		]);
		const benchmark = await oneBenchmark('trend', words);
		const {stdout} = surroundings;
		const frame = await textFrame(flags, surroundings);
		const wantsJson = flags.has('json');
		const [documents, shown, location] = await withHistory(flags, surroundings, async (store) => {
			const found = [];
			let texts = 0;
			for await (const chosen of readGroups(store, benchmark, flags, {every: flags.has('all')})) {
				const each = benchmarkTrend(chosen);
				if (wantsJson) found.push(each);
				else stdout.write(`${texts === 0 ? '' : '\n'}${renderTrend(each, frame)}`);
				texts += 1;
			}

			return [found, texts, store.location] as const;
		});
		if (wantsJson) writeJson(flags, surroundings, `${JSON.stringify(trendDocument(documents), undefined, '\t')}\n`);
		else if (shown === 0) stdout.write(`No run in ${printable(location)} fits. benchtop history lists all.\n`);
		return 0;
	},
};

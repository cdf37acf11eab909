import type {Command} from './command.ts';
import type {FoundChange} from './known-change.ts';
import {withHistory} from './open-history.ts';
import {oneBenchmark, readGroups, seriesOptions, textFrame} from './trends.ts';

const defaultLimit = 20;

const beganAt = ({trend, point}: FoundChange): string => trend.group.series.runs[point.after]!.began;

/** `benchtop changes`: when benchmarks got better or worse, and what came with it. */
export const changes: Command = {
	name: 'changes',
	usage: '[benchmark]',
	about: 'when benchmarks got better or worse, newest first, and with which commits',
	options: [{name: 'limit', value: 'N', about: 'how many', otherwise: String(defaultLimit)}, ...seriesOptions],
	examples: [['benchtop changes checkout', 'which commits made it slower, or faster']],
	run: async (words, flags, surroundings) => {
		const [{benchmarkChanges}, {changesDocument}, {renderChanges}, {writeJson}, {printable}, {knownChange}] =
			await Promise.all([
				import('../stats/benchmark-trend.ts'),
				import('../export/trend-json.ts'),
				import('../export/changes-text.ts'),
				import('./write-json.ts'),
				import('../core/printable.ts'),
				import('./known-change.ts'),
			]);
		const benchmark = await oneBenchmark('changes', words);
		const limit = flags.integer('limit', {least: 1}) ?? defaultLimit;
		const {stdout, folder} = surroundings;
		const frame = await textFrame(flags, surroundings);
		const [shown, total, location] = await withHistory(flags, surroundings, async (store) => {
			let newest: readonly FoundChange[] = [];
			let count = 0;
			for await (const chosen of readGroups(store, benchmark, flags, {every: true})) {
				const trend = benchmarkChanges(chosen);
				count += trend.turningPoints.length;
				const all = [...newest, ...trend.turningPoints.map((point) => ({trend, point}))];
				// No more are kept than are shown, nor what they would keep with them.
				newest = all.sort((a, b) => (beganAt(a) < beganAt(b) ? 1 : -1)).slice(0, limit);
			}

			return [
				await Promise.all(newest.map((found) => knownChange(store, folder, found))),
				count,
				store.location,
			] as const;
		});
		if (flags.has('json')) {
			writeJson(flags, surroundings, `${JSON.stringify(changesDocument(shown), undefined, '\t')}\n`);
			return 0;
		}

		if (shown.length === 0) {
			const of = benchmark === undefined ? 'No benchmark' : printable(benchmark);
			stdout.write(
				`${of} ${benchmark === undefined ? 'changed' : 'has not changed'} from run to run, as far as ${printable(location)} tells. benchtop trend shows what there is.\n`,
			);
			return 0;
		}

		stdout.write(renderChanges(shown, frame));
		if (total > limit) stdout.write(`\nThere are ${total - limit} more: --limit ${total}\n`);
		return 0;
	},
};

import type {Flags, Option} from '../config/flags.ts';
import {charsetChoices} from '../config/view-choices.ts';
import type {Charset} from '../core/charset.ts';
import type {TextFrame} from '../export/trend-text.ts';
import type {Chosen} from '../stats/benchmark-trend.ts';
import type {Store} from '../store/store.ts';
import type {Surroundings} from './command.ts';
import {historyOptions} from './open-history.ts';

/** The flags of every command that looks at benchmarks from run to run. */
export const seriesOptions: readonly Option[] = [
	{name: 'branch', value: 'NAME', about: 'runs of this git branch'},
	{name: 'tag', value: 'TAG', about: 'runs with this tag'},
	{name: 'machine', value: 'HOST', about: 'runs made on this machine'},
	{name: 'since', value: 'WHEN', about: 'runs from then on: 90d, 12w, or a date such as 2025-03-01', otherwise: 'all'},
	{
		name: 'metric',
		value: 'NAME',
		about: 'this figure alone: p50, p90, p99, throughput, "error rate", or one that the benchmark tells',
		otherwise: 'all but p90',
	},
	{name: 'doubtful', about: 'take in runs whose figures are in doubt'},
	{name: 'json', value: 'FILE', optional: true, about: 'one JSON document, to a file or alone to standard output'},
	{name: 'charset', value: 'NAME', about: `what is drawn with: ${charsetChoices.join(', ')}`, otherwise: 'auto'},
	...historyOptions,
];

const narrowest = 40;
/** Where there is no terminal to fit. */
const usual = 80;

/** How text is to be fitted to where it is written. Throws a BenchtopError on a charset that there is not. */
export const textFrame = async (flags: Flags, {stdout, environment}: Surroundings): Promise<TextFrame> => {
	const chosen = flags.choice('charset', charsetChoices) ?? 'auto';
	const {chooseCharset} = await import('../core/charset.ts');
	const charset: Charset = chosen === 'auto' ? chooseCharset(environment) : chosen;
	return {columns: Math.max(narrowest, (stdout.isTTY === true ? stdout.columns : undefined) ?? usual), charset};
};

/** The benchmark that the words name; `undefined` of none. Throws a BenchtopError where they are too many. */
export const oneBenchmark = async (command: string, words: readonly string[]): Promise<string | undefined> => {
	const [name, ...more] = words;
	if (more.length === 0) return name;
	const {BenchtopError} = await import('../errors.ts');
	throw new BenchtopError(`benchtop ${command} takes one benchmark; ${JSON.stringify(more[0])} is one word too many.`, {
		hint: 'Put a name with spaces in quotes.',
	});
};

/**
 * The benchmarks that are meant, one after the other and each read when it is asked for, so that a history of any length
 * fits: the groups of runs that belong together, the one of the newest run first, or that one alone. Throws a
 * BenchtopError where a benchmark or a metric is not there.
 */
export async function* readGroups(
	store: Store,
	benchmark: string | undefined,
	flags: Flags,
	{every}: {readonly every: boolean},
): AsyncGenerator<Chosen> {
	const [{BenchtopError}, {nearest}, {printable}, {momentOf}, {groupsOf}, {figuresCalled}] = await Promise.all([
		import('../errors.ts'),
		import('../core/nearest.ts'),
		import('../core/printable.ts'),
		import('./moment.ts'),
		import('../stats/series-groups.ts'),
		import('../stats/benchmark-trend.ts'),
	]);
	const since = momentOf(flags, 'since', Date.now());
	const [branch, tag, hostname, metric] = ['branch', 'tag', 'machine', 'metric'].map(flags.text);
	const filter = {
		...(branch === undefined ? {} : {branch}),
		...(tag === undefined ? {} : {tag}),
		...(hostname === undefined ? {} : {hostname}),
		...(since === undefined ? {} : {since}),
	};
	const all = await store.benchmarks();
	if (benchmark !== undefined && !all.some(({name}) => name === benchmark)) {
		const meant = nearest(
			benchmark,
			all.map(({name}) => name),
		);
		throw new BenchtopError(`There is no run of ${JSON.stringify(benchmark)} in ${store.location}.`, {
			hint: meant === undefined ? 'benchtop history lists the runs.' : `Did you mean ${JSON.stringify(meant)}?`,
			exitCode: 4,
		});
	}

	const known = new Set<string>();
	let found = metric === undefined;
	for (const {name} of all) {
		if (benchmark !== undefined && name !== benchmark) continue;
		const groups = groupsOf(await store.series({name, ...filter}), {doubtful: flags.has('doubtful')});
		for (const group of every ? groups : groups.slice(0, 1)) {
			for (const {name: figure} of group.series.figures) known.add(figure);
			if (metric !== undefined && figuresCalled(group.series, metric).length === 0) continue;
			found = true;
			yield {benchmark: name, groups, group, metric};
		}
	}

	if (found || known.size === 0) return;
	const meant = nearest(metric ?? '', [...known]);
	throw new BenchtopError(`No run here has a metric ${JSON.stringify(metric)}.`, {
		hint: `${meant === undefined ? '' : `Did you mean ${printable(meant)}? `}There are ${printable([...known].slice(0, 20).join(', '))}.`,
	});
}

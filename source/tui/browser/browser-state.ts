import {mainMetric} from '../../core/metric-words.ts';
import {printable} from '../../core/printable.ts';
import {standingOf} from '../../core/series.ts';
import type {Choices} from '../choices.ts';
import type {
	ComparedRuns,
	Details,
	History,
	ListedBenchmark,
	ListedRun,
	ListedSuite,
	RecentTarget,
	RunningBenchmark,
	Start,
	WholeTrend,
} from '../library.ts';
import {noticesLine} from '../notices.ts';
import {type BrowserBinding, type BrowserWhen, browserBindings, type ScreenName} from './browser-keys.ts';

/** Something that was asked for and comes when it comes. */
export type Loaded<Value> =
	| {readonly state: 'loading'}
	| {readonly state: 'failed'; readonly message: string}
	| {readonly state: 'here'; readonly value: Value};

/** What lies over a screen and takes the keys. */
export type BrowserOverlay =
	| {readonly kind: 'help'; readonly scroll: number}
	/** What went wrong, and the next step; any key closes it. */
	| {readonly kind: 'fault'; readonly message: string}
	/** A line that is typed. `fault`: what was wrong with it when it was last entered. */
	| {
			readonly kind: 'prompt';
			readonly purpose: 'url' | 'filter' | 'baseline';
			readonly text: string;
			readonly fault?: string;
	  };

/** Two runs on the comparison screen. */
export type Held = {
	readonly base: string;
	readonly candidate: string;
	readonly force: boolean;
	readonly loaded: Loaded<ComparedRuns>;
};

/** Everything the start screen and the history depend on. */
export type BrowserState = {
	/** The one that is seen, last; Escape goes back to the one before. */
	readonly screens: readonly ScreenName[];
	readonly bindings: readonly BrowserBinding[];
	readonly themes: readonly string[];
	readonly choices: Choices;
	/** The suite file, where there is one. */
	readonly suite: ListedSuite | undefined;
	/** Names of the benchmarks of it that are to be run. */
	readonly picked: readonly string[];
	readonly running: readonly RunningBenchmark[];
	readonly history: Loaded<History>;
	/** The key of the marked entry of the start screen. */
	readonly entry: string;
	/** Whether a key chose the entry; before that, the first load of the history may. */
	readonly touched: boolean;
	/** The id of the marked run of the history; the newest when there is none. */
	readonly run: string | undefined;
	/** Ids of the runs to compare, in the order they were marked. */
	readonly marked: readonly string[];
	readonly filter: string;
	readonly details: {readonly id: string; readonly loaded: Loaded<Details>} | undefined;
	/** The benchmark of a run over time. */
	readonly trend: {readonly id: string; readonly loaded: Loaded<WholeTrend>} | undefined;
	readonly held: Held | undefined;
	/** Rows by which details, trend and comparison are scrolled. */
	readonly scroll: number;
	readonly overlay: BrowserOverlay | undefined;
	/** What the user is to be told; the help has all of it. */
	readonly notices: readonly string[];
	/** What happened to the last key, until the next one. */
	readonly message: string | undefined;
	/** What is being started, in words. */
	readonly opening: string | undefined;
};

/** What the outside has to do after a step. */
export type BrowserEffect =
	| {readonly kind: 'leave'; readonly how: 'left' | 'interrupted'}
	| {readonly kind: 'open'; readonly start: Start}
	| {readonly kind: 'suite'}
	| {readonly kind: 'history'}
	| {readonly kind: 'details'; readonly id: string}
	| {readonly kind: 'trend'; readonly id: string}
	| {readonly kind: 'compare'; readonly base: string; readonly candidate: string; readonly force: boolean}
	| {readonly kind: 'baseline'; readonly name: string; readonly id: string}
	| {readonly kind: 'redraw'}
	| {readonly kind: 'suspend'};

export type BrowserStep = {readonly state: BrowserState; readonly effects: readonly BrowserEffect[]};

/** What a start screen is opened with. */
export type BrowserOpening = {
	readonly choices: Choices;
	readonly themes?: readonly string[];
	readonly bindings?: readonly BrowserBinding[];
	/** What the user is to be told at the beginning, such as faults of the settings. */
	readonly notices?: readonly string[];
};

/** The start screen before anything is known. */
export const openBrowser = (opening: BrowserOpening): BrowserState => ({
	screens: ['start'],
	bindings: opening.bindings ?? browserBindings,
	themes: opening.themes ?? [opening.choices.theme],
	choices: opening.choices,
	suite: undefined,
	picked: [],
	running: [],
	history: {state: 'loading'},
	entry: 'demo',
	touched: false,
	run: undefined,
	marked: [],
	filter: '',
	details: undefined,
	trend: undefined,
	held: undefined,
	scroll: 0,
	overlay: undefined,
	message: noticesLine(opening.notices ?? [], 'the help, ?'),
	notices: opening.notices ?? [],
	opening: undefined,
});

/** The screen that is seen. */
export const screenOf = ({screens}: BrowserState): ScreenName => screens.at(-1) ?? 'start';

/** Every stored run that is known of. */
export const runsOf = ({history}: BrowserState): readonly ListedRun[] =>
	history.state === 'here' ? history.value.runs : [];

/** One line of the start screen; `key` tells it from all others. */
export type Entry = {readonly key: string} & (
	| {readonly kind: 'url'}
	| {readonly kind: 'demo'}
	| {readonly kind: 'benchmark'; readonly benchmark: ListedBenchmark; readonly isPicked: boolean}
	| {readonly kind: 'attach'; readonly running: RunningBenchmark}
	| {readonly kind: 'again'; readonly recent: RecentTarget}
	| {readonly kind: 'run'; readonly run: ListedRun}
);

/** A list of the start screen. */
export type Section = {
	readonly name: 'start' | 'suite' | 'running' | 'recent' | 'runs';
	readonly title: string;
	readonly entries: readonly Entry[];
};

/** The lists of the start screen, without those that have nothing to show; the last runs always stand there. */
export const sectionsOf = ({suite, picked, running, history}: BrowserState): readonly Section[] => {
	const {runs, recent} = history.state === 'here' ? history.value : {runs: [], recent: []};
	const sections: readonly Section[] = [
		{
			name: 'start',
			title: 'Start',
			entries: [
				{key: 'url', kind: 'url'},
				{key: 'demo', kind: 'demo'},
			],
		},
		{
			name: 'suite',
			title: `Benchmarks of ${printable(suite?.file ?? '')}`,
			entries: (suite?.entries ?? []).map(
				(benchmark): Entry => ({
					key: `benchmark ${benchmark.name}`,
					kind: 'benchmark',
					benchmark,
					isPicked: picked.includes(benchmark.name),
				}),
			),
		},
		{
			name: 'running',
			title: 'Running',
			entries: running.map((each): Entry => ({key: `attach ${each.id}`, kind: 'attach', running: each})),
		},
		{
			name: 'recent',
			title: 'Recent targets',
			entries: recent.map((each): Entry => ({key: `again ${each.run.target}`, kind: 'again', recent: each})),
		},
		{
			name: 'runs',
			title: 'Last runs',
			entries: runs.map((run): Entry => ({key: `run ${run.id}`, kind: 'run', run})),
		},
	];
	return sections.filter(({name, entries}) => name === 'runs' || entries.length > 0);
};

/** Every line of the start screen, from its top. */
export const entriesOf = (state: BrowserState): readonly Entry[] => sectionsOf(state).flatMap(({entries}) => entries);

/** The marked line of the start screen. */
export const entryOf = (state: BrowserState): Entry => {
	const entries = entriesOf(state);
	return entries.find(({key}) => key === state.entry) ?? entries[0] ?? {key: 'url', kind: 'url'};
};

const searchedIn = (run: ListedRun): string =>
	[
		run.name,
		run.target,
		run.id,
		run.engine,
		run.ending.state,
		run.environment.hostname,
		run.environment.git?.branch ?? '',
		run.environment.git?.commit ?? '',
		...run.plan.tags,
		...run.baselines,
	]
		.join('\n')
		.toLowerCase();

/** The runs that the filter leaves, newest first. */
export const filteredRuns = (state: BrowserState): readonly ListedRun[] => {
	const words = state.filter
		.toLowerCase()
		.split(' ')
		.filter((word) => word !== '');
	if (words.length === 0) return runsOf(state);
	return runsOf(state).filter((run) => {
		const text = searchedIn(run);
		return words.every((word) => text.includes(word));
	});
};

/** The run that keys on a run are about: the one in sight alone, or the marked one of the list. */
export const currentRun = (state: BrowserState): ListedRun | undefined => {
	switch (screenOf(state)) {
		case 'start': {
			const entry = entryOf(state);
			if (entry.kind === 'run') return entry.run;
			return entry.kind === 'again' ? entry.recent.run : undefined;
		}
		case 'history': {
			const runs = filteredRuns(state);
			return runs.find(({id}) => id === state.run) ?? runs[0];
		}
		case 'details':
			return runsOf(state).find(({id}) => id === state.details?.id);
		case 'trend':
		case 'comparison':
			return undefined;
	}
};

/** Whether the figures of a run can stand beside those of others at all. */
const hasFigures = (run: ListedRun): boolean => standingOf(run) !== 'unfit';

const alike = (a: ListedRun, b: ListedRun): boolean =>
	a.name === b.name &&
	a.fingerprint.workload === b.fingerprint.workload &&
	a.fingerprint.environment === b.fingerprint.environment;

/** The runs of the same benchmark with the same load on the same machine, oldest first; a run is alike itself. */
export const runsAlike = (runs: readonly ListedRun[], run: ListedRun): readonly ListedRun[] =>
	runs.filter((each) => hasFigures(each) && alike(each, run)).toReversed();

/** The run that came before: of the same benchmark, with the same load on the same machine. */
export const runBefore = (runs: readonly ListedRun[], run: ListedRun): ListedRun | undefined => {
	const at = runs.findIndex(({id}) => id === run.id);
	return at < 0 ? undefined : runs.slice(at + 1).find((each) => hasFigures(each) && alike(each, run));
};

/** p99 of the latency, or of the main metric of a run without latencies. */
const tailOf = ({summary}: ListedRun): number | null | undefined =>
	summary.latency.max === null ? mainMetric(summary)?.[1].p99 : summary.latency.p99;

/** The change of p99 against the run before, as a ratio; `undefined` where there is nothing to hold it against. */
export const changeBefore = (runs: readonly ListedRun[], run: ListedRun): number | undefined => {
	const other = hasFigures(run) ? runBefore(runs, run) : undefined;
	const [before, p99] = [other === undefined ? undefined : tailOf(other), tailOf(run)];
	return before === undefined || before === null || before <= 0 || p99 === null || p99 === undefined
		? undefined
		: (p99 - before) / before;
};

const refused = ({held}: BrowserState): boolean =>
	held?.loaded.state === 'here' && held.loaded.value.comparisons.length === 0;

/** Whether a binding has a meaning now. */
export const means = (state: BrowserState, when: BrowserWhen): boolean => {
	const screen = screenOf(state);
	switch (when) {
		case 'always':
		case 'any':
			return true;
		case 'inner':
			return screen !== 'start';
		case 'benchmark':
			return screen === 'start' && entryOf(state).kind === 'benchmark';
		case 'list':
			return screen === 'start' || screen === 'history';
		case 'run':
			return currentRun(state) !== undefined;
		case 'refused':
			return screen === 'comparison' && refused(state);
		case 'start':
		case 'history':
		case 'details':
		case 'trend':
		case 'comparison':
			return screen === when;
	}
};

import {latencyUnitName} from '../../core/units.ts';
import {choiceValues, neighbour} from '../choices.ts';
import {edited, pastedLine} from '../edit-line.ts';
import type {
	ComparedRuns,
	Details,
	History,
	ListedRun,
	ListedSuite,
	RunningBenchmark,
	Start,
	WholeTrend,
} from '../library.ts';
import type {BrowserAction} from './browser-keys.ts';
import {
	type BrowserEffect,
	type BrowserOverlay,
	type BrowserState,
	type BrowserStep,
	currentRun,
	type Entry,
	entriesOf,
	entryOf,
	filteredRuns,
	type Loaded,
	means,
	runBefore,
	runsOf,
	screenOf,
	sectionsOf,
} from './browser-state.ts';

/** A line of a list: an entry of the start screen by its key, or a run of the history by its id. */
export type Spot = {readonly kind: 'entry' | 'run'; readonly key: string};

export type BrowserInput =
	| {readonly kind: 'key'; readonly key: string}
	/** Text that was pasted. */
	| {readonly kind: 'text'; readonly text: string}
	| {readonly kind: 'click'; readonly spot: Spot | undefined}
	| {readonly kind: 'wheel'; readonly up: boolean}
	| {readonly kind: 'history'; readonly loaded: Loaded<History>}
	/** The history after a change of it; what was told of the change stays. */
	| {readonly kind: 'renewed'; readonly loaded: Loaded<History>}
	/** The suite file, or why it cannot be read. */
	| {readonly kind: 'suite'; readonly loaded: Loaded<ListedSuite | undefined>}
	| {readonly kind: 'running'; readonly running: readonly RunningBenchmark[]}
	| {readonly kind: 'details'; readonly id: string; readonly loaded: Loaded<Details>}
	| {readonly kind: 'trend'; readonly id: string; readonly loaded: Loaded<WholeTrend>}
	| {
			readonly kind: 'compared';
			readonly base: string;
			readonly candidate: string;
			readonly loaded: Loaded<ComparedRuns>;
	  }
	/** What was to be started cannot be. */
	| {readonly kind: 'refused'; readonly message: string}
	/** The theme that suits the terminal. */
	| {readonly kind: 'suggested'; readonly theme: string}
	/** What came of something that was asked of the outside. */
	| {readonly kind: 'told'; readonly message: string}
	/** A run was looked at, and this is seen again. */
	| {readonly kind: 'returned'; readonly choices: BrowserState['choices']}
	/** How far details, comparison or help can be scrolled. */
	| {readonly kind: 'drawn'; readonly mostScroll: number}
	/** SIGTERM. */
	| {readonly kind: 'terminate'};

type Prompt = Extract<BrowserOverlay, {readonly kind: 'prompt'}>;

const stay = (state: BrowserState): BrowserStep => ({state, effects: []});
const tell = (state: BrowserState, message: string): BrowserStep => stay({...state, message});
const ask = (state: BrowserState, ...effects: readonly BrowserEffect[]): BrowserStep => ({state, effects});

const page = 10;
const farthest = Number.MAX_SAFE_INTEGER;

const place = (at: number, by: number, count: number): number => Math.min(count - 1, Math.max(0, at + by));

const moved = (state: BrowserState, by: number): BrowserState => {
	switch (screenOf(state)) {
		case 'start': {
			const entries = entriesOf(state);
			const at = entries.findIndex(({key}) => key === entryOf(state).key);
			return {...state, touched: true, entry: entries[place(at, by, entries.length)]?.key ?? state.entry};
		}
		case 'history': {
			const runs = filteredRuns(state);
			const at = runs.findIndex(({id}) => id === currentRun(state)?.id);
			return {...state, run: runs[place(at, by, runs.length)]?.id ?? state.run};
		}
		case 'details':
		case 'trend':
		case 'comparison':
			return {...state, scroll: Math.max(0, Math.min(farthest, state.scroll + by))};
	}
};

/** The first line of the next list of the start screen. */
const toSection = (state: BrowserState, by: 1 | -1): BrowserState => {
	const sections = sectionsOf(state).filter(({entries}) => entries.length > 0);
	const {key} = entryOf(state);
	const now = sections.find(({entries}) => entries.some((entry) => entry.key === key)) ?? sections[0];
	const next = now === undefined ? undefined : neighbour(sections, now, by);
	return {...state, touched: true, entry: next?.entries[0]?.key ?? state.entry};
};

const openingWords = (start: Start): string => {
	switch (start.kind) {
		case 'attach':
			return 'attaching';
		case 'replay':
			return 'looking for the event log';
		case 'benchmarks':
			return start.names.length === 1 ? 'starting the run' : `starting ${start.names.length} benchmarks`;
		case 'url':
		case 'demo':
		case 'again':
			return 'starting the run';
	}
};

const opened = (state: BrowserState, start: Start): BrowserStep =>
	state.opening === undefined
		? ask({...state, touched: true, opening: openingWords(start), message: undefined}, {kind: 'open', start})
		: stay(state);

const typing = (state: BrowserState, purpose: Prompt['purpose'], text = ''): BrowserStep =>
	stay({...state, overlay: {kind: 'prompt', purpose, text}});

const showDetails = (state: BrowserState, {id}: ListedRun): BrowserStep =>
	ask(
		{...state, screens: [...state.screens, 'details'], scroll: 0, details: {id, loaded: {state: 'loading'}}},
		{kind: 'details', id},
	);

const showTrend = (state: BrowserState, {id}: ListedRun): BrowserStep =>
	ask(
		{...state, screens: [...state.screens, 'trend'], scroll: 0, trend: {id, loaded: {state: 'loading'}}},
		{kind: 'trend', id},
	);

const openEntry = (state: BrowserState, entry: Entry): BrowserStep => {
	switch (entry.kind) {
		case 'url':
			return typing(state, 'url');
		case 'demo':
			return opened(state, {kind: 'demo'});
		case 'benchmark':
			return opened(state, {kind: 'benchmarks', names: pickedIn(state) ?? [entry.benchmark.name]});
		case 'attach':
			return opened(state, {kind: 'attach', id: entry.running.id});
		case 'again':
			return opened(state, {kind: 'again', id: entry.recent.run.id});
		case 'run':
			return showDetails(state, entry.run);
	}
};

/** The picked benchmarks in the order of their file; `undefined` when none is. */
const pickedIn = ({suite, picked}: BrowserState): readonly string[] | undefined => {
	const names = (suite?.entries ?? []).map(({name}) => name).filter((name) => picked.includes(name));
	return names.length === 0 ? undefined : names;
};

/** Picks the marked benchmark or no longer, and goes on to the next one. */
const pick = (state: BrowserState): BrowserStep => {
	const entry = entryOf(state);
	if (entry.kind !== 'benchmark') return stay(state);
	const {name} = entry.benchmark;
	const picked = entry.isPicked ? state.picked.filter((each) => each !== name) : [...state.picked, name];
	return stay({...state, picked, touched: true});
};

const pickAll = (state: BrowserState): BrowserStep => {
	const names = (state.suite?.entries ?? []).map(({name}) => name);
	const all = names.every((name) => state.picked.includes(name));
	return stay({...state, picked: all ? [] : names, touched: true});
};

const back = (state: BrowserState): BrowserState => {
	if (screenOf(state) === 'history' && state.filter !== '') return {...state, filter: ''};
	const screens = state.screens.slice(0, -1);
	return {
		...state,
		screens: screens.length === 0 ? ['start'] : screens,
		scroll: 0,
		// What was looked at from there is behind it.
		details: screens.includes('details') ? state.details : undefined,
		trend: undefined,
		held: undefined,
	};
};

const mostMarked = 2;

const mark = (state: BrowserState): BrowserStep => {
	const run = currentRun(state);
	if (run === undefined) return stay(state);
	const marked = state.marked.includes(run.id)
		? state.marked.filter((id) => id !== run.id)
		: [...state.marked, run.id].slice(-mostMarked);
	return stay({...state, marked});
};

/** The runs that a comparison is about: the marked ones; one marked and this one; else this one and the run before. */
const pairOf = (state: BrowserState): readonly [base: string, candidate: string] | undefined => {
	const runs = runsOf(state);
	const current = currentRun(state);
	const chosen = new Set(state.marked.filter((id) => runs.some((run) => run.id === id)));
	if (chosen.size < mostMarked && current !== undefined) chosen.add(current.id);
	const before = current === undefined ? undefined : runBefore(runs, current);
	if (chosen.size < mostMarked && before !== undefined) chosen.add(before.id);
	// The list has the newest first.
	const [candidate, base] = runs.filter(({id}) => chosen.has(id)).map(({id}) => id);
	return base === undefined || candidate === undefined ? undefined : [base, candidate];
};

const hold = (state: BrowserState, base: string, candidate: string, force: boolean): BrowserStep => {
	const screens = screenOf(state) === 'comparison' ? state.screens : [...state.screens, 'comparison' as const];
	return ask(
		{...state, screens, scroll: 0, held: {base, candidate, force, loaded: {state: 'loading'}}},
		{kind: 'compare', base, candidate, force},
	);
};

const compare = (state: BrowserState): BrowserStep => {
	const pair = pairOf(state);
	return pair === undefined
		? tell(state, 'there is no earlier run with the same load; mark two runs with Space')
		: hold(state, ...pair, false);
};

const chooseNext = (
	state: BrowserState,
	by: {readonly theme?: number; readonly charset?: number; readonly units?: number},
): BrowserStep => {
	const {choices} = state;
	const values = choiceValues(state.themes);
	const next = {
		...choices,
		theme: neighbour(values.theme, choices.theme, by.theme ?? 0),
		charset: neighbour(values.charset, choices.charset, by.charset ?? 0),
		units: neighbour(values.units, choices.units, by.units ?? 0),
	};
	const message =
		by.theme !== undefined
			? `theme: ${next.theme}`
			: by.charset !== undefined
				? `charset: ${next.charset}`
				: `latencies in ${latencyUnitName(next.units)}`;
	return tell({...state, choices: next}, message);
};

const withRun = (state: BrowserState, use: (run: ListedRun) => BrowserStep): BrowserStep => {
	const run = currentRun(state);
	return run === undefined ? stay(state) : use(run);
};

const perform = (state: BrowserState, action: BrowserAction): BrowserStep => {
	switch (action) {
		case 'help':
			return stay({...state, overlay: {kind: 'help', scroll: 0}});
		case 'leave':
			return ask(state, {kind: 'leave', how: 'left'});
		case 'interrupt':
			return ask(state, {kind: 'leave', how: 'interrupted'});
		case 'back':
			return stay(back(state));
		case 'open':
			return screenOf(state) === 'start'
				? openEntry(state, entryOf(state))
				: withRun(state, (run) => showDetails(state, run));
		case 'url':
			return typing({...state, touched: true, entry: 'url'}, 'url');
		case 'demo':
			return opened(state, {kind: 'demo'});
		case 'history':
			return stay({...state, screens: [...state.screens, 'history'], run: currentRun(state)?.id ?? state.run});
		case 'trend':
			return withRun(state, (run) => showTrend(state, run));
		case 'filter':
			return typing(state, 'filter', state.filter);
		case 'mark':
			return mark(state);
		case 'pick':
			return pick(state);
		case 'pick-all':
			return pickAll(state);
		case 'compare':
			return compare(state);
		case 'force':
			return state.held === undefined ? stay(state) : hold(state, state.held.base, state.held.candidate, true);
		case 'baseline':
			return withRun(state, ({baselines}) => typing(state, 'baseline', baselines[0] ?? ''));
		case 'replay':
			return withRun(state, ({id}) => opened(state, {kind: 'replay', id}));
		case 'again':
			return withRun(state, ({id}) => opened(state, {kind: 'again', id}));
		case 'next':
			return stay(toSection(state, 1));
		case 'previous':
			return stay(toSection(state, -1));
		case 'up':
			return stay(moved(state, -1));
		case 'down':
			return stay(moved(state, 1));
		case 'page-up':
			return stay(moved(state, -page));
		case 'page-down':
			return stay(moved(state, page));
		case 'first':
			return stay(moved(state, -farthest));
		case 'last':
			return stay(moved(state, farthest));
		case 'reload':
			return ask({...state, message: readingHistory}, {kind: 'history'}, {kind: 'suite'});
		case 'theme':
			return chooseNext(state, {theme: 1});
		case 'theme-back':
			return chooseNext(state, {theme: -1});
		case 'units':
			return chooseNext(state, {units: 1});
		case 'charset':
			return chooseNext(state, {charset: 1});
		case 'mouse': {
			const mouse = !state.choices.mouse;
			const message = mouse ? 'mouse on: click, wheel (hold Shift to select text)' : 'mouse off';
			return tell({...state, choices: {...state.choices, mouse}}, message);
		}
		case 'redraw':
			return ask(state, {kind: 'redraw'});
		case 'suspend':
			return ask(state, {kind: 'suspend'});
	}
};

const enter = (state: BrowserState, prompt: Prompt): BrowserStep => {
	const closed: BrowserState = {...state, overlay: undefined};
	const text = prompt.text.trim();
	switch (prompt.purpose) {
		case 'filter':
			return stay({...closed, filter: prompt.text});
		case 'url':
			// The line stays until the run is there: what is wrong with it is said beside it.
			return text === '' ? stay(closed) : opened({...state, overlay: {...prompt, text}}, {kind: 'url', text});
		case 'baseline':
			return text === ''
				? stay(closed)
				: withRun(closed, ({id}) =>
						ask({...closed, message: 'setting the baseline'}, {kind: 'baseline', name: text, id}),
					);
	}
};

const onPrompt = (state: BrowserState, prompt: Prompt, key: string): BrowserStep => {
	// What was entered is being looked at.
	if (state.opening !== undefined) return stay(state);
	const filtering = prompt.purpose === 'filter';
	if (key === 'escape') return stay({...state, overlay: undefined, ...(filtering ? {filter: ''} : {})});
	if (key === 'enter') return enter(state, prompt);
	// Deleting what is not there leaves the line, as it does in vi.
	if (key === 'backspace' && prompt.text === '') return stay({...state, overlay: undefined});
	const text = edited(prompt.text, key);
	if (text === undefined) return stay(state);
	// A filter works while it is typed.
	return stay({
		...state,
		overlay: {kind: 'prompt', purpose: prompt.purpose, text},
		...(filtering ? {filter: text} : {}),
	});
};

const scrollKeys: Readonly<Record<string, number>> = {up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page};

/** A key while something lies over the screen; `undefined` when it is not for that. */
const overlayKey = (state: BrowserState, key: string): BrowserStep | undefined => {
	const {overlay} = state;
	if (overlay === undefined || /^ctrl\+[clz]$/.test(key)) return undefined;
	switch (overlay.kind) {
		case 'prompt':
			return onPrompt(state, overlay, key);
		case 'fault':
			return stay({...state, overlay: undefined});
		case 'help': {
			const by = scrollKeys[key];
			if (by !== undefined) return stay({...state, overlay: {...overlay, scroll: Math.max(0, overlay.scroll + by)}});
			return ['q', 'escape', '?'].includes(key) ? stay({...state, overlay: undefined}) : stay(state);
		}
	}
};

const press = (state: BrowserState, key: string): BrowserStep => {
	const fresh = state.message === undefined ? state : {...state, message: undefined};
	const over = overlayKey(fresh, key);
	if (over !== undefined) return over;
	const binding = fresh.bindings.find((each) => each.keys.includes(key) && means(fresh, each.when));
	return binding === undefined ? stay(fresh) : perform(fresh, binding.action);
};

/** Pasted text is no command: it goes to the line that is typed, on the start screen to that of the URL. */
const paste = (state: BrowserState, text: string): BrowserStep => {
	const line = pastedLine(text.trim());
	if (state.overlay === undefined && screenOf(state) === 'start' && state.opening === undefined && line !== '')
		return paste(typing({...state, touched: true, entry: 'url'}, 'url').state, line);
	if (state.overlay?.kind !== 'prompt') return stay(state);
	let next = state;
	for (const character of line) next = overlayKey(next, character)?.state ?? next;
	return stay(next);
};

const click = (state: BrowserState, spot: Spot | undefined): BrowserStep => {
	if (spot === undefined || state.overlay !== undefined) return stay(state);
	const known = spot.kind === 'entry' ? entryOf(state).key : currentRun(state)?.id;
	if (known === spot.key) return perform(state, 'open');
	return stay(spot.kind === 'entry' ? {...state, touched: true, entry: spot.key} : {...state, run: spot.key});
};

const readingHistory = 'reading the history';

const withHistory = (state: BrowserState, loaded: Loaded<History>): BrowserState => {
	const message = state.message === readingHistory ? undefined : state.message;
	const next: BrowserState = {...state, history: loaded, message};
	const recent = loaded.state === 'here' ? loaded.value.recent[0] : undefined;
	// What was loaded last is what most people come for; nothing moves under a hand that has begun to choose.
	return state.touched || recent === undefined ? next : {...next, touched: true, entry: `again ${recent.run.target}`};
};

/** The suite may have been written anew: what was picked and is no longer there is forgotten. */
const withSuite = (state: BrowserState, suite: ListedSuite | undefined): BrowserState => {
	const names = (suite?.entries ?? []).map(({name}) => name);
	const next: BrowserState = {...state, suite, picked: state.picked.filter((name) => names.includes(name))};
	const [first] = names;
	// Who has a suite here comes to run it.
	return state.touched || first === undefined ? next : {...next, touched: true, entry: `benchmark ${first}`};
};

/** The history may have gone on when an entry vanishes: then the one in its place is marked. */
const withRunning = (state: BrowserState, running: readonly RunningBenchmark[]): BrowserState => {
	const before = entriesOf(state);
	const next = {...state, running};
	const entries = entriesOf(next);
	if (entries.some(({key}) => key === state.entry)) return next;
	const at = before.findIndex(({key}) => key === state.entry);
	return {...next, entry: entries[place(at, 0, entries.length)]?.key ?? state.entry};
};

const withRefusal = (state: BrowserState, message: string): BrowserState => {
	const {overlay} = state;
	const fault: BrowserOverlay = overlay?.kind === 'prompt' ? {...overlay, fault: message} : {kind: 'fault', message};
	return {...state, opening: undefined, overlay: fault};
};

const withMostScroll = (state: BrowserState, most: number): BrowserState => {
	const {overlay} = state;
	if (overlay?.kind === 'help') return overlay.scroll <= most ? state : {...state, overlay: {...overlay, scroll: most}};
	return state.scroll <= most ? state : {...state, scroll: most};
};

/** The fold over what happens to the start screen and the history. Pure; what it asks of the outside it returns. */
export const reduceBrowser = (state: BrowserState, input: BrowserInput): BrowserStep => {
	switch (input.kind) {
		case 'key':
			return press(state, input.key);
		case 'text':
			return paste(state, input.text);
		case 'click':
			return click(state, input.spot);
		case 'wheel':
			return state.overlay?.kind === 'prompt' ? stay(state) : press(state, input.up ? 'up' : 'down');
		case 'history':
			return stay(withHistory(state, input.loaded));
		case 'renewed':
			return stay({...state, history: input.loaded});
		case 'suite':
			if (input.loaded.state === 'failed') return tell(state, input.loaded.message);
			return input.loaded.state === 'here' ? stay(withSuite(state, input.loaded.value)) : stay(state);
		case 'running':
			return stay(withRunning(state, input.running));
		case 'details':
			return state.details?.id === input.id
				? stay({...state, details: {id: input.id, loaded: input.loaded}})
				: stay(state);
		case 'trend':
			return state.trend?.id === input.id ? stay({...state, trend: {id: input.id, loaded: input.loaded}}) : stay(state);
		case 'compared': {
			const {held} = state;
			return held?.base === input.base && held.candidate === input.candidate
				? stay({...state, held: {...held, loaded: input.loaded}})
				: stay(state);
		}
		case 'refused':
			return stay(withRefusal(state, input.message));
		case 'suggested':
			return stay({...state, choices: {...state.choices, theme: input.theme}});
		case 'told':
			return tell(state, input.message);
		case 'returned':
			return stay({
				...state,
				opening: undefined,
				overlay: undefined,
				message: undefined,
				picked: [],
				choices: input.choices,
			});
		case 'drawn':
			return stay(withMostScroll(state, input.mostScroll));
		case 'terminate':
			return ask(state, {kind: 'leave', how: 'interrupted'});
	}
};

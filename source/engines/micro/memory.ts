import {existsSync} from 'node:fs';
import {basename, dirname, extname, relative, resolve} from 'node:path';
import * as z from 'zod';
import type {Doubt} from '../../core/event.ts';
import type {Metric} from '../../core/samples.ts';
import {endedIn, failedIn} from '../../core/snapshot.ts';
import {formatCount, formatPercent, parseDuration} from '../../core/units.ts';
import {entryUrl} from '../../entries.ts';
import {BenchtopError} from '../../errors.ts';
import {leastPoints} from '../../stats/growth.ts';
import {type Control, type Engine, type Recorder, type SuiteEntry, suiteEntry} from '../engine.ts';
import {type ChildEnding, launchChild, typeScriptFlags} from './launch.ts';
import {findingOf, judgeLevels, type Level} from './memory-growth.ts';
import {
	type CollectionKind,
	collectionKinds,
	type MemoryMessage,
	type MemoryOrder,
	type MemoryPoint,
	readMemoryMessage,
} from './memory-messages.ts';
import {leastEvery, type MemoryPlan, memoryPlan, mostEvery} from './memory-plan.ts';
import {placeOf} from './where.ts';

/** How long each function is called where nothing says when the load is over. Milliseconds. */
export const caseTime = 10_000;
/** Of each function, unless something else is said. Milliseconds. */
const usualWarmup = 1000;
/** How many points the time of a function is divided into, and how far apart they are at least and at most. */
const points = 60;
const [shortestEvery, longestEvery] = [20, 5000];
/** How often a verdict is told before the last one. Milliseconds. */
const verdictTime = 2000;

const isTypeScript = (module: string): boolean => ['.ts', '.mts', '.cts'].includes(extname(module));

const launch = (
	{module, environment}: MemoryPlan,
	order: MemoryOrder,
	signal: AbortSignal,
	hear: (message: MemoryMessage) => void,
): Promise<ChildEnding> => {
	const child = launchChild({
		entry: entryUrl('memory'),
		execArgv: [
			'--expose-gc',
			// Its own sources are TypeScript too, where it was not built.
			...((module !== null && isTypeScript(module)) || import.meta.url.endsWith('.ts') ? typeScriptFlags() : []),
		],
		environment,
		...(module === null ? {} : {cwd: dirname(module)}),
		order,
		signal,
		hear(raw) {
			const message = readMemoryMessage(raw);
			if (message === undefined) return;
			// What it left open would keep it: nobody needs it any more.
			if (message.kind === 'done') child.kill();
			else hear(message);
		},
	});
	return child.ended;
};

const nameOf = ({module}: MemoryPlan): string => (module === null ? 'the built-in functions' : basename(module));

/** What kept a process from doing what it was asked to. */
const refusalOf = (
	plan: MemoryPlan,
	{message, hint, where}: Extract<MemoryMessage, {kind: 'refused'}>,
): BenchtopError =>
	new BenchtopError(`${where ?? nameOf(plan)}: ${message}`, {
		exitCode: 4,
		hint: hint ?? 'The module has to load, and its functions to be prepared, in a process of Node.js.',
	});

const crashOf = (
	plan: MemoryPlan,
	subject: string,
	{how, lastWords}: Extract<ChildEnding, {kind: 'crashed'}>,
): BenchtopError => {
	const syntax = lastWords
		.map((line) => /^\[?(SyntaxError: .*?)\]?$/.exec(line)?.[1])
		.find((line) => line !== undefined);
	if (syntax !== undefined && plan.module !== null) {
		const where = placeOf(lastWords.join('\n'), plan.module, process.cwd());
		return refusalOf(plan, {kind: 'refused', message: syntax, ...(where === undefined ? {} : {where})});
	}

	const words = lastWords.find((line) => /heap|memory|Error/i.test(line)) ?? lastWords.at(-1);
	const outOfMemory = lastWords.some((line) => /heap limit|out of memory/i.test(line));
	return new BenchtopError(
		`The process of ${subject} ended with ${how}${words === undefined ? '' : `: ${words.trim()}`}`,
		{
			exitCode: 4,
			hint: outOfMemory
				? 'It kept more than the heap may hold; a shorter time shows its growth before that, or NODE_OPTIONS=--max-old-space-size allows more.'
				: 'The functions of the module have to leave their process alone.',
		},
	);
};

/** The names of all functions of the module; rejects where there are none. */
const listCases = async (plan: MemoryPlan, signal: AbortSignal): Promise<readonly string[]> => {
	const {module} = plan;
	if (module !== null && !existsSync(module)) {
		throw new BenchtopError(`There is no module ${module}.`, {
			hint: 'Give the path of a file that exports functions, or none for the built-in ones.',
			exitCode: 4,
		});
	}

	let names: readonly string[] | undefined;
	let refused: BenchtopError | undefined;
	const ending = await launch(plan, {act: 'list', module}, signal, (message) => {
		if (message.kind === 'listed') names = message.names;
		if (message.kind === 'refused') refused = refusalOf(plan, message);
	});
	if (refused !== undefined) throw refused;
	if (signal.aborted) return [];
	if (names === undefined) {
		throw crashOf(
			plan,
			nameOf(plan),
			ending.kind === 'crashed' ? ending : {kind: 'crashed', how: 'no answer', lastWords: []},
		);
	}

	const unknown = plan.cases?.find((name) => !names?.includes(name));
	if (unknown !== undefined) {
		throw new BenchtopError(`There is no function ${JSON.stringify(unknown)} in ${nameOf(plan)}.`, {
			hint: `There are: ${names.join(', ')}.`,
			exitCode: 4,
		});
	}

	return plan.cases ?? names;
};

/** How much of the run one function has. */
type Share = {readonly warmup: number; readonly duration: number; readonly amount: number | undefined};

const shareOf = ({warmup, duration, amount}: Control, cases: number, index: number): Share => ({
	// Without a duration of the run, each function has the usual one.
	warmup: duration === undefined && amount === undefined ? warmup : warmup / cases,
	duration: amount === undefined ? (duration === undefined ? caseTime : duration / cases) : Number.MAX_SAFE_INTEGER,
	amount: amount === undefined ? undefined : Math.floor(amount / cases) + (index < amount % cases ? 1 : 0),
});

const everyOf = (plan: MemoryPlan, {duration, amount}: Share): number =>
	plan.every ?? Math.min(longestEvery, Math.max(shortestEvery, (amount === undefined ? duration : caseTime) / points));

type Gauge = {readonly name: string; readonly metric: Omit<Metric, 'name'>};

const rateOf = (kind: CollectionKind): Gauge => ({
	name: `${kind} collections`,
	metric: {unit: '1/s', better: 'lower', about: 'garbage collections per second of calls, those on demand left out'},
});

/** Takes the figures of one function down as its process tells them. */
const createBook = (subject: string, recorder: Recorder) => {
	const slot = (name: string, metric: Omit<Metric, 'name'>) =>
		recorder.metric({name: `${subject}: ${name}`, ...metric});
	const sample = (name: string, metric: Omit<Metric, 'name'>, value: number): void =>
		recorder.sample(slot(name, metric), value);
	const lower = 'lower';
	let newest: MemoryPoint | undefined;
	const levels: Level[] = [];
	let peak = 0;
	return {
		/** What was left, by the time of calls and by their number. */
		levels: (): readonly Level[] => levels,
		add(point: MemoryPoint): void {
			newest = point;
			peak = Math.max(peak, point.peakHeap);
			levels.push({at: point.at, value: point.retained, calls: point.calls});
			const seconds = point.active / 1000;
			const collecting = collectionKinds.reduce((sum, kind) => sum + (point.collections[kind]?.time ?? 0), 0);
			sample(
				'allocation rate',
				{unit: 'bytes/s', better: lower, about: 'taken of the heap per second of calls; memory of buffers left out'},
				point.allocated / seconds,
			);
			if (point.done > 0) {
				sample(
					'allocated per call',
					{unit: 'bytes', better: lower, about: 'taken of the heap; memory of buffers left out'},
					point.allocated / point.done,
				);
				sample(
					'time per call',
					{unit: 'ns', better: lower, about: 'garbage collection included'},
					(seconds * 1e9) / point.done,
				);
			}

			sample(
				'retained',
				{unit: 'bytes', better: lower, about: 'left after all garbage was collected: heap, and memory of buffers'},
				point.retained,
			);
			sample(
				'time in garbage collection',
				{unit: '%', better: lower, about: 'share of the time of calls'},
				(collecting / point.active) * 100,
			);
			for (const kind of ['minor', 'major'] as const) {
				const {name, metric} = rateOf(kind);
				sample(name, metric, (point.collections[kind]?.count ?? 0) / seconds);
			}

			for (const kind of collectionKinds) {
				for (const pause of point.pauses?.[kind] ?? []) {
					sample(`GC pause ${kind}`, {unit: 'ms', better: lower, about: 'each garbage collection of this kind'}, pause);
				}
			}
		},
		/** What only the end can say. */
		close(): void {
			if (newest === undefined) return;
			sample('peak heap', {unit: 'bytes', better: lower, about: 'the most of the heap that was in use'}, peak);
			sample(
				'peak resident memory',
				{unit: 'bytes', better: lower, about: 'of the whole process, Node.js and warming up included'},
				newest.peakResident,
			);
			const {byTime, byCalls} = judgeLevels(levels);
			if (byTime === undefined || byCalls === undefined) return;
			const about = 'how fast what is left grows: of late, where it does not go on growing';
			sample('retained growth', {unit: 'bytes/s', better: lower, about}, byTime.estimate * 1000);
			sample('retained growth per call', {unit: 'bytes', better: lower, about}, byCalls.estimate);
		},
	};
};

/** How often time that counts in no rate is told, and how late a process may be to say that it goes on. Milliseconds. */
const quietTime = 20;
const lateness = 50;

/** Tells the time in which no calls are measured, as it passes. Moments are of `performance.now()`. */
const createQuiet = (recorder: Recorder) => {
	let since: number | undefined = performance.now();
	const tell = (until: number): void => {
		if (since === undefined || until <= since) return;
		recorder.idle(until - since);
		since = until;
	};
	const timer = setInterval(() => tell(performance.now() - lateness), quietTime);
	return {
		tell,
		begin(at: number): void {
			since ??= at;
		},
		end(at: number): void {
			tell(at);
			since = undefined;
		},
		close(): void {
			tell(performance.now());
			clearInterval(timer);
		},
	};
};

/** Measures one function in a process of its own, from `enter` on. */
const measureCase = async (
	plan: MemoryPlan,
	name: string,
	share: Share,
	isFirst: boolean,
	recorder: Recorder,
	control: Control,
	quiet: ReturnType<typeof createQuiet>,
): Promise<void> => {
	const done = recorder.outcome('ok', false);
	const book = createBook(name, recorder);
	// What comes before measuring counts as warm-up of the first function, and nowhere of the others.
	let counts = isFirst;
	let isMeasuring = false;
	let refused: BenchtopError | undefined;
	let toldAt = performance.now();
	let told: unknown;
	/** Before the end, only another verdict is news. */
	const conclude = (isLast: boolean): void => {
		const finding = findingOf(name, book.levels());
		toldAt = performance.now();
		if (finding === undefined || (!isLast && finding.figures.verdict === told)) return;
		told = finding.figures.verdict;
		control.find(finding);
	};
	const ending = await launch(
		plan,
		{
			act: 'measure',
			module: plan.module,
			name,
			warmup: share.warmup,
			duration: share.duration,
			amount: share.amount,
			every: everyOf(plan, share),
			trackGc: plan.trackGc,
		},
		control.signal,
		(message) => {
			switch (message.kind) {
				case 'measuring':
					isMeasuring = true;
					counts = true;
					// Of each phase its own.
					quiet.tell(performance.now());
					if (isFirst) control.enter('measure');
					return;
				case 'go':
					if (counts) quiet.end(message.at - performance.timeOrigin);
					return;
				case 'rest':
					quiet.begin(message.at - performance.timeOrigin);
					return;
				case 'tick': {
					if (!counts) return;
					recorder.offer(message.done);
					recorder.count(done, message.done);
					for (const [thrown, count] of Object.entries(message.failed ?? {})) {
						recorder.offer(count);
						recorder.count(recorder.outcome(thrown, true), count);
					}

					return;
				}
				case 'point':
					if (!isMeasuring) return;
					book.add(message);
					if (book.levels().length >= leastPoints && performance.now() - toldAt > verdictTime) conclude(false);
					return;
				case 'threw':
					control.notice(
						`${name} threw ${message.name}: ${message.message}${message.where === undefined ? '' : ` (${message.where})`}`,
					);
					return;
				case 'refused':
					refused = refusalOf(plan, message);
					return;
				case 'listed':
				case 'done':
			}
		},
	);
	quiet.begin(performance.now());
	if (isMeasuring) {
		book.close();
		conclude(true);
	}

	if (refused !== undefined) throw refused;
	if (ending.kind === 'crashed') throw crashOf(plan, name, ending);
	if (ending.kind === 'ended' && !control.signal.aborted) {
		throw new BenchtopError(`The process of ${name} ended before its time.`, {
			hint: 'The functions of the module have to leave their process alone.',
			exitCode: 4,
		});
	}
};

const run = async (plan: MemoryPlan, recorder: Recorder, control: Control): Promise<void> => {
	const {signal, warmup, duration, amount} = control;
	if (signal.aborted) return;
	const cases = plan.cases ?? (await listCases(plan, signal));
	if (signal.aborted) return;
	control.enter(warmup > 0 ? 'warm-up' : 'measure');
	const quiet = createQuiet(recorder);
	if (duration === undefined && amount === undefined) control.expect(cases.length * (warmup + caseTime));
	try {
		for (const [index, name] of cases.entries()) {
			if (signal.aborted) break;
			await measureCase(plan, name, shareOf(control, cases.length, index), index === 0, recorder, control, quiet);
		}
	} finally {
		quiet.close();
	}

	control.finish();
};

const members = () =>
	z.strictObject({
		memory: z
			.union([z.literal(true), z.string().min(1)])
			.describe('A module whose exported functions are measured, or true for the built-in ones'),
		cases: z
			.union([z.string().min(1), z.array(z.string().min(1)).min(1)])
			.describe('Some of its functions by name; they share the time (all)')
			.optional(),
		trackGc: z.boolean().describe('Keeps every garbage collection with its kind and length (false)').optional(),
		every: z
			.string()
			.describe("How often all garbage is collected to see what is left, such as '250ms' (sixty times)")
			.optional(),
	});

const everyIn = (given: string | undefined): number | undefined => {
	if (given === undefined) return undefined;
	const every = parseDuration(given);
	if (every !== undefined && every >= leastEvery && every <= mostEvery) return every;
	throw new BenchtopError(`every: ${JSON.stringify(given)} is no time between collections.`, {
		hint: "Times look like '250ms' or '2s', from 10 ms to 10 min.",
	});
};

/** What is measured, as people name it. */
const targetOf = (plan: MemoryPlan, folder: string): string => {
	const {module, cases} = plan;
	const of = module === null ? 'built-in functions' : relative(folder, module);
	return cases === undefined ? of : `${of}: ${cases.join(', ')}`;
};

const suite: SuiteEntry<MemoryPlan> = suiteEntry('memory', members, async (given, place) => {
	const {memory, cases, trackGc = false} = given;
	const every = everyIn(given.every);
	const load: MemoryPlan = {
		module: memory === true ? null : resolve(place.folder, memory),
		...(cases === undefined ? {} : {cases: typeof cases === 'string' ? [cases] : cases}),
		trackGc,
		...(every === undefined ? {} : {every}),
		environment: {...place.environment},
	};
	return {load, target: targetOf(load, place.folder), warmup: usualWarmup};
});

/** The memory that functions take and keep, each in a process of its own. */
export const memoryEngine: Engine<MemoryPlan> = {
	name: 'memory',
	about:
		'Memory that JavaScript functions take and keep: allocation, garbage collection, and whether what is left grows',
	plan: memoryPlan,
	latencyMeans: 'nothing: calls are counted, not timed one by one; the metric "time per call" has the mean',
	run,
	async probe(plan, signal) {
		await listCases(plan, signal);
	},
	disclose({environment, ...plan}) {
		return {plan, secrets: Object.values(environment).filter((value) => value.length > 3)};
	},
	limits: ({trackGc}) => [
		'Each function runs in one process of its own, so the figures are of one layout of code and heap.',
		'Times of garbage collections are of the clock on the wall: on a busy machine, waiting for a core is in them.',
		'Allocation is what the heap grew by between garbage collections, to some percent; memory of buffers is not in it, but is in what is left.',
		'What is left is measured after collections on demand, which count in no rate; they keep the heap smaller than it would be without them.',
		`benchtop's own messages take some ten kilobytes of the heap per second${trackGc ? ', and tracking collections some more for each' : ''}.`,
		...(trackGc
			? []
			: ['Of garbage collections, numbers and shares of time are kept; each one is with trackGc (--track-gc).']),
	],
	doubts: (_, total): Doubt[] => {
		const failed = failedIn(total);
		return failed === 0
			? []
			: [
					{
						kind: 'calls-threw',
						message: `${formatCount(failed)} calls (${formatPercent((failed / endedIn(total)) * 100)}) threw: what they take and keep counts as well.`,
					},
				];
	},

	suite,
	panes: ['metrics', 'throughput', 'resources', 'events'],
};

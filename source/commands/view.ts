import type {RunEvent, RunSource} from '../core/event.ts';
import {intervalWords} from '../core/metric-words.ts';
import {printable} from '../core/printable.ts';
import {
	emptyRunState,
	inFlightNow,
	lastSecond,
	measured,
	type RunState,
	reduceRun,
	targetWords,
} from '../core/run-state.ts';
import {type MetricSummary, summariseMetric} from '../core/samples.ts';
import {endedIn, failedIn, type Snapshot} from '../core/snapshot.ts';
import {spokenCount, spokenDuration, spokenMeasure, spokenMilliseconds, spokenRate} from '../core/spoken.ts';
import {suiteProgress} from '../core/suite-progress.ts';
import {latenciesOf, rateIn, uncertainAt} from '../core/summary.ts';
import {
	formatClock,
	formatCount,
	formatDuration,
	formatMeasure,
	formatMilliseconds,
	formatPercent,
	formatRate,
} from '../core/units.ts';
import type {Surroundings} from './command.ts';
import {isSet} from './full-screen.ts';

/** How a viewer was left, and what it had seen by then. */
export type Viewed = {
	readonly state: RunState;
	/** `left`: the run goes on without this viewer. */
	readonly left?: 'detached' | 'gone';
	readonly signal?: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
};

/** Which of the viewers fits. */
export type ViewMode = 'terminal' | 'plain' | 'spoken' | 'ndjson' | 'silent';

const interval = 5000;
const intervalInCi = 30_000;

/** What is planned, in one line. */
const planLine = (state: RunState): string => {
	const {began} = state;
	if (began === undefined) return '';
	const {plan} = began;
	const load: Readonly<Record<string, unknown>> =
		typeof plan.load === 'object' && plan.load !== null ? {...plan.load} : {};
	const suite = suiteProgress(state);
	const {round, side} = plan;
	const sideWords = side === undefined ? '' : `${side.is} ${side.of === began.target ? '' : `${printable(side.of)}: `}`;
	return [
		`${suite === undefined ? '' : `(${suite.number} of ${suite.of}) ${sideWords}${began.name === began.target ? '' : `${printable(began.name)}: `}`}${printable(began.target)}`,
		...(round === undefined || round.of < 2
			? []
			: [`${side === undefined ? 'round' : 'pair'} ${round.number} of ${round.of}`]),
		`engine ${began.engine}`,
		...(typeof load.connections === 'number' ? [`${load.connections} ${targetWords(load).connections}`] : []),
		...(typeof load.rate === 'number'
			? [`${formatRate(load.rate)}${targetWords(load).rate === 'sessions' ? ' sessions' : ''}/s`]
			: []),
		...(plan.duration === undefined
			? plan.amount === undefined
				? []
				: [`${formatCount(plan.amount)} operations`]
			: [formatDuration(plan.duration)]),
		...(plan.warmup > 0 ? [`after ${formatDuration(plan.warmup)} of warm-up`] : []),
		`run ${began.id}`,
	].join(', ');
};

/** Whether too few operations stand behind a second's p99. */
const isFew = (second: Snapshot | undefined): boolean =>
	second !== undefined && second.latency.count > 0 && uncertainAt(second.latency.count).includes('p99');

/** The metric that a sample came of last, with its median so far. */
const newestMetric = ({recent, total}: RunState): readonly [name: string, metric: MetricSummary] | undefined => {
	const names = Object.keys(recent.findLast(({metrics}) => metrics !== undefined)?.metrics ?? {});
	const known = names.flatMap((name) => {
		const measured = total?.metrics?.[name];
		return measured === undefined ? [] : [[name, summariseMetric(measured)] as const];
	});
	return known.at(-1);
};

/** How long operations took, and what else was measured, at this moment. */
const figureWords = (state: RunState, recent: Snapshot | undefined): string[] => {
	const metric = newestMetric(state);
	const metricWords =
		metric === undefined
			? []
			: [printable(`${metric[0]} ${formatMeasure(metric[1].p50, metric[1].unit)} ${intervalWords(metric[1])}`).trim()];
	if (metric !== undefined && (recent === undefined || recent.latency.count === 0)) return metricWords;
	const now = recent === undefined ? undefined : latenciesOf(recent.latency, recent.waiting);
	return [
		`p50 ${formatMilliseconds(now?.p50 ?? undefined)} ms`,
		`p99 ${formatMilliseconds(now?.p99 ?? undefined)}${isFew(recent) ? '?' : ''} ms`,
		...metricWords,
	];
};

/** The run at this moment, in one line of words. */
const progressLine = (state: RunState): string => {
	const recent = lastSecond(state);
	const total = measured(state);
	const ended = endedIn(total);
	return [
		formatClock(state.at),
		state.phase ?? 'starting',
		`${formatRate(recent === undefined ? undefined : rateIn(recent))}/s`,
		...figureWords(state, recent),
		...(ended > 0 ? [`failed ${formatPercent((100 * failedIn(total)) / ended)} of ${formatCount(ended)}`] : []),
		`in flight ${formatCount(inFlightNow(state))}`,
	].join('  ');
};

/** What a headless viewer writes where, at each event. */
type Scribe = (event: RunEvent, state: RunState) => void;

/** The words of a viewer that only adds lines. */
type Wording = {
	readonly interval: number;
	readonly began: (state: RunState) => string;
	readonly progress: (state: RunState) => string;
	/** Something happened: when, and what, with its level before it unless it is mere information. */
	readonly happened: (at: number, text: string) => string;
};

const lineScribe = ({stdout}: Surroundings, {interval: every, began, progress, happened}: Wording): Scribe => {
	let next = every;
	return (event, state) => {
		switch (event.kind) {
			case 'began':
				stdout.write(`${began(state)}\n`);
				return;
			case 'snapshot':
				if (state.at < next) return;
				next = (Math.floor(state.at / every) + 1) * every;
				stdout.write(`${progress(state)}\n`);
				return;
			case 'ended':
			case 'expect':
			case 'insight':
				// The report has them.
				return;
			default: {
				const occurrence = state.occurrences.at(-1);
				if (occurrence === undefined) return;
				// Of so many short runs alike, each in a line and what it came to in another is enough.
				if (state.began?.plan.side !== undefined && /^(phase|saved)$/.test(occurrence.kind)) return;
				const level = occurrence.level === 'info' ? '' : `${occurrence.level}: `;
				stdout.write(`${happened(occurrence.at, `${level}${printable(occurrence.text)}`)}\n`);
			}
		}
	};
};

const plainWording = ({environment}: Surroundings): Wording => ({
	interval: isSet(environment.CI) ? intervalInCi : interval,
	began: planLine,
	progress: progressLine,
	happened: (at, text) => `${formatClock(at)}  ${text}`,
});

const spokenInterval = 10_000;

const spokenPhases = {'warm-up': 'Warming up', measure: 'Measuring', pause: 'Paused'} as const;

/** The run at this moment, in one sentence. */
const progressSentence = (state: RunState): string => {
	const recent = lastSecond(state);
	const now = recent === undefined ? undefined : latenciesOf(recent.latency, recent.waiting);
	const failed = failedIn(measured(state));
	const metric = newestMetric(state);
	if (metric !== undefined && (recent === undefined || recent.latency.count === 0)) {
		const [name, {p50, unit}] = metric;
		return `Measuring at ${spokenDuration(state.at)}: ${printable(`${name}, median ${spokenMeasure(p50, unit)}`)}; ${failed === 0 ? 'nothing failed.' : `${spokenCount(failed)} failed.`}`;
	}

	return [
		`${state.phase === undefined ? 'Starting' : spokenPhases[state.phase]} at ${spokenDuration(state.at)}:`,
		`${spokenRate(recent === undefined ? undefined : rateIn(recent))},`,
		`median ${spokenMilliseconds(now?.p50)},`,
		`99th percentile ${spokenMilliseconds(now?.p99)}${isFew(recent) ? ' from too few operations to be relied on' : ''},`,
		failed === 0 ? 'nothing failed.' : `${spokenCount(failed)} failed.`,
	].join(' ');
};

const beganSentence = (state: RunState): string => {
	const {began} = state;
	const suite = suiteProgress(state);
	const side = began?.plan.side;
	const sideWords = side === undefined ? '' : `${side.is} of pair ${side.pair}, `;
	const place =
		suite === undefined ? '' : `Run ${suite.number} of ${suite.of}, ${sideWords}${printable(began?.name ?? '')}. `;
	return `${place}Loading ${printable(began?.target ?? '')} with the engine ${began?.engine}.`;
};

/** For ears: sentences, one a line. */
const spokenWording: Wording = {
	interval: spokenInterval,
	began: beganSentence,
	progress: progressSentence,
	happened: (at, text) => `At ${spokenDuration(at)}, ${text}.`,
};

/** Progress beside a document on stdout: on stderr, only when a person watches it; notices always. */
const silentScribe = ({stderr, environment}: Surroundings, quiet: boolean): Scribe => {
	const watched = stderr.isTTY === true && !quiet && environment.TERM !== 'dumb';
	let open = false;
	return (event, state) => {
		if (event.kind === 'snapshot' && watched) {
			stderr.write(`\r\u001B[K${progressLine(state)}`);
			open = true;
			return;
		}

		if (open && (event.kind === 'notice' || event.kind === 'ended')) {
			stderr.write('\r\u001B[K');
			open = false;
		}

		if (event.kind === 'notice' && event.level !== 'info')
			stderr.write(`benchtop: ${event.level}: ${printable(event.text)}\n`);
	};
};

const ndjsonScribe =
	({stdout}: Surroundings): Scribe =>
	(event) => {
		stdout.write(`${JSON.stringify(event)}\n`);
	};

const impatience = 250;

/**
 * Follows a run without a screen. Ctrl-C and SIGTERM stop the run and wait for its partial result; a second one leaves
 * at once. SIGHUP leaves, and the run goes on.
 */
export const viewHeadless = async (
	source: RunSource,
	mode: Exclude<ViewMode, 'terminal'>,
	surroundings: Surroundings,
	quiet: boolean,
): Promise<Viewed> => {
	const scribe =
		mode === 'plain' && !quiet
			? lineScribe(surroundings, plainWording(surroundings))
			: mode === 'spoken' && !quiet
				? lineScribe(surroundings, spokenWording)
				: mode === 'ndjson'
					? ndjsonScribe(surroundings)
					: silentScribe(surroundings, quiet);
	let state = emptyRunState;
	let signal: Viewed['signal'];
	let leave: (viewed: Viewed) => void = () => {};
	const left = new Promise<Viewed>((resolve) => {
		leave = resolve;
	});
	let interruptedAt = Number.NEGATIVE_INFINITY;
	const interrupt = (name: 'SIGINT' | 'SIGTERM') => () => {
		// npm and shells may deliver one Ctrl-C twice.
		if (performance.now() - interruptedAt < impatience) return;
		interruptedAt = performance.now();
		if (signal === undefined) {
			signal = name;
			source.send({command: 'stop', by: name === 'SIGINT' ? 'user' : 'signal'});
			if (!source.live) leave({state, signal});
			return;
		}

		source.send({command: 'abort'});
		leave({state, signal, left: 'gone'});
	};
	const handlers = {
		SIGINT: interrupt('SIGINT'),
		SIGTERM: interrupt('SIGTERM'),
		SIGHUP: () => leave({state, signal: 'SIGHUP', left: 'gone'}),
	} as const;
	for (const [name, handler] of Object.entries(handlers)) process.on(name, handler);
	const watch = async (): Promise<Viewed> => {
		for await (const event of source.events) {
			state = reduceRun(state, event);
			scribe(event, state);
		}

		return {state, ...(signal === undefined ? {} : {signal})};
	};
	try {
		return await Promise.race([watch(), left]);
	} finally {
		for (const [name, handler] of Object.entries(handlers)) process.removeListener(name, handler);
	}
};

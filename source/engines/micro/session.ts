import {type Random, seededRandom} from '../../core/random.ts';
import type {Control, Recorder} from '../engine.ts';

/** What a load of launches is counted with: phases, pauses, and the time that measures nothing. */
export type Session = {
	/** Nothing more is to be done: it was stopped. */
	readonly stopped: () => boolean;
	/** Begins a phase. */
	readonly enter: (phase: 'warm-up' | 'measure') => void;
	/** Between two launches: waits while the load is paused. */
	readonly pass: () => Promise<void>;
	/** Milliseconds since the first phase began, pauses left out. */
	readonly elapsed: () => number;
	/** From now on everything measures nothing, but for what `spent` says. */
	readonly rest: () => void;
	/** From now on what is measured is told by `spent`, as it ends. */
	readonly work: () => void;
	/** So many milliseconds up to now were measured. */
	readonly spent: (milliseconds: number) => void;
	readonly close: () => void;
};

/** Snapshots are taken five times a second: what was idle is told in time for each. Milliseconds. */
const tellingInterval = 20;

export const openSession = (
	recorder: Pick<Recorder, 'idle'>,
	control: Pick<Control, 'signal' | 'enter' | 'onSteer'>,
	now: () => number = () => performance.now(),
): Session => {
	let phase: 'warm-up' | 'measure' | undefined;
	let began = 0;
	/** Up to where all time was told of. */
	let told = 0;
	/** Measured time that was told of as idle, before its end was known. */
	let owed = 0;
	let working = false;
	let paused = false;
	let pausedFrom: number | undefined;
	let pausedBefore = 0;
	let wake = (): void => {};
	const account = (measured: number): void => {
		const at = now();
		const idle = at - told - measured - owed;
		told = at;
		owed = Math.max(0, -idle);
		if (idle > 0) recorder.idle(idle);
	};
	const timer = setInterval(() => {
		if (phase !== undefined && !working && pausedFrom === undefined) account(0);
	}, tellingInterval);
	const onAbort = (): void => wake();
	control.signal.addEventListener('abort', onAbort);
	control.onSteer(({to}) => {
		if (to === 'pause') paused = true;
		else if (to === 'resume') {
			paused = false;
			wake();
		}
	});
	return {
		stopped: () => control.signal.aborted,
		enter(next) {
			if (phase === undefined) {
				began = now();
				told = began;
			} else account(0);
			phase = next;
			control.enter(next);
		},
		async pass() {
			if (!paused || phase === undefined) return;
			account(0);
			pausedFrom = now();
			control.enter('pause');
			while (paused && !control.signal.aborted) {
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}

			pausedBefore += now() - pausedFrom;
			pausedFrom = undefined;
			told = now();
			owed = 0;
			if (!control.signal.aborted) control.enter(phase);
		},
		elapsed: () => now() - began - pausedBefore - (pausedFrom === undefined ? 0 : now() - pausedFrom),
		rest() {
			if (phase !== undefined) account(0);
			working = false;
		},
		work() {
			if (phase !== undefined) account(0);
			working = true;
		},
		spent: account,
		close() {
			if (phase !== undefined && pausedFrom === undefined) account(0);
			clearInterval(timer);
			control.signal.removeEventListener('abort', onAbort);
		},
	};
};

/** Runs a load in a session of its own, which is closed whatever happens; `enough` is how the load stops itself. */
export const inSession = async (
	recorder: Recorder,
	control: Control,
	run: (session: Session, enough: AbortController) => Promise<void>,
): Promise<void> => {
	const session = openSession(recorder, control);
	try {
		await run(session, new AbortController());
	} finally {
		session.close();
	}
};

/** All numbers below `count`, in random order (Fisher and Yates). */
export const shuffled = (count: number, random: Random): readonly number[] => {
	const order = Array.from({length: count}, (_, index) => index);
	for (let last = count - 1; last > 0; last--) {
		const other = Math.floor(random() * (last + 1));
		[order[last], order[other]] = [order[other]!, order[last]!];
	}

	return order;
};

/** One launch of a process: of which case, and the how many-th of it, from 1. */
export type Launch = {readonly index: number; readonly round: number};

/** How long the run may take beyond its time to have launched everything once. Milliseconds. */
const grace = 10_000;

export type LaunchPlan = {
	readonly cases: number;
	readonly launches: number;
	readonly seed: number;
	/** When they are to be over, in milliseconds of the session; absent: when they are through. */
	readonly end: number | undefined;
};

/**
 * Launches everything so often, each time all of it in random order, so that what changes over time meets all alike.
 * `launch` gets the time that is left for each launch, and says whether the case is to be launched again. Gives how often
 * each was launched.
 */
export const launchAll = async (
	{cases, launches, seed, end}: LaunchPlan,
	session: Session,
	expect: (milliseconds: number) => void,
	launch: (launch: Launch, time: number | undefined) => Promise<boolean>,
): Promise<readonly number[]> => {
	const random = seededRandom(seed);
	const counts = Array.from({length: cases}, () => 0);
	const over = new Set<number>();
	const begun = session.elapsed();
	let done = 0;
	for (let round = 1; round <= launches; round++) {
		const order = shuffled(cases, random);
		for (const [place, index] of order.entries()) {
			if (over.has(index)) continue;
			await session.pass();
			const rest = end === undefined ? undefined : end - session.elapsed();
			if (session.stopped() || (rest !== undefined && rest <= (round === 1 ? -grace : 0))) return counts;
			const left =
				(launches - round) * (cases - over.size) + order.slice(place).filter((other) => !over.has(other)).length;
			const again = await launch({index, round}, rest === undefined ? undefined : Math.max(0, rest) / left);
			if (session.stopped()) return counts;
			counts[index]! += 1;
			done += 1;
			if (!again) over.add(index);
			const remaining =
				(launches - round) * (cases - over.size) + order.slice(place + 1).filter((other) => !over.has(other)).length;
			if (end === undefined) expect((remaining * (session.elapsed() - begun)) / done);
		}
	}

	return counts;
};

import {createAccumulator, type Histogram} from '../../core/histogram.ts';
import {printable} from '../../core/printable.ts';
import {redactWords} from '../../core/secret.ts';
import type {PartRecorder, Recorder} from '../engine.ts';
import type {ToldOf} from './told.ts';

/** All that was told of requests, whatever phase they fell into: what Locust's own statistics speak of. */
export type Everything = {
	readonly requests: number;
	readonly failures: number;
	readonly untimed: number;
	/** Microseconds of all that ended, well or badly. */
	readonly times: Histogram;
	readonly byName: ReadonlyMap<string, number>;
};

type Kind = {
	readonly part: PartRecorder;
	readonly name: string;
	readonly slot: number;
	readonly failed: boolean;
	/** It has a latency. */
	readonly answered: boolean;
};

/** What is gathered there has more names than are told apart. */
export const otherNames = '…';

/** Text of a locustfile's or a target's, without secrets and harmless. */
export const clean = (text: string): string => printable(redactWords(text));

/**
 * Sorts requests into phases by when they began: those that began before the warm-up's end are its own, those that began
 * after the end are nobody's. `now` is this process's clock, in milliseconds; `onOthers` hears of requests with more names
 * than are told apart.
 */
export const createTally = (recorder: Recorder, now: () => number, onOthers: () => void = () => {}) => {
	const kinds = new Map<string, Map<number, Kind>>();
	/** The clock of a process against ours: what came soonest after it was said tells best. Milliseconds. */
	const offsets = new Map<string, number>();
	const times = createAccumulator();
	const byName = new Map<string, number>();
	let [requests, failures, untimed] = [0, 0, 0];
	let [measured, late] = [0, 0];
	let phase: 'none' | 'warm-up' | 'measure' = 'none';
	let from = Number.POSITIVE_INFINITY;
	let until = Number.POSITIVE_INFINITY;
	let most = Number.POSITIVE_INFINITY;

	/** A moment of a process's clock, in seconds, on ours. */
	const momentOf = (id: string, t: number): number => {
		const offset = Math.min(offsets.get(id) ?? Number.POSITIVE_INFINITY, now() - t * 1000);
		offsets.set(id, offset);
		return t * 1000 + offset;
	};

	const count = (kind: Kind, microseconds: number, bytes: number): void => {
		const {part, slot, answered} = kind;
		part.offer(1);
		// Of what has no time nothing but its outcome can be counted.
		if (!answered || microseconds < 0) part.fail(slot);
		else part.record(slot, microseconds);
		recorder.received(bytes);
	};

	/** Whether a request that began then counts now. */
	const belongs = (began: number): boolean => {
		if (began >= until) return false;
		return phase === 'measure' ? began >= from : phase === 'warm-up';
	};

	return {
		momentOf,
		/** From now on, what begins belongs to this phase. */
		enter(next: 'warm-up' | 'measure', at: number): void {
			phase = next;
			if (next === 'measure') from = at;
		},
		/** What begins from this moment on counts no longer. */
		end(at: number): void {
			until = Math.min(until, at);
		},
		/** No more than so many are measured. */
		limit(amount: number): void {
			most = amount;
		},
		hear({id, t, kinds: fresh, r}: ToldOf<'requests'>): void {
			const own = kinds.get(id) ?? new Map<number, Kind>();
			kinds.set(id, own);
			for (const [number, name, outcome, failed, answered] of fresh) {
				const called = clean(name);
				if (name === otherNames) onOthers();
				own.set(number, {
					part: recorder.part(called),
					name,
					slot: recorder.outcome(clean(outcome), failed),
					failed,
					answered,
				});
			}

			const sent = momentOf(id, t);
			for (let index = 0; index + 3 < r.length; index += 4) {
				const kind = own.get(r[index] ?? -1);
				const [microseconds = -1, bytes = 0, age = 0] = r.slice(index + 1, index + 4);
				if (kind === undefined) continue;
				requests += 1;
				if (kind.failed) failures += 1;
				byName.set(kind.name, (byName.get(kind.name) ?? 0) + 1);
				if (microseconds < 0) untimed += 1;
				else times.record(microseconds);
				const began = sent - age;
				if (!belongs(began) || measured >= most) {
					if (began >= until || measured >= most) late += 1;
					continue;
				}

				if (phase === 'measure') measured += 1;
				count(kind, microseconds, bytes);
			}
		},
		/** What was broken off has waited so long at least. What hung since the warm-up has hung in all of the measuring. */
		hearCut({id, t, r}: ToldOf<'cut'>): void {
			const sent = momentOf(id, t);
			for (const [name, microseconds, age] of r) {
				if (sent - age >= until || phase === 'none') continue;
				const part = recorder.part(clean(name));
				part.offer(1);
				part.abandon(microseconds);
			}
		},
		measured: () => measured,
		/** Requests of any phase. */
		told: () => requests,
		/** Of all that ended: what counts, what began before that, and what began too late. */
		shares: () => ({measured, warmup: requests - measured - late, late}),
		everything: (): Everything => ({requests, failures, untimed, times: times.take(), byName}),
	};
};

export type Tally = ReturnType<typeof createTally>;

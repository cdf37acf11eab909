import {createAccumulator, type Histogram} from '../../core/histogram.ts';
import {printable} from '../../core/printable.ts';
import {redactWords} from '../../core/secret.ts';
import type {PartRecorder, Recorder} from '../engine.ts';
import type {ArtilleryPlan} from './plan.ts';
import type {ToldOf} from './told.ts';

/** Requests are told apart by so many names; a script that names each by a number of its own would make ever more. */
const mostParts = 200;
export const otherParts = 'all other names';

/** What was told of requests in the whole run, whatever phase they fell into: what Artillery's own report speaks of. */
export type Everything = {
	readonly requests: number;
	/** By the status of their replies; those that had none are not among them. */
	readonly codes: Readonly<Record<string, number>>;
	/** To the head of the reply, microseconds. */
	readonly times: Histogram;
	/** Some times went into the report that are not known here: of replies that were broken off by the end. */
	readonly measured: number;
	readonly warmup: number;
	readonly late: number;
};

type Kind = {
	readonly part: PartRecorder;
	readonly slot: number;
	readonly code: number;
};

/** Text of a script's or a target's, without secrets and harmless. */
export const clean = (text: string): string => printable(redactWords(text));

/**
 * Sorts requests into phases by when they began: those that began before the warm-up's end are its own, those that began
 * after the end are nobody's.
 */
export const createTally = (recorder: Recorder, operations: ArtilleryPlan['operations']) => {
	const kinds = new Map<number, Map<number, Kind>>();
	const parts = new Map<string, PartRecorder>();
	const codes: Record<string, number> = {};
	const times = createAccumulator();
	const own = operations === 'requests';
	let [requests, measured, warmup, late] = [0, 0, 0, 0];
	let hasOthers = false;
	let phase: 'none' | 'warm-up' | 'measure' = 'none';
	let from = Number.POSITIVE_INFINITY;
	let until = Number.POSITIVE_INFINITY;

	const partOf = (given: string): PartRecorder => {
		const name = clean(given).replaceAll(' > ', ' › ');
		const known = parts.get(name);
		if (known !== undefined) return known;
		hasOthers ||= parts.size >= mostParts;
		const part = recorder.part(parts.size >= mostParts ? otherParts : name);
		if (parts.size < mostParts) parts.set(name, part);
		return part;
	};
	const whole = recorder.metric({
		name: own ? 'to last byte' : 'http.response_time',
		unit: 'ms',
		better: 'lower',
		about: own
			? 'of a request, from its beginning to the last byte of the reply, connecting included'
			: 'of a request, from all of it sent to the head of the reply',
	});

	const belongs = (began: number): boolean => {
		if (began >= until) {
			late += 1;
			return false;
		}

		if (began < from) warmup += 1;
		else measured += 1;
		return phase === 'measure' ? began >= from : phase === 'warm-up';
	};

	return {
		/** From now on, what begins belongs to this phase. `at`: milliseconds of the Unix epoch. */
		enter(next: 'warm-up' | 'measure', at: number): void {
			phase = next;
			if (next === 'measure') from = at;
		},
		/** What begins from this moment on counts no longer. */
		end(at: number): void {
			until = Math.min(until, at);
		},
		hear({w, kinds: fresh, r}: ToldOf<'requests'>): void {
			const known = kinds.get(w) ?? new Map<number, Kind>();
			kinds.set(w, known);
			for (const [number, name, outcome, failed, code] of fresh) {
				known.set(number, {
					part: own ? partOf(name) : recorder,
					slot: own ? recorder.outcome(clean(outcome), failed) : 0,
					code,
				});
			}

			for (let index = 0; index + 3 < r.length; index += 4) {
				const kind = known.get(r[index] ?? -1);
				const [began = 0, first = -1, last = -1] = r.slice(index + 1, index + 4);
				if (kind === undefined) continue;
				requests += 1;
				if (kind.code > 0) {
					codes[kind.code] = (codes[kind.code] ?? 0) + 1;
					times.record(first);
				}

				if (!belongs(began)) continue;
				if (!own) {
					if (first >= 0) recorder.sample(whole, first / 1000);
					continue;
				}

				kind.part.offer(1);
				// What was broken off after its head has no time that means anything.
				const isWhole = kind.code === 0 ? first >= 0 : last >= 0;
				if (isWhole) kind.part.record(kind.slot, first);
				else kind.part.fail(kind.slot);
				if (last >= 0) recorder.sample(whole, last / 1000);
			}
		},
		/** What was broken off has waited until `t`. */
		hearCut({t, r}: ToldOf<'cut'>): void {
			for (const [name, began] of r) {
				if (!own || began >= until || phase === 'none') continue;
				const part = partOf(name);
				part.offer(1);
				part.abandon((t - began) * 1000);
			}
		},
		/** Requests of any phase. */
		told: () => requests,
		hasOtherParts: () => hasOthers,
		everything: (): Everything => ({requests, codes, times: times.take(), measured, warmup, late}),
	};
};

export type Tally = ReturnType<typeof createTally>;

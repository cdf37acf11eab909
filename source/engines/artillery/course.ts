import {formatDuration, parseDuration} from '../../core/units.ts';
import type {Control, Recorder} from '../engine.ts';
import type {Metrics} from './metrics.ts';
import {clean, type Tally} from './tally.ts';
import type {ToldOf} from './told.ts';

/** Milliseconds of the Unix epoch, to the microsecond: the plugin's own clock. */
export const now = (): number => performance.timeOrigin + performance.now();

/** Workers end a phase a little one after the other. Milliseconds. */
const quiet = 500;
const step = 50;

type Phase = {readonly name: string; readonly length: number | undefined};

/** What a script says of a time: seconds, or with a unit. Milliseconds. */
const lengthIn = (value: unknown): number | undefined => {
	const text = typeof value === 'number' ? String(value) : value;
	if (typeof text !== 'string' || text.trim() === '') return undefined;
	const seconds = Number(text);
	return Number.isFinite(seconds) ? seconds * 1000 : parseDuration(text.replace(/\s+/g, ''));
};

const phaseIn = (given: unknown): Phase => {
	const {name, duration, pause} = (typeof given === 'object' && given !== null ? given : {}) as {
		readonly name?: unknown;
		readonly duration?: unknown;
		readonly pause?: unknown;
	};
	return {name: typeof name === 'string' ? clean(name) : '', length: lengthIn(pause) ?? lengthIn(duration)};
};

const spoken = (index: number, name: string): string => (name === '' ? `${index + 1}` : `${index + 1} ${name}`);

/** When which phase of the run begins, and which of the script's. */
export const createCourse = (recorder: Recorder, control: Control, tally: Tally, metrics: Metrics) => {
	const {warmup, duration} = control;
	const timers: NodeJS.Timeout[] = [];
	const begins = new Map<number, number>();
	const overs = new Set<number>();
	let phases: readonly Phase[] = [];
	let phase: 'none' | 'warm-up' | 'measure' | 'over' = 'none';
	let begun: number | undefined;
	let wasMeasured = false;
	let lastOver = 0;
	let entered = 0;
	/** The moment from which time measures nothing, and has not been told to. */
	let idleSince: number | undefined;
	let hearEnd = (): void => {};

	const after = (milliseconds: number, act: () => void): void =>
		void timers.push(setTimeout(act, Math.max(0, milliseconds)));
	const passIdle = (): void => {
		if (idleSince === undefined) return;
		const moment = now();
		recorder.idle(moment - idleSince);
		idleSince = moment;
	};
	const measure = (at: number): void => {
		if (phase === 'measure' || phase === 'over') return;
		phase = 'measure';
		metrics.settle(now(), 1);
		control.enter('measure');
		entered = now();
		tally.enter('measure', at);
		metrics.measure(at);
	};
	/** The load is over since then. */
	const end = (at: number): void => {
		if (phase === 'over') return;
		wasMeasured = phase === 'measure';
		// A stop before the first request leaves an empty measurement, which says so.
		measure(at);
		metrics.settle(at, 500);
		phase = 'over';
		idleSince = Math.max(at, entered);
		passIdle();
		hearEnd();
	};
	const expected = (): number | undefined => {
		if (duration !== undefined) return warmup + duration;
		return phases.reduce<number | undefined>(
			(sum, {length}) => (sum === undefined || length === undefined ? undefined : sum + length),
			0,
		);
	};
	const begin = (at: number): void => {
		begun = at;
		const ago = now() - at;
		const first = phases[0];
		if (warmup === 0) measure(at);
		else {
			phase = 'warm-up';
			control.enter('warm-up');
			tally.enter('warm-up', at);
			after(warmup - ago, () => measure(at + warmup));
		}

		const all = expected();
		if (all !== undefined) control.expect(all - ago);
		if (warmup === 0 && first?.length !== undefined && /warm[- ]?(ing )?up/i.test(first.name)) {
			control.notice(
				`The phase ${JSON.stringify(first.name)} is measured like the others: --warmup ${formatDuration(first.length)} leaves it out.`,
			);
		}

		if (duration === undefined) return;
		after(warmup + duration - ago, () => {
			tally.end(at + warmup + duration);
			metrics.end(at + warmup + duration);
			end(at + warmup + duration);
		});
	};
	timers.push(
		setInterval(() => {
			passIdle();
			if (phase === 'warm-up' || phase === 'measure') metrics.settle(now());
			const isOver = phases.length > 0 && overs.size >= phases.length && metrics.users() === 0;
			if (!isOver || duration !== undefined) return;
			const last = Math.max(lastOver, metrics.lastEnded());
			if (now() - last > quiet) end(last);
		}, step),
	);

	return {
		hello({phases: given}: ToldOf<'hello'>): void {
			phases = given.map(phaseIn);
		},
		hear({t, index, name, over}: ToldOf<'phase'>): void {
			if (over) {
				overs.add(index);
				lastOver = Math.max(lastOver, t);
				const began = begins.get(index);
				if (began === undefined || begun === undefined) return;
				const [from, length] = [began - begun, t - began];
				control.find({
					kind: 'phase',
					subject: `phase ${spoken(index, clean(name))}`,
					text: `${formatDuration(Math.round(length))} from ${formatDuration(Math.round(from))} on`,
					figures: {fromMilliseconds: from, lengthMilliseconds: length},
				});
				return;
			}

			begins.set(index, t);
			if (begun === undefined) begin(t);
			const from = t - (begun ?? t);
			control.find({
				kind: 'phase',
				subject: `phase ${spoken(index, clean(name))}`,
				text: `began after ${formatDuration(Math.round(from))}`,
				figures: {fromMilliseconds: from},
			});
		},
		/** Breaks off, or ends what has ended by itself. */
		end(): void {
			const at = now();
			if (control.signal.aborted) {
				tally.end(at);
				metrics.end(at);
			}

			const last = Math.max(lastOver, metrics.lastEnded(), begun ?? 0);
			end(control.signal.aborted || last === 0 ? at : last);
		},
		/** All has been told. */
		finish(): void {
			passIdle();
			metrics.close();
			for (const timer of timers) clearTimeout(timer);
			control.finish();
		},
		onEnd(hear: () => void): void {
			hearEnd = hear;
			if (phase === 'over') hear();
		},
		isBegun: () => begun !== undefined,
		isMeasuring: () => phase === 'measure',
		isOver: () => phase === 'over',
		wasMeasured: () => wasMeasured,
	};
};

export type Course = ReturnType<typeof createCourse>;

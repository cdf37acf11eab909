import type {Finding} from '../../core/finding.ts';
import {formatCount} from '../../core/units.ts';
import type {MetricSlot, Recorder} from '../engine.ts';
import type {ArtilleryPlan} from './plan.ts';
import {clean} from './tally.ts';
import type {ToldOf} from './told.ts';

/** Metrics of the script's own, and of Artillery's engines. */
const mostMetrics = 300;

const byScenario = 'vusers.created_by_name.';
/** Findings of errors, the most frequent: messages may have numbers of their own. */
const mostErrors = 50;

/** What is told otherwise: as operations and their outcomes. */
const isTold = (name: string): boolean =>
	name === 'http.requests' ||
	name === 'http.responses' ||
	name === 'http.request_rate' ||
	name === 'http.downloaded_bytes' ||
	name.startsWith('http.codes.') ||
	name.startsWith(byScenario) ||
	name.startsWith('errors.');

type Tally = {readonly slot: MetricSlot | undefined; sum: number; measured: number};

const times = /response_time|session_length|latency|duration|_ms$|^http\.(dns|tcp|tls|total)$|^browser\.(page|step)/;

/** Counts what the script, and Artillery itself, count and measure beside requests. */
export const createMetrics = (recorder: Recorder, {operations}: Pick<ArtilleryPlan, 'operations'>) => {
	/** Of the whole run: what Artillery's report has. */
	const totals = new Map<string, number>();
	const tallies = new Map<string, Tally>();
	const values = new Map<string, MetricSlot | undefined>();
	let made = 0;
	let isMeasured = false;
	let from = Number.POSITIVE_INFINITY;
	let until = Number.POSITIVE_INFINITY;
	let isClosed = false;
	let settled: number | undefined;
	let userEnded = 0;

	const slotOf = (name: string, unit: string, better?: 'lower' | 'higher', about?: string): MetricSlot | undefined => {
		if (made >= mostMetrics) return undefined;
		made += 1;
		return recorder.metric({
			name: clean(name),
			unit,
			...(better === undefined ? {} : {better}),
			...(about === undefined ? {} : {about}),
		});
	};
	const tallyOf = (name: string): Tally => {
		const known = tallies.get(name);
		if (known !== undefined) return known;
		const slot = isTold(name) ? undefined : slotOf(name, '1/s', undefined, 'of each second');
		const tally = {slot, sum: 0, measured: 0};
		tallies.set(name, tally);
		return tally;
	};
	const count = (counts: ToldOf<'counters'>['c']): void => {
		for (const [name, amount] of counts) {
			const tally = tallyOf(name);
			if (!Number.isFinite(amount) || isClosed) continue;
			tally.sum += amount;
			if (isMeasured) tally.measured += amount;
		}
	};
	const total = (name: string): number => totals.get(name) ?? 0;

	return {
		hearCounters({c, user}: ToldOf<'counters'>): void {
			for (const [name, amount] of c) {
				totals.set(name, total(name) + amount);
				if (isClosed) continue;
				if (name === 'http.downloaded_bytes' && Number.isFinite(amount)) recorder.received(amount);
				if (name === 'vusers.failed' && operations === 'sessions' && amount > 0) {
					recorder.offer(amount);
					recorder.count(recorder.outcome('failed', true), amount);
				}
			}

			userEnded = Math.max(userEnded, user);
			count(c);
		},
		hearRates: ({c}: ToldOf<'rates'>): void => count(c),
		hearValues({name, v}: ToldOf<'values'>): void {
			const isSession = name === 'vusers.session_length';
			if (isClosed || (isSession && operations === 'sessions')) return;
			if (!values.has(name)) {
				const isTime = times.test(name);
				const about = isSession ? 'from beginning to end of a virtual user' : undefined;
				values.set(name, slotOf(name, isTime ? 'ms' : '', isTime ? 'lower' : undefined, about));
			}

			const slot = values.get(name);
			if (slot === undefined) return;
			for (const value of v) if (value !== null) recorder.sample(slot, value);
		},
		/** Each belongs to the phase in which it began. */
		hearSessions({r}: ToldOf<'sessions'>): void {
			if (isClosed || operations !== 'sessions') return;
			for (const [length, ended] of r) {
				const began = ended - length;
				if (began >= until || (isMeasured && began < from)) continue;
				recorder.offer(1);
				recorder.record(recorder.outcome('completed', false), length * 1000);
			}
		},
		/** Counters are sampled each second. `at`: milliseconds. */
		settle(at: number, least = 1000): void {
			settled ??= at;
			const past = at - settled;
			if (past < least || isClosed) return;
			for (const tally of tallies.values()) {
				if (tally.slot !== undefined) recorder.sample(tally.slot, (tally.sum * 1000) / past);
				tally.sum = 0;
			}

			settled = at;
		},
		/** Measuring begins. `at`: milliseconds of the Unix epoch. */
		measure(at: number): void {
			isMeasured = true;
			from = at;
		},
		/** What begins from this moment on counts no longer. */
		end(at: number): void {
			until = Math.min(until, at);
		},
		close(): void {
			isClosed = true;
		},
		total,
		totals: (): ReadonlyMap<string, number> => totals,
		/** Virtual users that are there. */
		users: () => total('vusers.created') - total('vusers.completed') - total('vusers.failed'),
		/** When the last of them ended, in milliseconds of the Unix epoch. */
		lastEnded: () => userEnded,
		errors: (): readonly Finding[] =>
			[...totals]
				.filter(([name]) => name.startsWith('errors.'))
				.sort(([, a], [, b]) => b - a)
				.slice(0, mostErrors)
				.map(([name, amount]) => ({
					kind: 'error',
					subject: clean(name.slice('errors.'.length)),
					text: `${formatCount(amount)} ${amount === 1 ? 'virtual user' : 'times a virtual user'} met it`,
					figures: {count: amount},
				})),
		/** Where there are several, how many virtual users went through which. */
		scenarios(): readonly Finding[] {
			const found = [...totals].filter(([name]) => name.startsWith(byScenario));
			if (found.length < 2) return [];
			return found.map(([name, amount]) => ({
				kind: 'scenario',
				subject: `scenario ${clean(name.slice(byScenario.length))}`,
				text: `${formatCount(amount)} virtual users`,
				figures: {users: amount},
			}));
		},
		findings: (): readonly Finding[] =>
			[...tallies]
				.filter(
					([name, {measured}]) => !isTold(name) && measured > 0 && !/^(vusers|apdex|plugins\.expect)\./.test(name),
				)
				.map(([name, {measured}]) => ({
					kind: 'counter',
					subject: clean(name),
					text: `${formatCount(measured)} in all`,
					figures: {total: measured},
				})),
	};
};

export type Metrics = ReturnType<typeof createMetrics>;

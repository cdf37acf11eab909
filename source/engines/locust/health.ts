import type {Doubt} from '../../core/event.ts';
import type {Finding} from '../../core/finding.ts';
import type {Sample} from '../../core/metric.ts';
import {formatCount, formatPercent} from '../../core/units.ts';
import {busyLimit} from '../../core/validity.ts';
import {clean} from './tally.ts';
import type {ToldOf} from './told.ts';

/** A process that makes requests. CPU in % of one core. */
type Process = {
	readonly name: string;
	readonly host: string;
	state: string;
	users: number;
	oldest: number;
	/** The longest time that its event loop was held up, since it was last asked for. Milliseconds. */
	late: number;
	/** Seconds of its own clock, and of CPU time, when measuring began and as it is now. */
	first: {readonly t: number; readonly cpu: number} | undefined;
	last: {readonly t: number; readonly cpu: number} | undefined;
	/** The beginning of the second that goes on. */
	mark: {readonly t: number; readonly cpu: number} | undefined;
	cpu: number | undefined;
	most: number;
	seconds: number;
	busySeconds: number;
	requests: number;
};

/** In fewer seconds it may have been a hiccup; so may a smaller share of them. */
const leastBusySeconds = 3;
const leastBusyShare = 0.1;

const lostStates = new Set(['missing', 'gone']);

/** What becomes of the processes that make requests. */
export const createHealth = () => {
	const processes = new Map<string, Process>();
	let measuring = false;

	const meanOf = ({first, last}: Process): number | undefined =>
		first === undefined || last === undefined || last.t - first.t < 0.5
			? undefined
			: ((last.cpu - first.cpu) / (last.t - first.t)) * 100;
	const isBusy = (process: Process): boolean =>
		(meanOf(process) ?? 0) >= busyLimit ||
		(process.busySeconds >= leastBusySeconds && process.busySeconds >= process.seconds * leastBusyShare);
	const all = (): readonly Process[] => [...processes.values()];
	const spoken = ({name, host}: Process): string => (host === '' ? name : `${name} on ${host}`);

	return {
		hello({id, role, host = ''}: ToldOf<'hello'>): void {
			if (role === 'master' || processes.has(id)) return;
			processes.set(id, {
				name: role === 'local' ? 'Locust' : `worker ${processes.size + 1}`,
				host: clean(host),
				state: 'ready',
				users: 0,
				oldest: 0,
				late: 0,
				first: undefined,
				last: undefined,
				mark: undefined,
				cpu: undefined,
				most: 0,
				seconds: 0,
				busySeconds: 0,
				requests: 0,
			});
		},
		hear({id, t, cpu, late, oldest, users}: ToldOf<'pulse'>): void {
			const process = processes.get(id);
			if (process === undefined) return;
			const now = {t, cpu};
			process.late = Math.max(process.late, late);
			process.oldest = oldest;
			process.users = users;
			process.mark ??= now;
			if (t - process.mark.t >= 1) {
				process.cpu = ((cpu - process.mark.cpu) / (t - process.mark.t)) * 100;
				process.mark = now;
				if (measuring) {
					process.seconds += 1;
					process.most = Math.max(process.most, process.cpu);
					if (process.cpu >= busyLimit) process.busySeconds += 1;
				}
			}

			if (!measuring) return;
			process.first ??= now;
			process.last = now;
		},
		count(id: string, requests: number): void {
			const process = processes.get(id);
			if (process !== undefined) process.requests += requests;
		},
		/** What the master says of its workers; gives the names of those that have been lost since. */
		hearMaster({workers}: ToldOf<'workers'>): readonly string[] {
			const lost: string[] = [];
			const states = new Map(workers.map(([id, state]) => [id, state]));
			for (const [id, process] of processes) {
				// Its master may not have noticed yet.
				if (process.state === 'gone') continue;
				const state = states.get(id) ?? (process.state === 'ready' ? 'ready' : 'gone');
				if (lostStates.has(state) && !lostStates.has(process.state)) lost.push(spoken(process));
				process.state = state;
			}

			return lost;
		},
		/** A process has ended too early; gives its name, unless that is known. */
		lose(id: string): string | undefined {
			const process = processes.get(id);
			if (process === undefined || lostStates.has(process.state)) return undefined;
			process.state = 'gone';
			process.users = 0;
			return spoken(process);
		},
		measure(on: boolean): void {
			measuring = on;
		},
		/** How many are there. */
		present: () => all().filter(({state}) => !lostStates.has(state)).length,
		oldest: () => all().reduce((most, {oldest, state}) => (lostStates.has(state) ? most : Math.max(most, oldest)), 0),
		levels(): Sample {
			const here = all().filter(({state}) => !lostStates.has(state));
			const busiest = here.flatMap(({cpu}) => cpu ?? []);
			const late = here.reduce((most, process) => Math.max(most, process.late), 0);
			for (const process of here) process.late = 0;
			return {
				'tool.users': here.reduce((sum, {users}) => sum + users, 0),
				'tool.workers': here.length,
				'generator.loopDelay': late,
				...(busiest.length === 0 ? {} : {'tool.busiest': Math.max(...busiest)}),
			};
		},
		/** Of workers while they run. */
		standing: (): readonly Finding[] =>
			all().map(({name, host, state, users}) => ({
				kind: 'worker',
				subject: name,
				text: `on ${host}, ${lostStates.has(state) ? 'lost' : `${state}; ${formatCount(users)} ${users === 1 ? 'user' : 'users'}`}`,
				figures: {host, state, users},
			})),
		findings: (): readonly Finding[] =>
			all().map((process) => {
				const {name, host, state, requests, most, seconds} = process;
				const cpu = meanOf(process);
				const used = cpu === undefined ? '' : `, CPU ${formatPercent(cpu)} of a core`;
				return {
					kind: 'worker',
					subject: name,
					text: `${host === '' ? '' : `on ${host}, `}${lostStates.has(state) ? 'lost' : 'there to the end'}; ${formatCount(requests)} requests${used}${seconds === 0 ? '' : `, ${formatPercent(most)} in its busiest second`}`,
					figures: {host, state, requests, cpuPercentMean: cpu ?? null, cpuPercentMost: seconds === 0 ? null : most},
				};
			}),
		doubts(): readonly Doubt[] {
			const busy = all().filter(isBusy);
			if (busy.length === 0) return [];
			const words = busy.slice(0, 3).map((process) => `${spoken(process)} ${formatPercent(meanOf(process) ?? 0)}`);
			return [
				{
					kind: 'generator-saturated',
					message: `The load generator was the bottleneck: a process of Locust's has one core, and of it used: ${words.join(', ')}${busy.length > 3 ? ', …' : ''}. Throughput is Locust's limit, and latencies include its own queueing. Use more workers (processes: 4, or -w 4), FastHttpUser, or a lower load.`,
				},
			];
		},
	};
};

export type Health = ReturnType<typeof createHealth>;

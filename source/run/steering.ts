import type {RunEvent, SteeringCommand, Targets} from '../core/event.ts';
import type {PhaseName, Steerable} from '../core/plan.ts';
import {targetsIn} from '../core/run-state.ts';
import type {Steering} from '../engines/engine.ts';
import {type AnyEngine, refusalOf} from '../engines/index.ts';

export type SteeringParts = {
	readonly engine: AnyEngine;
	/** The engine's own plan. */
	readonly plan: unknown;
	readonly steerable: readonly Steerable[];
	readonly threads: number;
	readonly now: () => number;
	readonly emit: (event: RunEvent) => void;
	readonly tell: (thread: number, steering: Steering) => void;
};

const words: Readonly<Record<Steerable, string>> = {
	pause: 'be paused',
	connections: 'change its connections',
	rate: 'change its rate',
};

const units: Readonly<Record<keyof Targets, string>> = {connections: '', rate: '/s'};

/** The phase of a run whose threads are in these: paused when all are, and as far as the last of them otherwise. */
const commonPhase = (phases: ReadonlyArray<PhaseName | undefined>): PhaseName | undefined => {
	if (phases.length === 0 || phases.includes(undefined)) return undefined;
	if (phases.every((phase) => phase === 'pause')) return 'pause';
	if (phases.includes('pause')) return undefined;
	return phases.includes('warm-up') ? 'warm-up' : 'measure';
};

/**
 * Steers the threads of one load together. A pause or its end is told to them only when all have followed the last one,
 * so that however fast they are called for, no thread is a pause ahead of another; what all have done becomes an event.
 */
export const createSteering = ({engine, plan, steerable, threads, now, emit, tell}: SteeringParts) => {
	const phases = new Map<number, PhaseName | undefined>(
		Array.from({length: threads}, (_, thread) => [thread, undefined]),
	);
	let phase: PhaseName | undefined;
	let wanted: 'pause' | 'resume' = 'resume';
	let told: 'pause' | 'resume' = 'resume';
	const planned = targetsIn(plan);
	let targets = planned;
	/** What was told and not yet done by all, in order. */
	const due: Array<{readonly waiting: Set<number>; readonly targets: Targets; readonly text: string}> = [];

	const warn = (text: string): void => emit({kind: 'notice', at: now(), level: 'warning', text});
	const refuse = (asked: Steerable): void => {
		const able = steerable.map((one) => words[one]).join(' and ');
		warn(`This load cannot ${words[asked]} while it runs. ${able === '' ? 'Nothing of it can' : `It can ${able}`}.`);
	};
	const tellAll = (steering: (thread: number) => Steering): void => {
		for (const thread of phases.keys()) tell(thread, steering(thread));
	};
	const settlePause = (): void => {
		const paused = [...phases.values()].filter((one) => one === 'pause').length;
		const followed = told === 'pause' ? paused === phases.size : paused === 0;
		if (wanted === told || !followed) return;
		told = wanted;
		tellAll(() => ({to: told}));
	};
	const settlePhase = (at: number): void => {
		const common = commonPhase([...phases.values()]);
		if (common !== undefined && common !== phase) {
			phase = common;
			emit({kind: 'phase', at, phase});
		}

		settlePause();
	};
	const settleTargets = (): void => {
		for (let next = due[0]; next?.waiting.size === 0; next = due[0]) {
			due.shift();
			emit({kind: 'steer', at: now(), ...next.targets, text: next.text});
		}
	};

	/** Every thread has a connection and a request per second of its own at least. */
	const possible = (name: keyof Targets, value: number): number => {
		if (value >= threads) return value;
		const least = name === 'connections' ? 'one connection' : 'one operation per second';
		warn(`Each of the ${threads} load threads keeps ${least} at least: ${name} ${threads}, not ${value}.`);
		return threads;
	};
	const steer = (asked: Targets): void => {
		const changes: Array<[keyof Targets, number]> = [];
		for (const name of ['connections', 'rate'] as const) {
			const value = asked[name];
			if (value === undefined) continue;
			if (!steerable.includes(name)) refuse(name);
			else {
				const target = possible(name, value);
				if (target !== targets[name]) changes.push([name, target]);
			}
		}

		if (changes.length === 0) return;
		const reached: Targets = Object.fromEntries(changes);
		try {
			const whole = {...(typeof plan === 'object' ? plan : {}), ...targets, ...reached};
			const shares = engine.accept(whole).split(threads).map(targetsIn);
			if (shares.length !== threads) throw new Error(`it gives work to ${shares.length} of ${threads} threads`);
			const text = changes
				.map(([name, value]) => `${name} ${targets[name] ?? '–'} → ${value}${units[name]}`)
				.join(', ');
			targets = {...targets, ...reached};
			due.push({waiting: new Set(phases.keys()), targets: reached, text});
			tellAll((thread) => ({to: 'steer', ...shares[thread]}));
		} catch (error) {
			warn(`The load cannot be steered so: ${refusalOf(error)}.`);
		}
	};

	return {
		/** Whether any change of the load was called for. */
		isSteered: (): boolean => targets !== planned,
		obey(command: SteeringCommand): void {
			if (phases.size === 0) return;
			if (command.command === 'steer') steer(command);
			else if (!steerable.includes('pause')) refuse('pause');
			else {
				wanted = command.command;
				settlePause();
			}
		},
		/** A thread has entered a phase. */
		enter(thread: number, entered: PhaseName, at: number): void {
			phases.set(thread, entered);
			settlePhase(at);
		},
		/** A thread has done what it was told last. */
		followed(thread: number): void {
			due.find(({waiting}) => waiting.has(thread))?.waiting.delete(thread);
			settleTargets();
		},
		/** A thread is gone: nobody waits for it. */
		leave(thread: number): void {
			phases.delete(thread);
			for (const {waiting} of due) waiting.delete(thread);
			if (phases.size > 0) {
				settleTargets();
				settlePhase(now());
			}
		},
	};
};

import {ZodError} from 'zod';
import {messageOf} from '../errors.ts';
import {artilleryEngine} from './artillery/engine.ts';
import {autocannonEngine} from './autocannon/engine.ts';
import {commandEngine} from './command/engine.ts';
import type {Engine, Frame, SuiteEntry, Versions} from './engine.ts';
import {httpEngine} from './http/engine.ts';
import {k6Engine} from './k6/engine.ts';
import {loadTools} from './load-tools/index.ts';
import {locustEngine} from './locust/engine.ts';
import {algorithmsEngine} from './micro/algorithms-engine.ts';
import {microEngine} from './micro/engine.ts';
import {ioEngine} from './micro/io.ts';
import {memoryEngine} from './micro/memory.ts';
import {pgbenchEngine} from './pgbench/engine.ts';
import {redisEngine} from './redis/engine.ts';
import {redisBenchmarkEngine} from './redis-benchmark/engine.ts';
import {sqlEngine} from './sql/engine.ts';

/**
 * An engine whose plan has been checked: what a table of different engines can hold. `accept` throws a ZodError on a
 * plan that is not the engine's.
 */
export type AnyEngine = Pick<Engine<never>, 'name' | 'about' | 'latencyMeans' | 'panes'> & {
	readonly accept: (plan: unknown) => AcceptedLoad;
	readonly suite?: SuiteEntry<unknown>;
};

/** One engine bound to one plan. */
export type AcceptedLoad = {
	readonly run: (...rest: Rest<Engine<never>['run']>) => Promise<void>;
	readonly probe: (signal: AbortSignal) => Promise<void>;
	readonly versions: () => Promise<Versions>;
	/** Plans for the threads, at most so many. */
	readonly split: (threads: number) => readonly unknown[];
	readonly disclose: () => {readonly plan: unknown; readonly secrets: readonly string[]};
	readonly limits: () => readonly string[];
	readonly doubts: (
		...rest: Rest<NonNullable<Engine<never>['doubts']>>
	) => ReturnType<NonNullable<Engine<never>['doubts']>>;
	readonly steering: () => ReturnType<NonNullable<Engine<never>['steering']>>;
	/** Why the frame around the plan does not fit it; `undefined` where it does. */
	readonly misfit: (frame: Frame) => string | undefined;
	readonly timedElsewhere?: boolean;
};

type Rest<Function_> = Function_ extends (first: never, ...rest: infer Others) => unknown ? Others : never;

/** Binds an engine to the plans of its own type, so that a table can hold engines of many types. */
export const erase = <Plan>(engine: Engine<Plan>): AnyEngine => ({
	name: engine.name,
	about: engine.about,
	latencyMeans: engine.latencyMeans,
	...(engine.suite === undefined ? {} : {suite: engine.suite}),
	...(engine.panes === undefined ? {} : {panes: engine.panes}),
	accept: (given) => {
		const plan = engine.plan.parse(given);
		return {
			run: (recorder, control) => engine.run(plan, recorder, control),
			probe: async (signal) => engine.probe?.(plan, signal),
			versions: async () => (await engine.versions?.(plan)) ?? {},
			split: (threads) => engine.split?.(plan, threads) ?? [plan],
			disclose: () => engine.disclose?.(plan) ?? {plan, secrets: []},
			limits: () => engine.limits?.(plan) ?? [],
			doubts: (total, steered) => engine.doubts?.(plan, total, steered) ?? [],
			steering: () => engine.steering?.(plan) ?? [],
			misfit: (frame) => engine.misfit?.(plan, frame),
			...(engine.timedElsewhere === undefined ? {} : {timedElsewhere: engine.timedElsewhere}),
		};
	},
});

/** In words why a plan was not accepted. */
export const refusalOf = (error: unknown): string =>
	error instanceof ZodError ? error.issues.map(({message}) => message).join('; ') : messageOf(error);

/** Every kind of load. */
export const engines: readonly AnyEngine[] = [
	erase(httpEngine),
	erase(autocannonEngine),
	...loadTools.map(erase),
	erase(commandEngine),
	erase(memoryEngine),
	erase(ioEngine),
	erase(microEngine),
	erase(algorithmsEngine),
	erase(pgbenchEngine),
	erase(redisEngine),
	erase(redisBenchmarkEngine),
	erase(locustEngine),
	erase(k6Engine),
	erase(sqlEngine),
	erase(artilleryEngine),
];

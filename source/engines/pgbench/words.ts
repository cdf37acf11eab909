import {connectionOf} from './connection.ts';
import type {PgbenchPlan, PgbenchScript} from './plan.ts';

/** How long one start of pgbench is to load: by itself, in whole seconds, or so many transactions of each client. */
export type Extent = {readonly seconds: number} | {readonly perClient: number};

/** pgbench keeps the mean and the spread of all latencies only where it is to tell of its progress. Seconds. */
export const progressEvery = 1;

const scriptWords = (script: PgbenchScript): readonly string[] =>
	'builtin' in script ? ['-b', `${script.builtin}@${script.weight}`] : ['-f', `${script.file}@${script.weight}`];

const number = (value: number): string => String(Math.round(value * 1000) / 1000);

/** The words that start the load. `logs`: where the log files begin; `version`: of pgbench, its first number. */
export const loadWords = (plan: PgbenchPlan, extent: Extent, logs: string, version: number): readonly string[] => [
	...plan.scripts.flatMap(scriptWords),
	...['-c', String(plan.clients), '-j', String(plan.threads), '-M', plan.protocol],
	...('seconds' in extent ? ['-T', String(extent.seconds)] : ['-t', String(extent.perClient)]),
	...(plan.rate === undefined ? [] : ['-R', number(plan.rate)]),
	...(plan.latencyLimit === undefined ? [] : ['-L', number(plan.latencyLimit)]),
	...(plan.maxTries === 1 ? [] : [`--max-tries=${plan.maxTries}`]),
	...(version >= 15 ? ['--failures-detailed'] : []),
	...(plan.seed === undefined ? [] : [`--random-seed=${plan.seed}`]),
	...(plan.scale === undefined ? [] : ['-s', String(plan.scale)]),
	...Object.entries(plan.variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]),
	...(plan.reconnect ? ['-C'] : []),
	...(plan.vacuum === 'none' ? ['-n'] : plan.vacuum === 'all' ? ['-v'] : []),
	...(plan.statements ? ['-r'] : []),
	...['-P', String(progressEvery), '-l', `--log-prefix=${logs}`],
	connectionOf(plan.url).uri,
];

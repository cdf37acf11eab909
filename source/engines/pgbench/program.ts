import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {BenchtopError} from '../../errors.ts';
import {askTool, findTool, startTool, type ToolEnd, toolEndWords, whereIs} from '../tool.ts';
import {connectionOf} from './connection.ts';
import type {PgbenchPlan} from './plan.ts';

/** Debian keeps the programs of each version of PostgreSQL outside of the path. */
const versioned = '/usr/lib/postgresql';

const tool = {
	name: 'pgbench',
	programs: ['pgbench'],
	hint: 'It comes with PostgreSQL: apt install postgresql-contrib, dnf install postgresql-contrib, or brew install libpq and its bin folder on the PATH.',
};

const newestVersioned = (): string | undefined => {
	if (!existsSync(versioned)) return undefined;
	return readdirSync(versioned)
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(versioned, version, 'bin', 'pgbench'))
		.find((path) => existsSync(path));
};

/** Where pgbench lies. Throws a BenchtopError (exit code 4) that says how it is installed. */
export const findPgbench = ({environment}: Pick<PgbenchPlan, 'environment'>): string =>
	whereIs(tool, undefined, environment) ?? newestVersioned() ?? findTool(tool, undefined, environment);

/** A server that does not answer is given up after so many seconds, unless the user says otherwise. */
const connectTimeout = '10';

/** What pgbench finds in its environment: the password is nowhere else. */
export const environmentFor = (plan: Pick<PgbenchPlan, 'url' | 'environment'>): Readonly<Record<string, string>> => {
	const {password} = connectionOf(plan.url);
	return {
		...(process.env.PGCONNECT_TIMEOUT === undefined ? {PGCONNECT_TIMEOUT: connectTimeout} : {}),
		...plan.environment,
		...(password === undefined ? {} : {PGPASSWORD: password}),
		// Its words are read here.
		LC_ALL: 'C',
		LANGUAGE: 'C',
	};
};

/** The version of pgbench, '15.18'; `undefined` where it is not there, or says nothing. */
export const pgbenchVersion = async (plan: PgbenchPlan): Promise<string | undefined> => {
	try {
		const said = await askTool(findPgbench(plan), ['--version'], {environment: environmentFor(plan), patience: 3000});
		return /pgbench \(PostgreSQL\) (\S+)/.exec(said ?? '')?.[1];
	} catch {
		return undefined;
	}
};

/** How an errand of pgbench ended, and what it said on standard error. */
export type Errand = {readonly end: ToolEnd; readonly words: readonly string[]};

/** Runs pgbench to its end, or the signal. */
export const runErrand = async (plan: PgbenchPlan, words: readonly string[], signal: AbortSignal): Promise<Errand> => {
	const said: string[] = [];
	const running = startTool(findPgbench(plan), words, {
		environment: environmentFor(plan),
		hear: () => {},
		hearError: (line) => {
			said.push(line);
			if (said.length > 100) said.shift();
		},
	});
	const stop = (): void => void running.stop('SIGTERM', 300);
	signal.addEventListener('abort', stop);
	if (signal.aborted) stop();
	const end = await running.ended;
	signal.removeEventListener('abort', stop);
	await running.stop('SIGKILL', 0);
	return {end, words: said};
};

/** What pgbench says besides the cause. */
const ofItself = /^(progress: |starting vacuum|end\.|NOTICE: |could not create connection for setup|Run was aborted)/;
const prefix = /^pgbench: (?:error|fatal|warning): /;

/** What pgbench complained of, without what it says of itself, and each once. */
export const complaintsIn = (words: readonly string[]): readonly string[] => [
	...new Set(
		words.map((line) => line.replace(prefix, '').trim()).filter((line) => line !== '' && !ofItself.test(line)),
	),
];

/** The error of a pgbench that could do nothing. Exit code 4. */
export const pgbenchFailure = (plan: PgbenchPlan, what: string, {end, words}: Errand): BenchtopError => {
	const complaints = complaintsIn(words);
	const [first] = complaints;
	const {uri} = connectionOf(plan.url);
	return new BenchtopError(
		first === undefined ? `${what}: pgbench ${toolEndWords(end)}.` : `${what}: ${first.replace(/[.:]$/, '')}.`,
		{hint: [`${uri}, by pgbench, which ${toolEndWords(end)}.`, ...complaints.slice(1, 8)].join('\n'), exitCode: 4},
	);
};

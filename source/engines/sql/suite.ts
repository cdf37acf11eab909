import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {nearest} from '../../core/nearest.ts';
import {redactWords} from '../../core/secret.ts';
import {parseDuration} from '../../core/units.ts';
import {BenchtopError, messageOf} from '../../errors.ts';
import {type SuiteLoad, type SuitePlace, suiteEntry} from '../engine.ts';
import type {Feeder} from '../feeder.ts';
import {readRows} from '../rows.ts';
import {compileJson} from '../template.ts';
import type {Think} from '../think.ts';
import {usualDuration} from './load.ts';
import {protocolNames, type SqlMembers, sqlMembers} from './members.ts';
import type {Operation, Protocol, SqlPlan} from './plan.ts';
import {shortOf, variablesIn} from './statement.ts';
import {databaseWords, kindOf, localPortOf, protocolsOf} from './target.ts';

const usualPool = 10;
const usualTimeout = 10_000;

const refuse = (member: string, what: string, hint: string): never => {
	throw new BenchtopError(`${member}: ${what}`, {hint});
};

const durationOf = (given: string | number): number => parseDuration(String(given)) ?? 0;

const thinkOf = (given: NonNullable<SqlMembers['think']>): Think => {
	if (typeof given === 'object') return {exponential: durationOf(given.exponential)};
	const [from = 0, to] = String(given).split('..').map(durationOf);
	return to === undefined ? {constant: from} : {from, to};
};

const urlOf = (given: string, {folder}: Pick<SuitePlace, 'folder'>): string => {
	if (/^sqlite:/.test(given)) {
		const path = given.replace(/^sqlite:(\/\/)?/, '');
		if (path === '') refuse('sql', 'sqlite: names no file.', 'For example: sqlite:shop.db');
		return path === ':memory:' ? `sqlite:${path}` : `sqlite:${resolve(folder, path)}`;
	}

	if (/\.(db|sqlite3?)$/.test(given) && !given.includes('://')) return `sqlite:${resolve(folder, given)}`;
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given)?.[1]?.toLowerCase();
	const known = ['postgres', 'postgresql', 'mysql', 'mariadb', 'sqlite'];
	if (scheme === undefined || !known.includes(scheme) || !URL.canParse(given)) {
		const meant = scheme === undefined ? undefined : nearest(scheme, known);
		refuse(
			'sql',
			`${scheme === undefined ? 'This' : `${scheme}://`} is no database that can be asked.`,
			meant === undefined
				? 'postgres://USER@HOST/DATABASE, mysql://…, mariadb://… or sqlite:PATH'
				: `Did you mean ${meant}://?`,
		);
	}

	return given;
};

type Asked = NonNullable<SqlMembers['statements']>[number];

const operationOf = (given: Asked): Operation => {
	const asked = typeof given === 'string' ? {sql: given} : given;
	if ('transaction' in asked) {
		const statements = asked.transaction.map((each) => {
			const statement = typeof each === 'string' ? {sql: each} : each;
			return {name: redactWords(statement.name ?? shortOf(statement.sql)), sql: statement.sql};
		});
		return {
			name: redactWords(asked.name ?? `transaction: ${statements[0]?.name ?? ''}`),
			weight: asked.weight ?? 1,
			begin: asked.begin ?? 'begin',
			statements,
		};
	}

	const name = redactWords(asked.name ?? shortOf(asked.sql));
	return {name, weight: asked.weight ?? 1, statements: [{name, sql: asked.sql}]};
};

/** Each name once; those that come again are numbered. */
const named = (operations: readonly Operation[]): Operation[] => {
	const seen = new Map<string, number>();
	return operations.map((operation) => {
		const before = seen.get(operation.name) ?? 0;
		seen.set(operation.name, before + 1);
		return before === 0 ? operation : {...operation, name: `${operation.name} (${before + 1})`};
	});
};

const feederOf = (
	name: string,
	given: NonNullable<SqlMembers['data']>[string],
	{folder}: Pick<SuitePlace, 'folder'>,
): {readonly feeder: Feeder; readonly columns: readonly string[]} => {
	const settings = typeof given === 'string' ? {file: given} : Array.isArray(given) ? {values: given} : given;
	const common = {
		name,
		order: ('order' in settings ? settings.order : undefined) ?? 'sequential',
		per: 'pass',
	} as const;
	if ('values' in settings) {
		const columns = [...new Set(settings.values.flatMap((row) => Object.keys(row)))];
		return {feeder: {...common, values: settings.values}, columns};
	}

	const file = resolve(folder, settings.file);
	try {
		const {rows, sha256} = readRows(file);
		return {
			feeder: {...common, file, sha256, rows: rows.length},
			columns: [...new Set(rows.flatMap((row) => Object.keys(row)))],
		};
	} catch (error) {
		if (!(error instanceof BenchtopError)) throw error;
		return refuse(`data.${name}`, error.message, error.hint ?? 'Check the file.');
	}
};

/** Throws for a variable that nothing sets, or a column that the rows do not have. */
const checkVariables = (
	used: ReadonlyArray<readonly [member: string, variable: string]>,
	variables: readonly string[],
	columns: ReadonlyMap<string, readonly string[]>,
): void => {
	const known = [...variables, ...columns.keys()];
	for (const [member, variable] of used) {
		const [root = '', column] = variable.split('.');
		if (!known.includes(root)) {
			const meant = nearest(root, known);
			refuse(
				member,
				`{{${variable}}} is set nowhere.`,
				meant === undefined ? 'Name it under variables or data.' : `Did you mean {{${variable.replace(root, meant)}}}?`,
			);
		}

		const there = columns.get(root);
		if (there !== undefined && column !== undefined && !there.includes(column)) {
			const meant = nearest(column, there);
			refuse(
				member,
				`The rows of ${root} have no ${column}.`,
				meant === undefined ? `They have ${there.join(', ')}.` : `Did you mean {{${root}.${meant}}}?`,
			);
		}
	}
};

const certificatesIn = (file: string, {folder}: Pick<SuitePlace, 'folder'>): string => {
	try {
		return readFileSync(resolve(folder, file), 'utf8');
	} catch (error) {
		return refuse('ca', `${file} cannot be read: ${messageOf(error)}`, 'It is a file in PEM format.');
	}
};

const tlsOf = ({tls, insecure, ca}: SqlMembers, url: string, place: Pick<SuitePlace, 'folder'>): SqlPlan['tls'] => {
	if (tls === undefined && insecure === undefined && ca === undefined) return undefined;
	if (url.startsWith('sqlite:')) return refuse('tls', 'A file speaks no TLS.', 'Leave out tls, insecure and ca.');
	if (/[?&]ssl/.test(url))
		return refuse('tls', 'The URL says how to speak TLS, too.', 'Say it there, or by tls, insecure and ca.');
	if (tls === false) {
		if (insecure === true || ca !== undefined) refuse('tls', 'Without TLS there are no certificates.', 'Leave it out.');
		return undefined;
	}

	if (insecure === true && ca !== undefined)
		return refuse('insecure', 'Any certificate is taken: ca says nothing.', 'Leave out one of them.');
	return {verify: insecure !== true, ...(ca === undefined ? {} : {ca: certificatesIn(ca, place)})};
};

const protocolOf = ({prepared, protocol}: SqlMembers, url: string): SqlPlan['protocol'] => {
	const known: readonly Protocol[] = protocolsOf[kindOf(url)];
	if (protocol !== undefined && !known.includes(protocol))
		return refuse('protocol', `This database knows none that is ${protocol}.`, `It has ${protocolNames(known)}.`);
	if (prepared === undefined) return protocol;
	if (protocol !== undefined && prepared !== (protocol === 'prepared'))
		return refuse('prepared', `protocol: ${protocol} says something else.`, 'Say one of them.');
	return prepared ? 'prepared' : (protocol ?? known.find((name) => name !== 'prepared'));
};

/** A benchmark of a suite file as a plan of this engine. */
export const sqlLoad = async (given: SqlMembers, place: Pick<SuitePlace, 'folder'>): Promise<SuiteLoad<SqlPlan>> => {
	const {statement, statements, variables, rate} = given;
	const url = urlOf(given.sql, place);
	if ((statement === undefined) === (statements === undefined)) {
		refuse(
			'statement',
			'One statement, or several: one of the two says what is asked.',
			"For example: statement: 'select 1'",
		);
	}

	if (given.connections !== undefined && (given.pool !== undefined || given.users !== undefined)) {
		refuse('connections', 'It says pool and users at once.', 'Say pool and users, or connections.');
	}

	if (rate !== undefined && given.users !== undefined)
		refuse('users', 'With a rate, operations are due by themselves, and nobody waits for them.', 'Say one of them.');
	const asked: readonly Asked[] = statements ?? [statement ?? ''];
	const operations = named(asked.map(operationOf));
	const data = Object.entries(given.data ?? {}).map(([name, feeder]) => feederOf(name, feeder, place));
	for (const {feeder} of data) {
		if (Object.hasOwn(variables ?? {}, feeder.name))
			refuse(`data.${feeder.name}`, `${feeder.name} is the name of a variable, too.`, 'Give one of them another name.');
	}

	const fault = Object.entries(variables ?? {}).flatMap(([name, value]) =>
		compileJson(value).variables.map((variable) => [`variables.${name}`, variable] as const),
	);
	checkVariables(
		[
			...fault,
			...operations.flatMap((operation, index) =>
				operation.statements.flatMap(({sql}) =>
					variablesIn(sql).map(
						(variable) => [statements === undefined ? 'statement' : `statements.${index}`, variable] as const,
					),
				),
			),
		],
		Object.keys(variables ?? {}),
		new Map(data.map(({feeder, columns}) => [feeder.name, columns])),
	);
	const pool = given.connections ?? given.pool ?? Math.min(usualPool, given.users ?? usualPool);
	const tls = tlsOf(given, url, place);
	const protocol = protocolOf(given, url);
	const watchPort = localPortOf(url);
	const load: SqlPlan = {
		url,
		operations,
		...(variables === undefined ? {} : {variables}),
		...(data.length === 0 ? {} : {data: data.map(({feeder}) => feeder)}),
		connections: pool,
		users: given.connections ?? given.users ?? pool,
		...(given.think === undefined ? {} : {think: thinkOf(given.think)}),
		...(rate === undefined ? {} : {rate}),
		...(given.arrivals === undefined ? {} : {arrivals: given.arrivals}),
		...(given.precise === undefined ? {} : {precise: given.precise}),
		seed: given.seed ?? 1,
		...(protocol === undefined ? {} : {protocol}),
		timeout: given.timeout === undefined ? usualTimeout : durationOf(given.timeout),
		...(tls === undefined ? {} : {tls}),
	};
	const [first] = operations;
	const what = operations.length === 1 ? (first?.name ?? '') : `${operations.length} statements`;
	return {
		load,
		target: `${databaseWords(url)} ${what}`,
		...(watchPort === undefined ? {} : {watchPort}),
		duration: usualDuration,
		warmup: 1000,
	};
};

/** How benchmarks of a suite file ask for a database. */
export const sqlSuite = suiteEntry('sql', sqlMembers, sqlLoad);

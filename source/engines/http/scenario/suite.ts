import {resolve} from 'node:path';
import {nearest} from '../../../core/nearest.ts';
import {parseDuration} from '../../../core/units.ts';
import {BenchtopError} from '../../../errors.ts';
import type {SuitePlace} from '../../engine.ts';
import {readRows} from '../../rows.ts';
import {compileTemplate} from '../../template.ts';
import {
	type CaptureWord,
	type CheckWord,
	type FeederWord,
	type HttpMembers,
	methodNames,
	type StepWord,
	type TextCheckWord,
	type ThinkWord,
} from '../members.ts';
import {checkedHeaders, readNamed, refuse} from '../suite.ts';
import {pathOf} from './disclose.ts';
import {isJsonPath} from './json-path.ts';
import {compileJudge} from './judge.ts';
import type {Body, Capture, Check, Feeder, RequestStep, ScenarioPlan, Step, TextCheck, Think} from './plan.ts';
import {compileRequest} from './request.ts';

const durationOf = (given: string | number): number => parseDuration(String(given)) ?? 0;

const thinkOf = (member: string, given: ThinkWord): Think => {
	if (typeof given === 'object') {
		const mean = durationOf(given.exponential);
		if (mean <= 0)
			refuse(
				`${member}.exponential`,
				'The mean of a think time is longer than nothing.',
				'For example: {exponential: 2s}',
			);
		return {exponential: mean};
	}

	const [from = 0, to] = String(given).split('..').map(durationOf);
	if (to === undefined) return {constant: from};
	if (to < from)
		refuse(
			member,
			'A think time goes from the shorter to the longer one.',
			`For example: ${String(given).split('..').reverse().join('..')}`,
		);
	return {from, to};
};

const pathIn = (member: string, path: string): string => {
	if (!isJsonPath(path))
		refuse(member, `${JSON.stringify(path)} is no JSONPath.`, 'As RFC 9535 has it: $.user.token, $.items[0].id');
	return path;
};

const captureOf = (member: string, given: CaptureWord): Capture => {
	if (typeof given === 'string') return {json: pathIn(member, given)};
	if (!('json' in given)) return given;
	return {json: pathIn(`${member}.json`, given.json), ...(given.pick === undefined ? {} : {pick: given.pick})};
};

const textOf = (given: TextCheckWord): TextCheck => (typeof given === 'object' ? given : {contains: given});

const listOf = <Item>(given: Item | readonly Item[]): readonly Item[] =>
	Array.isArray(given) ? given : [given as Item];

const jsonChecksOf = (member: string, given: NonNullable<CheckWord['json']>): NonNullable<Check['json']> => {
	if (typeof given === 'string' || Array.isArray(given))
		return listOf(given).map((path) => ({path: pathIn(member, String(path))}));
	return Object.entries(given).map(([path, value]) => ({path: pathIn(member, path), value}));
};

const checkOf = (member: string, {status, headers, json, body}: CheckWord): Check => ({
	...(status === undefined ? {} : {status: listOf(status).map(String)}),
	...(headers === undefined ? {} : {headers: Object.entries(headers).map(([name, is]) => ({name, is: textOf(is)}))}),
	...(json === undefined ? {} : {json: jsonChecksOf(`${member}.json`, json)}),
	...(body === undefined ? {} : {body: textOf(body)}),
});

const bodyOf = (member: string, {json, form, body, bodyFile}: StepWord, place: SuitePlace): Body | undefined => {
	if (json !== undefined) return {json};
	if (form !== undefined) return {form};
	if (body !== undefined) return {text: body};
	if (bodyFile !== undefined) return {base64: readNamed(`${member}.bodyFile`, bodyFile, place).toString('base64')};
	return undefined;
};

/** What a name shows of a path: no secrets, and no values of a query that are filled in. */
const requestOf = (member: string, given: StepWord, place: SuitePlace, thinks: Think | undefined): RequestStep => {
	const verb = methodNames.find((name) => given[name] !== undefined) ?? 'get';
	const url = given[verb] ?? '';
	if (url === '') refuse(`${member}.${verb}`, 'The path is empty.', 'For example: get: /');
	const method = verb.toUpperCase();
	const body = bodyOf(member, given, place);
	const own = given.think === undefined ? thinks : thinkOf(`${member}.think`, given.think);
	return {
		name: given.name ?? `${method} ${pathOf(url)}`,
		method,
		url,
		...(given.query === undefined ? {} : {query: given.query}),
		...(given.headers === undefined ? {} : {headers: checkedHeaders(`${member}.headers`, given.headers)}),
		...(body === undefined ? {} : {body}),
		...(given.capture === undefined
			? {}
			: {
					capture: Object.fromEntries(
						Object.entries(given.capture).map(([name, where]) => [name, captureOf(`${member}.capture.${name}`, where)]),
					),
				}),
		...(given.check === undefined ? {} : {check: checkOf(`${member}.check`, given.check)}),
		...(own === undefined ? {} : {think: own}),
		...(given.timeout === undefined ? {} : {timeout: durationOf(given.timeout)}),
		...(given.follow === undefined ? {} : {follow: given.follow}),
	};
};

const isPause = (given: StepWord | undefined): boolean =>
	given !== undefined && methodNames.every((name) => given[name] === undefined);

/** The think time of the benchmark follows each request that no pause follows. */
const stepsOf = (member: string, given: readonly StepWord[], place: SuitePlace, thinks: Think | undefined): Step[] =>
	given.map((step, index): Step => {
		const here = `${member}.${index}`;
		if (isPause(step)) return {think: thinkOf(`${here}.think`, step.think ?? 0)};
		return requestOf(here, step, place, isPause(given[index + 1]) ? undefined : thinks);
	});

/** The first name of a variable. */
const rootOf = (variable: string): string => variable.split('.')[0] ?? variable;

type Located = {readonly member: string; readonly step: RequestStep};

const feederOf = (name: string, given: FeederWord, isOfOnce: boolean, place: SuitePlace) => {
	const settings = typeof given === 'string' ? {file: given} : Array.isArray(given) ? {values: given} : given;
	const order = 'order' in settings ? settings.order : undefined;
	const per = 'per' in settings ? settings.per : undefined;
	const common = {name, order: order ?? 'sequential', per: per ?? (isOfOnce ? 'user' : 'pass')} as const;
	if ('values' in settings)
		return {feeder: {...common, values: settings.values} satisfies Feeder, rows: settings.values};
	const file = resolve(place.folder, settings.file);
	try {
		const {rows, sha256} = readRows(file);
		return {feeder: {...common, file, sha256, rows: rows.length} satisfies Feeder, rows};
	} catch (error) {
		if (!(error instanceof BenchtopError)) throw error;
		throw new BenchtopError(`data.${name}: ${error.message}`, {
			...(error.hint === undefined ? {} : {hint: error.hint}),
			cause: error,
		});
	}
};

/** Throws for a variable that nothing can ever set, or a column that the rows do not have. */
const checkVariables = (
	steps: readonly Located[],
	headers: Readonly<Record<string, string>>,
	base: string,
	known: ReadonlySet<string>,
	columns: ReadonlyMap<string, readonly string[]>,
): void => {
	const check = (member: string, variable: string): void => {
		const [root = '', column] = variable.split('.');
		if (!known.has(root)) {
			const meant = nearest(root, [...known]);
			refuse(
				member,
				`{{${variable}}} is set nowhere.`,
				meant === undefined
					? 'Capture it, or name it under variables or data.'
					: `Did you mean {{${variable.replace(root, meant)}}}?`,
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
	};
	for (const [name, text] of Object.entries(headers)) {
		for (const variable of compileTemplate(text).variables) check(`headers.${name}`, variable);
	}

	for (const {member, step} of steps) {
		for (const variable of [...compileRequest(step, base, {}).variables, ...compileJudge(step).variables])
			check(member, variable);
	}
};

/** The scenario of a benchmark whose members have been read. Throws a BenchtopError (exit code 2) on what cannot be. */
export const scenarioOf = (given: HttpMembers, base: string, place: SuitePlace): ScenarioPlan => {
	const thinks = given.think === undefined ? undefined : thinkOf('think', given.think);
	const once = given.once === undefined ? undefined : stepsOf('once', given.once, place, undefined);
	const flows: ReadonlyArray<{
		readonly name: string;
		readonly weight: number;
		readonly member: string;
		readonly steps: Step[];
	}> =
		given.requests !== undefined
			? given.requests.map(({weight = 1, ...request}, index) => {
					const step = requestOf(`requests.${index}`, request, place, thinks);
					return {name: step.name, weight, member: 'requests', steps: [step]};
				})
			: given.scenarios !== undefined
				? given.scenarios.map(({name, weight = 1, steps}, index) => ({
						name,
						weight,
						member: `scenarios.${index}.steps`,
						steps: stepsOf(`scenarios.${index}.steps`, steps, place, thinks),
					}))
				: [{name: 'steps', weight: 1, member: 'steps', steps: stepsOf('steps', given.steps ?? [], place, thinks)}];
	const located = [
		...(once ?? []).map((step, index) => ({member: `once.${index}`, step})),
		...flows.flatMap(({member, steps}, flow) =>
			steps.map((step, index) => ({member: `${member}.${member === 'requests' ? flow : index}`, step})),
		),
	].filter((each): each is Located => 'method' in each.step);
	const headers = given.headers ?? {};
	const usedOnce = new Set(
		[
			...Object.values(once === undefined ? {} : headers).flatMap((text) => compileTemplate(text).variables),
			...(once ?? []).flatMap((step) => ('method' in step ? compileRequest(step, base, {}).variables : [])),
		].map(rootOf),
	);
	const data = Object.entries(given.data ?? {}).map(([name, feeder]) =>
		feederOf(name, feeder, usedOnce.has(name), place),
	);
	const captured = located.flatMap(({step}) => Object.keys(step.capture ?? {}));
	const variables = Object.keys(given.variables ?? {});
	for (const name of Object.keys(given.data ?? {})) {
		if (variables.includes(name) || captured.includes(name)) {
			refuse(`data.${name}`, `${name} is the name of a variable, too.`, 'Give one of them another name.');
		}
	}

	checkVariables(
		located,
		headers,
		base,
		new Set([...variables, ...captured, ...Object.keys(given.data ?? {})]),
		new Map(data.map(({feeder, rows}) => [feeder.name, [...new Set(rows.flatMap((row) => Object.keys(row)))]])),
	);
	return {
		flows: flows.map(({name, weight, steps}) => ({name, weight, steps})),
		...(once === undefined ? {} : {once}),
		...(given.variables === undefined ? {} : {variables: given.variables}),
		...(data.length === 0 ? {} : {data: data.map(({feeder}) => feeder)}),
		...(given.ramp === undefined ? {} : {ramp: durationOf(given.ramp)}),
		cookies: given.cookies ?? true,
		onFailure: given.onFailure ?? 'continue',
	};
};

import {createHash} from 'node:crypto';
import {basename} from 'node:path';
import {
	isSecretHeader,
	isSecretName,
	percentDecoded,
	redacted,
	redactHeaders,
	redactUrl,
} from '../../../core/secret.ts';
import type {Body, Check, Feeder, RequestStep, ScenarioPlan, Step} from './plan.ts';

type Disclosed = {readonly plan: unknown; readonly secrets: readonly string[]};

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const hole = /\{\{.*?\}\}/gs;

/** What of a text is no template: a secret may stand there, but not in what is filled in later. */
const fixedIn = (text: string): readonly string[] => text.split(hole).filter((part) => part.trim() !== '');

/** Text under a name that looks secret; what is filled in is none. */
const concealed = (text: string): string => (fixedIn(text).length === 0 ? text : redacted);

/** 'Bearer {{token}}' holds nothing to hide. */
const isOpen = (value: string): boolean =>
	value.includes('{{') && /^((bearer|basic|digest|negotiate|token)?)$/i.test(fixedIn(value).join('').trim());

const concealHeaders = (headers: Readonly<Record<string, string>>): Disclosed => {
	const open = Object.entries(headers).filter(([, value]) => isOpen(value));
	const secret = Object.entries(headers).filter(([name, value]) => isSecretHeader(name, value) && !isOpen(value));
	return {
		plan: {...redactHeaders(headers), ...Object.fromEntries(open)},
		secrets: secret.flatMap(([, value]) => [value, value.replace(/^\S+\s+/, '')]),
	};
};

const concealFields = (fields: Readonly<Record<string, string>>): Disclosed => {
	const secret = Object.entries(fields).filter(([name]) => isSecretName(name));
	return {
		plan: {...fields, ...Object.fromEntries(secret.map(([name, value]) => [name, concealed(value)]))},
		secrets: secret.flatMap(([, value]) => fixedIn(value)),
	};
};

/** The values of members whose names look secret, however deep. */
const secretsIn = (json: unknown, isSecret = false): readonly string[] => {
	if (typeof json === 'string') return isSecret ? fixedIn(json) : [];
	if (typeof json !== 'object' || json === null) return [];
	return Object.entries(json).flatMap(([name, member]) => secretsIn(member, isSecret || isSecretName(name)));
};

/** Bodies are kept as their size and hash, as those of plain plans. */
const discloseBody = (body: Body): Disclosed => {
	const text = JSON.stringify(body);
	return {
		plan: {bytes: Buffer.byteLength(text), sha256: hashOf(text)},
		secrets: 'json' in body ? secretsIn(body.json) : 'form' in body ? secretsIn(body.form) : [],
	};
};

/** A request's URL as it may be told: no secrets. */
export const pathOf = (url: string): string => {
	if (/^https?:\/\//i.test(url)) return redactUrl(url);
	const [path = '', query] = url.split(/\?(.*)/s, 2);
	if (query === undefined) return path;
	const pairs = query.split('&').map((pair) => {
		const [name = '', value] = pair.split(/=(.*)/s, 2);
		return value !== undefined && isSecretName(percentDecoded(name)) ? `${name}=${concealed(value)}` : pair;
	});
	return `${path}?${pairs.join('&')}`;
};

const secretsOfUrl = (url: string): readonly string[] => {
	const queries = (url.split('?')[1] ?? '').split('&').flatMap((pair) => {
		const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
		return isSecretName(percentDecoded(name)) ? fixedIn(value) : [];
	});
	const password = /^https?:\/\/[^/@\s]*:([^/@\s]*)@/i.exec(url)?.[1];
	return password === undefined ? queries : [...queries, ...fixedIn(password)];
};

/** What is expected of a reply is told but for values under names that look secret. */
const discloseCheck = (check: Check): Check => ({
	...check,
	...(check.json === undefined
		? {}
		: {
				json: check.json.map(({path, value}) =>
					value !== undefined &&
					isSecretName(
						path
							.split(/[.[\]'"]/)
							.filter(Boolean)
							.at(-1) ?? '',
					)
						? {path, value: redacted}
						: {path, ...(value === undefined ? {} : {value})},
				),
			}),
	...(check.headers === undefined
		? {}
		: {headers: check.headers.map(({name, is}) => ({name, is: isSecretName(name) ? {contains: redacted} : is}))}),
});

const discloseRequest = (step: RequestStep): Disclosed => {
	const {url, headers, query, body, check, ...rest} = step;
	const parts = {
		headers: headers === undefined ? undefined : concealHeaders(headers),
		query: query === undefined ? undefined : concealFields(query),
		body: body === undefined ? undefined : discloseBody(body),
	};
	const given = Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [] : [[name, part] as const]));
	return {
		plan: {
			...rest,
			url: pathOf(url),
			...Object.fromEntries(given.map(([name, part]) => [name, part.plan])),
			...(check === undefined ? {} : {check: discloseCheck(check)}),
		},
		secrets: [...secretsOfUrl(url), ...given.flatMap(([, part]) => part.secrets)],
	};
};

const discloseSteps = (steps: readonly Step[]): Disclosed => {
	const disclosed = steps.map(
		(step): Disclosed => ('method' in step ? discloseRequest(step) : {plan: step, secrets: []}),
	);
	return {plan: disclosed.map(({plan}) => plan), secrets: disclosed.flatMap(({secrets}) => secrets)};
};

/** Rows are never kept: how many there are, and their hash, tell whether they are the same. */
const discloseFeeder = (feeder: Feeder): unknown => {
	const {name, order, per} = feeder;
	if ('file' in feeder)
		return {name, order, per, file: basename(feeder.file), sha256: feeder.sha256, rows: feeder.rows};
	return {name, order, per, rows: feeder.values.length, sha256: hashOf(JSON.stringify(feeder.values))};
};

/** Headers that go with every request, as they may be kept. */
export const discloseTemplates = concealHeaders;

/** A scenario as it may be kept: secret-looking values removed, bodies and rows as their size and hash. */
export const discloseScenario = ({flows, once, variables, data, ...rest}: ScenarioPlan): Disclosed => {
	const disclosedFlows = flows.map(({steps, ...flow}) => ({flow, steps: discloseSteps(steps)}));
	const disclosedOnce = once === undefined ? undefined : discloseSteps(once);
	const secretVariables = Object.entries(variables ?? {}).filter(([name]) => isSecretName(name));
	return {
		plan: {
			...rest,
			flows: disclosedFlows.map(({flow, steps}) => ({...flow, steps: steps.plan})),
			...(disclosedOnce === undefined ? {} : {once: disclosedOnce.plan}),
			...(variables === undefined
				? {}
				: {
						variables: {
							...variables,
							...Object.fromEntries(secretVariables.map(([name]) => [name, redacted])),
						},
					}),
			...(data === undefined ? {} : {data: data.map(discloseFeeder)}),
		},
		secrets: [
			...disclosedFlows.flatMap(({steps}) => steps.secrets),
			...(disclosedOnce?.secrets ?? []),
			...secretVariables.flatMap(([, value]) => (typeof value === 'string' ? [value] : secretsIn(value, true))),
		],
	};
};

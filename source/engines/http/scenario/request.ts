import {compileJson, compileTemplate, type Scope} from '../../template.ts';
import type {Message} from '../request.ts';
import {becomesGet, isOfBody, isOfOneOrigin, redirects} from '../route.ts';
import type {Body, RequestStep} from './plan.ts';

/** A request that is ready for any user. */
export type RequestBuilder = {
	/** Variables that it needs, by their whole names. */
	readonly variables: readonly string[];
	/** Throws Unset for a variable without a value, and Unusable for what makes no request. */
	readonly build: (scope: Scope) => Omit<Message, 'keepAlive'>;
};

/** What templates were filled with makes no request. */
export class Unusable extends Error {}

const nothing = Buffer.alloc(0);

type BodyBuilder = {
	readonly variables: readonly string[];
	readonly type?: string;
	readonly build: (scope: Scope) => Buffer;
};

const compileBody = (body: Body | undefined): BodyBuilder => {
	if (body === undefined) return {variables: [], build: () => nothing};
	if ('base64' in body) {
		const bytes = Buffer.from(body.base64, 'base64');
		return {variables: [], build: () => bytes};
	}

	if ('text' in body) {
		const text = compileTemplate(body.text);
		return {variables: text.variables, build: (scope) => Buffer.from(text.fill(scope))};
	}

	if ('json' in body) {
		const json = compileJson(body.json);
		return {
			variables: json.variables,
			type: 'application/json',
			build: (scope) => Buffer.from(JSON.stringify(json.value(scope))),
		};
	}

	const fields = Object.entries(body.form).map(([name, text]) => [name, compileTemplate(text)] as const);
	return {
		variables: fields.flatMap(([, {variables}]) => variables),
		type: 'application/x-www-form-urlencoded',
		build: (scope) =>
			Buffer.from(
				new URLSearchParams(Object.fromEntries(fields.map(([name, text]) => [name, text.fill(scope)]))).toString(),
			),
	};
};

/** A path below a base, or a URL. */
const below = (base: string, path: string): string =>
	/^https?:\/\//i.test(path) ? path : `${base}${path.startsWith('/') || path.startsWith('?') ? '' : '/'}${path}`;

/**
 * The builder of a request. `base` is the URL that paths are below; `headers` go with every request. What fills a URL is
 * percent-encoded, except where the URL begins with it: then it is a link, which may be relative. `isEarly`: of `headers`
 * those are left out whose variables have no value yet, such as the token of a request that logs in.
 */
export const compileRequest = (
	step: RequestStep,
	base: string,
	headers: Readonly<Record<string, string>>,
	isEarly = false,
): RequestBuilder => {
	const home = new URL(base);
	const root = base.replace(/\/+$/, '');
	const url = compileTemplate(step.url);
	const query = Object.entries(step.query ?? {}).map(
		([name, text]) => [encodeURIComponent(name), compileTemplate(text)] as const,
	);
	const body = compileBody(step.body);
	const own = step.headers ?? {};
	const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
	const all = [...Object.entries(headers).filter(([name]) => !names.has(name.toLowerCase())), ...Object.entries(own)];
	const given = all.map(([name, text]) => [name, compileTemplate(text)] as const);
	const type: ReadonlyArray<readonly [string, string]> =
		body.type === undefined || all.some(([name]) => /^content-type$/i.test(name)) ? [] : [['Content-Type', body.type]];

	let fixed: URL | undefined;
	const urlFor = (scope: Scope): URL => {
		if (fixed !== undefined) return fixed;
		const path = url.beginsOpen ? url.fill(scope) : below(root, url.fill(scope, encodeURIComponent));
		const pairs = query.map(([name, text]) => `${name}=${text.fill(scope, encodeURIComponent)}`).join('&');
		const filled = URL.parse(path, base);
		if (filled === null) throw new Unusable('the URL is none');
		if (filled.protocol !== 'http:' && filled.protocol !== 'https:') throw new Unusable('the URL is none of HTTP');
		if (pairs !== '') filled.search = filled.search === '' ? pairs : `${filled.search}&${pairs}`;
		filled.hash = '';
		if (filled.origin === home.origin && filled.username === '' && filled.password === '') {
			filled.username = home.username;
			filled.password = home.password;
		}

		if (url.isFixed && query.every(([, text]) => text.isFixed)) fixed = filled;
		return filled;
	};
	return {
		variables: [
			...url.variables,
			...query.flatMap(([, {variables}]) => variables),
			...given.flatMap(([, {variables}]) => variables),
			...body.variables,
		],
		build(scope) {
			const target = urlFor(scope);
			const filled: Array<readonly [string, string]> = [...type];
			for (const [name, text] of given) {
				const isCommon = !names.has(name.toLowerCase());
				if (isEarly && isCommon && !text.isFillable(scope)) continue;
				const value = text.fill(scope);
				if (/[\r\n\0]/.test(value)) throw new Unusable(`the header ${name} would hold a line break`);
				// What is secret goes to the origin it was meant for alone, unless this very request says so.
				if (target.origin !== home.origin && isCommon && isOfOneOrigin(name, value)) continue;
				filled.push([name, value]);
			}

			return {method: step.method, url: target, headers: Object.fromEntries(filled), body: body.build(scope)};
		},
	};
};

/** Where a reply leads: to another request, or to the name of a failure; nothing if it is what was asked for. */
export const redirectedTo = (
	message: Omit<Message, 'keepAlive'>,
	status: number,
	location: string | undefined,
): Omit<Message, 'keepAlive'> | 'bad redirect' | undefined => {
	if (!redirects.has(status) || location === undefined) return undefined;
	// Bytes of a header that are no ASCII are those of UTF-8.
	const link = Buffer.from(location, 'latin1').toString();
	if (!URL.canParse(link, message.url.href)) return 'bad redirect';
	const url = new URL(link, message.url);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'bad redirect';
	url.hash = '';
	const isSameOrigin = url.origin === message.url.origin;
	if (isSameOrigin && url.username === '' && url.password === '') {
		url.username = message.url.username;
		url.password = message.url.password;
	}

	const isGet = becomesGet(status, message.method);
	return {
		method: isGet ? 'GET' : message.method,
		url,
		headers: Object.fromEntries(
			Object.entries(message.headers).filter(
				([name, value]) => !(isGet && isOfBody(name)) && (isSameOrigin || !isOfOneOrigin(name, value)),
			),
		),
		body: isGet ? nothing : message.body,
	};
};

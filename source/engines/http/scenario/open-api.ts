import {isSecretName} from '../../../core/secret.ts';
import {BenchtopError} from '../../../errors.ts';
import {literally} from '../../template.ts';

/** What a description of an interface becomes: members of a benchmark as a suite file has them. */
export type DescribedRequests = {
	/** Absent where the description does not say, and nobody else did. */
	readonly url?: string;
	readonly requests: ReadonlyArray<Readonly<Record<string, unknown>>>;
	/** Operations that are safe to ask for and could not be, and why. */
	readonly leftOut: readonly {readonly operation: string; readonly why: string}[];
};

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a local reference leads to ('#/components/parameters/page', RFC 6901); other things are themselves. */
const resolved = (document: Fields, value: unknown): Fields => {
	let at: unknown = value;
	// A chain of references ends, or it is none.
	for (let hops = 0; hops < 20; hops++) {
		const reference = fieldsOf(at).$ref;
		if (typeof reference !== 'string') return fieldsOf(at);
		if (!reference.startsWith('#/')) return {};
		at = reference
			.slice(2)
			.split('/')
			.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
			.reduce<unknown>((found, name) => fieldsOf(found)[name], document);
	}

	return {};
};

const isValue = (value: unknown): value is string | number | boolean =>
	['string', 'number', 'boolean'].includes(typeof value);

/** A value that the description itself gives for a parameter: an example, a default, the first that is allowed. */
const exampleOf = (document: Fields, parameter: Fields): string | undefined => {
	const schema = resolved(document, parameter.schema);
	const [example] = Object.values(fieldsOf(parameter.examples)).map((each) => resolved(document, each).value);
	const known = [
		parameter.example,
		example,
		parameter['x-example'],
		schema.example,
		listOf(schema.examples)[0],
		schema.default,
		parameter.default,
		listOf(schema.enum)[0],
		listOf(parameter.enum)[0],
	].find(isValue);
	return known === undefined ? undefined : String(known);
};

/** The base that a description gives: of OpenAPI 3 its first server, of Swagger 2 its host. */
const baseOf = (document: Fields): string | undefined => {
	const server = fieldsOf(listOf(document.servers)[0]);
	if (typeof server.url === 'string') {
		const variables = fieldsOf(server.variables);
		return server.url.replace(/\{(\w+)\}/g, (_, name: string) => String(fieldsOf(variables[name]).default ?? ''));
	}

	if (typeof document.host !== 'string') return undefined;
	const scheme = listOf(document.schemes)[0];
	return `${typeof scheme === 'string' ? scheme : 'http'}://${document.host}${typeof document.basePath === 'string' ? document.basePath : ''}`;
};

const requestOf = (document: Fields, path: string, parameters: readonly Fields[]): Fields | string => {
	let filled = path;
	const query: Record<string, string> = {};
	const headers: Record<string, string> = {};
	for (const parameter of parameters) {
		const {name, in: where, required} = parameter;
		if (typeof name !== 'string' || (required !== true && where !== 'path')) continue;
		if (where === 'cookie' || isSecretName(name)) return `${name} is for you to give`;
		const example = exampleOf(document, parameter);
		if (example === undefined) return `${name} has no example`;
		if (where === 'path') filled = filled.replaceAll(`{${name}}`, encodeURIComponent(example));
		else if (where === 'query') query[name] = literally(example);
		else if (where === 'header') headers[name] = literally(example);
		else return `${name} is in the ${String(where)}`;
	}

	if (/\{[^}]*\}/.test(filled)) return 'a part of its path is not described';
	return {
		get: filled,
		...(filled === path ? {} : {name: `GET ${path}`}),
		...(Object.keys(query).length === 0 ? {} : {query}),
		...(Object.keys(headers).length === 0 ? {} : {headers}),
	};
};

/**
 * The requests that a description in OpenAPI 3 or Swagger 2 allows to be made without knowing more: every GET, with the
 * examples that it gives for what must be given. `base`: where the interface is, or where a relative server is meant from.
 * Throws a BenchtopError on what is no description.
 */
export const requestsFromOpenApi = (given: unknown, base?: string): DescribedRequests => {
	const document = fieldsOf(given);
	if (typeof (document.openapi ?? document.swagger) !== 'string' || !isFields(document.paths)) {
		throw new BenchtopError('This is no description in OpenAPI.', {
			hint: 'It has the members openapi (or swagger) and paths.',
		});
	}

	const requests: Fields[] = [];
	const leftOut: Array<{readonly operation: string; readonly why: string}> = [];
	for (const [path, item] of Object.entries(document.paths)) {
		const {get, parameters} = resolved(document, item);
		if (!isFields(get) || get.deprecated === true) continue;
		const own = listOf(get.parameters).map((parameter) => resolved(document, parameter));
		// Those of the operation stand over those of the path (OpenAPI 3.1, 4.8.9).
		const common = listOf(parameters)
			.map((parameter) => resolved(document, parameter))
			.filter((one) => !own.some((other) => other.name === one.name && other.in === one.in));
		const request = requestOf(document, path, [...common, ...own]);
		if (typeof request === 'string') leftOut.push({operation: `GET ${path}`, why: request});
		else requests.push(request);
	}

	const described = baseOf(document);
	const url =
		base === undefined
			? described
			: described !== undefined && URL.canParse(described, base)
				? new URL(described, base).href
				: base;
	return {...(url === undefined || !URL.canParse(url) ? {} : {url: url.replace(/\/$/, '')}), requests, leftOut};
};

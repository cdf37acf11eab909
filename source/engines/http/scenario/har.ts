import {isSecretHeader, isSecretName, redactUrl} from '../../../core/secret.ts';
import {BenchtopError} from '../../../errors.ts';
import {literally} from '../../template.ts';

/** What a recording becomes: members of a benchmark as a suite file has them. */
export type RecordedSteps = {
	readonly url: string;
	readonly steps: ReadonlyArray<Readonly<Record<string, unknown>>>;
	/** How many requests went to other origins, or by methods that there are no steps for. */
	readonly leftOut: number;
	/** What was not taken over because it looks secret: names of headers, fields and parameters. */
	readonly secrets: readonly string[];
};

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A pause that is shorter than this was the browser's. Milliseconds. */
const shortestPause = 200;
/** Headers that a recording has of its browser, or that follow from the rest. */
const ofBrowser =
	/^(:.*|host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|user-agent|origin|referer|cookie|cache-control|pragma|priority|te|upgrade-insecure-requests|if-.*|sec-.*|dnt)$/i;
const methods = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options']);

/** Where a secret was: whoever takes the recording further says where it comes from. */
const concealed = (name: string): string => `{{${name.replace(/\W+/g, '_').replace(/^(\d)/, '_$1')}}}`;

const jsonOf = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

/** Strings of JSON as templates that give just these; secret members as variables. */
const openJson = (json: unknown, secrets: Set<string>): unknown => {
	if (typeof json === 'string') return literally(json);
	if (Array.isArray(json)) return json.map((member) => openJson(member, secrets));
	if (!isFields(json)) return json;
	return Object.fromEntries(
		Object.entries(json).map(([name, member]) => {
			if (!isSecretName(name) || isFields(member)) return [name, openJson(member, secrets)];
			secrets.add(name);
			return [name, concealed(name)];
		}),
	);
};

const fieldsIn = (pairs: Iterable<readonly [string, string]>, secrets: Set<string>): Fields =>
	Object.fromEntries(
		[...pairs].map(([name, value]) => {
			if (!isSecretName(name)) return [name, literally(value)];
			secrets.add(name);
			return [name, concealed(name)];
		}),
	);

const bodyOf = (request: Fields, secrets: Set<string>): Fields => {
	const data = fieldsOf(request.postData);
	const type = textOf(data.mimeType);
	const text = textOf(data.text);
	if (/\bjson\b/i.test(type)) {
		const json = jsonOf(text);
		if (json !== undefined) return {json: openJson(json, secrets)};
	}

	if (/x-www-form-urlencoded/i.test(type)) {
		const params = listOf(data.params).map(({name, value}) => [textOf(name), textOf(value)] as const);
		return {form: fieldsIn(params.length > 0 ? params : new URLSearchParams(text), secrets)};
	}

	return text === '' ? {} : {body: literally(text)};
};

const headersOf = (request: Fields, hasTypedBody: boolean, secrets: Set<string>): Fields => {
	const kept = listOf(request.headers)
		.map(({name, value}) => [textOf(name), textOf(value)] as const)
		.filter(([name]) => !ofBrowser.test(name) && !(hasTypedBody && /^content-type$/i.test(name)))
		.flatMap(([name, value]): ReadonlyArray<readonly [string, string]> => {
			if (!isSecretHeader(name, value)) return [[name, literally(value)]];
			secrets.add(name);
			return [];
		});
	return kept.length === 0 ? {} : {headers: Object.fromEntries(kept)};
};

/**
 * The steps that a browser's recording (HAR 1.2) shows: the requests to the origin of its first one, and the pauses between
 * them. Cookies are left to the user's jar. What looks secret is not taken over: credentials in headers are left out, and
 * secret members, fields and parameters become variables of their names. Throws a BenchtopError on what is no recording.
 */
export const stepsFromHar = (har: unknown): RecordedSteps => {
	const entries = listOf(fieldsOf(fieldsOf(har).log).entries).filter(({request}) =>
		URL.canParse(textOf(fieldsOf(request).url)),
	);
	const [first] = entries;
	if (first === undefined) {
		throw new BenchtopError('There is no request in this HAR file.', {
			hint: 'In the network panel of a browser: Save all as HAR.',
		});
	}

	const {origin} = new URL(textOf(fieldsOf(first.request).url));
	const steps: Fields[] = [];
	const secrets = new Set<string>();
	let leftOut = 0;
	let over = Number.NaN;
	for (const entry of entries) {
		const request = fieldsOf(entry.request);
		const url = new URL(textOf(request.url));
		const method = textOf(request.method).toLowerCase();
		if (url.origin !== origin || !methods.has(method)) {
			leftOut++;
			continue;
		}

		const began = Date.parse(textOf(entry.startedDateTime));
		const pause = began - over;
		if (pause >= shortestPause) steps.push({think: `${Math.round(pause / 100) / 10}s`});
		const end = began + (typeof entry.time === 'number' ? Math.max(0, entry.time) : 0);
		over = Number.isNaN(over) ? end : Math.max(over, end);
		const body = bodyOf(request, secrets);
		const query = fieldsIn(url.searchParams, secrets);
		steps.push({
			[method]: literally(redactUrl(`${origin}${url.pathname}`).slice(origin.length) || '/'),
			...(Object.keys(query).length === 0 ? {} : {query}),
			...headersOf(request, 'json' in body || 'form' in body, secrets),
			...body,
		});
	}

	return {url: origin, steps, leftOut, secrets: [...secrets]};
};

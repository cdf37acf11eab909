// Recordings and descriptions as benchmarks to begin with.
import {basename, extname, resolve} from 'node:path';
import {readData} from '../config/project.ts';
import type {Described} from '../config/project-draft.ts';
import {fromEnvironment} from '../config/suite-draft.ts';
import {redactUrl} from '../core/secret.ts';
import {stepsFromHar} from '../engines/http/scenario/har.ts';
import {requestsFromOpenApi} from '../engines/http/scenario/open-api.ts';
import {BenchtopError, messageOf} from '../errors.ts';

/** More requests than this make a file that nobody reads. */
const mostRequests = 20;
const mostNotes = 3;

/** Reads a file that a flag names. Throws a BenchtopError (exit code 2) that says which. */
export const readStart = (flag: string, file: string, folder: string): unknown => {
	try {
		return readData(resolve(folder, file));
	} catch (error) {
		throw new BenchtopError(`--${flag} ${file} cannot be read: ${messageOf(error)}`, {
			hint: 'Check the path; it is YAML or JSON.',
			cause: error,
		});
	}
};

const isLocal = (url: string): boolean => /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);

/** Variables that texts are filled in with while they are sent. */
const holes = (value: unknown): readonly string[] => {
	if (typeof value === 'string') return [...value.matchAll(/\{\{([A-Za-z_]\w*)\}\}/g)].map(([, name = '']) => name);
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(holes) : [];
};

/** The same on this machine: what is written unasked must not load somebody else's server. */
const here = (url: string, base: string): string =>
	isLocal(url) ? url : `${base}${new URL(url).pathname}`.replace(/\/$/, '');

/**
 * What a browser recorded, as the visit of a virtual user at `base`, unless it was recorded on this machine. Throws a
 * BenchtopError on what is no recording.
 */
export const visitOf = (har: unknown, file: string, base: string): Described => {
	const {url, steps, leftOut, secrets} = stepsFromHar(har);
	const names = [...new Set(holes(steps))];
	const variables = Object.fromEntries(names.map((name) => [name, fromEnvironment(name.toUpperCase())]));
	return {
		name: basename(file, extname(file)),
		about: isLocal(url) ? `Recorded in ${file}.` : `Recorded in ${file}, of ${redactUrl(url)}.`,
		members: {
			url: here(url, base),
			users: 5,
			duration: '30s',
			...(names.length === 0 ? {} : {variables}),
			steps,
		},
		notes: [
			...(leftOut === 0 ? [] : [`Requests of ${file} that went elsewhere and are left out: ${leftOut}.`]),
			...(secrets.length === 0 ? [] : [`Of ${file}, what looks secret is left out: ${secrets.join(', ')}.`]),
		],
	};
};

/**
 * What a description in OpenAPI allows to ask for at `base`, unless it is of this machine. None when there is nothing to ask
 * for; throws a BenchtopError on what is no description.
 */
export const requestsOf = (description: unknown, file: string, base: string): readonly Described[] => {
	const {url = base, requests, leftOut} = requestsFromOpenApi(description, base);
	if (requests.length === 0) return [];
	const more = requests.length - mostRequests;
	return [
		{
			name: 'api',
			about: isLocal(url) ? `From ${file}.` : `From ${file}, which says ${redactUrl(url)}.`,
			members: {url: here(url, base), users: 10, duration: '10s', requests: requests.slice(0, mostRequests)},
			notes: [
				...(more > 0 ? [`${file} has ${more} more requests.`] : []),
				...leftOut.slice(0, mostNotes).map(({operation, why}) => `Of ${file}, ${operation} is left out: ${why}.`),
				...(leftOut.length > mostNotes ? [`Of ${file}, ${leftOut.length - mostNotes} more are left out.`] : []),
			],
		},
	];
};

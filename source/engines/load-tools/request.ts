import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {percentDecoded} from '../../core/secret.ts';
import type {LoadToolPlan} from './adapter.ts';

/** A request as every tool understands it: credentials of the URL are a header. */
export type PlainRequest = {
	readonly url: URL;
	readonly method: string;
	readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
	readonly body: Buffer | undefined;
};

/** The credentials of a URL as the value of a header; nothing where there are none. */
export const credentialsOf = ({username, password}: URL): string | undefined =>
	username + password === ''
		? undefined
		: `Basic ${Buffer.from([username, password].map(percentDecoded).join(':')).toString('base64')}`;

export const requestOf = ({url: text, method, headers, bodyBase64}: LoadToolPlan): PlainRequest => {
	const url = new URL(text);
	const credentials = credentialsOf(url);
	url.username = '';
	url.password = '';
	const isGiven = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
	return {
		url,
		method,
		headers: [
			...Object.entries(headers),
			...(credentials === undefined || isGiven ? [] : [['Authorization', credentials] as const]),
		],
		body: bodyBase64 === undefined ? undefined : Buffer.from(bodyBase64, 'base64'),
	};
};

/** Each header as a flag with its value: '-H', 'Name: value'. */
export const headerWords = ({headers}: PlainRequest): readonly string[] =>
	headers.flatMap(([name, value]) => ['-H', `${name}: ${value}`]);

/** A header's value, whatever the case of its name. */
export const headerIn = ({headers}: PlainRequest, wanted: string): string | undefined =>
	headers.find(([name]) => name.toLowerCase() === wanted)?.[1];

/** Writes a file that its owner alone can read, and gives its path. */
export const writePrivate = (folder: string, name: string, content: string | Uint8Array): string => {
	const path = join(folder, name);
	writeFileSync(path, content, {mode: 0o600});
	return path;
};

/** The flag for a file with the body, where there is one. */
export const bodyWords = ({body}: PlainRequest, flag: string, folder: string): readonly string[] =>
	body === undefined ? [] : [flag, writePrivate(folder, 'body', body)];

/** Milliseconds as whole seconds, at least one. */
export const secondsAbove = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));

/** A number that a pattern finds in text. */
export const numberIn = (text: string, pattern: RegExp): number | undefined => {
	const found = pattern.exec(text)?.[1];
	return found === undefined ? undefined : Number(found);
};

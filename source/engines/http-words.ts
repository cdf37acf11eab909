import {redactUrl} from '../core/secret.ts';
import {parseNumber} from '../core/units.ts';
import {BenchtopError} from '../errors.ts';

// What people write of HTTP, on a command line and in a suite file. Knows no schema, so that nothing waits for one.

/** 'localhost:3000', ':3000' and '127.0.0.1/path' are URLs to people. Throws a BenchtopError on what is none. */
export const parseTarget = (word: string): string => {
	const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(word)
		? word
		: `http://${word.startsWith(':') ? 'localhost' : ''}${word}`;
	const shown = JSON.stringify(redactUrl(text));
	if (!URL.canParse(text)) {
		throw new BenchtopError(`${shown} is not a URL.`, {hint: 'For example: benchtop http://localhost:3000/path'});
	}

	const url = new URL(text);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') {
		throw new BenchtopError(`${shown}: only http:// and https:// can be loaded, not ${url.protocol}//.`, {
			hint: 'For example: benchtop http://localhost:3000/path',
		});
	}

	url.hash = '';
	return url.href;
};

/** Whether a word can be the name of a header (RFC 9110, 5.6.2). */
export const isHeaderName = (word: string): boolean => /^[!#$%&'*+.^`|~\w-]+$/.test(word);

/** Whether a header's value would break its line. */
export const breaksLine = (value: string): boolean => /[\r\n\0]/.test(value);

/** Headers that follow from the body. */
export const followsFromBody = (name: string): boolean => /^(content-length|transfer-encoding)$/i.test(name);

/** A rate, or a ramp from one rate to another: '100', '1.5k' or '100..2000'; nothing for anything else. Per second. */
export const rateIn = (text: string): {readonly rate: number; readonly rateEnd?: number} | undefined => {
	const ends = text.split('..').map(parseNumber);
	const [rate, rateEnd] = ends;
	if (ends.length > 2 || !rate || (ends.length === 2 && !rateEnd)) return undefined;
	return rateEnd === undefined ? {rate} : {rate, rateEnd};
};

/** Whether text is HOST:PORT. */
export const isPlace = (text: string): boolean => /^([\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i.test(text);

/** Whether text is the URL of a proxy that is spoken to in plain HTTP. */
export const isProxy = (text: string): boolean => /^http:\/\/[^/]/.test(text) && URL.canParse(text);

/** Whether a host of a URL is this machine. */
export const isLoopback = (hostname: string): boolean =>
	hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\./.test(hostname) || hostname === '[::1]';

/** The port that a URL leads to. */
export const portOf = ({port, protocol}: URL): number =>
	port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

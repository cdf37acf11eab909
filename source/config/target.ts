import {redactUrl} from '../core/secret.ts';
import {BenchtopError} from '../errors.ts';

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

/** Whether a word of the command line is meant as a target and not as a command. */
export const looksLikeTarget = (word: string): boolean =>
	/^[a-z][a-z0-9+.-]*:\/\//i.test(word) ||
	/^:\d+/.test(word) ||
	/^(localhost|[\w-]+(\.[\w-]+)+|\[[\da-f:]+\])(:\d+)?([/?]|$)/i.test(word) ||
	/^[\w-]+:\d+([/?]|$)/.test(word);

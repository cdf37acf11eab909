/** What stands where a secret stood. */
export const redacted = '***';

/** Anywhere in a name. 'author' is none of them. */
const secretPart =
	/token|secret|passw|pwd|jwt|api-?key|auth(?!ors?(-|$))|cookie|signature|session|credential|csrf|xsrf|assertion|private-?key|access-?key/;
/** As a whole name, or a word of it. */
const secretWord = /(^|-)(key|sig|sid|code|pin|otp)$/;
/** Values that are credentials whatever their name says. RFC 9110, 11.4. */
const secretValue = /^(bearer|basic|digest|negotiate|token)\s+\S/i;

/** Whether a header, parameter or variable of this name holds something that must not be kept. */
export const isSecretName = (name: string): boolean => {
	const words = name
		.trim()
		.replace(/([a-z0-9])([A-Z])/g, '$1-$2')
		.replace(/[_.\s]/g, '-')
		.toLowerCase();
	return secretPart.test(words) || secretWord.test(words);
};

/** Whether a header must not be kept: by its name, or by what its value is. */
export const isSecretHeader = (name: string, value: string): boolean =>
	isSecretName(name) || secretValue.test(value.trim());

/** What percent signs encode; those that encode nothing stay as they are. */
export const percentDecoded = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

/** A URL with its password and secret-looking query values replaced. Text that is no URL loses its credentials too. */
export const redactUrl = (text: string): string => {
	if (!URL.canParse(text)) return text.replace(/\/\/[^/@\s]*@/g, `//${redacted}@`);
	const url = new URL(text);
	const query = url.search
		.slice(1)
		.split('&')
		.map((pair) => {
			const name = pair.split('=', 1)[0]!;
			return pair.includes('=') && isSecretName(percentDecoded(name)) ? `${name}=${redacted}` : pair;
		})
		.join('&');
	const credentials =
		url.password === '' ? (url.username === '' ? '' : `${redacted}@`) : `${url.username}:${redacted}@`;
	const path = url.pathname === '/' && !/[^/]\/([?#]|$)/.test(text) ? '' : url.pathname;
	return `${url.protocol}//${credentials}${url.host}${path}${query === '' ? '' : `?${query}`}${url.hash}`;
};

/** Free text (a name, a tag) with credentials in URLs and the values behind secret names replaced. */
export const redactWords = (text: string): string =>
	text
		.replace(/\/\/[^/@\s]*@/g, `//${redacted}@`)
		.replace(/([\w-]+)=([^\s&]+)/g, (pair, name: string) => (isSecretName(name) ? `${name}=${redacted}` : pair));

/** Headers with the values of secret names replaced. */
export const redactHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
	Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, isSecretHeader(name, value) ? redacted : value]),
	);

/** A function that blots out these very secrets wherever they turn up; shorter ones than 4 characters are left alone. */
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
	const worth = [...new Set(secrets)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
	return (text) => worth.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
};

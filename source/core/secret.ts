/** What stands where a secret stood. */
export const redacted = '***';

const secretName =
	/(^|[-_.])(authorization|cookie2?|password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|session([-_]?id)?|signature|sig|auth|credentials?|jwt|csrf|xsrf|key)$/i;

/** Whether a header, parameter or variable of this name holds something that must not be kept. */
export const isSecretName = (name: string): boolean =>
	secretName.test(name.trim().replace(/([a-z0-9])([A-Z])/g, '$1-$2'));

/** A URL with its password and secret-looking query values replaced. Text that is no URL loses its credentials too. */
export const redactUrl = (text: string): string => {
	if (!URL.canParse(text)) return text.replace(/\/\/[^/@\s]*@/g, `//${redacted}@`);
	const url = new URL(text);
	const query = url.search
		.slice(1)
		.split('&')
		.map((pair) => {
			const name = pair.split('=', 1)[0]!;
			let decoded = name;
			try {
				decoded = decodeURIComponent(name);
			} catch {}
			return pair.includes('=') && isSecretName(decoded) ? `${name}=${redacted}` : pair;
		})
		.join('&');
	const credentials =
		url.password === '' ? (url.username === '' ? '' : `${redacted}@`) : `${url.username}:${redacted}@`;
	const path = url.pathname === '/' && !/[^/]\/([?#]|$)/.test(text) ? '' : url.pathname;
	return `${url.protocol}//${credentials}${url.host}${path}${query === '' ? '' : `?${query}`}${url.hash}`;
};

/** Headers with the values of secret names replaced. */
export const redactHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
	Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? redacted : value]));

/** A function that blots out these very secrets wherever they turn up; shorter ones than 4 characters are left alone. */
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
	const worth = [...new Set(secrets)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
	return (text) => worth.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
};

/** A cookie as a user agent keeps it (RFC 6265, 5.3). */
type Cookie = {
	readonly name: string;
	readonly value: string;
	readonly domain: string;
	/** It belongs to this very host alone. */
	readonly isHostOnly: boolean;
	readonly path: string;
	readonly isSecure: boolean;
	/** Epoch milliseconds; infinite: until the user is gone. */
	readonly expires: number;
};

/** The cookies of one user. */
export type CookieJar = {
	/** Takes what a Set-Cookie header says, which came with a reply to a request of this URL. */
	readonly take: (header: string, url: URL, now: number) => void;
	/** What the Cookie header of a request says; nothing when there is nothing to say. */
	readonly header: (url: URL, now: number) => string | undefined;
};

/** More than this in one jar is no session any more: the oldest go. */
const mostCookies = 1000;

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.startsWith('[');

/** RFC 6265, 5.1.3. */
const domainMatches = (host: string, domain: string): boolean =>
	host === domain || (host.endsWith(`.${domain}`) && !isAddress(host));

/** RFC 6265, 5.1.4. */
const pathMatches = (path: string, of: string): boolean =>
	path === of || (path.startsWith(of) && (of.endsWith('/') || path[of.length] === '/'));

const defaultPath = (path: string): string => {
	const last = path.lastIndexOf('/');
	return last <= 0 ? '/' : path.slice(0, last);
};

/** The name and the value of a Set-Cookie header. */
export const cookieIn = (header: string): readonly [name: string, value: string] | undefined => {
	const [pair = ''] = header.split(';', 1);
	const equals = pair.indexOf('=');
	const name = pair.slice(0, equals).trim();
	return equals < 0 || name === '' ? undefined : [name, pair.slice(equals + 1).trim()];
};

const expiryOf = (attributes: ReadonlyMap<string, string>, now: number): number => {
	const age = attributes.get('max-age');
	// Max-Age wins over Expires.
	if (age !== undefined && /^-?\d+$/.test(age))
		return Number(age) <= 0 ? Number.NEGATIVE_INFINITY : now + Number(age) * 1000;
	const moment = Date.parse(attributes.get('expires') ?? '');
	return Number.isNaN(moment) ? Number.POSITIVE_INFINITY : moment;
};

/** A cookie jar as RFC 6265, 5 has it, for the few hosts that one scenario talks to: without a list of public suffixes. */
export const createCookieJar = (): CookieJar => {
	const cookies = new Map<string, Cookie>();
	return {
		take(header, url, now) {
			const pair = cookieIn(header);
			if (pair === undefined) return;
			const attributes = new Map(
				header
					.split(';')
					.slice(1)
					.map((attribute) => {
						const equals = attribute.indexOf('=');
						const name = (equals < 0 ? attribute : attribute.slice(0, equals)).trim().toLowerCase();
						return [name, equals < 0 ? '' : attribute.slice(equals + 1).trim()] as const;
					}),
			);
			const host = url.hostname;
			const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
			// A domain without a dot is a public suffix, unless it is the host itself.
			if (domain !== '' && (!domainMatches(host, domain) || (!domain.includes('.') && domain !== host))) return;
			const isSecure = attributes.has('secure');
			if (isSecure && url.protocol !== 'https:' && !isLocal(host)) return;
			const path = attributes.get('path') ?? '';
			const cookie: Cookie = {
				name: pair[0],
				value: pair[1],
				domain: domain === '' ? host : domain,
				isHostOnly: domain === '',
				path: path.startsWith('/') ? path : defaultPath(url.pathname),
				isSecure,
				expires: expiryOf(attributes, now),
			};
			const key = `${cookie.domain} ${cookie.path} ${cookie.name}`;
			if (cookie.expires <= now) {
				cookies.delete(key);
				return;
			}

			cookies.set(key, cookie);
			const [oldest] = cookies.keys();
			if (cookies.size > mostCookies && oldest !== undefined) cookies.delete(oldest);
		},
		header(url, now) {
			if (cookies.size === 0) return undefined;
			const fitting: Cookie[] = [];
			for (const [key, cookie] of cookies) {
				if (cookie.expires <= now) cookies.delete(key);
				else if (
					(cookie.isHostOnly ? url.hostname === cookie.domain : domainMatches(url.hostname, cookie.domain)) &&
					pathMatches(url.pathname, cookie.path) &&
					(!cookie.isSecure || url.protocol === 'https:' || isLocal(url.hostname))
				)
					fitting.push(cookie);
			}

			if (fitting.length === 0) return undefined;
			// Longer paths first (RFC 6265, 5.4); among equals, the older ones, as they lie.
			fitting.sort((a, b) => b.path.length - a.path.length);
			return fitting.map(({name, value}) => `${name}=${value}`).join('; ');
		},
	};
};

/** Browsers trust the local machine as they trust TLS. */
const isLocal = (host: string): boolean =>
	host === 'localhost' || host.endsWith('.localhost') || /^127\./.test(host) || host === '[::1]';

/** What a tool says of a request without a reply, by the name that the HTTP engines have for it; the first that fits. */
const names: ReadonlyArray<readonly [pattern: RegExp, outcome: string]> = [
	[/deadline exceeded|time(d )?-?out/i, 'timeout'],
	[/connection refused/i, 'ECONNREFUSED'],
	[/connection reset/i, 'ECONNRESET'],
	[/broken pipe/i, 'EPIPE'],
	[/no such host|failed to lookup|no record returned/i, 'ENOTFOUND'],
	[/too many open files/i, 'EMFILE'],
	[/cannot assign requested address/i, 'EADDRNOTAVAIL'],
	[/no route to host/i, 'EHOSTUNREACH'],
	[/network is unreachable/i, 'ENETUNREACH'],
	[/certificate|x509/i, 'TLS certificate'],
	[/\btls\b|handshake/i, 'TLS failed'],
	[/unexpected EOF|end of file before message length/i, 'truncated'],
	[/malformed|invalid (HTTP|header|chunk)|bad request line/i, 'malformed reply'],
	[/\bEOF\b|before message completed|server closed (idle|connection)|connection closed/i, 'closed before response'],
];

/** The outcome that an error's words stand for. */
export const outcomeOf = (words: string): string =>
	names.find(([pattern]) => pattern.test(words))?.[1] ?? 'connection failed';

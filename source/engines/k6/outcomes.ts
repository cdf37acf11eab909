import type {K6Request, K6Tags} from './points.ts';

/** How a request ended. `timed`: it has a latency, for it was answered or waited its time out. */
export type RequestOutcome = {readonly name: string; readonly failed: boolean; readonly timed: boolean};

/** k6's error codes of what has no answer, in the words that outcomes have everywhere. */
const byCode: Readonly<Record<string, string>> = {
	'1020': 'invalid URL',
	'1100': 'EAI_FAIL',
	'1101': 'ENOTFOUND',
	'1110': 'address blocked by the script',
	'1111': 'host blocked by the script',
	'1201': 'EPIPE',
	'1211': 'ETIMEDOUT',
	'1212': 'ECONNREFUSED',
	'1220': 'ECONNRESET',
	'1300': 'TLS failed',
	'1301': 'TLS failed',
	'1310': 'TLS unknown authority',
	'1311': 'TLS wrong name',
	'1701': 'malformed reply',
};

const timeout = '1050';

/** What only the words of an error tell. */
const byWords: ReadonlyArray<readonly [pattern: RegExp, name: string]> = [
	[/unexpected EOF|body closed/i, 'truncated'],
	[/\bEOF\b|server closed idle connection/i, 'closed before response'],
	[/connection reset/i, 'ECONNRESET'],
	[/network is unreachable/i, 'ENETUNREACH'],
	[/no route to host/i, 'EHOSTUNREACH'],
	[/cannot assign requested address/i, 'EADDRNOTAVAIL'],
	[/too many open files/i, 'EMFILE'],
	[/malformed HTTP|malformed chunked|bad Content-Length|invalid byte in chunk/i, 'malformed reply'],
	[/x509|tls:/i, 'TLS failed'],
	[/unsupported protocol scheme|invalid URL/i, 'invalid URL'],
	[/stopped after \d+ redirects/i, 'too many redirects'],
];

const unanswered = (code: string, error: string): string => {
	const http2 = /^http2: .*ErrCode (\w+)/.exec(error)?.[1];
	if (http2 !== undefined) return `HTTP/2 ${http2}`;
	const known = byCode[code] ?? byWords.find(([pattern]) => pattern.test(error))?.[1];
	if (known !== undefined) return known;
	return /^1[0-4]\d\d$/.test(code) ? 'connection failed' : `k6 error ${code}`;
};

/**
 * How an HTTP request ended. What k6 calls failed failed, also where its status looks well, and the other way round: the
 * script says what it expects.
 */
export const outcomeOf = ({
	tags,
	failed: told,
	duration,
}: Pick<K6Request, 'tags' | 'failed' | 'duration'>): RequestOutcome => {
	const {status = '', error = '', error_code: code = ''} = tags;
	const answered = /^[1-5]\d\d$/.test(status);
	if (!answered) {
		// Of one that had no connection yet, k6 does not say how long it waited.
		if (code === timeout) return {name: 'timeout', failed: true, timed: duration > 0};
		// Nobody expects that, whatever the script says it does.
		return {name: unanswered(code, error), failed: true, timed: false};
	}

	const isBad = Number(status) >= 400;
	const expected = tags.expected_response === undefined ? undefined : tags.expected_response === 'true';
	const failed = told ?? (expected === undefined ? isBad : !expected);
	if (failed === isBad) return {name: status, failed, timed: true};
	return {name: failed ? `${status} unexpected` : `${status} expected`, failed, timed: true};
};

const grpcStatuses: readonly string[] = [
	'OK',
	'CANCELLED',
	'UNKNOWN',
	'INVALID_ARGUMENT',
	'DEADLINE_EXCEEDED',
	'NOT_FOUND',
	'ALREADY_EXISTS',
	'PERMISSION_DENIED',
	'RESOURCE_EXHAUSTED',
	'FAILED_PRECONDITION',
	'ABORTED',
	'OUT_OF_RANGE',
	'UNIMPLEMENTED',
	'INTERNAL',
	'UNAVAILABLE',
	'DATA_LOSS',
	'UNAUTHENTICATED',
];

/** How a gRPC call ended. */
export const grpcOutcomeOf = ({status = ''}: K6Tags): RequestOutcome => {
	const name = grpcStatuses[Number(status)];
	return {name: `gRPC ${name ?? (status === '' ? 'without a status' : status)}`, failed: status !== '0', timed: true};
};

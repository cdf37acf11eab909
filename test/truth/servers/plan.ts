/** The ways in which a target of known behaviour can end a request. */
export type ReplyName =
	/** 200 with two bytes. */
	| 'ok'
	/** Its socket is destroyed without a word. */
	| 'drop'
	| 'reset'
	/** FIN in place of a reply. */
	| 'finish'
	/** Half of the body that its Content-Length announced, then FIN. */
	| 'truncated'
	/** A status line that is none. */
	| 'rubbish'
	/** A chunk whose size is no number. */
	| 'bad chunk'
	/** Two chunks, an extension, a trailer. */
	| 'trailers'
	/** A body as long as its connection. */
	| 'until close'
	/** 64 KiB of headers. */
	| 'huge headers'
	/** A reply that comes byte by byte. */
	| 'dribble'
	/** 200 with the Content-Length of a body that HEAD does not get. */
	| 'head'
	| 'no content'
	/** 304 with a Content-Length, as RFC 9110 (8.6) allows. */
	| 'not modified'
	/** 103, then 200. */
	| 'early hints'
	| 'never'
	/** 200 after five seconds. */
	| 'late'
	/** 200 with a body of 1 MiB. */
	| 'mebibyte'
	/** The headers at once, the body 50 ms later. */
	| 'halves'
	/** Terminal escapes in the status text and in a header. */
	| 'escapes';

/** What a target does. Times are milliseconds. */
export type TargetPlan = {
	/** In turn, by the number of the request. */
	readonly replies: readonly ReplyName[];
	/** Before each 'ok'. */
	readonly delay?: number;
	/** Before each 'ok', instead of `delay`: shares that add up to 1, each with its delay. */
	readonly mixture?: ReadonlyArray<{readonly share: number; readonly delay: number}>;
	/**
	 * At the end of each period, nothing is answered for so long. The first request comes at a random moment of a period,
	 * but not while frozen: so does, whole periods later, the last.
	 */
	readonly stall?: {readonly frozen: number; readonly period: number};
	/** So many replies on each connection; the last one says that the connection ends with it. */
	readonly perConnection?: number;
	/** So long after the first request the port refuses. */
	readonly goneAfter?: number;
	/** A certificate that nobody vouches for. */
	readonly tls?: {readonly key: string; readonly cert: string};
};

/** What a target saw. */
export type TargetLog = {
	readonly requests: number;
	/** Whole replies, by the name of their kind, and every other end of a request. */
	readonly ended: Readonly<Record<string, number>>;
	readonly connections: number;
	/** The most that were open at once. */
	readonly mostConnections: number;
	/** Requests that came on a connection whose end had been announced. */
	readonly afterLast: number;
	/** When each request arrived, in microseconds since the epoch. */
	readonly arrivals: readonly number[];
	/**
	 * When each freeze began, and when the first and the last of what had waited for its end was answered, in the order of
	 * arrival; microseconds since the epoch.
	 */
	readonly freezes: ReadonlyArray<{readonly began: number; readonly first: number; readonly last: number}>;
	/** From the arrival of each answered request to the writing of its reply, in microseconds. */
	readonly services: readonly number[];
};

import * as z from 'zod';
import {type Pace, paceOf, stepsBetween} from '../../core/pacer.ts';
import {httpPlan, splitHttp} from '../http-plan.ts';
import {scenarioPlan} from './scenario/plan.ts';

/** What this engine is asked to do beyond what every HTTP engine is. */
export const ownHttpPlan = httpPlan
	.extend({
		/** Absent: yes. Otherwise each request has a connection of its own. */
		keepAlive: z.boolean().optional(),
		/** Open loop: how many connections there may be when all others are busy. Absent: ten times `connections`, if possible. */
		maxConnections: z.int().min(1).max(100_000).optional(),
		/** The rate that the measured time ends with; `rate` is what it begins with. */
		rateEnd: z.number().positive().optional(),
		/** From `rate` to `rateEnd` in so many steps; absent: in a straight line. */
		steps: z.int().min(2).max(10_000).optional(),
		/** Absent: evenly. */
		arrivals: z.enum(['even', 'poisson']).optional(),
		/** Which of several threads this is the share of: even arrivals take turns. */
		turn: z.strictObject({index: z.int().min(0), of: z.int().min(1)}).optional(),
		/** Of random arrivals: the same seed gives the same ones. */
		seed: z.int().min(0).max(4_294_967_295).optional(),
		/** Keeps one core busy to send on time. */
		precise: z.boolean().optional(),
		/** Connects here instead of to the URL's host: HOST:PORT. */
		connectTo: z.string().min(1).optional(),
		/** Connects to this socket of the local machine instead. */
		unix: z.string().min(1).optional(),
		/** Reaches it through a tunnel of this HTTP proxy (CONNECT). */
		proxy: z.url({protocol: /^http$/}).optional(),
		/** Speaks HTTP/2: over TLS as the target agrees to (ALPN), else at once. Several requests share a connection. */
		http2: z.boolean().optional(),
		/** Follows redirects: an operation is over with the last reply. */
		follow: z.boolean().optional(),
		/** Takes any certificate. */
		insecure: z.boolean().optional(),
		/** Certificates in PEM: who is trusted, and who this client is. */
		ca: z.string().optional(),
		cert: z.string().optional(),
		key: z.string().optional(),
		/**
		 * Virtual users instead of one request over and over: `connections` of them, or with a `rate` so many sessions per
		 * second of at most `connections` users at a time. Paths are below `url`, and `headers` go with every request.
		 */
		scenario: scenarioPlan.optional(),
	})
	.refine(({scenario, http2}) => scenario === undefined || http2 !== true, {
		error: 'scenarios speak HTTP/1.1: each virtual user has connections of its own',
	})
	.refine(
		({scenario, pipelining, bodyBase64}) => scenario === undefined || (pipelining === 1 && bodyBase64 === undefined),
		{
			error: 'the requests of a scenario have bodies of their own, and a virtual user has one in flight',
		},
	)
	.refine(({scenario, url}) => scenario === undefined || !/[?#]/.test(url), {
		error: 'the URL that a scenario is below has no query',
	})
	.refine(
		({rate, rateEnd, steps}) =>
			(rateEnd === undefined || rate !== undefined) && (steps === undefined || rateEnd !== undefined),
		{
			error: 'a ramp needs a rate to begin with, and steps need a ramp',
		},
	)
	.refine(({keepAlive, pipelining}) => keepAlive !== false || pipelining === 1, {
		error: 'several requests in flight on a connection need keep-alive',
	})
	.refine(({http2, keepAlive}) => http2 !== true || keepAlive !== false, {
		error: 'connections of HTTP/2 are kept',
	})
	.refine(({follow, pipelining, http2}) => follow !== true || pipelining === 1 || http2 === true, {
		error: 'redirects are followed with one request in flight on a connection, or over HTTP/2',
	})
	.refine(({proxy, unix}) => proxy === undefined || unix === undefined, {
		error: 'there is no proxy on the way to a socket of the local machine',
	});

export type OwnHttpPlan = z.infer<typeof ownHttpPlan>;

/** What of a plan says when requests begin, and on how many connections. */
export type LoopPlan = Pick<
	OwnHttpPlan,
	'connections' | 'maxConnections' | 'timeout' | 'rate' | 'rateEnd' | 'steps' | 'arrivals' | 'turn' | 'seed' | 'precise'
>;

/** What of a plan says where its connections go. */
export type Destination = Pick<
	OwnHttpPlan,
	'url' | 'connectTo' | 'unix' | 'proxy' | 'http2' | 'insecure' | 'ca' | 'cert' | 'key'
> & {
	/** What is offered to be spoken over TLS (ALPN); absent: what the plan says of HTTP. */
	readonly protocols?: readonly string[];
};

/** How many connections an open loop may grow to, of so many that can be opened at all. */
export const mostConnections = (
	{connections, maxConnections}: Pick<OwnHttpPlan, 'connections' | 'maxConnections'>,
	openable = Number.POSITIVE_INFINITY,
): number => Math.max(connections, maxConnections ?? Math.min(connections * 10, openable));

const shareOf = (whole: number, threads: number, index: number): number =>
	Math.floor(whole / threads) + (index < whole % threads ? 1 : 0);

/** Connections and their limit divided over so many threads, remainders kept; the rate in equal parts; each its own seed. */
export const splitOwnHttp = (plan: OwnHttpPlan, threads: number, openable: number): readonly OwnHttpPlan[] =>
	splitHttp(plan, threads).map((share, index, {length}) => ({
		...plan,
		...share,
		...(plan.scenario === undefined ? {} : {turn: {index, of: length}}),
		...(plan.rate === undefined || plan.scenario !== undefined
			? {}
			: {maxConnections: shareOf(mostConnections(plan, openable), length, index)}),
		// Equal rates, whole or not: only so do even arrivals of all threads together stay even.
		...(plan.rate === undefined ? {} : {rate: plan.rate / length, turn: {index, of: length}}),
		...(plan.rateEnd === undefined ? {} : {rateEnd: plan.rateEnd / length}),
		...(plan.arrivals === 'poisson' ? {seed: ((plan.seed ?? 1) + index * 0x9e3779b9) >>> 0} : {}),
	}));

/** When requests are due, under a warm-up at the first rate and then what the plan says for the measured time. */
export const paceOfPlan = ({rate = 0, rateEnd, steps}: LoopPlan, warmup: number, duration: number): Pace => {
	const warm = {duration: warmup, from: rate, to: rate};
	if (rateEnd === undefined) return paceOf([warm]);
	return paceOf([
		warm,
		...(steps === undefined ? [{duration, from: rate, to: rateEnd}] : stepsBetween(rate, rateEnd, steps, duration)),
	]);
};

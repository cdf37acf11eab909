import {isSecretHeader, redactUrl} from '../../core/secret.ts';
import type {OwnHttpPlan} from './plan.ts';
import {type Way, wayTo} from './way.ts';

/** One request and where it goes. */
export type Route<Request> = {
	readonly plan: OwnHttpPlan;
	/** Scheme, host and port: what can be asked on one connection. */
	readonly origin: string;
	readonly way: Way;
	readonly request: Request;
};

/** Where a reply leads: on a route, or to the name of a failure. Absent: it leads nowhere, and is what was asked for. */
export type Lead<Request> = Route<Request> | string | undefined;

/** The routes of a load: where it begins, and what replies to it lead to. */
export type Routes<Request> = {
	readonly first: Route<Request>;
	/** Absent: replies that redirect are replies like any other. */
	readonly follow?: (
		route: Route<Request>,
		status: number,
		location: string | undefined,
		hops: number,
	) => Lead<Request>;
};

/** As many redirects in a row as a client takes before it believes in a loop. */
export const mostRedirects = 10;
/** Different redirects that are remembered; further ones are made anew each time. */
const mostKnown = 1000;

/** As much of a URL as is told. */
const longestShown = 200;

/** Statuses that lead elsewhere, with a Location. */
export const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/**
 * What belongs to one origin and must not be sent to another, as the Fetch standard has it (HTTP-redirect fetch, 13);
 * beside these, whatever looks secret.
 */
const ofOneOrigin = /^(authorization|cookie|proxy-authorization|host)$/i;
const ofBody = /^content-/i;

/** Whether a header must not be sent to another origin than the one it was meant for. */
export const isOfOneOrigin = (name: string, value: string): boolean =>
	ofOneOrigin.test(name) || isSecretHeader(name, value);

/** Whether a header says something of a body. */
export const isOfBody = (name: string): boolean => ofBody.test(name);

/** Whether a redirect makes a GET of a request (RFC 9110, 15.4, and the Fetch standard). */
export const becomesGet = (status: number, method: string): boolean =>
	(status === 303 && method !== 'HEAD') || ((status === 301 || status === 302) && method === 'POST');

const without = (
	headers: OwnHttpPlan['headers'],
	drops: (name: string, value: string) => boolean,
): OwnHttpPlan['headers'] => Object.fromEntries(Object.entries(headers).filter(([name, value]) => !drops(name, value)));

/**
 * The plan that a redirect makes of another: the method and the body as RFC 9110, 15.4 and the Fetch standard have them;
 * what is secret stays with its origin, and so does where else to connect.
 */
const redirected = (plan: OwnHttpPlan, status: number, url: URL): OwnHttpPlan => {
	const {bodyBase64, connectTo, unix, ...rest} = plan;
	const from = new URL(plan.url);
	const isSameOrigin = from.origin === url.origin;
	const isGet = becomesGet(status, plan.method);
	if (isSameOrigin && url.username === '' && url.password === '') {
		url.username = from.username;
		url.password = from.password;
	}

	url.hash = '';
	const ownHeaders = isSameOrigin ? plan.headers : without(plan.headers, isOfOneOrigin);
	return {
		...rest,
		url: url.href,
		method: isGet ? 'GET' : plan.method,
		headers: isGet ? without(ownHeaders, isOfBody) : ownHeaders,
		...(bodyBase64 === undefined || isGet ? {} : {bodyBase64}),
		...(isSameOrigin && connectTo !== undefined ? {connectTo} : {}),
		...(isSameOrigin && unix !== undefined ? {unix} : {}),
	};
};

/**
 * The routes of a plan. `build` makes what is sent; `canLeave` tells whether a redirect may lead to another origin.
 * The first redirect that is followed is told.
 */
export const createRoutes = <Request>(
	plan: OwnHttpPlan,
	way: Way,
	build: (plan: OwnHttpPlan) => Request,
	canLeave: boolean,
	notice: (text: string) => void,
): Routes<Request> => {
	const first: Route<Request> = {plan, origin: new URL(plan.url).origin, way, request: build(plan)};
	if (plan.follow !== true) return {first};
	const ways = new Map([[first.origin, way]]);
	const known = new Map<string, Lead<Request>>();
	let isTold = false;

	const leadOf = (route: Route<Request>, status: number, location: string): Lead<Request> => {
		if (!URL.canParse(location, route.plan.url)) return 'bad redirect';
		const url = new URL(location, route.plan.url);
		if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'bad redirect';
		if (url.origin !== first.origin && !canLeave) return 'redirect to another origin';
		const next = redirected(route.plan, status, url);
		let nextWay = ways.get(url.origin);
		if (nextWay === undefined) {
			nextWay = wayTo(next);
			if (ways.size < mostKnown) ways.set(url.origin, nextWay);
		}

		return {plan: next, origin: url.origin, way: nextWay, request: build(next)};
	};
	return {
		first,
		follow(route, status, location, hops) {
			if (!redirects.has(status) || location === undefined) return undefined;
			if (hops >= mostRedirects) return 'too many redirects';
			const key = `${status} ${route.plan.method} ${route.plan.url} ${location}`;
			let lead = known.get(key);
			if (lead === undefined) {
				lead = leadOf(route, status, location);
				if (known.size < mostKnown) known.set(key, lead);
			}

			if (!isTold && typeof lead === 'object') {
				isTold = true;
				const shown = redactUrl(lead.plan.url);
				const where = shown.length > longestShown ? `${shown.slice(0, longestShown)}…` : shown;
				notice(`Redirects are followed: ${status} to ${where}. One operation is all of its requests.`);
			}

			return lead;
		},
	};
};

/** Tells once, of a load that follows no redirects, that there are some. */
export const createRedirectNotice = <Request>({follow}: Routes<Request>, notice: (text: string) => void) => {
	let isTold = follow !== undefined;
	return (status: number): void => {
		if (isTold || !redirects.has(status)) return;
		isTold = true;
		notice(
			`The target redirects (${status}), and redirects are not followed: what is measured are these replies alone (--follow).`,
		);
	};
};

import type {OwnHttpPlan} from './plan.ts';

const needsLength = new Set(['POST', 'PUT', 'PATCH']);

/** The bytes of a plan's request, the same each time. Headers of the plan come before those that are added for it. */
export const requestBytes = (plan: OwnHttpPlan): Buffer => {
	const url = new URL(plan.url);
	const body = Buffer.from(plan.bodyBase64 ?? '', 'base64');
	const given = new Set(Object.keys(plan.headers).map((name) => name.toLowerCase()));
	const user = url.username + url.password;
	const added: Array<readonly [string, string]> = [
		['Host', url.host],
		...(user === ''
			? []
			: ([
					[
						'Authorization',
						`Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`,
					],
				] as const)),
		['User-Agent', 'benchtop'],
		['Accept', '*/*'],
		...(plan.keepAlive === false ? ([['Connection', 'close']] as const) : []),
		...(body.length > 0 || needsLength.has(plan.method) ? ([['Content-Length', String(body.length)]] as const) : []),
	];
	const lines = [
		`${plan.method} ${url.pathname}${url.search} HTTP/1.1`,
		...added.filter(([name]) => name === 'Host' && !given.has('host')).map((header) => header.join(': ')),
		...Object.entries(plan.headers).map((header) => header.join(': ')),
		...added.filter(([name]) => name !== 'Host' && !given.has(name.toLowerCase())).map((header) => header.join(': ')),
	];
	return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
};

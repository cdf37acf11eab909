import {once} from 'node:events';
import {createServer} from 'node:net';
import {messageOf} from '../../errors.ts';

/** A loopback address with a port that is free now. */
export const freeAddress = async (): Promise<string> => {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	server.close();
	await once(server, 'close');
	return `127.0.0.1:${port}`;
};

type Status = {readonly paused?: boolean; readonly vus?: number; readonly 'vus-max'?: number};

/** k6 answers within moments, or not at all. */
const patience = 2000;

const asJson = {'content-type': 'application/json', connection: 'close'};

const detailIn = (body: string): string => {
	const detail = /"detail":\s*"([^"]*)"/.exec(body)?.[1];
	return detail ?? body.trim();
};

const ask = async (address: string, change?: Status): Promise<string> => {
	const response = await fetch(`http://${address}/v1/status`, {
		headers: asJson,
		signal: AbortSignal.timeout(patience),
		...(change === undefined
			? {}
			: {method: 'PATCH', body: JSON.stringify({data: {type: 'status', id: 'default', attributes: change}})}),
	});
	const body = await response.text();
	if (!response.ok) throw new Error(detailIn(body));
	return body;
};

/** Changes a running k6 through its REST API; gives why not, or nothing when it did. Never rejects. */
export const changeK6 = async (address: string, change: {readonly paused: boolean} | {readonly vus: number}) => {
	try {
		if ('paused' in change) await ask(address, change);
		else {
			const most = Number(/"vus-max":\s*(\d+)/.exec(await ask(address))?.[1] ?? 0);
			await ask(address, {vus: change.vus, 'vus-max': Math.max(most, change.vus)});
		}

		return undefined;
	} catch (error) {
		return messageOf(error);
	}
};

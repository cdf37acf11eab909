import type {Frame} from '../engine.ts';
import type {Adapter, LoadToolPlan} from './adapter.ts';

/** Why a tool cannot do what a plan says; `undefined` where it can. In words that follow 'The plan does not fit the engine …: '. */
export const planRefusal = ({name, can}: Adapter, plan: LoadToolPlan): string | undefined => {
	const {method, bodyBase64, pipelining, rate, timeout, threads = 1, connections} = plan;
	const {methods, bodies} = can;
	const hasBody = bodyBase64 !== undefined;
	if (pipelining > 1 && can.pipelining !== true)
		return `${name} has one request in flight on a connection: leave out --pipelining`;
	if (pipelining > 1 && hasBody) return `${name} pipelines no requests with a body`;
	if (rate !== undefined && can.rate === undefined)
		return `${name} keeps no rate: leave out --rate, or use vegeta, oha, hey or h2load`;
	if (can.rate === 'whole' && rate !== undefined && !Number.isInteger(rate))
		return `${name} sends whole requests per second: -R 1, -R 250`;
	if (methods !== undefined && !methods.includes(method))
		return `${name} cannot measure ${method}: only ${methods.join(', ')}`;
	if (can.needsBody === true && hasBody !== (method === 'POST')) {
		return hasBody ? `${name} sends a body by POST alone` : `${name} sends no ${method} without a body`;
	}

	if (hasBody && bodies !== undefined && !bodies.includes(method))
		return `${name} sends a body by ${bodies.join(' and ')} alone, not by ${method}`;
	if (can.wholeSeconds === true && timeout % 1000 !== 0)
		return `${name} knows timeouts of whole seconds alone: 1s, 10s`;
	return threadRefusal({name, can}, connections, threads);
};

const threadRefusal = (
	{name, can}: Pick<Adapter, 'name' | 'can'>,
	connections: number,
	threads: number,
): string | undefined => {
	if (threads === 1) return undefined;
	if (can.threads === undefined) return `${name} has one thread`;
	if (threads > connections) return `${threads} threads cannot share ${connections} connections`;
	return can.threads === 'even' && connections % threads !== 0
		? `${name} gives each thread the same number of connections, and ${connections} cannot be divided by ${threads}`
		: undefined;
};

/** Why the frame around a plan does not fit. */
export const frameRefusal = (
	adapter: Adapter,
	{connections}: LoadToolPlan,
	{workers, amount}: Frame,
): string | undefined => {
	const {name, can} = adapter;
	if (amount !== undefined && can.amount === undefined) return `${name} runs for a time, and cannot be told an amount`;
	if (amount !== undefined && amount < connections)
		return `${amount} requests are less than one for each of ${connections} connections`;
	if (amount !== undefined && can.amount === 'even' && amount % connections !== 0) {
		return `${name} makes the same number of requests on each connection, and ${amount} cannot be divided by ${connections}`;
	}

	return threadRefusal(adapter, connections, workers);
};

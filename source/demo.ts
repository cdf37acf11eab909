// The demo target: a small shop with the troubles of a real service. Loopback only; ends when nobody has used it for a while.
import {createHash} from 'node:crypto';
import {createServer, type ServerResponse} from 'node:http';

const preferredPort = 7077;
const idleLimit = 20_000;
const body = JSON.stringify({
	items: Array.from({length: 20}, (_, index) => ({id: index, name: `item ${index}`, price: 9.95})),
});

/** Marsaglia and Bray's polar method, without the second value. */
const normal = (): number => {
	for (;;) {
		const x = 2 * Math.random() - 1;
		const y = 2 * Math.random() - 1;
		const s = x * x + y * y;
		if (s > 0 && s < 1) return x * Math.sqrt((-2 * Math.log(s)) / s);
	}
};

const logNormal = (median: number, sigma: number): number => median * Math.exp(sigma * normal());

// Every 5 s the shop stands still for 150 ms, as with a long garbage collection; requests in that time wait for its end.
const stallEvery = 5000;
const stallLength = 150;
const stallLeft = (): number => Math.max(0, stallLength - (performance.now() % stallEvery));

// The same work for each request, with nothing by chance and no waiting: what varies on this path is the machine.
const work = Buffer.alloc(65_536, 'benchtop');
const answerSteadily = (response: ServerResponse): void => {
	const digest = createHash('sha256').update(work).digest('hex');
	response.writeHead(200, {'content-type': 'text/plain', 'content-length': digest.length});
	response.end(digest);
};

const reply = (response: ServerResponse, delay: number, status: number): void => {
	setTimeout(
		() => {
			response.writeHead(status, {'content-type': 'application/json', 'content-length': Buffer.byteLength(body)});
			response.end(body);
			// Timers may fire up to a millisecond early.
		},
		Math.ceil(delay + stallLeft()),
	);
};

const server = createServer((request, response) => {
	lastUse = performance.now();
	request.resume();
	const path = (request.url ?? '/').split('?', 1)[0];
	const chance = Math.random();
	if (path === '/steady') answerSteadily(response);
	else if (path === '/fast') reply(response, logNormal(1, 0.3), 200);
	else if (path === '/slow') reply(response, logNormal(80, 0.35), 200);
	else if (path === '/error') reply(response, logNormal(2, 0.3), 500);
	else if (path !== '/') reply(response, logNormal(1, 0.3), 404);
	else if (chance < 0.003) reply(response, logNormal(3, 0.3), 503);
	else if (chance < 0.04) reply(response, logNormal(60, 0.35), 200);
	else reply(response, logNormal(6, 0.35), 200);
});

let lastUse = performance.now();
const watch = setInterval(() => {
	if (performance.now() - lastUse < idleLimit) return;
	clearInterval(watch);
	server.close();
	server.closeAllConnections();
}, 1000);

server.keepAliveTimeout = 60_000;
server.on('listening', () => {
	const address = server.address();
	if (typeof address === 'object' && address !== null) process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});
server.once('error', () => server.listen(0, '127.0.0.1'));
server.listen(preferredPort, '127.0.0.1');
process.stdout.on('error', () => {});

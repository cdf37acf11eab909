import {once} from 'node:events';
import {createServer as createHttpServer, type RequestListener, type Server} from 'node:http';
import {createServer, type Server as NetServer, type Socket} from 'node:net';

export type Target = {
	readonly url: string;
	readonly port: number;
	readonly requests: () => number;
	readonly close: () => Promise<void>;
};

const listen = async (server: NetServer | Server, port: number): Promise<number> => {
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (typeof address !== 'object' || address === null) throw new Error('no port');
	return address.port;
};

/** An HTTP server on loopback that counts its requests. */
export const httpTarget = async (handler: RequestListener, wantedPort = 0): Promise<Target> => {
	let requests = 0;
	const server = createHttpServer((request, response) => {
		requests += 1;
		handler(request, response);
	});
	const port = await listen(server, wantedPort);
	return {
		url: `http://127.0.0.1:${port}/`,
		port,
		requests: () => requests,
		async close() {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
};

/** A server on loopback that answers each request (a read that ends in an empty line) as it likes, byte by byte. */
export const rawTarget = async (answer: (socket: Socket, request: number) => void): Promise<Target> => {
	let requests = 0;
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => sockets.delete(socket));
		let unread = '';
		socket.on('data', (bytes) => {
			unread += bytes.toString('latin1');
			for (;;) {
				const end = unread.indexOf('\r\n\r\n');
				if (end < 0) return;
				unread = unread.slice(end + 4);
				requests += 1;
				answer(socket, requests);
			}
		});
	});
	const port = await listen(server, 0);
	return {
		url: `http://127.0.0.1:${port}/`,
		port,
		requests: () => requests,
		async close() {
			server.close();
			for (const socket of sockets) socket.destroy();
			await once(server, 'close');
		},
	};
};

export const okReply = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

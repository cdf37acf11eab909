// A shop to be loaded: products at once, orders after a moment.
import {createServer} from 'node:http';

const server = createServer((request, response) => {
	request.resume();
	if (request.url === '/orders') {
		setTimeout(() => response.writeHead(201, {'content-type': 'application/json'}).end('{"id": 7}'), 5);
		return;
	}

	response.writeHead(200, {'content-type': 'application/json'}).end('[{"id": 1, "name": "shoes"}]');
});
server.listen(Number(process.env.PORT), '127.0.0.1');

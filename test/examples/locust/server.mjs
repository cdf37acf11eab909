import {createServer} from 'node:http';

const server = createServer((request, response) => {
	if (request.url === '/cart') response.statusCode = 201;
	request.resume();
	setTimeout(() => response.end('{}'), request.url?.startsWith('/search') ? 5 : 1);
});
server.listen(Number(process.env.PORT), '127.0.0.1');

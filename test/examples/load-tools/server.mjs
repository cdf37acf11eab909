import {createServer} from 'node:http';

createServer((request, response) => {
	request.resume();
	setTimeout(() => response.writeHead(200, {'Content-Length': 6}).end('hello\n'), 2);
}).listen(Number(process.env.PORT), '127.0.0.1');

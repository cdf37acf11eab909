// A service as one has it: quick on one path, slow on another, and now and then it fails.
import {createServer} from 'node:http';

const port = Number(process.env.PORT ?? 3000);
let requests = 0;

createServer((request, response) => {
	requests += 1;
	if (request.url?.startsWith('/search')) {
		setTimeout(() => response.end(JSON.stringify({found: ['shoes', 'socks']})), 4 + (requests % 10));
	} else if (request.url === '/health') {
		response.end('ok');
	} else {
		response.statusCode = requests % 500 === 0 ? 503 : 200;
		response.end(JSON.stringify({name: 'catalogue'}));
	}
}).listen(port, '127.0.0.1', () => process.stdout.write(`listening on ${port}\n`));

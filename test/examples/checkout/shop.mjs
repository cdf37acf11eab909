// A shop with a session for each user: who is not logged in cannot order.
import {createServer} from 'node:http';
import {text} from 'node:stream/consumers';

const port = Number(process.env.PORT ?? 3000);
const tokens = new Set();
let orders = 0;

const isKnown = ({headers}) => tokens.has(String(headers.authorization).replace('Bearer ', ''));

createServer(async (request, response) => {
	const answer = (status, body) => {
		response.writeHead(status, {'content-type': 'application/json'});
		setTimeout(() => response.end(JSON.stringify(body)), 2);
	};
	const body = await text(request);
	switch (`${request.method} ${request.url?.split('?')[0]}`) {
		case 'POST /login': {
			const {name} = JSON.parse(body);
			const token = `token-of-${name}-${tokens.size}`;
			tokens.add(token);
			return answer(200, {token});
		}

		case 'GET /products':
			return answer(200, {
				products: [
					{id: 7, price: 20},
					{id: 9, price: 30},
				],
			});
		case 'POST /cart':
			return isKnown(request) ? answer(201, {cart: {items: [JSON.parse(body).id]}}) : answer(401, {});
		case 'POST /checkout':
			orders += 1;
			return isKnown(request) ? answer(200, {order: orders}) : answer(401, {});
		default:
			return answer(404, {});
	}
}).listen(port, '127.0.0.1', () => process.stdout.write(`the shop is open on ${port}\n`));

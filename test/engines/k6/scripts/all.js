import {check, group} from 'k6';
import http from 'k6/http';
import {Counter, Gauge, Rate, Trend} from 'k6/metrics';

const [found, orders, depth, hits] = [
	new Trend('found', true),
	new Counter('orders'),
	new Gauge('depth'),
	new Rate('hits'),
];

export const options = {
	thresholds: {
		http_req_failed: ['rate<0.9', 'rate<0.1'],
		orders: ['count>0'],
	},
};

export function setup() {
	http.get(`${__ENV.TARGET}setup`);
}

export default function () {
	group('browse', () => {
		const reply = http.get(`${__ENV.TARGET}?token=geheim-token`);
		check(reply, {'is well': ({status}) => status === 200, 'is nothing': ({body}) => body === ''});
	});
	http.get(`${__ENV.TARGET}bad`, {tags: {name: 'bad'}});
	http.get('http://127.0.0.1:1/', {tags: {name: 'nobody'}});
	found.add(3.5);
	orders.add(2);
	depth.add(7);
	hits.add(__ITER % 2 === 0);
}

export function teardown() {
	http.get(`${__ENV.TARGET}teardown`);
}

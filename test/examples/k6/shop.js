import {check, group} from 'k6';
import http from 'k6/http';
import {Trend} from 'k6/metrics';

const found = new Trend('products_found');

export const options = {
	thresholds: {
		http_req_failed: ['rate<0.01'],
		checks: ['rate>0.99'],
	},
};

export default function () {
	group('browse', () => {
		const products = http.get(`${__ENV.SHOP}/products`, {tags: {name: 'products'}});
		check(products, {'there are products': ({status}) => status === 200});
		found.add(products.json().length);
	});
	http.post(`${__ENV.SHOP}/orders`, JSON.stringify({id: 1}), {tags: {name: 'order'}});
}

import http from 'k6/http';

export const options = {
	scenarios: {
		some: {executor: 'externally-controlled', vus: 1, maxVUs: 4, duration: '3s'},
	},
};

export default function () {
	http.get(__ENV.TARGET);
}

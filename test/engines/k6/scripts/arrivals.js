import exec from 'k6/execution';
import http from 'k6/http';

export const options = {
	scenarios: {
		often: {
			executor: 'constant-arrival-rate',
			rate: 200,
			timeUnit: '1s',
			duration: '1s',
			preAllocatedVUs: 1,
			maxVUs: 1,
		},
	},
};

export default function () {
	http.get(__ENV.TARGET, {tags: {name: 'one'}});
	if (exec.scenario.iterationInTest === 3) throw new Error('not this one');
}

const bounded = new Map();
const forgotten = [];
let next = 0;

export default {
	'bounded cache'() {
		next += 1;
		bounded.set(next % 500, {id: next, name: `session ${next}`});
		return bounded.size;
	},
	'forgotten sessions'() {
		next += 1;
		forgotten.push({id: next, name: `session ${next}`});
		return forgotten.length;
	},
};

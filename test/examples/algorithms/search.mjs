// Two searches in a sorted list. setup makes an input of each size; run is what is measured.
const setup = (n) => Array.from({length: n}, (_, index) => index * 2);

export default {
	linear: {setup, run: (list) => list.indexOf(list.length)},
	'nearest pair': {
		setup,
		run(list) {
			let nearest = Number.POSITIVE_INFINITY;
			for (const a of list) for (const b of list) if (a !== b) nearest = Math.min(nearest, Math.abs(a - b));
			return nearest;
		},
	},
};

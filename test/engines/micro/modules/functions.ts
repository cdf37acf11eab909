// What a user would write: no import of benchtop is needed.
let state = 1;

export default {
	step: () => {
		state = (state * 1103515245 + 12345) & 0x7fffffff;
		return state;
	},
	sort: {
		parameters: {n: [10, 100]},
		setup: ({n}: {n: number}): readonly number[] => Array.from({length: n}, (_, index) => (index * 7919) % n),
		run: (list: readonly number[]): readonly number[] => list.toSorted((a, b) => a - b),
	},
};

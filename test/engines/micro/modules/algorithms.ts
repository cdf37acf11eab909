// What a user would write: no import of benchtop is needed.
export default {
	square: {
		setup: (size: number): number => size,
		run: (size: number): number => {
			let steps = 0;
			for (let outer = 0; outer < size; outer++) for (let inner = 0; inner < size; inner++) steps = (steps + inner) | 0;
			return steps;
		},
		sizes: [8, 16, 32, 64, 128, 256, 512],
	},
	breaks: (size: number): number => {
		if (size > 20) throw new RangeError(`no more than 20, and not ${size}`);
		return size;
	},
};

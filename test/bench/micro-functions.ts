// Functions of known magnitude, for benchtop and its peers alike: about 5 ns, 100 ns, 10 µs, 1 ms, and one that is async.
let state = 1;

const list = Array.from({length: 120}, (_, index) => (index * 7919) % 1000);

const spin = (steps: number): number => {
	let value = state;
	for (let step = 0; step < steps; step++) value = (Math.imul(value, 1_103_515_245) + 12_345) | 0;
	state = value;
	return value;
};

export default {
	'5 ns': (): number => spin(4),
	'100 ns': (): number => {
		let sum = 0;
		for (const value of list) sum += value;
		return sum;
	},
	'10 µs': (): number => spin(10_000),
	'1 ms': (): number => spin(170_000),
	async: async (): Promise<number> => spin(4),
};

// Functions that fail, each in its way.
export default {
	throws: () => {
		throw new TypeError('always');
	},
	rejects: async () => {
		throw new RangeError('later');
	},
	'setup throws': {
		setup: () => {
			throw new Error('no data');
		},
		run: () => 1,
	},
	exits: () => process.exit(7),
	waits: () => new Promise(() => {}),
	hangs: () => {
		for (;;);
	},
	works: () => Math.random(),
};

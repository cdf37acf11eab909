import type {Began} from '../../source/core/event.ts';

/** The first event of a made-up run. */
export const began: Began = {
	kind: 'began',
	version: 1,
	id: 'k3v9x2m7qa',
	name: 'checkout',
	engine: 'autocannon',
	target: 'http://127.0.0.1:3000/cart',
	means: 'from writing the request to the last byte of its reply',
	limits: [],
	steering: ['pause', 'connections', 'rate'],
	pid: 4711,
	began: '2026-11-23T12:00:00.000Z',
	plan: {
		id: 'k3v9x2m7qa',
		name: 'checkout',
		engine: 'autocannon',
		target: 'http://127.0.0.1:3000/cart',
		load: {connections: 64, rate: 2000},
		warmup: 400,
		duration: 3000,
		workers: 1,
		tags: [],
		watch: {port: 3000},
	},
	environment: {
		hostname: 'bench-07',
		os: {platform: 'linux', release: '6.1'},
		cpu: {model: 'made up', cores: 8, usableCores: 8},
		memory: {totalBytes: 16e9},
		loadAverage: [0, 0, 0],
		versions: {benchtop: '0.1.0', node: '24.0.0'},
	},
	fingerprint: {workload: '0123456789abcdef', environment: 'fedcba9876543210'},
};

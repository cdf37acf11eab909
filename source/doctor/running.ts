import {printable} from '../core/printable.ts';
import type {Check} from './check.ts';

/** Whether benchtop is measuring something else at this moment. */
export const running: Check = {
	name: 'other runs',
	about: 'benchmarks that benchtop runs at this moment',
	why: 'Two benchmarks at once measure each other.',
	run: async (host) => {
		const names = host.running.map(printable);
		if (names.length === 0) return [{level: 'good', is: 'none is running', figures: {running: 0}}];
		return [
			{
				level: 'bad',
				is: `${names.length} running: ${names.join(', ')}`,
				advice: 'Wait for its end, or look at it and stop it:',
				commands: ['benchtop attach'],
				figures: {running: names.length},
			},
		];
	},
};

import {formatCount} from '../core/units.ts';
import {type Check, levelBelow} from './check.ts';

/** How many cores this process may use: affinity and a container's quota applied. */
export const cores: Check = {
	name: 'cores',
	about: 'how many cores load and target can use',
	why: 'Where load, target and the watching of both share a core, each waits for the others, and that waiting stands in every latency.',
	run: async ({environment: {cpu}}) => {
		const usable = cpu.usableCores;
		// One each for the load, the target, and everything else.
		const level = levelBelow(usable, [3, 'note'], [2, 'warning']);
		return [
			{
				level,
				is:
					usable === cpu.cores
						? `${formatCount(usable)} usable`
						: `${formatCount(usable)} of ${formatCount(cpu.cores)} usable`,
				...(level === 'good' ? {} : {advice: 'Load a target on another machine, or measure on one with more cores.'}),
				figures: {usable, cores: cpu.cores},
			},
		];
	},
};

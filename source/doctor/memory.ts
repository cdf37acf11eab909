import {formatBytes, formatPercent} from '../core/units.ts';
import {memoryProbe} from '../monitor/memory.ts';
import {type Check, levelBelow, notKnown, worstOf} from './check.ts';

const mebibyte = 2 ** 20;

/** Memory that is left, of the machine or of its container's limit. */
export const memory: Check = {
	name: 'memory',
	about: 'memory that is left, of the machine or its container',
	why: 'Where memory is short the kernel takes it from file caches and then ends processes, in the middle of a run.',
	run: async (host) => {
		const sampler = await memoryProbe(host).open({});
		const sample = sampler?.sample() ?? {};
		sampler?.close();
		const [available, total] = [sample['host.memory.available'], sample['host.memory.total']];
		if (available === undefined || total === undefined)
			return [notKnown(host, '/proc/meminfo', {darwin: 'memory_pressure'})];
		const isLimited = host.environment.container?.memoryBytes !== undefined;
		const share = (100 * available) / total;
		const ofBytes = levelBelow(available, [512 * mebibyte, 'warning'], [128 * mebibyte, 'bad']);
		const level = worstOf([ofBytes, share < 10 ? 'warning' : isLimited ? 'note' : 'good']);
		const short = level === 'warning' || level === 'bad';
		return [
			{
				level,
				is: `${formatBytes(available)} (${formatPercent(share)}) of ${formatBytes(total)} left${isLimited ? ", the container's limit" : ''}`,
				...(short
					? {
							advice: isLimited
								? 'Raise the limit of the container (docker run --memory), or end what takes it:'
								: 'End what takes it:',
							commands: ['ps -Ao rss,pid,comm | sort -rn | head -n 5'],
						}
					: {}),
				figures: {availableBytes: available, totalBytes: total, isLimit: isLimited ? 'yes' : 'no'},
			},
		];
	},
};

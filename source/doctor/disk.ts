import {printable} from '../core/printable.ts';
import {formatBytes} from '../core/units.ts';
import {messageOf} from '../errors.ts';
import {type Check, levelBelow, unknown} from './check.ts';

const mebibyte = 2 ** 20;

/** Room where the history and the event logs lie. */
export const disk: Check = {
	name: 'disk',
	about: 'room where the history lies',
	why: 'An event log that cannot be written, or a result that cannot be kept, is a measurement that was for nothing.',
	run: async (host) => {
		const folder = printable(host.historyFolder);
		let free: number;
		try {
			free = host.freeBytes(host.historyFolder);
		} catch (error) {
			return [unknown(`${folder}: ${printable(messageOf(error))}`)];
		}

		const level = levelBelow(free, [1024 * mebibyte, 'warning'], [100 * mebibyte, 'bad']);
		return [
			{
				level,
				is: `${formatBytes(free)} free for ${folder}`,
				...(level === 'good'
					? {}
					: {
							advice: 'Make room, prune old runs, or keep the history elsewhere with --store:',
							commands: ['benchtop store prune --help'],
						}),
				figures: {freeBytes: free, folder: host.historyFolder},
			},
		];
	},
};

import {quantileOf} from '../core/samples.ts';
import {formatMilliseconds} from '../core/units.ts';
import {type Check, levelFrom, unknown} from './check.ts';

const turns = 100;
const length = 10;

/** How late the event loop of a Node.js process that does nothing else comes to its timers. Measured. */
export const eventLoop: Check = {
	name: 'event loop',
	about: 'how long an idle event loop stands still',
	why: 'Load and, where it is a Node.js one, target stand still with their event loop: a stall of any length is in all latencies under way.',
	alone: true,
	run: async (host) => {
		const stalls: number[] = [];
		for (let turn = 0; turn < turns; turn++) {
			const before = host.now();
			await host.wait(length);
			const passed = host.now() - before;
			// Whoever wants to leave is not kept.
			if (passed < length / 2) break;
			stalls.push(Math.max(0, passed - length));
		}

		stalls.sort((a, b) => a - b);
		const [p50, max] = [quantileOf(stalls, 0.5), stalls.at(-1)];
		if (p50 === undefined || max === undefined) return [unknown('it was broken off')];
		// Timers are rounded to whole milliseconds.
		const level = levelFrom(max, [5, 'note'], [20, 'warning'], [100, 'bad']);
		return [
			{
				level,
				is: `of ${stalls.length} waits of ${length} ms the longest came ${formatMilliseconds(max)} ms late, the median ${formatMilliseconds(p50)} ms`,
				...(level === 'good' ? {} : {advice: 'Find what else runs (see load, steal and CPU quota).'}),
				figures: {lateP50Ms: p50, lateMaxMs: max, waits: stalls.length},
			},
		];
	},
};

import {quantileOf} from '../core/samples.ts';
import {formatMilliseconds} from '../core/units.ts';
import {type Check, isVirtualMachine, levelFrom} from './check.ts';

const sleeps = 200;
const length = 1;

/** How late the kernel wakes a thread that sleeps for a millisecond. Measured, as cyclictest(8) does. */
export const sleep: Check = {
	name: 'sleep',
	about: 'how late a sleeping thread is woken',
	why: 'A load with a rate sends, and a target answers, when its thread is woken: how late that is stands in the latency.',
	alone: true,
	run: async (host) => {
		const late: number[] = [];
		for (let count = 0; count < sleeps; count++) {
			const before = host.now();
			host.sleep(length);
			late.push(Math.max(0, host.now() - before - length));
		}

		late.sort((a, b) => a - b);
		const [p50 = 0, p99 = 0, max = 0] = [quantileOf(late, 0.5), quantileOf(late, 0.99), late.at(-1)];
		const level = levelFrom(p99, [0.5, 'note'], [2, 'warning'], [20, 'bad']);
		return [
			{
				level,
				is: `of ${sleeps} sleeps of ${length} ms the median is ${formatMilliseconds(p50)} ms late, p99 ${formatMilliseconds(p99)} ms, the worst ${formatMilliseconds(max)} ms`,
				...(level === 'good'
					? {}
					: host.platform !== 'linux' || isVirtualMachine(host)
						? {advice: 'Find what else runs (see load and steal).'}
						: {
								advice:
									'Find what else runs (see load); or keep cores out of deep sleep while you measure (back: idle-set -E):',
								commands: ['sudo cpupower idle-set -D 10'],
							}),
				figures: {lateP50Ms: p50, lateP99Ms: p99, lateMaxMs: max, sleeps},
			},
		];
	},
};

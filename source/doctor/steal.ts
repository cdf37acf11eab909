import {formatPercent} from '../core/units.ts';
import {stealLimit} from '../core/validity.ts';
import {cpuShares, parseCpuTimes} from '../monitor/cpu.ts';
import {readText} from '../monitor/text-file.ts';
import {type Check, levelFrom, notKnown, unknown, watchTime} from './check.ts';

/** Time that the hypervisor gave to other guests, over a second and since the host was started (proc_stat(5)). */
export const steal: Check = {
	name: 'steal',
	about: 'CPU time that the hypervisor gives to others',
	why: 'Stolen time stands in every latency, and how much it is depends on neighbours that nobody here can see.',
	run: async (host) => {
		const read = () => parseCpuTimes(readText(`${host.root}/proc/stat`) ?? '').get('cpu');
		const before = read();
		if (before === undefined) return [notKnown(host, '/proc/stat')];
		await host.wait(watchTime);
		const after = read();
		const now = after === undefined ? undefined : cpuShares(before, after)?.steal;
		if (now === undefined) return [unknown('no time passed in /proc/stat')];
		const nothing = {user: 0, system: 0, iowait: 0, steal: 0, idle: 0};
		const sinceStart = cpuShares(nothing, before)?.steal ?? 0;
		const level = levelFrom(Math.max(now, sinceStart >= stealLimit ? 1 : 0), [1, 'warning'], [stealLimit, 'bad']);
		return [
			{
				level,
				is: `${formatPercent(now)} of the last second, ${formatPercent(sinceStart)} since the host was started`,
				...(level === 'good'
					? {}
					: {advice: 'Measure on an instance with cores of its own (not burstable, not shared), or at another hour.'}),
				figures: {stealPercent: now, stealPercentSinceStart: sinceStart},
			},
		];
	},
};

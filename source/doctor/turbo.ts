import {readText} from '../monitor/text-file.ts';
import {type Check, namesIn, notSeen} from './check.ts';

const cpu = '/sys/devices/system/cpu';

/** Turbo Boost and Core Performance Boost: `no_turbo` of intel_pstate, `boost` of all other drivers or of each policy. */
export const turbo: Check = {
	name: 'turbo',
	about: 'whether cores may run above their rated frequency',
	why: 'How long a core stays above its rated frequency depends on heat and on how many others work: the same load is faster when it begins than when it ends.',
	run: async (host) => {
		const read = (path: string): string | undefined => readText(`${host.root}${cpu}/${path}`)?.trim();
		const noTurbo = read('intel_pstate/no_turbo');
		const policies = namesIn(host, `${cpu}/cpufreq`).filter((name) => /^policy\d+$/.test(name));
		const switches = [read('cpufreq/boost'), ...policies.map((policy) => read(`cpufreq/${policy}/boost`))].filter(
			(value) => value === '0' || value === '1',
		);
		const isIntel = noTurbo === '0' || noTurbo === '1';
		if (!isIntel && switches.length === 0)
			return [notSeen(host, `${cpu}/intel_pstate/no_turbo, or ${cpu}/cpufreq/boost,`)];
		const on = isIntel ? noTurbo === '0' : switches[0] === '1' || switches.slice(1).includes('1');
		if (!on) return [{level: 'good', is: 'off', figures: {on: 'no'}}];
		const hasOne = read('cpufreq/boost') !== undefined;
		return [
			{
				level: 'note',
				is: 'on',
				advice: 'For runs that are to agree to the percent, switch it off (until the next start):',
				commands: [
					isIntel
						? `echo 1 | sudo tee ${cpu}/intel_pstate/no_turbo`
						: `echo 0 | sudo tee ${cpu}/cpufreq/${hasOne ? '' : 'policy*/'}boost`,
				],
				figures: {on: 'yes'},
			},
		];
	},
};

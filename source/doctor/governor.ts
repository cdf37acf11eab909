import {readText} from '../monitor/text-file.ts';
import {type Check, coreFolders, type Finding, notSeen} from './check.ts';

/** Drivers whose `powersave` reaches the highest frequency too, in its own time (kernel docs, intel_pstate, amd-pstate). */
const selfGoverning = /^(?:intel_pstate|amd-pstate-epp)$/;

/** The governor of each core's frequency, by cpufreq (kernel docs, CPU Performance Scaling). */
export const governor: Check = {
	name: 'CPU governor',
	about: 'who decides how fast the cores run',
	why: 'A core that starts slow and speeds up under load makes the first seconds, and every lull, slower than the rest.',
	run: async (host) => {
		const found = coreFolders(host).flatMap((folder) => {
			const name = readText(`${folder}/cpufreq/scaling_governor`)?.trim();
			return name === undefined || name === '' ? [] : [{folder, name}];
		});
		const [first] = found;
		if (first === undefined) {
			return [
				notSeen(host, '/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor', {
					darwin: 'pmset -g custom',
					win32: 'powercfg /getactivescheme',
				}),
			];
		}

		const names = [...new Set(found.map(({name}) => name))].sort();
		const driver = readText(`${first.folder}/cpufreq/scaling_driver`)?.trim() ?? null;
		const preference = readText(`${first.folder}/cpufreq/energy_performance_preference`)?.trim() ?? null;
		const figures = {governors: names.join(' '), cores: found.length, driver, preference};
		const steady = names.length === 1 && names[0] === 'performance';
		if (steady) return [{level: 'good', is: `performance on all ${found.length} cores`, figures}];
		const leansToSpeed = selfGoverning.test(driver ?? '') && preference === 'performance' && names[0] === 'powersave';
		const finding: Finding = {
			level: leansToSpeed ? 'note' : 'warning',
			is: `${names.join(' and ')}${driver === null ? '' : ` (driver ${driver}${preference === null ? '' : `, preference ${preference}`})`}`,
			advice: 'Hold the frequency up while you measure (until the next start):',
			commands: ['echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor'],
			figures,
		};
		return [finding];
	},
};

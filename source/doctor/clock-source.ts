import {printable} from '../core/printable.ts';
import {readText} from '../monitor/text-file.ts';
import {type Check, notKnown} from './check.ts';

const folder = '/sys/devices/system/clocksource/clocksource0';
/** Read by a program without asking the kernel (vDSO): tens of nanoseconds. */
const quick =
	/^(?:tsc|kvm-clock|hyperv_clocksource_tsc_page|arch_sys_counter|timebase|tod|stcounter|riscv_clocksource)$/;

/** What the kernel takes the time from. */
export const clockSource: Check = {
	name: 'clock source',
	about: 'what the kernel takes the time from',
	why: 'With a slow clock each look at it costs a microsecond or more, and a load generator looks at it for every request.',
	run: async (host) => {
		const read = (name: string) => printable((readText(`${host.root}${folder}/${name}`) ?? '').trim());
		const current = read('current_clocksource');
		if (current === '') return [notKnown(host, `${folder}/current_clocksource`)];
		const available = read('available_clocksource').split(' ');
		const figures = {source: current, available: available.join(' ')};
		if (quick.test(current)) return [{level: 'good', is: current, figures}];
		const better = available.find((name) => quick.test(name));
		return [
			{
				level: 'warning',
				is: `${current}, which the kernel must be asked for`,
				...(better === undefined
					? {advice: 'The kernel offers no quick one here; dmesg | grep -i tsc says why it does not trust the TSC.'}
					: {
							advice: 'Take the quick one (until the next start):',
							commands: [`echo ${better} | sudo tee ${folder}/current_clocksource`],
						}),
				figures,
			},
		];
	},
};

import {formatPercent} from '../core/units.ts';
import {cpuShares, parseCpuTimes, parseLoad} from '../monitor/cpu.ts';
import {readText} from '../monitor/text-file.ts';
import {type Check, type Finding, type Host, levelFrom, notKnown, unknown, watchTime} from './check.ts';

const advice = {
	advice: 'Wait for it to end, or end what is not needed. What is at work:',
	commands: ['ps -Ao pcpu,pid,comm | sort -rn | head -n 5'],
};

const average = (host: Host): Finding => {
	const [told] = host.environment.loadAverage;
	// Windows has none, and Node says 0 for it.
	const load =
		host.platform === 'win32'
			? undefined
			: host.platform === 'linux'
				? parseLoad(readText(`${host.root}/proc/loadavg`) ?? '')
				: told;
	if (load === undefined) return notKnown(host, '/proc/loadavg');
	const {cores} = host.environment.cpu;
	// It tells of the last minute, which may be over: it is no worse than a warning.
	const level = levelFrom(load / cores, [0.25, 'note'], [0.5, 'warning']);
	return {
		level,
		is: `${load.toFixed(2)} in the last minute, on ${cores} ${cores === 1 ? 'core' : 'cores'}`,
		...(level === 'good' ? {} : advice),
		figures: {loadAverage: load, cores},
	};
};

const measured = async (host: Host): Promise<Finding> => {
	const read = () => parseCpuTimes(readText(`${host.root}/proc/stat`) ?? '').get('cpu');
	const before = read();
	if (before === undefined) return notKnown(host, '/proc/stat', {darwin: 'top -l 2 -n 5 -o cpu'});
	await host.wait(watchTime);
	const after = read();
	const shares = after === undefined ? undefined : cpuShares(before, after);
	if (shares === undefined) return unknown('no time passed in /proc/stat');
	const busyPercent = shares.user + shares.system;
	const level = levelFrom(busyPercent, [10, 'note'], [25, 'warning'], [50, 'bad']);
	return {
		level,
		is: `${formatPercent(busyPercent)} of all cores is in use at this moment`,
		...(level === 'good' ? {} : advice),
		figures: {busyPercent},
	};
};

/** What else the host is busy with: its load average, and its CPU time over a second. */
export const load: Check = {
	name: 'load',
	about: 'what else the host is busy with',
	why: 'What else runs takes time from load and target, differently in every run.',
	run: async (host) => [average(host), await measured(host)],
};

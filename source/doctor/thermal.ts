import {formatCount} from '../core/units.ts';
import {readText} from '../monitor/text-file.ts';
import {type Check, coreFolders, type Host, notSeen, watchTime} from './check.ts';

/** How often cores, and the package they share, were slowed down for heat since the host was started. */
const readCount = (host: Host): number | undefined => {
	const counts = coreFolders(host).flatMap((folder) => {
		const [core, shared] = ['core', 'package'].map((of) => readText(`${folder}/thermal_throttle/${of}_throttle_count`));
		return core === undefined ? [] : [{core: Number(core), shared: Number(shared ?? 0)}];
	});
	if (counts.length === 0) return undefined;
	// Each core of a package tells the package's own count.
	return counts.reduce((sum, {core}) => sum + core, 0) + Math.max(...counts.map(({shared}) => shared));
};

/** Thermal throttling by the counters of x86 cores, and whether they rise over a second. */
export const thermal: Check = {
	name: 'heat',
	about: 'whether cores are slowed down for heat',
	why: 'A core that is too hot is slowed down: a run is slower for what was run before it.',
	run: async (host) => {
		const before = readCount(host);
		if (before === undefined)
			return [notSeen(host, '/sys/devices/system/cpu/cpu*/thermal_throttle', {darwin: 'pmset -g therm'})];
		await host.wait(watchTime);
		const after = readCount(host) ?? before;
		const figures = {throttled: after, throttledInASecond: Math.max(0, after - before)};
		if (after > before) {
			return [
				{
					level: 'bad',
					is: `cores are being slowed down for heat: ${formatCount(after - before)} times in a second`,
					advice: 'Let the machine cool down and see to its fans; without turbo it stays below its limit (see turbo).',
					figures,
				},
			];
		}

		if (after === 0) return [{level: 'good', is: 'no core was slowed down for heat since the start', figures}];
		return [
			{
				level: 'note',
				is: `cores were slowed down for heat ${formatCount(after)} times since the start, not now`,
				advice: 'Leave pauses between long runs, and look again while one is under way.',
				figures,
			},
		];
	},
};

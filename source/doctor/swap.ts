import {formatBytes} from '../core/units.ts';
import {readText} from '../monitor/text-file.ts';
import {type Check, type Host, notKnown, watchTime} from './check.ts';

const fieldOf = (text: string | undefined, pattern: RegExp): number | undefined => {
	const match = pattern.exec(text ?? '');
	return match === null ? undefined : Number(match[1]);
};

/** Pages that went to swap and came from it since the host was started. */
const readPages = (host: Host): number | undefined => {
	const text = readText(`${host.root}/proc/vmstat`);
	const [came, went] = [fieldOf(text, /^pswpin (\d+)/m), fieldOf(text, /^pswpout (\d+)/m)];
	return came === undefined || went === undefined ? undefined : came + went;
};

/** Whether memory lies in swap, and whether pages move there and back over a second. */
export const swap: Check = {
	name: 'swap',
	about: 'whether memory is moved to disk and back',
	why: 'A page that must come back from disk costs a thousand times what one in memory does, wherever it happens to be needed.',
	run: async (host) => {
		const meminfo = readText(`${host.root}/proc/meminfo`);
		const total = fieldOf(meminfo, /^SwapTotal:\s+(\d+)/m);
		const free = fieldOf(meminfo, /^SwapFree:\s+(\d+)/m);
		if (total === undefined || free === undefined)
			return [notKnown(host, '/proc/meminfo', {darwin: 'sysctl vm.swapusage'})];
		const usedBytes = (total - free) * 1024;
		const before = readPages(host);
		if (before !== undefined) await host.wait(watchTime);
		const after = readPages(host);
		const pages = before === undefined || after === undefined ? undefined : Math.max(0, after - before);
		const figures = {totalBytes: total * 1024, usedBytes, pagesMoved: pages ?? null};
		const moves =
			pages === undefined
				? ', whether it moves is not known'
				: pages === 0
					? ', none of it moves'
					: `, ${pages} pages moved in a second`;
		if (pages !== undefined && pages > 0) {
			return [
				{
					level: 'bad',
					is: `${formatBytes(usedBytes)} in use${moves}`,
					advice: 'End what takes the memory. What takes most of it:',
					commands: ['ps -Ao rss,pid,comm | sort -rn | head -n 5'],
					figures,
				},
			];
		}

		if (usedBytes === 0) return [{level: 'good', is: total === 0 ? 'there is none' : 'none of it is in use', figures}];
		return [
			{
				level: pages === undefined ? 'warning' : 'note',
				is: `${formatBytes(usedBytes)} in use${moves}`,
				advice: 'With memory enough, bring it back before you measure:',
				commands: ['sudo swapoff -a && sudo swapon -a'],
				figures,
			},
		];
	},
};

import {formatCount} from '../core/units.ts';
import {readText} from '../monitor/text-file.ts';
import {type Check, levelBelow, notKnown} from './check.ts';

/** Files that a load has open beside its connections. */
const ownFiles = 100;
const wanted = 65_536;

/** How many files, and so connections, a load may have open (`ulimit -n`). Node.js takes the hard limit by itself. */
export const openFiles: Check = {
	name: 'open files',
	about: 'how many connections a load may have open',
	why: 'Each connection is an open file: beyond the limit connections fail, and it looks as if the target refused them.',
	run: async (host) => {
		const found = /^Max open files +(\d+|unlimited)/m.exec(readText(`${host.root}/proc/self/limits`) ?? '');
		if (found === null)
			return [notKnown(host, '/proc/self/limits', {darwin: 'ulimit -n; sysctl kern.maxfilesperproc'})];
		if (found[1] === 'unlimited')
			return [{level: 'good', is: 'as many as there is room for', figures: {openFiles: null}}];
		const files = Number(found[1]);
		const connections = Math.max(0, files - ownFiles);
		const level = levelBelow(connections, [10_000, 'note'], [1000, 'warning'], [100, 'bad']);
		return [
			{
				level,
				is: `${formatCount(files)}, enough for about ${formatCount(connections)} connections`,
				...(level === 'good'
					? {}
					: {
							advice: 'Raise the limit of this shell and of what is started from it:',
							commands: [`sudo prlimit --pid $$ --nofile=${wanted}:${wanted}`],
						}),
				figures: {openFiles: files, connections},
			},
		];
	},
};

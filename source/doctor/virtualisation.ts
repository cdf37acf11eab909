import {readText} from '../monitor/text-file.ts';
import {type Check, isVirtualMachine, notKnown} from './check.ts';

/** Whether there is a machine around this one. */
export const virtualisation: Check = {
	name: 'virtual machine',
	about: 'whether the host is a guest of another',
	why: 'Neighbours on the same machine take caches, memory bandwidth and disk from it, and no counter here shows that.',
	run: async (host) => {
		const {virtualisation: layers} = host.environment;
		const figures = {layers: layers ?? null};
		if (isVirtualMachine(host)) {
			return [
				{
					level: 'note',
					is: `yes: ${layers}`,
					advice:
						'Compare only runs of the same machine, in turns (benchtop run --rounds), not of one day with another.',
					figures,
				},
			];
		}

		if (host.platform === 'linux' && readText(`${host.root}/proc/cpuinfo`) === undefined)
			return [notKnown(host, '/proc/cpuinfo')];
		return [{level: 'good', is: layers === undefined ? 'none is seen' : `none is seen around ${layers}`, figures}];
	},
};

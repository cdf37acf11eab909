import {readText} from '../monitor/text-file.ts';
import {type Check, isVirtualMachine, notKnown} from './check.ts';

const folder = '/sys/devices/system/cpu/smt';

/** Simultaneous multithreading (hyper-threading), by /sys/devices/system/cpu/smt. */
export const smt: Check = {
	name: 'SMT',
	about: 'whether two logical cores share a physical one',
	why: 'Two threads on one physical core take turns at its units: how fast each is depends on what the other one happens to do.',
	run: async (host) => {
		const active = readText(`${host.root}${folder}/active`)?.trim();
		if (active !== '0' && active !== '1')
			return [notKnown(host, `${folder}/active`, {darwin: 'sysctl hw.physicalcpu hw.logicalcpu'})];
		if (active === '0' && isVirtualMachine(host)) {
			return [
				{
					level: 'unknown',
					is: 'none within this virtual machine, but its cores may be threads of its host',
					figures: {active: 'no'},
				},
			];
		}

		if (active === '0') return [{level: 'good', is: 'off', figures: {active: 'no'}}];
		return [
			{
				level: 'note',
				is: 'on: logical cores share physical ones',
				advice:
					'Give load and target physical cores of their own with taskset, or switch it off (until the next start):',
				commands: [`echo off | sudo tee ${folder}/control`],
				figures: {active: 'yes'},
			},
		];
	},
};

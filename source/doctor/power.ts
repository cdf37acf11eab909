import {printable} from '../core/printable.ts';
import {readText} from '../monitor/text-file.ts';
import {type Check, type Finding, type Host, isVirtualMachine, namesIn, notSeen, unknown} from './check.ts';

const supplies = '/sys/class/power_supply';
const profileFile = '/sys/firmware/acpi/platform_profile';

const ofSupply = (host: Host): Finding => {
	const look = {darwin: 'pmset -g batt', win32: 'powercfg /batteryreport'};
	const read = (name: string, file: string) => readText(`${host.root}${supplies}/${name}/${file}`)?.trim();
	const isListed = namesIn(host, '/sys/class').includes('power_supply');
	if (!isListed) return notSeen(host, supplies, look);
	// Those of a mouse or a keyboard say that they are a device's.
	const found = namesIn(host, supplies).filter((name) => read(name, 'scope') !== 'Device');
	const batteries = found.filter((name) => read(name, 'type') === 'Battery');
	// A laptop does not show its battery to its guests.
	if (batteries.length === 0 && isVirtualMachine(host)) return notSeen(host, supplies);
	if (batteries.length === 0) return {level: 'good', is: 'no battery', figures: {source: 'mains'}};
	const states = batteries.map((name) => read(name, 'status') ?? 'Unknown');
	const isPluggedIn = found.some((name) => read(name, 'type') !== 'Battery' && read(name, 'online') === '1');
	if (states.includes('Discharging') && !isPluggedIn) {
		return {
			level: 'warning',
			is: 'on battery',
			advice: 'Plug it in: processors are held back on battery.',
			figures: {source: 'battery', states: states.map(printable).join(' ')},
		};
	}

	if (!isPluggedIn && states.every((state) => state === 'Unknown'))
		return unknown('the battery does not say whether it is in use');
	return {level: 'good', is: 'plugged in', figures: {source: 'mains', states: states.map(printable).join(' ')}};
};

/** The power profile of the firmware; most machines have none. */
const ofProfile = (host: Host): readonly Finding[] => {
	const profile = printable(readText(`${host.root}${profileFile}`)?.trim() ?? '');
	if (profile === '') return [];
	const figures = {profile};
	if (profile === 'performance' || profile === 'balanced-performance')
		return [{level: 'good', is: `profile ${profile}`, figures}];
	return [
		{
			level: /^(?:low-power|quiet|cool)$/.test(profile) ? 'warning' : 'note',
			is: `profile ${profile}`,
			advice: 'While you measure:',
			commands: [`echo performance | sudo tee ${profileFile}`],
			figures,
		},
	];
};

/** Whether the host runs on a battery, and the firmware's power profile. */
export const power: Check = {
	name: 'power',
	about: 'battery and power profile',
	why: 'On battery, or told to save, a machine runs slower and changes its speed more often.',
	run: async (host) => [ofSupply(host), ...ofProfile(host)],
};

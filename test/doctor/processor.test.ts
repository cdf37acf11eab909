import {describe, expect, test} from 'vitest';
import {cores} from '../../source/doctor/cores.ts';
import {governor} from '../../source/doctor/governor.ts';
import {power} from '../../source/doctor/power.ts';
import {smt} from '../../source/doctor/smt.ts';
import {thermal} from '../../source/doctor/thermal.ts';
import {turbo} from '../../source/doctor/turbo.ts';
import {fakeHost, onlyFinding} from './fake-host.ts';

const cpu = 'sys/devices/system/cpu';
const guest = {environment: {virtualisation: 'Docker on QEMU'}};

describe('governor', () => {
	const governed = (...names: readonly string[]) =>
		Object.fromEntries(names.map((name, core) => [`${cpu}/cpu${core}/cpufreq/scaling_governor`, `${name}\n`]));

	test('performance on every core is good', async () => {
		expect(await onlyFinding(governor, fakeHost(governed('performance', 'performance')))).toEqual({
			level: 'good',
			is: 'performance on all 2 cores',
			figures: {governors: 'performance', cores: 2, driver: null, preference: null},
		});
	});

	test('one core that is governed otherwise is a warning, with the command', async () => {
		expect(await onlyFinding(governor, fakeHost(governed('performance', 'schedutil')))).toMatchObject({
			level: 'warning',
			is: 'performance and schedutil',
			commands: [`echo performance | sudo tee /${cpu}/cpu*/cpufreq/scaling_governor`],
		});
	});

	test('powersave of a driver that governs itself is as good as its preference', async () => {
		const files = {...governed('powersave'), [`${cpu}/cpu0/cpufreq/scaling_driver`]: 'intel_pstate\n'};
		const preferring = (preference: string) => ({
			...files,
			[`${cpu}/cpu0/cpufreq/energy_performance_preference`]: preference,
		});
		expect(await onlyFinding(governor, fakeHost(preferring('performance\n')))).toMatchObject({level: 'note'});
		expect(await onlyFinding(governor, fakeHost(preferring('balance_power\n')))).toMatchObject({
			level: 'warning',
			is: 'powersave (driver intel_pstate, preference balance_power)',
		});
	});

	test('none, on a real and on a virtual machine, and elsewhere: not known', async () => {
		expect(await onlyFinding(governor, fakeHost())).toMatchObject({
			level: 'unknown',
			is: `/${cpu}/cpu*/cpufreq/scaling_governor is missing or cannot be read`,
		});
		expect((await onlyFinding(governor, fakeHost({}, guest))).is).toContain('this virtual machine does not see it');
		expect(await onlyFinding(governor, fakeHost({}, {platform: 'darwin'}))).toMatchObject({
			level: 'unknown',
			is: 'benchtop does not read this on macOS',
			commands: ['pmset -g custom'],
		});
	});
});

describe('turbo', () => {
	test.each([
		['intel_pstate/no_turbo', '0', '1'],
		['cpufreq/boost', '1', '0'],
		['cpufreq/policy0/boost', '1', '0'],
	])('by %s', async (file, on, off) => {
		const found = await onlyFinding(turbo, fakeHost({[`${cpu}/${file}`]: `${on}\n`}));
		expect(found).toMatchObject({level: 'note', is: 'on', figures: {on: 'yes'}});
		expect(found.commands?.[0]).toBe(`echo ${off} | sudo tee /${cpu}/${file.replace('policy0', 'policy*')}`);
		expect(await onlyFinding(turbo, fakeHost({[`${cpu}/${file}`]: `${off}\n`}))).toMatchObject({level: 'good'});
	});

	test('not known without any of them', async () => {
		expect((await onlyFinding(turbo, fakeHost())).level).toBe('unknown');
	});
});

describe('SMT', () => {
	const active = {[`${cpu}/smt/active`]: '1\n'};
	const inactive = {[`${cpu}/smt/active`]: '0\n'};

	test('off is good, on is a note with the command', async () => {
		expect((await onlyFinding(smt, fakeHost(inactive))).level).toBe('good');
		expect(await onlyFinding(smt, fakeHost(active))).toMatchObject({
			level: 'note',
			commands: [`echo off | sudo tee /${cpu}/smt/control`],
		});
	});

	test('a virtual machine that has none does not know of its host', async () => {
		expect((await onlyFinding(smt, fakeHost(inactive, guest))).level).toBe('unknown');
		// A container sees what its machine is.
		expect((await onlyFinding(smt, fakeHost(inactive, {environment: {virtualisation: 'Docker'}}))).level).toBe('good');
		expect((await onlyFinding(smt, fakeHost())).level).toBe('unknown');
	});
});

test.each([
	[1, 8, 'warning', '1 of 8 usable'],
	[2, 2, 'note', '2 usable'],
	[3, 4, 'good', '3 of 4 usable'],
])('%d usable cores of %d: %s', async (usableCores, all, level, is) => {
	const host = fakeHost({}, {environment: {cpu: {model: 'CPU', cores: all, usableCores}}});
	expect(await onlyFinding(cores, host)).toMatchObject({level, is});
});

describe('heat', () => {
	const counts = (core: number, shared: number) =>
		Object.fromEntries(
			[0, 1].flatMap((index) => [
				[`${cpu}/cpu${index}/thermal_throttle/core_throttle_count`, `${core}\n`],
				[`${cpu}/cpu${index}/thermal_throttle/package_throttle_count`, `${shared}\n`],
			]),
		);

	test('never is good, some time ago is a note', async () => {
		expect((await onlyFinding(thermal, fakeHost(counts(0, 0)))).level).toBe('good');
		// The package's count is told by each of its cores, and is counted once.
		expect(await onlyFinding(thermal, fakeHost(counts(2, 3)))).toMatchObject({
			level: 'note',
			figures: {throttled: 7, throttledInASecond: 0},
		});
	});

	test('a count that rises while it is watched is bad', async () => {
		const host = fakeHost(counts(2, 3), {
			meanwhile: (machine) => machine.write(`${cpu}/cpu1/thermal_throttle/core_throttle_count`, '6\n'),
		});
		expect(await onlyFinding(thermal, host)).toMatchObject({
			level: 'bad',
			figures: {throttled: 11, throttledInASecond: 4},
		});
	});

	test('not known where nothing counts', async () => {
		expect((await onlyFinding(thermal, fakeHost({[`${cpu}/cpu0/online`]: '1\n'}))).level).toBe('unknown');
	});
});

describe('power', () => {
	const supply = (name: string, files: Readonly<Record<string, string>>) =>
		Object.fromEntries(Object.entries(files).map(([file, text]) => [`sys/class/power_supply/${name}/${file}`, text]));
	const battery = (status: string) => supply('BAT0', {type: 'Battery\n', status: `${status}\n`});
	const mains = (online: string) => supply('AC', {type: 'Mains\n', online: `${online}\n`});

	test('on battery is a warning, plugged in is good', async () => {
		expect(await onlyFinding(power, fakeHost({...battery('Discharging'), ...mains('0')}))).toMatchObject({
			level: 'warning',
			is: 'on battery',
		});
		expect(await onlyFinding(power, fakeHost({...battery('Charging'), ...mains('1')}))).toMatchObject({
			level: 'good',
			is: 'plugged in',
		});
	});

	test('the battery of a mouse is none', async () => {
		const mouse = supply('hid', {type: 'Battery\n', scope: 'Device\n', status: 'Discharging\n'});
		expect(await onlyFinding(power, fakeHost(mouse))).toMatchObject({level: 'good', is: 'no battery'});
		expect((await onlyFinding(power, fakeHost(mouse, guest))).level).toBe('unknown');
	});

	test('the profile of the firmware, where there is one', async () => {
		const levelsOf = async (profile: string) =>
			(await power.run(fakeHost({...battery('Full'), 'sys/firmware/acpi/platform_profile': `${profile}\n`}))).map(
				({level}) => level,
			);
		expect(await levelsOf('performance')).toEqual(['good', 'good']);
		expect(await levelsOf('balanced')).toEqual(['good', 'note']);
		expect(await levelsOf('low-power')).toEqual(['good', 'warning']);
	});

	test('not known where nothing is listed, or a battery is silent', async () => {
		expect((await onlyFinding(power, fakeHost())).level).toBe('unknown');
		expect((await onlyFinding(power, fakeHost(battery('Unknown')))).level).toBe('unknown');
	});
});

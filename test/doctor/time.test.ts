import {describe, expect, test} from 'vitest';
import {clockSource} from '../../source/doctor/clock-source.ts';
import {eventLoop} from '../../source/doctor/event-loop.ts';
import {sleep} from '../../source/doctor/sleep.ts';
import {timer} from '../../source/doctor/timer.ts';
import {fakeHost, onlyFinding} from './fake-host.ts';

/** A host on which every `every`th sleep or wait takes so much longer. */
const lateHost = (late: number, every: number) => {
	let [time, count] = [0, 0];
	const pass = (milliseconds: number): void => {
		count += 1;
		time += milliseconds + (count % every === 0 ? late : 0);
	};
	return fakeHost({}, {now: () => time, sleep: pass, wait: async (milliseconds) => pass(milliseconds)});
};

describe('sleep', () => {
	test('on time is good', async () => {
		expect(await onlyFinding(sleep, lateHost(0, 1))).toMatchObject({
			level: 'good',
			figures: {lateP50Ms: 0, lateP99Ms: 0, lateMaxMs: 0, sleeps: 200},
		});
	});

	test.each([
		[1, 'note'],
		[5, 'warning'],
		[30, 'bad'],
	])('one of ten is %d ms late: %s', async (late, level) => {
		const {figures, level: found} = await onlyFinding(sleep, lateHost(late, 10));
		expect(found).toBe(level);
		expect(figures.lateP50Ms).toBeCloseTo(0, 6);
		expect(figures.lateP99Ms).toBeCloseTo(late, 6);
	});
});

describe('event loop', () => {
	test('on time is good', async () => {
		expect(await onlyFinding(eventLoop, lateHost(0.8, 1))).toMatchObject({level: 'good', figures: {waits: 100}});
	});

	test.each([
		[8, 'note'],
		[50, 'warning'],
		[150, 'bad'],
	])('one stall of %d ms: %s', async (late, level) => {
		const {figures, level: found} = await onlyFinding(eventLoop, lateHost(late, 60));
		expect(found).toBe(level);
		expect(figures.lateMaxMs).toBeCloseTo(late, 6);
	});

	test('broken off before it began: not known', async () => {
		expect((await onlyFinding(eventLoop, fakeHost({}, {wait: async () => {}}))).level).toBe('unknown');
	});
});

describe('timer', () => {
	/** A clock of steps, each reading of which takes so long. */
	const clock = (step: number, cost: number) => {
		let time = 0;
		return fakeHost(
			{},
			{
				now: () => {
					time += cost;
					return Math.floor(time / step) * step;
				},
			},
		);
	};

	test('tens of nanoseconds are good', async () => {
		const {level, figures} = await onlyFinding(timer, clock(0.00001, 0.00004));
		expect(level).toBe('good');
		expect(figures.readingMs).toBeCloseTo(0.00004, 7);
	});

	test('a dear clock is a warning, a coarse one bad', async () => {
		expect((await onlyFinding(timer, clock(0.0001, 0.002))).level).toBe('warning');
		const {level, figures} = await onlyFinding(timer, clock(2, 0.0002));
		expect(level).toBe('bad');
		expect(figures.stepMs).toBeCloseTo(2, 6);
	});

	test('a clock that stands still tells nothing', async () => {
		expect((await onlyFinding(timer, fakeHost())).level).toBe('unknown');
	});
});

describe('clock source', () => {
	const folder = 'sys/devices/system/clocksource/clocksource0';
	const files = (current: string, available: string) => ({
		[`${folder}/current_clocksource`]: `${current}\n`,
		[`${folder}/available_clocksource`]: `${available} \n`,
	});

	test('a quick one is good', async () => {
		for (const name of ['tsc', 'kvm-clock', 'arch_sys_counter']) {
			expect(await onlyFinding(clockSource, fakeHost(files(name, name)))).toMatchObject({level: 'good', is: name});
		}
	});

	test('a slow one is a warning, with the quick one that is there', async () => {
		expect(await onlyFinding(clockSource, fakeHost(files('hpet', 'tsc hpet acpi_pm')))).toMatchObject({
			level: 'warning',
			commands: [`echo tsc | sudo tee /${folder}/current_clocksource`],
		});
		expect(await onlyFinding(clockSource, fakeHost(files('acpi_pm', 'acpi_pm')))).not.toHaveProperty('commands');
	});

	test('not known without the file', async () => {
		expect((await onlyFinding(clockSource, fakeHost())).level).toBe('unknown');
	});
});

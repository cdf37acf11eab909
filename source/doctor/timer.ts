import {formatMeasure} from '../core/units.ts';
import {type Check, levelFrom, unknown, worstOf} from './check.ts';

const readings = 20_000;

/** The smallest step of the clock that latencies are taken with, and what a look at it costs. Measured. */
export const timer: Check = {
	name: 'timer',
	about: 'the smallest step of the clock, and what reading it costs',
	why: 'Nothing shorter than a step of the clock can be told, and what reading it costs is part of every latency.',
	alone: true,
	run: async (host) => {
		const began = host.now();
		let before = began;
		let step = Number.POSITIVE_INFINITY;
		for (let reading = 0; reading < readings; reading++) {
			const now = host.now();
			if (now > before) step = Math.min(step, now - before);
			before = now;
		}

		if (!Number.isFinite(step)) return [unknown(`the clock stood still for ${readings} readings`)];
		const cost = (before - began) / readings;
		const level = worstOf([
			levelFrom(step, [0.002, 'note'], [0.05, 'warning'], [1, 'bad']),
			levelFrom(cost, [0.001, 'warning']),
		]);
		return [
			{
				level,
				is: `steps of ${formatMeasure(step, 'ms')} at least, ${formatMeasure(cost, 'ms')} a reading`,
				...(level === 'good'
					? {}
					: {advice: 'See the clock source; a virtual machine may need another type or a newer kernel.'}),
				figures: {stepMs: step, readingMs: cost},
			},
		];
	},
};

import type {Doubt} from '../../core/event.ts';
import {formatMilliseconds} from '../../core/units.ts';
import {meanOf, medianOf} from '../../stats/describe.ts';
import {outliersIn} from './outliers.ts';
import type {CommandPlan} from './plan.ts';

/** So few runs say nothing about what is usual. */
const few = 5;
/** Fewer outliers than this share, which move the mean by less than this, are what any machine has now and then. */
const fewShare = 0.1;
const shift = 0.05;

/** What the times of the runs, in milliseconds and in their order, give cause to doubt. `warmed`: there was a warm-up. */
export const judge = (
	times: readonly number[],
	{prepare}: Pick<CommandPlan, 'prepare'>,
	warmed: boolean,
): readonly Doubt[] => {
	if (times.length < few) return [];
	const outliers = outliersIn(times);
	const usual = medianOf(times);
	const words = (time: number): string => `${formatMilliseconds(time)} ms`;
	const doubts: Doubt[] = [];
	const first = times[0]!;
	if (outliers.includes(0) && first > usual) {
		const advice = warmed
			? 'the warm-up was too short for it. More warm-up runs would help.'
			: prepare.length > 0
				? 'it met colder caches. Warm-up runs would leave it out, unless prepare is to make each run as cold.'
				: 'it filled caches for the others. Warm-up runs would leave it out; or let prepare empty them before each run.';
		doubts.push({
			kind: 'slow-first-run',
			message: `The first run took ${words(first)}, against a median of ${words(usual)}: ${advice}`,
		});
	}

	const others = outliers.filter((index) => index > 0).map((index) => times[index]!);
	const rest = meanOf(times.filter((_, index) => !outliers.includes(index)));
	const move = others.length > 0 && Math.abs(meanOf(times.slice(1)) - rest) > shift * rest;
	if (move || others.length > fewShare * times.length) {
		const furthest = others.reduce((a, b) => (Math.abs(b - usual) > Math.abs(a - usual) ? b : a));
		doubts.push({
			kind: 'outliers',
			message: `${others.length} of ${times.length} runs took times of another kind, up to ${words(furthest)} against a median of ${words(usual)}: something else was at work on this machine, or in the command. The median says more than the mean.`,
		});
	}

	return doubts;
};

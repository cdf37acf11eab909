import {formatPercent} from '../core/units.ts';
import {othersShare} from './other-work.ts';
import type {InsightRule} from './rule.ts';
import {isDoubted, rounded} from './seconds.ts';

/** %, of all cores, that others took. */
const leastOthers = 15;
/** %, that the hypervisor took: from here on to where it is a doubt. */
const leastSteal = 1;
/** Threads that wanted to run before there was a load, for each core. */
const leastLoad = 0.7;
/** Milliseconds; in less the figures are of a moment. */
const shortest = 3000;

/** Something else than the benchmark used the machine. */
export const noisyHost: InsightRule = {
	kind: 'noisy-host',
	about: 'other work on the machine: CPU of others, steal, load before the run',
	find: ({result}) => {
		const {environment, summary} = result;
		const {cpu} = summary.resources;
		if (result.durationMs < shortest || cpu.used === null) return undefined;
		const others = othersShare(result);
		const isBusy = others !== undefined && others >= leastOthers;
		const steal = isDoubted(result, 'host-steal') ? 0 : (cpu.steal ?? 0);
		const load = environment.loadAverage[0] / environment.cpu.usableCores;
		const found = [
			...(isBusy ? [`other processes took ${formatPercent(others)} of all cores`] : []),
			...(steal >= leastSteal ? [`the hypervisor gave ${formatPercent(steal)} of the CPU to others`] : []),
			...(load >= leastLoad
				? [
						`${environment.loadAverage[0].toFixed(1)} threads wanted to run before it began, on ${environment.cpu.usableCores} cores`,
					]
				: []),
		];
		const [first] = found;
		if (first === undefined) return undefined;
		const what = found.join(', and ');
		return {
			kind: 'noisy-host',
			severity: (others ?? 0) >= 2 * leastOthers || steal >= 3 ? 'medium' : 'low',
			text: `The machine had other work: ${what}. Its figures vary with that work from run to run, in the tail most of all, and differences to other runs may be nothing else.`,
			recommendations: [
				...(isBusy
					? [
							'See what runs beside the benchmark (top), and end it or wait; a database that the target asks counts among it, and may stay.',
						]
					: []),
				...(steal >= leastSteal ? ['Use a machine, or a kind of instance, whose cores are not shared.'] : []),
				...(load >= leastLoad && !isBusy
					? ['Wait until what ran before has come to rest: a build, an update, a run just ended.']
					: []),
				'Judge by several runs in turns (rounds: 5 in benchtop.yaml) rather than by one.',
			],
			figures: {
				othersPercentOfAllCores: others === undefined ? null : rounded(others),
				stealPercentOfAllCores: cpu.steal,
				loadBefore: environment.loadAverage[0],
				usableCores: environment.cpu.usableCores,
			},
		};
	},
};

import {type Random, seededRandom} from '../../source/core/random.ts';
import {candidateRules, strongSplits, windowsOf} from '../../source/stats/change-candidates.ts';
import {analyseChanges, appendValues} from '../../source/stats/change-points.ts';
import {say} from './measure.ts';

/** A change is found when a point lies so near. */
const tolerance = 3;

type Draw = (random: Random) => number;
type Series = (random: Random) => Float64Array;
/** The range is ours alone. */
type Point = {readonly index: number; readonly earliest?: number; readonly latest?: number};
type Finder = (values: Float64Array) => readonly Point[];

const normal: Draw = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** Student's t with three degrees of freedom, but for its scale. */
const heavy: Draw = (random) =>
	normal(random) / Math.sqrt(normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2);
const skewed: Draw = (random) => -Math.log(1 - random());

/** Each value remembers a share of the one before; what is new in it has σ = 1 where it is normal. */
const wandering =
	(count: number, remembered: number, draw: Draw = normal): Series =>
	(random) => {
		let level = 0;
		for (let step = 0; step < 100; step++) level = remembered * level + draw(random);
		return Float64Array.from({length: count}, () => {
			level = remembered * level + draw(random);
			return 100 + level;
		});
	};

/** Each value shares what was new in the one before. */
const smoothed =
	(count: number, shared: number): Series =>
	(random) => {
		let before = normal(random);
		return Float64Array.from({length: count}, () => {
			const now = normal(random);
			const value = 100 + now + shared * before;
			before = now;
			return value;
		});
	};

const ours: Finder = (values) => analyseChanges(values).changePoints;
/** As Apache Otava finds them by default; the tests hold this against its outputs. */
const otava: Finder = (values) => {
	const rules = {...candidateRules, like: 'otava'} as const;
	return strongSplits(values, windowsOf(values, rules), rules).map((index) => ({index}));
};

/** Series in which nothing changes; the share with a point that is bearable, where one is promised. */
const quiet: ReadonlyArray<readonly [name: string, series: Series, promised?: number]> = [
	['independent, n = 20', wandering(20, 0), 0.05],
	['independent, n = 100', wandering(100, 0), 0.05],
	['independent, n = 365', wandering(365, 0), 0.05],
	['independent, n = 1000', wandering(1000, 0)],
	['AR(1) .3, n = 100', wandering(100, 0.3)],
	['AR(1) .3, n = 365', wandering(365, 0.3), 0.05],
	['AR(1) .3, n = 1000', wandering(1000, 0.3)],
	['AR(1) .6, n = 365', wandering(365, 0.6)],
	['AR(1) .8, n = 365', wandering(365, 0.8)],
	['MA(1) .6, n = 365', smoothed(365, 0.6)],
	['t₃, n = 365', wandering(365, 0, heavy)],
	['AR(1) .3 of t₃, n = 365', wandering(365, 0.3, heavy)],
	['exponential, n = 365', wandering(365, 0, skewed)],
];

/** One step, in units of what is new in each value, anywhere but in the first and the last tenth. */
const stepped: ReadonlyArray<
	readonly [name: string, count: number, remembered: number, step: number, promised?: number, spikes?: number]
> = [
	['independent, n = 20, 3σ', 20, 0, 3],
	['independent, n = 100, 2σ', 100, 0, 2, 0.85],
	['independent, n = 365, 2σ', 365, 0, 2, 0.85],
	['AR(1) .3, n = 365, 1.5σ', 365, 0.3, 1.5],
	['AR(1) .3, n = 365, 2σ', 365, 0.3, 2, 0.85],
	['AR(1) .3, n = 365, 3σ', 365, 0.3, 3],
	['n = 100, 3σ, 1 spike of 20σ', 100, 0, 3, 0.85, 1],
	['n = 100, 3σ, 3 spikes of 20σ', 100, 0, 3, 0.85, 3],
];

const written = (share: number): string => share.toFixed(3).replace(/^0/, '').padStart(5);

const alarmShare = (find: Finder, series: Series, rounds: number): number => {
	const random = seededRandom(1);
	let alarms = 0;
	for (let round = 0; round < rounds; round++) if (find(series(random)).length > 0) alarms += 1;
	return alarms / rounds;
};

type Found = {readonly found: number; readonly elsewhere: number; readonly held: number; readonly width: number};

const stepShares = (
	find: Finder,
	count: number,
	remembered: number,
	step: number,
	rounds: number,
	spikes: number,
): Found => {
	const random = seededRandom(2);
	const series = wandering(count, remembered);
	let [found, elsewhere, held, width] = [0, 0, 0, 0];
	for (let round = 0; round < rounds; round++) {
		const at = Math.floor(count * (0.1 + 0.8 * random()));
		const values = series(random).map((value, index) => (index < at ? value : value + step));
		for (let spike = 0; spike < spikes; spike++) values[Math.floor(count * random())]! += 20;
		const points = find(values);
		const near = ({index}: Point): boolean => Math.abs(index - at) <= tolerance;
		if (points.some(near)) found += 1;
		if (!points.every(near)) elsewhere += 1;
		for (const {earliest = 0, latest = -1} of points) {
			if (earliest > at || latest < at) continue;
			held += 1;
			width += latest - earliest + 1;
		}
	}

	return {found: found / rounds, elsewhere: elsewhere / rounds, held: held / rounds, width: width / Math.max(1, held)};
};

const milliseconds = (work: () => void): string => {
	const begin = performance.now();
	work();
	return `${(performance.now() - begin).toFixed(0)} ms`;
};

/**
 * False alarms and steps found in simulated series, beside what Apache Otava does by default, and how long series take. The
 * answer is what fell short of what is promised.
 */
export const changePoints = (rounds = 200): readonly string[] => {
	const failures: string[] = [];
	const line = (name: string, ...cells: readonly string[]): void => say(`  ${name.padEnd(30)}${cells.join('   ')}`);

	say(`Change points in ${rounds} simulated series a line; a change is found within ±${tolerance} values.`);
	say('Nothing changes: share of series with a change point.');
	line('', 'benchtop', 'Otava');
	for (const [name, series, promised] of quiet) {
		const mine = alarmShare(ours, series, rounds);
		line(name, written(mine).padStart(8), written(alarmShare(otava, series, rounds)));
		if (promised !== undefined && mine > promised) failures.push(`${name}: ${written(mine)} false alarms`);
	}

	say('One step: share found, (share of series with a point elsewhere), share within the range told and its width.');
	line('', 'benchtop     ', 'Otava        ', 'range');
	for (const [name, count, remembered, step, promised, spikes = 0] of stepped) {
		const mine = stepShares(ours, count, remembered, step, rounds, spikes);
		const theirs = stepShares(otava, count, remembered, step, rounds, spikes);
		const cell = ({found, elsewhere}: Found): string => `${written(found)} (${written(elsewhere)})`;
		line(name, cell(mine), cell(theirs), `${written(mine.held)} in ${mine.width.toFixed(1)} values`);
		if (promised !== undefined && mine.found < promised) failures.push(`${name}: ${written(mine.found)} found`);
	}

	say('Time, with a step every 150 values:');
	for (const count of [100, 1000, 10_000]) {
		const values = wandering(
			count,
			0.3,
		)(seededRandom(3)).map((value, index) => value + 3 * (Math.floor(index / 150) % 2));
		let analysis = analyseChanges([]);
		const whole = milliseconds(() => {
			analysis = analyseChanges(values);
		});
		const one = milliseconds(() => {
			appendValues(analysis, [100]);
		});
		line(`n = ${count}`, `${analysis.changePoints.length} change points in ${whole}`, `one more value: ${one}`);
	}

	return failures;
};

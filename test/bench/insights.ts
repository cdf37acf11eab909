// `npm run bench:insights`: how often insights are false, on simulated runs in which nothing stands out.
import {seededRandom} from '../../source/core/random.ts';
import {findInsights, insightRules} from '../../source/insight/index.ts';
import {twoModes} from '../../source/stats/modes.ts';
import {regularityOf, strongestWave} from '../../source/stats/periodicity.ts';
import {around, deviate, madeRun, withoutBeats} from '../helpers/made-run.ts';
import {say} from './measure.ts';

const runs = 200;
const random = seededRandom(20_261_126);

/** Latencies of one heap, each with a median of 1. */
const shapes: Readonly<Record<string, () => number>> = {
	'log-normal, σ 0.3': () => around(1, random, 0.3),
	'log-normal, σ 1': () => around(1, random, 1),
	exponential: () => -Math.log(1 - random()) / Math.LN2,
	'Erlang of 4': () => -Math.log((1 - random()) * (1 - random()) * (1 - random()) * (1 - random())) / 3.672,
	'shifted Pareto, α 2': () => 0.7 + 0.3 * ((1 - random()) ** -0.5 - 1),
	'uniform, 0.5 … 1.5': () => 0.5 + random(),
};

const pick = <Each>(values: readonly Each[]): Each => values[Math.floor(random() * values.length)]!;

/** A good run: seconds that hang together, a host with some work, memory that fills up and is freed. */
const goodRun = (seed: number) => {
	const seconds = pick([15, 30, 60, 120]);
	const perSecond = pick([50, 200, 500]);
	const median = pick([0.8, 3, 8, 40]);
	const shape = pick([
		...Object.values(shapes).filter((each) => each !== shapes['log-normal, σ 1']),
		() => around(1, random, 0.6),
	]);
	const correlation = pick([0, 0.5, 0.8]);
	let level = deviate(random);
	const levels = Array.from({length: seconds + 1}, () => {
		level = correlation * level + Math.sqrt(1 - correlation ** 2) * deviate(random);
		return Math.exp(0.05 * level);
	});
	let memory = 60e6;
	return madeRun({
		seed,
		seconds,
		perSecond: () => perSecond,
		latency: (at) => median * levels[Math.floor(at / 1000)]! * shape() * (random() < 0.0005 ? 8 : 1),
		outcome: () => (random() < 0.002 ? '503' : '200'),
		gauges: () => {
			// Rises as garbage does, and is collected.
			memory = memory > 90e6 ? 70e6 + 5e6 * random() : memory + 8e5 * random();
			return {
				'target.memory': memory,
				'target.cpu': 60 + 8 * deviate(random),
				'host.cpu.user': Math.max(8, 10 + 2 * deviate(random)),
				'generator.busy': 25 + 5 * deviate(random),
				'generator.loopDelay': Math.abs(1 + deviate(random)),
			};
		},
	});
};

const counts = new Map<string, number>();
let clean = 0;
let withoutThem = 0;
for (let seed = 1; seed <= runs; seed++) {
	const evidence = goodRun(seed);
	const found = findInsights(evidence);
	// Short runs at a low rate do have few samples for p99.
	const wrong = found.filter(({kind}) => kind !== 'few-samples');
	if (wrong.length === 0) clean += 1;
	if (findInsights(withoutBeats(evidence)).every(({kind}) => kind === 'few-samples')) withoutThem += 1;
	for (const {kind} of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

say(`${runs} simulated good runs: ${clean} without a false insight; as read from the history ${withoutThem}.`);
for (const {kind} of insightRules) {
	if (counts.has(kind)) say(`  ${kind}: ${counts.get(kind)}`);
}

say();
say('two heaps found in values of one, of 1000 series each');
const bins = (values: readonly number[]) => {
	const width = 0.04;
	const low = Math.log(Math.min(...values));
	const tally = new Array<number>(Math.ceil((Math.log(Math.max(...values)) - low) / width) + 1).fill(0);
	for (const value of values) tally[Math.floor((Math.log(value) - low) / width)]! += 1;
	return {low, width, counts: tally};
};
for (const [name, shape] of Object.entries(shapes)) {
	const found = [500, 5000].map((count) => {
		let times = 0;
		for (let series = 0; series < 1000; series++) {
			if (twoModes(bins(Array.from({length: count}, shape))) !== undefined) times += 1;
		}

		return `${count} values: ${times}`;
	});
	say(`  ${name.padEnd(22)} ${found.join('   ')}`);
}

say();
say('p of a wave below .001 in 2000 series of 60 values without one');
for (const correlation of [0, 0.5, 0.8]) {
	let times = 0;
	for (let series = 0; series < 2000; series++) {
		let level = deviate(random);
		const values = Array.from({length: 60}, () => {
			level = correlation * level + Math.sqrt(1 - correlation ** 2) * deviate(random);
			return level;
		});
		if ((strongestWave(values)?.p ?? 1) < 0.001) times += 1;
	}

	say(`  AR(1) ρ = ${correlation}: ${times}`);
}

say();
say('p of evenness below .001 in 10 000 series of moments that come at random');
for (const count of [4, 6, 10, 20]) {
	let times = 0;
	for (let series = 0; series < 10_000; series++) {
		let at = 0;
		const moments = Array.from({length: count}, () => {
			at -= Math.log(1 - random());
			return at;
		});
		if ((regularityOf(moments)?.p ?? 1) < 0.001) times += 1;
	}

	say(`  ${count} moments: ${times}`);
}

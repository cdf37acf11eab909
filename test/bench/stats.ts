// `npm run bench:stats`: how often verdicts are wrong, and how often they come, on simulated runs whose truth is known.
import {seededRandom} from '../../source/core/random.ts';
import type {Verdict} from '../../source/core/report.ts';
import {judge, judgeAll} from '../../source/stats/judge.ts';
import type {RunFigures} from '../../source/stats/judge-figures.ts';
import {leastRuns} from '../../source/stats/judging.ts';
import {defaultMargins} from '../../source/stats/margin.ts';
import {nominalLevels} from '../../source/stats/sequential.ts';
import {changePoints} from './change-points.ts';
import {say} from './measure.ts';
import {normalDeviates, type SimulatedRun, simulateRuns, usualModel} from './simulated-run.ts';

const pairs = 200;
const mostRounds = 10;
/** `until decided` goes on so long. */
const lastLook = 16;
const changes = [0, 0.05, 0.1, 0.15, 0.2] as const;
const quantiles = ['p50', 'p99'] as const;
type Quantile = (typeof quantiles)[number];

const figuresOf = (
	metric: Quantile,
	base: readonly SimulatedRun[],
	candidate: readonly SimulatedRun[],
	margin: number = defaultMargins[metric],
): RunFigures => ({
	metric,
	unit: 'ms',
	lowerIsBetter: true,
	base: base.map((run) => run[metric]),
	candidate: candidate.map((run) => run[metric]),
	margin,
});

/** A rate that never varies, and errors that never happen, as an open loop below saturation has them. */
const quiet = (rounds: number) => [
	{
		...figuresOf('p50', [], []),
		metric: 'throughput',
		unit: '1/s',
		lowerIsBetter: false,
		base: Array.from({length: rounds}, () => 200),
		candidate: Array.from({length: rounds}, () => 200),
	},
	{
		metric: 'error rate',
		lowerIsBetter: true,
		margin: defaultMargins.errorRate,
		base: Array.from({length: rounds}, () => ({failed: 0, ended: 12_000})),
		candidate: Array.from({length: rounds}, () => ({failed: 0, ended: 12_000})),
	},
];

const random = seededRandom(20_260_301);
const normal = normalDeviates(random);
const share = (count: number): string => (count / pairs).toFixed(3).replace(/^0/, '').padStart(5);
const isCall = (verdict: Verdict): boolean => verdict === 'worse' || verdict === 'better';

const began = performance.now();
const {seconds, perSecond, betweenRuns, betweenSeconds, correlation, withinSeconds} = usualModel;
say(
	`${pairs} simulated pairs a line; runs of ${seconds} s × ${perSecond}/s, log-normal within seconds (σ ${withinSeconds}),`,
);
say(`levels of seconds AR(1) ρ = ${correlation} (σ ${betweenSeconds}), ${betweenRuns * 100} % between runs.`);
say('Gate of p50 (margin 5 %), p99 (10 %), throughput (5 %) and error rate, held up for all four by Holm.');
say();

const factors = changes.map((change) => 1 + change);
const simulated = Array.from({length: pairs}, () => ({
	base: Array.from({length: lastLook}, () => simulateRuns(usualModel, [1], normal)[0]!),
	candidates: Array.from({length: lastLook}, () => simulateRuns(usualModel, factors, normal)),
}));
const lines = changes.map((change, index) => ({
	change,
	sides: simulated.map(({base, candidates}) => ({base, candidate: candidates.map((slower) => slower[index]!)})),
}));
say(`simulated in ${((performance.now() - began) / 1000).toFixed(1)} s`);
say();

say('true change  rounds       p50: worse better   same unclear      p99: worse better   same unclear');
const failures: string[] = [];
for (const {change, sides} of lines) {
	for (const rounds of [5, mostRounds]) {
		const counts: Record<Quantile, Record<Verdict, number>> = {
			p50: {worse: 0, better: 0, same: 0, unclear: 0},
			p99: {worse: 0, better: 0, same: 0, unclear: 0},
		};
		let anyCall = 0;
		for (const {base, candidate} of sides) {
			const [a, b] = [base.slice(0, rounds), candidate.slice(0, rounds)];
			const judged = judgeAll([figuresOf('p50', a, b), figuresOf('p99', a, b), ...quiet(rounds)]);
			for (const [index, quantile] of quantiles.entries()) counts[quantile][judged[index]!.verdict] += 1;
			if (judged.some(({verdict}) => isCall(verdict))) anyCall += 1;
		}

		const cells = quantiles.map(
			(quantile) =>
				`${share(counts[quantile].worse)}  ${share(counts[quantile].better)}  ${share(counts[quantile].same)}   ${share(counts[quantile].unclear)}`,
		);
		say(`${`+${change * 100} %`.padEnd(13)}${String(rounds).padStart(6)}            ${cells.join('           ')}`);
		if (change === 0 && anyCall / pairs > 0.02)
			failures.push(`A/A with ${rounds} rounds: ${share(anyCall)} called, .02 are allowed`);
		if (change === 0.15 && rounds === 5 && counts.p50.worse / pairs < 0.9) {
			failures.push(`+15 % p50 with 5 rounds: ${share(counts.p50.worse)} called, .90 are wanted`);
		}
	}
}

say();
say('A margin of 0, to see the error rate itself (5 % nominal), nothing true:');
const [nothing] = lines;
for (const rounds of [5, mostRounds]) {
	const cells = quantiles.map((quantile) => {
		const called = nothing!.sides.filter(({base, candidate}) =>
			isCall(judge(figuresOf(quantile, base.slice(0, rounds), candidate.slice(0, rounds), 0)).verdict),
		);
		return `${quantile} ${share(called.length)}`;
	});
	say(`  ${rounds} rounds: ${cells.join('   ')}`);
}

say();
say(
	`Until decided: a look after every round from ${leastRuns} to ${lastLook}, O’Brien–Fleming spending of 5 %, halved for two metrics:`,
);
const looks = Array.from({length: lastLook - leastRuns + 1}, (_, index) => leastRuns + index);
const levels = nominalLevels(
	looks.map((rounds) => rounds / lastLook),
	0.05 / quantiles.length,
);

/** The first look at which neither metric is unclear, or the last one. */
const untilDecided = (base: readonly SimulatedRun[], candidate: readonly SimulatedRun[], margins?: number) => {
	for (const [index, rounds] of looks.entries()) {
		const [a, b] = [base.slice(0, rounds), candidate.slice(0, rounds)];
		const judged = judgeAll(
			quantiles.map((quantile) => figuresOf(quantile, a, b, margins)),
			{level: levels[index]!},
		);
		if (rounds === lastLook || judged.every(({verdict}) => verdict !== 'unclear')) return {rounds, judged};
	}

	throw new RangeError('There is a last look.');
};

for (const {change, sides} of lines) {
	const ends = sides.map(({base, candidate}) => untilDecided(base, candidate));
	const rounds = ends.reduce((sum, end) => sum + end.rounds, 0) / pairs;
	const cells = quantiles.map((quantile, index) => {
		const count = (verdict: Verdict): string =>
			share(ends.filter(({judged}) => judged[index]!.verdict === verdict).length);
		return `${quantile}: worse ${count('worse')} better ${count('better')} same ${count('same')} unclear ${count('unclear')}`;
	});
	say(
		`  +${String(change * 100).padEnd(3)}%  ${rounds.toFixed(1).padStart(4)} rounds on average   ${cells.join('   ')}`,
	);
}

const falsely = nothing!.sides.filter(({base, candidate}) => {
	for (const [index, rounds] of looks.entries()) {
		const judged = judgeAll(
			quantiles.map((quantile) => figuresOf(quantile, base.slice(0, rounds), candidate.slice(0, rounds), 0)),
			{level: levels[index]!},
		);
		if (judged.some(({verdict}) => isCall(verdict))) return true;
	}

	return false;
});
say(`  with a margin of 0 and nothing true, any look calls either metric in ${share(falsely.length)} (.05 nominal)`);
say();
failures.push(...changePoints());
say();
for (const failure of failures) say(`✗ ${failure}`);
if (failures.length > 0) process.exitCode = 1;
say(`${((performance.now() - began) / 1000).toFixed(0)} s`);

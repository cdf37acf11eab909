import {createAccumulator} from '../../source/core/histogram.ts';
import type {Random} from '../../source/core/random.ts';
import {runQuantile} from '../../source/stats/run-quantile.ts';

/** What a simulated load test is like. Deviations are of logarithms. */
export type Model = {
	readonly seconds: number;
	readonly perSecond: number;
	/** Between one run and the next of the same program. */
	readonly betweenRuns: number;
	/** Of the level of a second, and how much of it the next second keeps. */
	readonly betweenSeconds: number;
	readonly correlation: number;
	/** Of requests within a second. */
	readonly withinSeconds: number;
};

/** Runs of a minute whose seconds hang together, on a machine where the same program is 2 % faster or slower each time. */
export const usualModel: Model = {
	seconds: 60,
	perSecond: 200,
	betweenRuns: 0.02,
	betweenSeconds: 0.05,
	correlation: 0.8,
	withinSeconds: 0.5,
};

/** Standard normal deviates, two of each pair of numbers (Box and Muller, 1958). */
export const normalDeviates = (random: Random): (() => number) => {
	let spare: number | undefined;
	return () => {
		if (spare !== undefined) {
			const value = spare;
			spare = undefined;
			return value;
		}

		const radius = Math.sqrt(-2 * Math.log(1 - random()));
		const angle = 2 * Math.PI * random();
		spare = radius * Math.sin(angle);
		return radius * Math.cos(angle);
	};
};

/** Milliseconds. */
export type SimulatedRun = {readonly p50: number; readonly p99: number};

const median = 8;

/** One run of programs that take `slower` times as long, all by the same chances, recorded as every run is. */
export const simulateRuns = (
	model: Model,
	slower: readonly number[],
	normal: () => number,
): readonly SimulatedRun[] => {
	const accumulators = slower.map(createAccumulator);
	const run = Math.log(median * 1000) + model.betweenRuns * normal();
	const kept = Math.sqrt(1 - model.correlation ** 2);
	let level = normal();
	for (let second = 0; second < model.seconds; second++) {
		if (second > 0) level = model.correlation * level + kept * normal();
		for (let request = 0; request < model.perSecond; request++) {
			const microseconds = Math.exp(run + model.betweenSeconds * level + model.withinSeconds * normal());
			for (let index = 0; index < slower.length; index++) accumulators[index]!.record(microseconds * slower[index]!);
		}
	}

	return accumulators.map((accumulator) => {
		const histogram = accumulator.take();
		return {p50: (runQuantile(histogram, 0.5) ?? 0) / 1000, p99: (runQuantile(histogram, 0.99) ?? 0) / 1000};
	});
};

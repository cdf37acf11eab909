import * as z from 'zod';
import type {Format, MetricValues, ToldRun} from '../format.ts';
import {firstLine, fits, readAs} from '../given.ts';

/** sample.json of one benchmark: nanoseconds of so many iterations each. */
const sample = z.object({
	sampling_mode: z.string(),
	iters: z.array(z.number()).min(1),
	times: z.array(z.number()).min(1),
});

/** A line of `cargo criterion --message-format=json`. */
const complete = z.object({
	reason: z.literal('benchmark-complete'),
	id: z.string(),
	iteration_count: z.array(z.number()),
	measured_values: z.array(z.number()),
	unit: z.string(),
});
const message = z.object({reason: z.string()});

const perIteration = (times: readonly number[], iterations: readonly number[]): number[] =>
	times.map((time, index) => time / Math.max(1, iterations[index] ?? 1));

/** …/criterion/GROUP/NAME/new/sample.json says which benchmark it is of. */
const nameIn = (path: string): string => {
	const [, name] = /(?:^|[\\/])criterion[\\/](.+)[\\/](?:new|base)[\\/]sample\.json$/.exec(path) ?? [];
	return name?.replaceAll('\\', '/') ?? 'criterion';
};

const ofNames = (metrics: readonly MetricValues[], limits: readonly string[] = []): ToldRun => ({
	name: 'criterion',
	metrics,
	limits: ['Values of one process are no independent witnesses of what another one would measure.', ...limits],
});

/** 'sum 100   time:   [1.58 ns 1.86 ns 2.17 ns]'; a long name stands on the line before. */
const textual = /^(?:(\S.*?)\s+|\s+)time:\s+\[([\d.]+ \S+) ([\d.]+) (\S+) ([\d.]+ \S+)\]/;

const readText = (text: string): ToldRun => {
	const metrics: MetricValues[] = [];
	let before = '';
	for (const line of text.split('\n')) {
		const [whole, name, , estimate, unit = ''] = textual.exec(line) ?? [];
		if (whole !== undefined) {
			metrics.push({
				name: name ?? before,
				unit: unit.replace(/[µμ]s/, 'us'),
				better: 'lower',
				values: [Number(estimate)],
			});
		}

		if (line.trim() !== '') before = line.trim();
	}

	return ofNames(metrics, ['Of each benchmark only the estimate is told; its samples are in target/criterion.']);
};

export const criterion: Format = {
	name: 'criterion',
	about: 'functions timed by Criterion.rs',
	made: 'cargo criterion --message-format=json > FILE; or target/criterion/NAME/new/sample.json, or what cargo bench prints',
	recognise: (given) =>
		fits(sample, given.json) ||
		fits(message, firstLine(given)) ||
		/^.*\btime:\s+\[[\d.]+ [nµμumps]+s? [\d.]+ /m.test(given.text),
	read: (given) => {
		if (fits(sample, given.json)) {
			const {times, iters} = readAs(sample, given.json);
			const name = nameIn(given.path);
			return [{...ofNames([{name, unit: 'ns', better: 'lower', values: perIteration(times, iters)}]), name}];
		}

		if (!fits(message, firstLine(given))) return [readText(given.text)];
		const metrics: MetricValues[] = [];
		for (const line of given.lines()) {
			if (!fits(complete, line)) continue;
			const {id, iteration_count, measured_values, unit} = readAs(complete, line);
			metrics.push({name: id, unit, better: 'lower', values: perIteration(measured_values, iteration_count)});
		}

		return metrics.length === 0 ? [] : [ofNames(metrics)];
	},
};

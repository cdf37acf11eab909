import * as z from 'zod';
import type {Format, MetricValues, ToldRun} from '../format.ts';
import {firstLine, fits, readAs, textLines} from '../given.ts';

const event = z.object({Action: z.string(), Package: z.string(), Output: z.string().optional()});

/** 'BenchmarkSplit-8   	 100	 121.7 ns/op	 64 B/op': the name, the cores behind it, how often, figures with units. */
const result = /^(Benchmark\S*?)(?:-(\d+))?\s+(\d+)\s+(\S.*\/(?:op|s)\b.*|\S.*)$/;

/** What of a figure is better, by its unit; of others it is not known. */
const betterOf = (unit: string): 'lower' | 'higher' | undefined =>
	unit === 'MB/s' ? 'higher' : ['ns/op', 'B/op', 'allocs/op'].includes(unit) ? 'lower' : undefined;

const units: Readonly<Record<string, string>> = {'ns/op': 'ns', 'B/op': 'bytes', 'allocs/op': 'allocations'};

type Collected = {
	readonly values: Map<string, MetricValues & {readonly values: number[]}>;
	settings: Record<string, string>;
};

const readLine = (line: string, {values, settings}: Collected): void => {
	const [, key, fact] = /^(goos|goarch|pkg|cpu): (.*)$/.exec(line) ?? [];
	if (key !== undefined && fact !== undefined) settings[key] = fact.trim();
	const [, name, cores, , figures = ''] = result.exec(line.trim()) ?? [];
	if (name === undefined) return;
	if (cores !== undefined) settings.GOMAXPROCS = cores;
	for (const [, figure, unit = ''] of figures.matchAll(/([\d.]+(?:e[+-]?\d+)?)\s+(\S+)/g)) {
		const short = name.replace(/^Benchmark/, '');
		const metric = unit === 'ns/op' ? short : `${short} ${unit}`;
		const better = betterOf(unit);
		const known = values.get(metric) ?? {
			name: metric,
			unit: units[unit] ?? unit,
			...(better === undefined ? {} : {better}),
			values: [],
		};
		known.values.push(Number(figure));
		values.set(metric, known);
	}
};

/** The runs of text, one for each package. */
const collect = (lines: Iterable<readonly [pkg: string, line: string]>): readonly ToldRun[] => {
	const packages = new Map<string, Collected>();
	let current = '';
	for (const [told, line] of lines) {
		const [, named] = /^pkg: (\S+)/.exec(line) ?? [];
		if (named !== undefined) current = named;
		const pkg = told === '' ? current : told;
		const collected = packages.get(pkg) ?? {values: new Map(), settings: {}};
		packages.set(pkg, collected);
		readLine(line, collected);
	}

	return [...packages]
		.filter(([, {values}]) => values.size > 0)
		.map(([pkg, {values, settings}]) => ({
			name: pkg === '' ? 'go test' : pkg,
			metrics: [...values.values()],
			settings,
			limits: ['Each value is the mean over all iterations of one run of a benchmark (-count says how many runs).'],
		}));
};

function* plainLines(text: string): Iterable<readonly [string, string]> {
	for (const line of textLines(text)) yield ['', line];
}

/* A line of output comes in pieces: a benchmark's name first, its figures when they are known. */
function* eventLines(lines: Iterable<unknown>): Iterable<readonly [string, string]> {
	const rests = new Map<string, string>();
	for (const line of lines) {
		const {Package, Output} = readAs(event, line);
		if (Output === undefined) continue;
		const parts = ((rests.get(Package) ?? '') + Output).split('\n');
		rests.set(Package, parts.pop() ?? '');
		for (const part of parts) yield [Package, part];
	}
}

/** What `go test -bench` prints, or with -json its events. */
export const go: Format = {
	name: 'go',
	about: 'benchmarks of Go',
	made: 'go test -bench . -benchmem -count 6 > FILE',
	recognise: (given) =>
		fits(event, firstLine(given)) || (/^(?:goos|pkg): /m.test(given.text) && /^Benchmark\S*\s+\d+\s/m.test(given.text)),
	read: (given) => collect(fits(event, firstLine(given)) ? eventLines(given.lines()) : plainLines(given.text)),
};

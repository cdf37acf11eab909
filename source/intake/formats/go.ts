import * as z from 'zod';
import type {Format, Given, MetricValues, ToldRun} from '../format.ts';
import {firstLine, fits, readAs, textLines} from '../given.ts';

/** Those of a package's building have none; what else is JSON by lines has other actions. */
const event = z.object({
	Action: z.enum([
		'start',
		'run',
		'pause',
		'cont',
		'pass',
		'bench',
		'fail',
		'output',
		'skip',
		'attr',
		'artifacts',
		'build-output',
		'build-fail',
	]),
	Package: z.string().optional(),
	ImportPath: z.string().optional(),
	Output: z.string().optional(),
});

/** 'BenchmarkSplit-8   	 100	 121.7 ns/op	 64 B/op': the name, the cores behind it, how often, figures with units. */
const result = /^(Benchmark\S*?)(?:-(\d+))?\s+(\d+)\s+(\S.*\/(?:op|s)\b.*|\S.*)$/;

/** What of a figure is better, by its unit; of others it is not known. */
const betterOf = (unit: string): 'lower' | 'higher' | undefined =>
	unit === 'MB/s' ? 'higher' : ['ns/op', 'B/op', 'allocs/op'].includes(unit) ? 'lower' : undefined;

const units: Readonly<Record<string, string>> = {'ns/op': 'ns', 'B/op': 'bytes', 'allocs/op': 'allocations'};

/** A line of a benchmark; `cores` is the number behind its name, which may be a part of that. */
type Line = {readonly name: string; readonly cores: string | undefined; readonly figures: string};

type Collected = {
	readonly lines: Line[];
	readonly failed: string[];
	settings: Record<string, string>;
};

const readLine = (line: string, {lines, failed, settings}: Collected): void => {
	const [, key, fact] = /^(goos|goarch|pkg|cpu): (.*)$/.exec(line) ?? [];
	if (key !== undefined && fact !== undefined) settings[key] = fact.trim();
	const [, bad] = /^(?:\s*--- FAIL: (\S+)|FAIL\s+\S+ \[(?:build|setup) failed\])/.exec(line) ?? [];
	if (bad !== undefined) failed.push(bad);
	const [, name, cores, , figures = ''] = result.exec(line.trim()) ?? [];
	if (name !== undefined) lines.push({name, cores, figures});
};

/**
 * The number of cores that all names end with. Where they end differently, as with -cpu 1,2,4, or on one core, which Go
 * does not tell, the numbers belong to the names.
 */
const coresIn = (lines: readonly Line[]): string | undefined => {
	const [cores, ...others] = new Set(lines.map((line) => line.cores));
	return others.length === 0 ? cores : undefined;
};

const metricsIn = (lines: readonly Line[], common: string | undefined): readonly MetricValues[] => {
	const values = new Map<string, MetricValues & {readonly values: number[]}>();
	for (const {name, cores, figures} of lines) {
		const short = `${name.replace(/^Benchmark/, '')}${cores === undefined || cores === common ? '' : `-${cores}`}`;
		for (const [, figure, unit = ''] of figures.matchAll(/(-?[\d.]+(?:e[+-]?\d+)?)\s+(\S+)/g)) {
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
	}

	return [...values.values()];
};

/** The runs of text, one for each package. */
const collect = (lines: Iterable<readonly [pkg: string, line: string]>): readonly ToldRun[] => {
	const packages = new Map<string, Collected>();
	let current = '';
	for (const [told, line] of lines) {
		const [, named] = /^pkg: (\S+)/.exec(line) ?? [];
		if (named !== undefined) current = named;
		const pkg = told === '' ? current : told;
		const collected = packages.get(pkg) ?? {lines: [], failed: [], settings: {}};
		packages.set(pkg, collected);
		readLine(line, collected);
	}

	return [...packages]
		.filter(([, {lines: found}]) => found.length > 0)
		.map(([pkg, {lines: found, failed, settings}]) => {
			const cores = coresIn(found);
			return {
				name: pkg === '' ? 'go test' : pkg,
				metrics: metricsIn(found, cores),
				settings: {...settings, ...(cores === undefined ? {} : {GOMAXPROCS: cores})},
				doubts: failed.map((name) => ({kind: 'failed-benchmark', message: `${name} failed.`})),
				limits: ['Each value is the mean over all iterations of one run of a benchmark (-count says how many runs).'],
			};
		});
};

function* plainLines(text: string): Iterable<readonly [string, string]> {
	for (const line of textLines(text)) yield ['', line];
}

/* A line of output comes in pieces: a benchmark's name first, its figures when they are known. */
function* eventLines(lines: Iterable<unknown>): Iterable<readonly [string, string]> {
	const rests = new Map<string, string>();
	for (const line of lines) {
		const {Package, Output} = readAs(event, line);
		if (Output === undefined || Package === undefined) continue;
		const parts = ((rests.get(Package) ?? '') + Output).split('\n');
		rests.set(Package, parts.pop() ?? '');
		for (const part of parts) yield [Package, part];
	}
}

const isEvents = (given: Given): boolean => {
	const first = firstLine(given);
	return fits(event, first) && !fits(z.object({Package: z.undefined(), ImportPath: z.undefined()}), first);
};

/** What `go test -bench` prints, or with -json its events. */
export const go: Format = {
	name: 'go',
	about: 'benchmarks of Go',
	made: 'go test -bench . -benchmem -count 6 > FILE',
	recognise: (given) =>
		isEvents(given) || (/^(?:goos|pkg): /m.test(given.text) && /^Benchmark\S*\s+\d+\s/m.test(given.text)),
	read: (given) => collect(isEvents(given) ? eventLines(given.lines()) : plainLines(given.text)),
};

import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {z} from 'zod';
import {whereIs} from '../../../source/engines/tool.ts';
import type {Name} from './drive.ts';

/** What a tool itself says of a run: milliseconds, requests per second. */
export type OwnReport = {
	readonly count: number;
	readonly rate: number;
	readonly p50?: number | undefined;
	readonly p90?: number | undefined;
	readonly p95?: number | undefined;
	readonly p99?: number | undefined;
	readonly mean?: number | undefined;
};

const pathOf = (name: Name): string => whereIs({name, programs: [name], hint: ''}) ?? name;

/** hey prints a report or what a template says: its own figures are asked for after ours. */
const heyWords = `
for word; do
	if [ "$last" = -o ]; then word="$word
own {{ .Rps }} {{ .NumRes }} {{ .Average }} {{ range .LatencyDistribution }}p{{ .Percentage }}={{ .Latency }} {{ end }}"; fi
	set -- "$@" "$word"
	shift
	last=$word
done`;

/** To its template a report in its own terms is added. */
const bombardierWords = `
for word; do
	case "$word" in
	--format=path:*) printf '%s\\n' 'own {{ .Result.Latencies.Count }} {{ with .Result.LatenciesStats (FloatsToArray 0.5 0.9 0.95 0.99) }}{{ .Mean }}{{ range $share, $latency := .Percentiles }} q{{ $share }}={{ $latency }}{{ end }}{{ end }}' >> "\${word#--format=path:}" ;;
	esac
done`;

const preparations: Partial<Record<Name, string>> = {hey: heyWords, bombardier: bombardierWords};

/**
 * A program that is the tool to whoever starts it, and keeps what it writes to standard output in a file. Gives the file's
 * path.
 */
export const layOver = (name: Name, folder: string): string => {
	const kept = join(folder, `${name}.kept`);
	const real = pathOf(name);
	const program = join(folder, name);
	writeFileSync(
		program,
		name === 'vegeta'
			? `#!/bin/sh\ncase "$2" in attack) "${real}" "$@" | tee "${kept}" ;; *) exec "${real}" "$@" ;; esac\n`
			: `#!/bin/sh\n${preparations[name] ?? ''}\n"${real}" "$@" > "${kept}"\ncode=$?\ncat "${kept}"\nexit $code\n`,
	);
	chmodSync(program, 0o755);
	return kept;
};

const milliseconds = (text: string | undefined): number | undefined => {
	const match = /([\d.]+)(us|ms|s|m)$/.exec(text ?? '');
	return match === null ? undefined : Number(match[1]) * ({us: 0.001, ms: 1, s: 1000, m: 60_000}[match[2] ?? ''] ?? 1);
};

const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

const ohaReport = z.object({
	summary: z.object({requestsPerSec: z.number(), average: z.number()}),
	latencyPercentiles: z.record(z.string(), z.number()),
	statusCodeDistribution: z.record(z.string(), z.number()),
	errorDistribution: z.record(z.string(), z.number()),
});

const vegetaReport = z.object({
	latencies: z.record(z.string(), z.number()),
	requests: z.number(),
	throughput: z.number(),
});

const readers: Readonly<Record<Name, (kept: string) => OwnReport>> = {
	wrk(kept) {
		const text = readFileSync(kept, 'utf8');
		const at = (percent: number) => milliseconds(new RegExp(`\\b${percent}%\\s+(\\S+)`).exec(text)?.[1]);
		return {
			count: number(text, /(\d+) requests in/),
			rate: number(text, /Requests\/sec:\s+([\d.]+)/),
			p50: at(50),
			p90: at(90),
			p99: at(99),
			mean: milliseconds(/Latency\s+(\S+)/.exec(text)?.[1]),
		};
	},
	hey(kept) {
		const text = readFileSync(kept, 'utf8');
		const [, rate, count, mean] = /^own (\S+) (\S+) (\S+)/m.exec(text) ?? [];
		const at = (percent: number) => number(text, new RegExp(`p${percent}=([\\d.e-]+)`)) * 1000;
		return {
			count: Number(count),
			rate: Number(rate),
			mean: Number(mean) * 1000,
			p50: at(50),
			p90: at(90),
			p95: at(95),
			p99: at(99),
		};
	},
	ab(kept) {
		const text = readFileSync(kept, 'utf8');
		const at = (percent: number) => number(text, new RegExp(`^\\s+${percent}%\\s+(\\d+)`, 'm'));
		return {
			count: number(text, /Complete requests:\s+(\d+)/),
			rate: number(text, /Requests per second:\s+([\d.]+)/),
			p50: at(50),
			p90: at(90),
			p95: at(95),
			p99: at(99),
		};
	},
	h2load(kept) {
		const text = readFileSync(kept, 'utf8');
		return {
			count: number(text, /(\d+) done/),
			rate: number(text, /([\d.]+) req\/s/),
			mean: milliseconds(/time for request:\s+\S+\s+\S+\s+(\S+)/.exec(text)?.[1]),
		};
	},
	bombardier(kept) {
		const text = readFileSync(kept, 'utf8');
		const count = [...text.matchAll(/^status \S+ (\d+)/gm)].reduce((sum, [, each]) => sum + Number(each), 0);
		const at = (share: number) => number(text, new RegExp(`q${share}=(\\d+)`)) / 1000;
		return {
			count,
			rate: (count * 1e9) / number(text, /^all (\d+)/m),
			mean: number(text, /^own \d+ ([\d.]+)/m) / 1000,
			p50: at(0.5),
			p90: at(0.9),
			p95: at(0.95),
			p99: at(0.99),
		};
	},
	oha(kept) {
		const {summary, latencyPercentiles, statusCodeDistribution, errorDistribution} = ohaReport.parse(
			JSON.parse(readFileSync(kept, 'utf8')),
		);
		const count = Object.values(statusCodeDistribution).reduce((sum, each) => sum + each, 0);
		const all = count + Object.values(errorDistribution).reduce((sum, each) => sum + each, 0);
		const at = (percent: number) => (latencyPercentiles[`p${percent}`] ?? Number.NaN) * 1000;
		return {
			count,
			// Its own counts what it breaks off at the end as well.
			rate: (summary.requestsPerSec * count) / all,
			mean: summary.average * 1000,
			p50: at(50),
			p90: at(90),
			p95: at(95),
			p99: at(99),
		};
	},
	vegeta(kept) {
		const {stdout} = spawnSync(pathOf('vegeta'), ['report', '-type', 'json', kept], {encoding: 'utf8'});
		const {latencies, requests, throughput} = vegetaReport.parse(JSON.parse(stdout));
		const at = (name: string) => (latencies[name] ?? Number.NaN) / 1e6;
		return {
			count: requests,
			rate: throughput,
			mean: at('mean'),
			p50: at('50th'),
			p90: at('90th'),
			p95: at('95th'),
			p99: at('99th'),
		};
	},
};

export const ownReport = (name: Name, kept: string): OwnReport => {
	if (!existsSync(kept)) throw new Error(`${name} was not started through the program laid over it`);
	return readers[name](kept);
};

import {z} from 'zod';
import {type Figures, known, launch, type Percentiles, type Tool} from './tool.ts';

const figure = z.number().nullish();

const output = z.object({
	summary: z.object({slowest: figure, fastest: figure, average: figure, requestsPerSec: figure}),
	latencyPercentiles: z.record(z.string(), figure),
	statusCodeDistribution: z.record(z.string(), z.number()),
	errorDistribution: z.record(z.string(), z.number()),
});

/** oha: a closed loop, or with a rate an open one (`--latency-correction`). Its times are seconds. */
export const oha: Tool = {
	name: 'oha',
	program: 'oha',
	measure: async ({url, connections, duration, rate, timeout, method, pipelining, threads, verify}) => {
		if (pipelining !== undefined || threads !== undefined) return undefined;
		const ended = await launch(
			'oha',
			[
				...['--no-tui', '--output-format', 'json', '-c', connections, '-z', `${duration}ms`],
				...(rate === undefined ? [] : ['-q', rate, '--latency-correction']),
				...(timeout === undefined ? [] : ['-t', `${timeout}ms`]),
				...(method === undefined ? [] : ['-m', method]),
				...(verify === true ? [] : ['--insecure']),
				url,
			],
			duration,
		);
		const parsed = ended.code === 0 ? output.parse(JSON.parse(ended.stdout)) : undefined;
		if (parsed === undefined) return {...ended, latency: {}};
		const {summary, latencyPercentiles, statusCodeDistribution, errorDistribution} = parsed;
		const of = (seconds: number | null | undefined): number | undefined =>
			typeof seconds === 'number' ? seconds * 1000 : undefined;
		const sum = (counts: Readonly<Record<string, number>>): number =>
			Object.values(counts).reduce((total, count) => total + count, 0);
		const replies = sum(statusCodeDistribution);
		return known<Figures>({
			...ended,
			latency: known<Percentiles>({
				min: of(summary.fastest),
				max: of(summary.slowest),
				mean: of(summary.average),
				p50: of(latencyPercentiles.p50),
				p90: of(latencyPercentiles.p90),
				p95: of(latencyPercentiles.p95),
				p99: of(latencyPercentiles.p99),
				p999: of(latencyPercentiles['p99.9']),
			}),
			samples: replies,
			replies,
			statuses: statusCodeDistribution,
			// What it breaks off at the end it calls an error, and says so: that is none of the target's.
			failures: sum(errorDistribution) - (errorDistribution['aborted due to deadline'] ?? 0),
			rate: summary.requestsPerSec ?? undefined,
		});
	},
};

import {type Figures, known, launch, numberIn, type Percentiles, type Tool, timeIn} from './tool.ts';

/** wrk: a closed loop of keep-alive connections. */
export const wrk: Tool = {
	name: 'wrk',
	program: 'wrk',
	measure: async ({url, connections, duration, rate, timeout, method, pipelining, threads = 1, verify}) => {
		if (rate !== undefined || method !== undefined || pipelining !== undefined || verify === true) return undefined;
		const seconds = Math.max(1, Math.round(duration / 1000));
		const ended = await launch(
			'wrk',
			[
				'-t',
				threads,
				'-c',
				connections,
				'-d',
				seconds,
				'--timeout',
				`${Math.ceil((timeout ?? 10_000) / 1000)}s`,
				'--latency',
				url,
			],
			duration,
		);
		const {output} = ended;
		const at = (percentile: number): number | undefined =>
			timeIn(new RegExp(`\\b${percentile}%\\s+(\\S+)`).exec(output)?.[1]);
		const row = /Latency\s+(\S+)\s+\S+\s+(\S+)/.exec(output);
		const replies = numberIn(output, /(\d+) requests in/);
		const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output);
		return known<Figures>({
			...ended,
			latency: known<Percentiles>({
				mean: timeIn(row?.[1]),
				max: timeIn(row?.[2]),
				p50: at(50),
				p90: at(90),
				p99: at(99),
			}),
			samples: replies,
			replies,
			failures: errors === null ? 0 : errors.slice(1).reduce((sum, count) => sum + Number(count), 0),
			rate: numberIn(output, /Requests\/sec:\s+([\d.]+)/),
		});
	},
};

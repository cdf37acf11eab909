import {type Figures, known, launch, numberIn, type Percentiles, type Tool} from './tool.ts';

/** More requests than any run makes: the time ends it. */
const endless = 100_000_000;

/** ab: a closed loop in one thread, HTTP/1.0 with keep-alive. */
export const ab: Tool = {
	name: 'ab',
	program: 'ab',
	measure: async ({url, connections, duration, rate, timeout, method, pipelining, threads, verify}) => {
		if (rate !== undefined || pipelining !== undefined || threads !== undefined || verify === true) return undefined;
		const ended = await launch(
			'ab',
			[
				...['-q', '-r', '-k', '-l', '-c', connections, '-t', Math.max(1, Math.round(duration / 1000)), '-n', endless],
				...['-s', Math.ceil((timeout ?? 10_000) / 1000)],
				...(method === undefined ? [] : ['-i']),
				url,
			],
			duration,
		);
		const {output} = ended;
		const at = (percentile: number): number | undefined =>
			numberIn(output, new RegExp(`^\\s+${percentile}%\\s+(\\d+)`, 'm'));
		const complete = numberIn(output, /Complete requests:\s+(\d+)/);
		const failed = numberIn(output, /Failed requests:\s+(\d+)/);
		const total = /^Total:\s+(\d+)\s+(\d+)/m.exec(output);
		return known<Figures>({
			...ended,
			latency: known<Percentiles>({
				min: total === null ? undefined : Number(total[1]),
				mean: total === null ? undefined : Number(total[2]),
				p50: at(50),
				p90: at(90),
				p95: at(95),
				p99: at(99),
				max: at(100),
			}),
			samples: complete,
			replies: complete === undefined ? undefined : complete - (failed ?? 0),
			failures: failed,
			rate: numberIn(output, /Requests per second:\s+([\d.]+)/),
		});
	},
};

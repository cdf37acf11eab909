import {type Figures, known, launch, numberIn, type Percentiles, type Tool} from './tool.ts';

/** hey: a worker for each connection, each with its share of the rate. */
export const hey: Tool = {
	name: 'hey',
	program: 'hey',
	measure: async ({url, connections, duration, rate, timeout, method, pipelining, verify}) => {
		if (pipelining !== undefined || verify === true) return undefined;
		const ended = await launch(
			'hey',
			[
				...['-c', connections, '-z', `${duration}ms`, '-t', Math.ceil((timeout ?? 10_000) / 1000)],
				...(rate === undefined ? [] : ['-q', rate / connections]),
				...(method === undefined ? [] : ['-m', method]),
				url,
			],
			duration,
		);
		const {output} = ended;
		const seconds = (pattern: RegExp): number | undefined => {
			const value = numberIn(output, pattern);
			return value === undefined ? undefined : value * 1000;
		};
		const statuses = Object.fromEntries(
			[...output.matchAll(/\[(\d{3})\]\s+(\d+) responses/g)].map(
				([, status, count]) => [status ?? '', Number(count)] as const,
			),
		);
		const errors = output.split('Error distribution:')[1] ?? '';
		const replies = Object.values(statuses).reduce((sum, count) => sum + count, 0);
		return known<Figures>({
			...ended,
			latency: known<Percentiles>({
				min: seconds(/Fastest:\s+([\d.]+)/),
				max: seconds(/Slowest:\s+([\d.]+)/),
				mean: seconds(/Average:\s+([\d.]+)/),
				p50: seconds(/\b50% in ([\d.]+)/),
				p90: seconds(/\b90% in ([\d.]+)/),
				p95: seconds(/\b95% in ([\d.]+)/),
				p99: seconds(/\b99% in ([\d.]+)/),
			}),
			samples: replies,
			replies,
			statuses,
			failures: [...errors.matchAll(/\[(\d+)\]\t/g)].reduce((sum, [, count]) => sum + Number(count), 0),
			rate: numberIn(output, /Requests\/sec:\s+([\d.]+)/),
		});
	},
};

import {spawn} from 'node:child_process';
import {type Figures, known, percentilesOf, type Tool, watch} from './tool.ts';

/** vegeta: an open loop; without a rate it has none to keep. */
export const vegeta: Tool = {
	name: 'vegeta',
	program: 'vegeta',
	measure: async ({
		url,
		connections,
		mostConnections,
		duration,
		rate,
		timeout,
		method,
		pipelining,
		threads,
		verify,
	}) => {
		if (rate === undefined || pipelining !== undefined || threads !== undefined || verify === true) return undefined;
		const attack = [
			...['-rate', `${rate}/s`, '-duration', `${duration}ms`, '-timeout', `${timeout ?? 10_000}ms`],
			...[
				'-workers',
				connections,
				'-max-workers',
				mostConnections ?? 10_000,
				'-connections',
				mostConnections ?? 10_000,
			],
		];
		const {stdout, ...ended} = await watch(
			spawn(
				'sh',
				[
					'-c',
					`echo "${method ?? 'GET'} $0" | vegeta attack "$@" | vegeta encode --to csv`,
					url,
					...attack.map(String),
				],
				{
					stdio: ['ignore', 'pipe', 'pipe'],
				},
			),
			duration,
		);
		const statuses: Record<string, number> = {};
		const latencies: number[] = [];
		let failures = 0;
		for (const line of stdout.split('\n')) {
			const [, status, nanoseconds] = line.split(',');
			if (status === undefined) continue;
			latencies.push(Number(nanoseconds) / 1e6);
			if (status === '0') failures += 1;
			else statuses[status] = (statuses[status] ?? 0) + 1;
		}

		const replies = latencies.length - failures;
		return known<Figures>({
			...ended,
			latency: percentilesOf(latencies),
			samples: latencies.length,
			replies,
			statuses,
			failures,
			rate: (replies * 1000) / duration,
		});
	},
};

import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Figures, known, launch, numberIn, percentilesOf, type Tool} from './tool.ts';

/** h2load in HTTP/1.1: a rate is each client's own. Its percentiles are of the log it keeps of each request. */
export const h2load: Tool = {
	name: 'h2load',
	program: 'h2load',
	measure: async ({url, connections, duration, rate, timeout, method, pipelining, threads = 1, verify}) => {
		if (method !== undefined || pipelining !== undefined || verify === true) return undefined;
		// Whole requests per second of a client.
		if (rate !== undefined && rate % connections !== 0) return undefined;
		const folder = mkdtempSync(join(tmpdir(), 'h2load-'));
		const log = join(folder, 'log');
		try {
			const ended = await launch(
				'h2load',
				[
					...['--h1', '-c', connections, '-t', threads, '-D', Math.max(1, Math.round(duration / 1000))],
					...(timeout === undefined ? [] : ['-N', `${timeout}ms`]),
					...(rate === undefined ? [] : ['--rps', rate / connections]),
					`--log-file=${log}`,
					url,
				],
				duration,
			);
			const lines = ended.code === 0 ? readFileSync(log, 'utf8').trim().split('\n') : [];
			const statuses: Record<string, number> = {};
			const latencies: number[] = [];
			for (const line of lines) {
				const [, status, microseconds] = line.split('\t');
				// A request without a reply is logged with a status of −1.
				if (status === undefined || Number(status) < 100) continue;
				statuses[status] = (statuses[status] ?? 0) + 1;
				latencies.push(Number(microseconds) / 1000);
			}

			return known<Figures>({
				...ended,
				latency: percentilesOf(latencies),
				samples: latencies.length,
				replies: latencies.length,
				statuses,
				// What errored and what timed out is among them.
				failures: numberIn(ended.output, /(\d+) failed/),
				rate: numberIn(ended.output, /([\d.]+) req\/s/),
			});
		} finally {
			rmSync(folder, {recursive: true, force: true});
		}
	},
};

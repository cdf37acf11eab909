import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {z} from 'zod';
import {type Figures, known, launch, type Percentiles, type Tool} from './tool.ts';

const output = z.object({
	metrics: z.object({
		http_req_duration: z.record(z.string(), z.unknown()).optional(),
		http_reqs: z.object({count: z.number(), rate: z.number()}).optional(),
		http_req_failed: z.object({passes: z.number()}).optional(),
	}),
});

/** k6: virtual users in a closed loop, or arrivals at a constant rate. Its duration leaves connecting out. */
export const k6: Tool = {
	name: 'k6',
	program: 'k6',
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
		if (pipelining !== undefined || threads !== undefined) return undefined;
		const folder = mkdtempSync(join(tmpdir(), 'k6-'));
		try {
			const scenario =
				rate === undefined
					? {executor: 'constant-vus', vus: connections, duration: `${duration}ms`}
					: {
							executor: 'constant-arrival-rate',
							rate,
							timeUnit: '1s',
							duration: `${duration}ms`,
							preAllocatedVUs: connections,
							maxVUs: mostConnections ?? 10_000,
						};
			const options = {
				scenarios: {load: scenario},
				insecureSkipTLSVerify: verify !== true,
				summaryTrendStats: ['avg', 'min', 'p(50)', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'max'],
			};
			const request = JSON.stringify([method ?? 'GET', url, null, {timeout: `${timeout ?? 10_000}ms`}]);
			writeFileSync(
				join(folder, 'load.js'),
				`import http from 'k6/http';\nexport const options = ${JSON.stringify(options)};\nexport default () => http.request(...${request});\n`,
			);
			const summary = join(folder, 'summary.json');
			const ended = await launch(
				'k6',
				['run', '--quiet', '--summary-export', summary, join(folder, 'load.js')],
				duration,
			);
			if (ended.code !== 0) return {...ended, latency: {}};
			const {metrics} = output.parse(JSON.parse(readFileSync(summary, 'utf8')));
			const of = (name: string): number | undefined => {
				const value = metrics.http_req_duration?.[name];
				return typeof value === 'number' ? value : undefined;
			};
			return known<Figures>({
				...ended,
				latency: known<Percentiles>({
					min: of('min'),
					mean: of('avg'),
					p50: of('p(50)'),
					p90: of('p(90)'),
					p95: of('p(95)'),
					p99: of('p(99)'),
					p999: of('p(99.9)'),
					max: of('max'),
				}),
				samples: metrics.http_reqs?.count,
				replies: (metrics.http_reqs?.count ?? 0) - (metrics.http_req_failed?.passes ?? 0),
				failures: metrics.http_req_failed?.passes,
				rate: metrics.http_reqs?.rate,
			});
		} finally {
			rmSync(folder, {recursive: true, force: true});
		}
	},
};

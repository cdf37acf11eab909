import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type ReportDocument, reportSchema} from '../../../source/export/json-schema.ts';
import {cliPath, environmentOf} from '../../helpers/environment.ts';
import {type Figures, known, type Load, type Tool, watch} from './tool.ts';

const milliseconds = (time: number): string => `${time}ms`;

/** The flags that say the same to benchtop. */
export const wordsOf = (engine: string, load: Load): string[] => [
	load.url,
	'--engine',
	engine,
	'-c',
	String(load.connections),
	'-d',
	milliseconds(load.duration),
	'--warmup',
	'0',
	...(load.rate === undefined ? [] : ['-R', String(load.rate)]),
	...(load.rate === undefined || engine !== 'http'
		? []
		: ['--max-connections', String(load.mostConnections ?? load.connections)]),
	...(load.timeout === undefined ? [] : ['-t', milliseconds(load.timeout)]),
	...(load.method === undefined ? [] : ['-m', load.method]),
	...(load.pipelining === undefined ? [] : ['-p', String(load.pipelining)]),
	...(load.threads === undefined ? [] : ['-w', String(load.threads)]),
	...(load.url.startsWith('https:') && load.verify !== true && engine === 'http' ? ['--insecure'] : []),
	'--no-save',
];

const documentIn = (text: string): ReportDocument['results'][number] | undefined => {
	try {
		return reportSchema.parse(JSON.parse(text)).results[0];
	} catch {
		return undefined;
	}
};

const failuresOf = (result: ReportDocument['results'][number]): number =>
	Object.entries(result.summary.outcomes)
		.filter(([outcome]) => !/^\d{3}$/.test(outcome))
		.reduce((sum, [, count]) => sum + count, 0);

/** Runs the built command line in a home of its own. */
export const runBenchtop = async (words: readonly string[], duration: number) => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-truth-'));
	try {
		const child = spawn(process.execPath, [cliPath, ...words], {
			cwd: folder,
			env: environmentOf(folder),
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		return await watch(child, duration);
	} finally {
		rmSync(folder, {recursive: true, force: true, maxRetries: 5});
	}
};

/** benchtop with one of its engines, through its command line. */
export const benchtop = (engine: string, name: string): Tool => ({
	name,
	program: process.execPath,
	measure: async (load) => {
		if (
			engine === 'autocannon' &&
			(load.verify === true || (load.rate !== undefined && !Number.isInteger(load.rate)))
		) {
			return undefined;
		}

		const {stdout, ...ended} = await runBenchtop([...wordsOf(engine, load), '--json'], load.duration);
		const report = documentIn(stdout);
		if (report === undefined) return {...ended, latency: {}};
		const {min, p50, p90, p95, p99, p999, max, mean, count} = report.summary.latency;
		const of = (figure: number | null): number | undefined => figure ?? undefined;
		return known<Figures>({
			...ended,
			report,
			latency: known({
				min: of(min),
				p50: of(p50),
				p90: of(p90),
				p95: of(p95),
				p99: of(p99),
				p999: of(p999),
				max: of(max),
				mean: of(mean),
			}),
			samples: count,
			replies: report.summary.throughput.total,
			statuses: report.summary.outcomes,
			failures: failuresOf(report),
			rate: of(report.summary.throughput.mean),
		});
	},
});

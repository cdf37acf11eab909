import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {expect} from 'vitest';
import {type ReportDocument, reportSchema} from '../../source/export/json-schema.ts';
import {runCli} from '../helpers/cli.ts';
import {okReply, rawTarget} from '../helpers/target.ts';
import {testWith} from '../helpers/tools.ts';

type Figures = {readonly p50: number; readonly p90: number; readonly p99: number; readonly rate: number};

const milliseconds = (text: string, percentile: number): number => {
	const match = new RegExp(`${percentile}%\\s+([\\d.]+)(us|ms|s)`).exec(text);
	return Number(match?.[1]) * ({us: 0.001, ms: 1, s: 1000}[match?.[2] ?? 'ms'] ?? Number.NaN);
};

const byWrk = async (url: string): Promise<Figures> => {
	const {stdout} = await promisify(execFile)('wrk', ['-t1', '-c8', '-d2s', '--latency', url]);
	return {
		p50: milliseconds(stdout, 50),
		p90: milliseconds(stdout, 90),
		p99: milliseconds(stdout, 99),
		rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
	};
};

const byBenchtop = async (url: string): Promise<Figures> => {
	const {stdout} = await runCli([url, '-c', '8', '-d', '2s', '--warmup', '500ms', '--json', '--no-save']);
	const report: ReportDocument = reportSchema.parse(JSON.parse(stdout));
	const {latency, throughput} = report.results[0]!.summary;
	return {p50: latency.p50 ?? 0, p90: latency.p90 ?? 0, p99: latency.p99 ?? 0, rate: throughput.mean ?? 0};
};

// wrk "corrects" what lies above its mean interval, so only a steady server gives it and others the same percentiles.
testWith('wrk')('a steady server looks the same to wrk', {timeout: 60_000}, async () => {
	const target = await rawTarget((socket) => setTimeout(() => socket.write(okReply), 20));
	try {
		const [wrk, own]: [Figures[], Figures[]] = [[], []];
		for (let round = 0; round < 3; round++) {
			wrk.push(await byWrk(target.url));
			own.push(await byBenchtop(target.url));
		}

		// What runs of wrk differ by is noise; more than that and 5 % (or `least`) would be a difference.
		const near = (key: keyof Figures, least: number): void => {
			const [low = 0, middle = 0, high = 0] = wrk.map((figures) => figures[key]).sort((a, b) => a - b);
			const [, ours = 0] = own.map((figures) => figures[key]).sort((a, b) => a - b);
			expect(Math.abs(ours - middle), `${key}: median ${ours} against ${low}, ${middle}, ${high}`).toBeLessThanOrEqual(
				high - low + Math.max(least, 0.05 * middle),
			);
		};
		near('p50', 1);
		near('p90', 1.5);
		near('p99', 2);
		near('rate', 20);
	} finally {
		await target.close();
	}
});

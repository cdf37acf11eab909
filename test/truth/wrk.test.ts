import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {expect} from 'vitest';
import {type ReportDocument, reportSchema} from '../../source/export/json.ts';
import {runCli} from '../helpers/cli.ts';
import {okReply, rawTarget} from '../helpers/target.ts';
import {testWith} from '../helpers/tools.ts';

type Figures = {readonly p50: number; readonly p90: number; readonly rate: number};

const milliseconds = (text: string, percentile: number): number => {
	const match = new RegExp(`${percentile}%\\s+([\\d.]+)(us|ms|s)`).exec(text);
	return Number(match?.[1]) * ({us: 0.001, ms: 1, s: 1000}[match?.[2] ?? 'ms'] ?? Number.NaN);
};

const byWrk = async (url: string): Promise<Figures> => {
	const {stdout} = await promisify(execFile)('wrk', ['-t1', '-c8', '-d3s', '--latency', url]);
	return {
		p50: milliseconds(stdout, 50),
		p90: milliseconds(stdout, 90),
		rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
	};
};

const byBenchtop = async (url: string): Promise<Figures> => {
	const {stdout} = await runCli([url, '-c', '8', '-d', '3s', '--warmup', '500ms', '--json', '--no-save']);
	const report: ReportDocument = reportSchema.parse(JSON.parse(stdout));
	const {latency, throughput} = report.results[0]!.summary;
	return {p50: latency.p50 ?? 0, p90: latency.p90 ?? 0, rate: throughput.mean ?? 0};
};

// wrk "corrects" what lies above its mean interval, so only a steady server gives it and others the same percentiles.
testWith('wrk')('a steady server looks the same to wrk', {timeout: 60_000}, async () => {
	const target = await rawTarget((socket) => setTimeout(() => socket.write(okReply), 20));
	try {
		const first = await byWrk(target.url);
		const own = await byBenchtop(target.url);
		const second = await byWrk(target.url);
		// What two runs of wrk differ by is noise; more than that and 5 % (1 ms at least) would be a difference.
		const near = (key: keyof Figures, least: number): void => {
			const noise = Math.abs(first[key] - second[key]);
			const middle = (first[key] + second[key]) / 2;
			expect(
				Math.abs(own[key] - middle),
				`${key}: ${own[key]} against ${first[key]} and ${second[key]}`,
			).toBeLessThanOrEqual(noise + Math.max(least, 0.05 * middle));
		};
		near('p50', 1);
		near('p90', 1.5);
		near('rate', 20);
	} finally {
		await target.close();
	}
});

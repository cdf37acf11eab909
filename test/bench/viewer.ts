import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ReportDocument} from '../../source/export/json.ts';
import {cli, median, say, spread, startDemo} from './measure.ts';

const rounds = 8;
const columns = 120;
const rows = 40;

/** Whether drawing the full screen moves what is measured: the same load with the screen and without, in paired rounds. */
export const viewer = async (): Promise<void> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-bench-'));
	const demo = await startDemo();
	const out = join(folder, 'out.json');
	const load = [`${demo.origin}/fast`, '-c', '10', '-d', '5s', '--warmup', '1s', '--no-save', `--json=${out}`];
	const figures = (): ReportDocument['results'][number]['summary'] => {
		const report: ReportDocument = JSON.parse(readFileSync(out, 'utf8'));
		return report.results[0]!.summary;
	};
	const environment = {...process.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', CI: ''};
	const run = async (screen: boolean) => {
		const child = screen
			? spawn(
					'script',
					[
						'-qefc',
						`stty cols ${columns} rows ${rows}; exec ${[process.execPath, cli, ...load].map((word) => `'${word}'`).join(' ')}`,
						'/dev/null',
					],
					{stdio: ['pipe', 'pipe', 'inherit'], env: environment},
				)
			: spawn(process.execPath, [cli, ...load, '-q'], {stdio: ['ignore', 'ignore', 'inherit'], env: environment});
		let bytes = 0;
		child.stdout?.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
			// The run is over: leave the screen.
			if (screen && /DONE/.test(chunk.toString())) child.stdin?.write('q');
		});
		await once(child, 'exit');
		return {...figures(), bytes};
	};
	try {
		const ratios: Record<'p50' | 'p99' | 'p999' | 'rate', number[]> = {p50: [], p99: [], p999: [], rate: []};
		const drawn: number[] = [];
		await run(false);
		for (let round = 0; round < rounds; round++) {
			const order = round % 2 === 0 ? [true, false] : [false, true];
			const results = new Map<boolean, Awaited<ReturnType<typeof run>>>();
			for (const screen of order) results.set(screen, await run(screen));
			const [on, off] = [results.get(true)!, results.get(false)!];
			for (const key of ['p50', 'p99', 'p999'] as const)
				ratios[key].push((on.latency[key] ?? 0) / (off.latency[key] ?? 1));
			ratios.rate.push((on.throughput.mean ?? 0) / (off.throughput.mean ?? 1));
			drawn.push(on.bytes);
			say(
				`  round ${round + 1}: p50 ${on.latency.p50} / ${off.latency.p50} ms   p99 ${on.latency.p99} / ${off.latency.p99} ms   ${on.throughput.mean?.toFixed(0)} / ${off.throughput.mean?.toFixed(0)} per s`,
			);
		}

		say(`with the screen at ${columns}×${rows} / without, ${rounds} paired rounds of 5 s: ratio, median (least–most)`);
		for (const [name, values] of Object.entries(ratios)) say(`  ${name.padEnd(12)}${spread(values)}`);
		say(`  bytes drawn in 6 s: median ${median(drawn)}`);
	} finally {
		demo.stop();
		rmSync(folder, {recursive: true, force: true});
	}
};

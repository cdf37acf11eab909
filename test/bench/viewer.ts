import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ReportDocument} from '../../source/export/json.ts';
import {cli, median, say, spread, startDemo} from './measure.ts';

const rounds = 9;
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
		const keys = ['p50', 'p99', 'p999', 'rate'] as const;
		type Figures = Record<(typeof keys)[number], number>;
		const figuresOf = ({latency, throughput}: Awaited<ReturnType<typeof run>>): Figures => ({
			p50: latency.p50 ?? 0,
			p99: latency.p99 ?? 0,
			p999: latency.p999 ?? 0,
			rate: throughput.mean ?? 0,
		});
		const kinds = ['screen', 'without', 'again'] as const;
		const measured: Record<(typeof kinds)[number], Figures[]> = {screen: [], without: [], again: []};
		const drawn: number[] = [];
		await run(false);
		for (let round = 0; round < rounds; round++) {
			// Each kind comes first, second and third equally often.
			for (const kind of [0, 1, 2].map((step) => kinds[(round + step) % 3]!)) {
				const result = await run(kind === 'screen');
				measured[kind].push(figuresOf(result));
				if (kind === 'screen') drawn.push(result.bytes);
			}

			say(`  round ${round + 1}: p99 ${kinds.map((kind) => `${kind} ${measured[kind].at(-1)!.p99} ms`).join('   ')}`);
		}

		const ratios = (a: readonly Figures[], b: readonly Figures[], key: keyof Figures): number[] =>
			a.map((figures, round) => figures[key] / b[round]![key]);
		say(`the same load at ${columns}×${rows}, ${rounds} rounds of 5 s each in turn: ratio, median (least–most)`);
		say(`  ${''.padEnd(8)}${'with the screen / without'.padEnd(30)}without / without (noise)`);
		for (const key of keys) {
			say(
				`  ${key.padEnd(8)}${spread(ratios(measured.screen, measured.without, key)).padEnd(30)}${spread(ratios(measured.again, measured.without, key))}`,
			);
		}

		say(`  bytes drawn in 6 s: median ${median(drawn)}`);
	} finally {
		demo.stop();
		rmSync(folder, {recursive: true, force: true});
	}
};

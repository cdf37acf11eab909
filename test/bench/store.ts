import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {seededRandom} from '../../source/core/random.ts';
import type {Result} from '../../source/core/result.ts';
import {openStore} from '../../source/store/index.ts';
import {noiseOf} from '../helpers/noise.ts';
import {type Postgres, startPostgres} from '../helpers/postgres.ts';
import {syntheticResult} from '../helpers/result.ts';
import {cli, median, say} from './measure.ts';

const runs = 100_000;
const benchmarks = 20;
const rounds = 5;
const between = 5 * 60_000;
/** Of each benchmark, the runs of one commit: what a side of a comparison has. */
const ofCommit = 25;

/** Runs of several benchmarks by turns, each with noise and a step of its own; saved one by one as runs are. */
const fill = async (url: string): Promise<void> => {
	const store = await openStore(url);
	const plain = syntheticResult({seconds: 2});
	const noise = noiseOf(seededRandom(1), 0.03);
	const numbered = (index: number): Result => {
		const name = `bench ${index % benchmarks}`;
		const isAfter = index / runs > 0.3 + (0.6 * (index % benchmarks)) / benchmarks;
		const factor = (isAfter ? 1.1 : 1) * Math.exp(noise());
		const tail = factor * Math.exp(noise());
		const {latency, throughput} = plain.summary;
		const commit = Math.floor(index / (benchmarks * ofCommit));
		return {
			...plain,
			id: `run-${index.toString().padStart(6, '0')}`,
			name,
			began: new Date(Date.UTC(2025, 0, 1) + index * between).toISOString(),
			plan: {...plain.plan, name},
			environment: {
				...plain.environment,
				git: {
					commit: commit.toString(16).padStart(40, '0'),
					branch: commit % 10 === 0 ? 'topic' : 'main',
					dirty: false,
				},
			},
			summary: {
				...plain.summary,
				latency: {...latency, p50: latency.p50! * factor, p90: latency.p90! * factor, p99: latency.p99! * tail},
				throughput: {...throughput, mean: throughput.mean! / factor},
			},
		};
	};
	const tenth = runs / 10;
	const times: number[] = [];
	for (let from = 0; from < runs; from += tenth) {
		const start = performance.now();
		for (let index = from; index < from + tenth; index++) await store.save(numbered(index));
		times.push((performance.now() - start) / tenth);
	}

	await store.close();
	say(
		`  saving a run: ${times[0]!.toFixed(2)} ms each for the first ${tenth}, ${times.at(-1)!.toFixed(2)} ms for the last; between them ${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}`,
	);
};

const questions: ReadonlyArray<readonly string[]> = [
	['history'],
	['history', 'bench 3', '--branch', 'topic'],
	['history', '--tag', 'nowhere'],
	['trend', 'bench 3'],
	['trend', 'bench 3', '--metric', 'p99', '--since', '2025-10-01'],
	['changes', 'bench 3'],
	['compare', 'run-000003', 'run-099983'],
	['compare', 'branch:topic', 'branch:main'],
	['changes'],
];

/** Tells how much memory (KiB) and CPU time (µs) a process took, as it ends. */
const witness = `import {writeSync} from 'node:fs';
process.on('exit', () => {
	const {maxRSS, userCPUTime, systemCPUTime} = process.resourceUsage();
	writeSync(3, maxRSS + ' ' + (userCPUTime + systemCPUTime));
});
`;

const ask = (url: string, folder: string): void => {
	const peak = join(folder, 'peak.mjs');
	writeFileSync(peak, witness);
	for (const words of questions) {
		const times: number[] = [];
		const busy: number[] = [];
		let memory = 0;
		for (let round = 0; round < rounds; round++) {
			const start = performance.now();
			const {status, stderr, output} = spawnSync(
				process.execPath,
				['--import', pathToFileURL(peak).href, cli, ...words, '--store', url],
				{encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe', 'pipe']},
			);
			times.push(performance.now() - start);
			if (status !== 0) throw new Error(`benchtop ${words.join(' ')} ended with ${status}: ${stderr}`);
			const [kibibytes, microseconds] = String(output[3]).split(' ').map(Number);
			memory = Math.max(memory, kibibytes! / 1024);
			busy.push(microseconds! / 1000);
		}

		say(
			`${`  benchtop ${words.join(' ')}`.padEnd(58)}${median(times).toFixed(0).padStart(6)} ms  (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}), ${median(busy).toFixed(0).padStart(5)} ms of CPU  ${memory.toFixed(0).padStart(4)} MiB`,
		);
	}
};

/**
 * A history of 100 000 runs in 20 benchmarks, in SQLite and in PostgreSQL where it is installed: what saving a run takes
 * while it grows, and how long the commands take that read it, from start to end of their process. On a
 * busy machine their CPU time says more.
 */
export const store = async (): Promise<void> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-bench-'));
	let server: Postgres | undefined;
	try {
		const file = join(folder, 'history.db');
		say(`a history of ${runs} runs in ${benchmarks} benchmarks: medians of ${rounds}`);
		say('SQLite');
		await fill(file);
		say(`  ${(statSync(file).size / 1024 ** 2).toFixed(0)} MiB`);
		ask(file, folder);
		try {
			server = await startPostgres();
		} catch (error) {
			say(`PostgreSQL could not be started (test/setup-engines installs it): ${String(error)}`);
			return;
		}

		const url = server.newDatabase();
		say('PostgreSQL');
		await fill(url);
		ask(url, folder);
	} finally {
		await server?.stop();
		rmSync(folder, {recursive: true, force: true});
	}
};

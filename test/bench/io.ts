import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as z from 'zod';
import {quantile} from '../../source/core/histogram.ts';
import {coveredIn} from '../../source/core/snapshot.ts';
import {engines} from '../../source/engines/index.ts';
import {loadWith} from '../helpers/engine-load.ts';
import {median, say, spread} from './measure.ts';

const rounds = 5;
const seconds = 2;
const fileSize = 128 * 1024 * 1024;

type Pattern = {
	readonly name: string;
	readonly workload: 'read' | 'write';
	readonly pattern: 'random' | 'sequential';
	readonly blockSize: number;
	readonly direct: boolean;
	readonly fsync?: number;
};

const patterns: readonly Pattern[] = [
	{name: 'random read, 4k, cached', workload: 'read', pattern: 'random', blockSize: 4096, direct: false},
	{name: 'sequential read, 128k, cached', workload: 'read', pattern: 'sequential', blockSize: 131_072, direct: false},
	{name: 'random write, 4k, cached', workload: 'write', pattern: 'random', blockSize: 4096, direct: false},
	{
		name: 'random write, 4k, fsync each',
		workload: 'write',
		pattern: 'random',
		blockSize: 4096,
		direct: false,
		fsync: 1,
	},
	{name: 'random read, 4k, direct', workload: 'read', pattern: 'random', blockSize: 4096, direct: true},
	{name: 'random write, 4k, direct', workload: 'write', pattern: 'random', blockSize: 4096, direct: true},
];

/** Operations per second, and microseconds of one read or write. */
type Figures = {readonly rate: number; readonly mean: number; readonly p50: number; readonly p99: number};

const latencies = z.object({mean: z.number(), percentile: z.record(z.string(), z.number()).optional()});
const direction = z.object({iops: z.number(), clat_ns: latencies});
const fioReport = z.object({jobs: z.array(z.object({read: direction, write: direction})).min(1)});

const byFio = (folder: string, {workload, pattern, blockSize, direct, fsync}: Pattern): Figures => {
	const file = join(folder, 'fio');
	const {status, stdout, stderr} = spawnSync(
		'fio',
		[
			'--name=beside',
			`--filename=${file}`,
			`--size=${fileSize}`,
			`--bs=${blockSize}`,
			`--rw=${pattern === 'random' ? 'rand' : ''}${workload}`,
			'--ioengine=psync',
			'--time_based',
			`--runtime=${seconds}`,
			'--ramp_time=0.5',
			`--direct=${direct ? 1 : 0}`,
			...(fsync === undefined ? [] : [`--fsync=${fsync}`]),
			// As the engine does it: any block as likely as any other, over what is there, with the cache as it is.
			'--norandommap',
			'--randrepeat=0',
			'--overwrite=1',
			'--invalidate=0',
			'--output-format=json',
		],
		{encoding: 'utf8'},
	);
	if (status !== 0) throw new Error(`fio ended with ${status}: ${stderr}`);
	const {jobs} = fioReport.parse(JSON.parse(stdout.slice(stdout.indexOf('{'))));
	const {iops, clat_ns} = jobs[0]![workload];
	const at = (share: string): number => (clat_ns.percentile?.[share] ?? Number.NaN) / 1000;
	return {rate: iops, mean: clat_ns.mean / 1000, p50: at('50.000000'), p99: at('99.000000')};
};

const byBenchtop = async (folder: string, {name: _, ...pattern}: Pattern): Promise<Figures & {empty: number}> => {
	const engine = engines.find((one) => one.name === 'io')!;
	const {total, metrics} = await loadWith(
		engine,
		{medium: 'file', folder, fileSize, ...pattern},
		{warmup: 500, duration: seconds * 1000},
	);
	const part = total.parts?.[pattern.workload];
	if (part === undefined) throw new Error('nothing was measured');
	return {
		rate: (part.latency.count * 1000) / coveredIn(total),
		mean: (metrics[`${pattern.workload} time`]?.mean ?? Number.NaN) / 1000,
		p50: quantile(part.latency, 0.5) ?? Number.NaN,
		p99: quantile(part.latency, 0.99) ?? Number.NaN,
		empty: (metrics['empty call']?.p50 ?? Number.NaN) / 1000,
	};
};

const line = (who: string, figures: readonly Figures[]): string => {
	const of = (figure: keyof Figures): number => median(figures.map((each) => each[figure]));
	return `    ${who.padEnd(10)}${of('rate').toFixed(0).padStart(9)}/s   mean ${of('mean').toFixed(2)}   p50 ${of('p50').toFixed(2)}   p99 ${of('p99').toFixed(2)} µs`;
};

/** Reads and writes of a file, beside fio on the same pattern with the same calls (pread, pwrite), in rounds by turns. */
export const io = async (): Promise<void> => {
	if (spawnSync('fio', ['--version']).status !== 0) {
		say('io: fio is not installed (test/setup-engines --benches installs it)');
		return;
	}

	const folder = mkdtempSync(join(tmpdir(), 'benchtop-bench-'));
	try {
		say(
			`reads and writes of a file of ${fileSize / 1024 ** 2} MiB beside fio, ${rounds} rounds by turns of ${seconds} s: medians`,
		);
		for (const pattern of patterns) {
			// Makes the file anew, in blocks of the pattern's size, as the engine does.
			rmSync(join(folder, 'fio'), {force: true});
			byFio(folder, pattern);
			const [own, theirs]: [Array<Figures & {empty: number}>, Figures[]] = [[], []];
			for (let round = 0; round < rounds; round++) {
				own.push(await byBenchtop(folder, pattern));
				theirs.push(byFio(folder, pattern));
			}

			const ratio = (figure: keyof Figures): string =>
				spread(own.map((each, round) => each[figure] / theirs[round]![figure]));
			const added = own.map((each, round) => each.mean - theirs[round]!.mean);
			say(`  ${pattern.name}`);
			say(line('benchtop', own));
			say(line('fio', theirs));
			say(`    ratio     IOPS ${ratio('rate')}   mean ${ratio('mean')}   p50 ${ratio('p50')}   p99 ${ratio('p99')}`);
			say(
				`    added to each call ${spread(added)} µs; an empty call takes ${median(own.map(({empty}) => empty)).toFixed(2)} µs`,
			);
		}
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as z from 'zod';
import {quantile} from '../../source/core/histogram.ts';
import {mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import {commandEngine} from '../../source/engines/command/engine.ts';
import {commandLoad} from '../../source/engines/command/suite.ts';
import {erase} from '../../source/engines/index.ts';
import {hostLoad} from '../../source/run/load.ts';
import {median, say, spread} from './measure.ts';

const rounds = 7;
const folder = tmpdir();

/** Of one tool's runs of one command: the median and the least time and the mean CPU time, in milliseconds. */
type Figures = {readonly wall: number; readonly least: number; readonly cpu: number};

type Case = {readonly command: string; readonly shell: boolean; readonly runs: number};

const cases: readonly Case[] = [
	{command: 'true', shell: false, runs: 200},
	{command: 'sleep 0.05', shell: false, runs: 15},
	{command: `${process.execPath} -e 0`, shell: false, runs: 20},
	{command: "sh -c 'seq 20000 | sort -r | md5sum'", shell: false, runs: 30},
	// hyperfine subtracts the mean of the shell's start-ups, which grows with the noise of the machine; benchtop the median.
	{command: 'seq 20000 | sort -r | md5sum', shell: true, runs: 30},
];

const exported = z.object({
	results: z.tuple([
		z.object({
			times: z.array(z.number()),
			user: z.number(),
			system: z.number(),
		}),
	]),
});

const byHyperfine = ({command, shell, runs}: Case): Figures => {
	const place = mkdtempSync(join(folder, 'benchtop-bench-'));
	try {
		const file = join(place, 'hyperfine.json');
		const {status, stderr} = spawnSync(
			'hyperfine',
			[...(shell ? ['--shell', '/bin/sh'] : ['-N']), '-w', '2', '-r', String(runs), '--export-json', file, command],
			{cwd: folder, encoding: 'utf8'},
		);
		if (status !== 0) throw new Error(`hyperfine failed: ${stderr}`);
		const [result] = exported.parse(JSON.parse(readFileSync(file, 'utf8'))).results;
		return {
			wall: median(result.times) * 1000,
			least: Math.min(...result.times) * 1000,
			cpu: (result.user + result.system) * 1000,
		};
	} finally {
		rmSync(place, {recursive: true, force: true});
	}
};

const byBenchtop = async ({command, shell, runs}: Case): Promise<Figures> => {
	const {load} = await commandLoad({command, shell, runs, warmupRuns: 2}, {folder, environment: {}});
	const measured: Snapshot[] = [];
	await hostLoad(
		erase(commandEngine).accept(load),
		{warmup: 0},
		() => performance.now(),
		new AbortController().signal,
		(message) => {
			if (message.kind === 'snapshot' && message.phase === 'measure') measured.push(message.snapshot);
		},
	);
	const {latency, metrics = {}} = measured.reduce(mergeSnapshots);
	const mean = (name: string): number => {
		const {sum, count} = metrics[name]?.samples ?? {sum: 0, count: 0};
		return count === 0 ? 0 : sum / count;
	};
	return {
		wall: (quantile(latency, 0.5) ?? 0) / 1000,
		least: latency.minimum / 1000,
		cpu: mean('CPU'),
	};
};

/** The engine command beside hyperfine on the same commands, in turn; the first of both changes from round to round. */
export const command = async (): Promise<void> => {
	const {status, stdout} = spawnSync('hyperfine', ['--version'], {encoding: 'utf8'});
	if (status !== 0) {
		say('command: hyperfine is not installed (test/setup-engines --benches installs it)');
		return;
	}

	say(`command, ${rounds} paired rounds beside ${stdout.trim()}: ratio of medians, median (least–most)`);
	for (const one of cases) {
		const own: Figures[] = [];
		const peer: Figures[] = [];
		for (let round = 0; round < rounds; round++) {
			if (round % 2 === 0) own.push(await byBenchtop(one));
			peer.push(byHyperfine(one));
			if (round % 2 === 1) own.push(await byBenchtop(one));
		}

		const of = (all: readonly Figures[], figure: keyof Figures): string =>
			median(all.map((figures) => figures[figure])).toFixed(2);
		say(
			`  ${one.command.replace(process.execPath, 'node')}${one.shell ? '   (in a shell, its start-up subtracted)' : ''}`,
		);
		say(`    time   ${spread(own.map(({wall}, index) => wall / peer[index]!.wall))}`);
		for (const [name, all] of [
			['benchtop', own],
			['hyperfine', peer],
		] as const) {
			say(
				`    ${name.padEnd(10)} median ${of(all, 'wall')} ms   least ${of(all, 'least')} ms   CPU ${of(all, 'cpu')} ms`,
			);
		}
	}
};

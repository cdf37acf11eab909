import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {mergeSnapshots, type Snapshot} from '../../source/core/snapshot.ts';
import {engines} from '../../source/engines/index.ts';
import {hostLoad} from '../../source/run/load.ts';
import {median, say} from './measure.ts';
import functions from './micro-functions.ts';

const rounds = 5;
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const byPeer = (peer: string, name: string): number => {
	const {stdout, status} = spawnSync(process.execPath, ['--expose-gc', pathOf('micro-peer.ts'), peer, name], {
		encoding: 'utf8',
	});
	if (status !== 0) throw new Error(`${peer} ended with ${status}.`);
	return Number(stdout);
};

/** Nanoseconds of a call by one launch of benchtop's engine, and what of it an await takes. */
const byBenchtop = async (name: string): Promise<{readonly time: number; readonly awaiting: number}> => {
	const snapshots: Snapshot[] = [];
	let awaiting = 0;
	const engine = engines.find((each) => each.name === 'micro');
	await hostLoad(
		engine!.accept({modules: [pathOf('micro-functions.ts')], only: [name], launches: 1, time: 500}),
		{warmup: 0},
		() => performance.now(),
		new AbortController().signal,
		(message) => {
			if (message.kind === 'snapshot') snapshots.push(message.snapshot);
			if (message.kind === 'finding') awaiting = Number(message.finding.figures.awaitNanoseconds);
		},
	);
	return {time: median(snapshots.reduce(mergeSnapshots).metrics?.[name]?.samples.values ?? []), awaiting};
};

const cell = (nanoseconds: number): string => Number(nanoseconds.toPrecision(4)).toString().padStart(12);

/** Time of one call beside tinybench and mitata: each in a fresh process, in turn. */
export const micro = async (): Promise<void> => {
	say(`time of one call in ns: medians of ${rounds} processes each, in turn; ratios are of benchtop to the peer`);
	say(
		`  ${''.padEnd(8)}${['benchtop', 'tinybench', 'mitata', '/tinybench', '/mitata'].map((head) => head.padStart(12)).join('')}`,
	);
	for (const name of Object.keys(functions)) {
		const times: Record<'benchtop' | 'tinybench' | 'mitata', number[]> = {benchtop: [], tinybench: [], mitata: []};
		const awaits: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const {time, awaiting} = await byBenchtop(name);
			times.benchtop.push(time);
			awaits.push(awaiting);
			times.tinybench.push(byPeer('tinybench', name));
			times.mitata.push(byPeer('mitata', name));
		}

		const [own, tinybench, mitata] = [median(times.benchtop), median(times.tinybench), median(times.mitata)];
		const note = median(awaits) > 0 ? `   of which ${median(awaits).toFixed(0)} ns are an await of nothing` : '';
		say(
			`  ${name.padEnd(8)}${cell(own)}${cell(tinybench)}${cell(mitata)}${(own / tinybench).toFixed(2).padStart(12)}${(own / mitata).toFixed(2).padStart(12)}${note}`,
		);
	}

	say('  tinybench times each call by itself: what reading the clock takes is in its figures.');
};

import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {cli, median, say, spread, wallOf} from './measure.ts';

const rounds = 30;

/** Start-up beside an empty Node, in turn. */
export const startup = (): void => {
	const commands = {
		'--version': [cli, '--version'],
		'--help': [cli, '--help'],
		history: [cli, 'history', '--store', join(tmpdir(), 'benchtop-bench', 'history.db')],
	};
	const empty = ['-e', '0'];
	for (const words of [empty, ...Object.values(commands)]) wallOf(words);
	const times = new Map<string, number[]>();
	const ratios = new Map<string, number[]>();
	for (let round = 0; round < rounds; round++) {
		const base = wallOf(empty);
		for (const [name, words] of Object.entries(commands)) {
			const time = wallOf(words);
			times.set(name, [...(times.get(name) ?? []), time]);
			ratios.set(name, [...(ratios.get(name) ?? []), time / base]);
		}
	}

	say(`start-up, ${rounds} paired rounds: ratio to node -e 0, median (least–most)`);
	for (const name of Object.keys(commands)) {
		say(
			`  ${name.padEnd(12)}${spread(ratios.get(name) ?? [])}   median ${median(times.get(name) ?? []).toFixed(1)} ms`,
		);
	}
};

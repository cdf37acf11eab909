import {printable} from '../core/printable.ts';
import type {Command} from './command.ts';
import {openSuite, suiteOption} from './open-suite.ts';

const row = (cells: readonly string[], widths: readonly number[]): string =>
	cells
		.map((cell, index) => cell.padEnd(widths[index] ?? 0))
		.join('  ')
		.trimEnd();

export const list: Command = {
	name: 'list',
	usage: '[name|tag…]',
	about: 'the benchmarks of benchtop.yaml',
	options: [
		suiteOption,
		{name: 'json', value: 'FILE', optional: true, about: 'as JSON: to a file, or alone to standard output'},
	],
	run: async (words, flags, surroundings) => {
		const suite = await openSuite(flags, surroundings);
		const {selectBenchmarks} = await import('../config/suite-selection.ts');
		const benchmarks = selectBenchmarks(suite, words);
		if (flags.has('json')) {
			const {writeJson} = await import('./write-json.ts');
			const entries = benchmarks.map(({name, about, plan, rounds}) => ({
				name,
				...(about === undefined ? {} : {about}),
				engine: plan.engine,
				target: plan.target,
				tags: plan.tags,
				rounds,
			}));
			writeJson(flags, surroundings, `${JSON.stringify(entries, undefined, '\t')}\n`);
			return 0;
		}

		const rows = benchmarks.map(({name, about, plan}) =>
			[name, plan.engine, plan.tags.join(' '), about ?? plan.target].map(printable),
		);
		const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((cells) => cells[column]?.length ?? 0)));
		surroundings.stdout.write(rows.map((cells) => `${row(cells, widths)}\n`).join(''));
		return 0;
	},
};

import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {Flags} from '../config/flags.ts';
import type {Baseline} from '../core/event.ts';
import {hasBegun} from '../core/run-state.ts';
import type {Outside} from '../tui/index.tsx';
import type {Surroundings} from './command.ts';
import {withHistory} from './open-history.ts';

/** '2026-11-23T12-00-41': a moment of this place's clock that can stand in a file's name. */
const stamp = (now: Date): string => {
	const two = (value: number): string => String(value).padStart(2, '0');
	const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
	return `${day}T${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('-')}`;
};

const mostBaselines = 20;

/** What the full screen asks of the folder it was started in and of the history. Loads what it needs when it is asked. */
export const createOutside = (flags: Flags, surroundings: Surroundings): Outside => {
	const save = async (stem: string, ending: string, text: string): Promise<string> => {
		const {openOutput} = await import('./output.ts');
		// Two within a second are two files.
		let name = stem + ending;
		for (let count = 2; existsSync(join(surroundings.folder, name)); count++) name = `${stem}-${count}${ending}`;
		openOutput(name, surroundings.folder).write(text);
		return name;
	};
	return {
		exports: async () => {
			const {exporters} = await import('../export/index.ts');
			return exporters.map(({name, about}) => ({name, about}));
		},
		exportRun: async (format, run) => {
			const [{exporters}, {BenchtopError}, {reportOf}, {resultOf}] = await Promise.all([
				import('../export/index.ts'),
				import('../errors.ts'),
				import('../core/report.ts'),
				import('../core/result.ts'),
			]);
			const exporter = exporters.find(({name}) => name === format);
			if (exporter === undefined || !hasBegun(run)) {
				throw new BenchtopError('There is nothing to write yet.', {hint: 'Wait for the first second.'});
			}

			const report = reportOf([resultOf(run)]);
			return save(`benchtop-${run.began.id}-${stamp(new Date())}`, exporter.ending, exporter.render(report));
		},
		saveFile: async (name, ending, text) => save(`${name}-${stamp(new Date())}`, ending, text),
		baselines: async (run) => {
			if (!hasBegun(run) || flags.has('no-save')) return [];
			const {id, name, fingerprint} = run.began;
			return withHistory(flags, surroundings, async (store) => {
				const named = await store.baselines(name);
				const runs = await store.list({name, fingerprint, state: 'finished', limit: mostBaselines});
				const labels = new Map(named.map((baseline) => [baseline.runId, baseline.name]));
				const others = runs.filter((stored) => stored.id !== id);
				const first = others.filter((stored) => labels.has(stored.id));
				return [...first, ...others.filter((stored) => !labels.has(stored.id))].map(
					(stored): Baseline => ({
						id: stored.id,
						label: labels.get(stored.id) ?? `run ${stored.id.slice(0, 8)}`,
						began: stored.began,
						fingerprint: stored.fingerprint,
						summary: stored.summary,
					}),
				);
			});
		},
	};
};

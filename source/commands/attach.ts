import {viewOptions} from '../config/options.ts';
import {BenchtopError} from '../errors.ts';
import type {Command} from './command.ts';

export const attach: Command = {
	name: 'attach',
	usage: '[id]',
	about: 'a viewer on a running benchmark, also after a lost connection',
	options: viewOptions,
	run: async (words, flags, surroundings) => {
		const [{readConclusion}, {openFullScreen}, {followRun, runsAfter}, {runningRuns}, {runtimeFolder}] =
			await Promise.all([
				import('./read-conclusion.ts'),
				import('./full-screen.ts'),
				import('../run/follow.ts'),
				import('../run/registry.ts'),
				import('../run/runtime-folder.ts'),
			]);
		const [wanted] = words;
		const running = runningRuns(runtimeFolder(surroundings.environment));
		const runs = running.filter(({id}) => wanted === undefined || id.startsWith(wanted));
		const [run] = runs;
		const list = (of: typeof running): string => of.map(({id, target}) => `  ${id}  ${target}`).join('\n');
		if (run === undefined) {
			throw new BenchtopError(
				wanted === undefined
					? 'No benchmark is running.'
					: `No running benchmark has an id that begins with ${JSON.stringify(wanted)}.`,
				{
					hint:
						running.length === 0
							? 'benchtop history lists the ended ones; benchtop replay shows one again.'
							: `Running:\n${list(running)}`,
				},
			);
		}

		if (runs.length > 1)
			throw new BenchtopError('Several benchmarks are running.', {
				hint: `Choose one: benchtop attach <id>\n${list(runs)}`,
			});
		const conclusion = await readConclusion(flags, surroundings);
		const following = await runsAfter(run);
		const opening = await openFullScreen(conclusion, surroundings);
		try {
			const {showRuns} = await import('./show-run.ts');
			const sources = [run, ...following].map((each) => () => followRun(each));
			return await showRuns(sources, conclusion, flags, surroundings, {opening});
		} finally {
			opening?.taken.close();
		}
	},
};

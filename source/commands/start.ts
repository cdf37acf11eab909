import type {Flags} from '../config/flags.ts';
import {hasBegun} from '../core/run-state.ts';
import {runningRuns} from '../run/registry.ts';
import {runtimeFolder} from '../run/runtime-folder.ts';
import type {Leaving} from '../tui/index.tsx';
import type {Opening} from '../tui/opening.ts';
import type {Surroundings} from './command.ts';
import {type Conclusion, conclude, signalCodes} from './conclude.ts';
import {createLibrary} from './library.ts';
import {keepChoices} from './look.ts';
import {createOutside} from './outside.ts';
import {viewedBy} from './show-run.ts';

const idOf = ({state}: Leaving): string | undefined => state.began?.id;

/** The last time each run was looked at. */
const lastLooks = (seen: readonly Leaving[]): readonly Leaving[] =>
	seen.filter((look, index) => !seen.slice(index + 1).some((later) => idOf(later) === idOf(look)));

/** `benchtop` alone: the start screen, then the reports of the runs that were looked at. */
export const start = async (
	conclusion: Conclusion,
	flags: Flags,
	surroundings: Surroundings,
	opening: Opening | undefined,
): Promise<number> => {
	const {browse} = await import('../tui/index.tsx');
	const {stdin, stdout, environment} = surroundings;
	const {how, signal, seen, chosen} = await browse(createLibrary(flags, surroundings), {
		stdin,
		stdout,
		environment,
		outside: createOutside(flags, surroundings),
		...(opening === undefined ? {} : {opening}),
		...conclusion.look,
	});
	// While a run goes on, nothing is written that could hold it up.
	if (how !== 'gone' && !seen.some((look) => look.how === 'detached')) await keepChoices(chosen, surroundings);
	let code = 0;
	for (const [index, look] of lastLooks(seen)
		.filter(({state}) => hasBegun(state))
		.entries()) {
		if (index > 0) stdout.write('\n');
		const id = idOf(look);
		if (look.how === 'detached' && !runningRuns(runtimeFolder(environment)).some((run) => run.id === id)) {
			stdout.write(`The run ${id} has ended meanwhile. Its figures are in the history: benchtop history\n`);
			continue;
		}

		code = await conclude([viewedBy(look)], conclusion, surroundings);
	}

	if (how === 'interrupted') return signalCodes[signal ?? 'SIGINT'];
	return how === 'gone' ? 0 : code;
};

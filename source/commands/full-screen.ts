import type {Opening} from '../tui/opening.ts';
import type {Surroundings} from './command.ts';
import type {Conclusion} from './conclude.ts';

/** Whether a variable of the environment says yes. */
export const isSet = (value: string | undefined): boolean =>
	value !== undefined && value !== '' && value !== 'false' && value !== '0';

/** Not a terminal, CI, or a dumb one: never the full screen. */
export const fitsFullScreen = ({stdout, environment}: Surroundings): boolean =>
	stdout.isTTY === true && !isSet(environment.CI) && environment.TERM !== 'dumb';

/** Whether the environment says that somebody listens (the variable of Ink, so that one setting serves all its programs). */
export const isListenedTo = ({environment}: Surroundings): boolean => isSet(environment.INK_SCREEN_READER);

/** Whether there is somebody at a full screen, with keys to choose by. */
export const canBrowse = (surroundings: Surroundings): boolean =>
	fitsFullScreen(surroundings) && surroundings.stdin.isTTY === true && !isListenedTo(surroundings);

/** Takes over the terminal where there will be a full screen: all that is still to be loaded takes longer than that. */
export const openFullScreen = async (
	{mode, look}: Conclusion,
	{stdin, stdout, environment}: Surroundings,
): Promise<Opening | undefined> => {
	if (mode !== 'terminal') return undefined;
	const {openScreen} = await import('../tui/opening.ts');
	return openScreen({stdin, stdout, environment, ...look});
};

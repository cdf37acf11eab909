import {homedir} from 'node:os';
import {isAbsolute, join} from 'node:path';

/**
 * The folder of a user's settings: below XDG_CONFIG_HOME where that is set, on every system; else where the system keeps
 * such things. https://specifications.freedesktop.org/basedir-spec/latest/
 */
export const settingsFolder = (
	environment: Readonly<Record<string, string | undefined>>,
	platform: NodeJS.Platform = process.platform,
): string => {
	const home = environment.HOME || environment.USERPROFILE || homedir();
	const {XDG_CONFIG_HOME: xdg, APPDATA: roaming} = environment;
	// The specification asks for relative paths to be ignored.
	if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'benchtop');
	if (platform === 'darwin') return join(home, 'Library', 'Preferences', 'benchtop');
	if (platform === 'win32') return join(roaming || join(home, 'AppData', 'Roaming'), 'benchtop', 'Config');
	return join(home, '.config', 'benchtop');
};

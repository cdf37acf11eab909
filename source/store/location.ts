import {homedir} from 'node:os';
import {dirname, isAbsolute, join, resolve} from 'node:path';
import {suiteFilesAbove} from '../suite-file.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Two letters at least: 'C:\history.db' is a path. */
const scheme = /^([a-z][a-z\d+.-]+):(?:\/\/)?/i;

/** The part of a URL before the colon, in lower case; `undefined` of a path. */
export const schemeOf = (location: string): string | undefined => scheme.exec(location)?.[1]?.toLowerCase();

/** The file that a path or `sqlite:PATH` names; `undefined` of any other URL. */
export const sqlitePath = (location: string): string | undefined => {
	if (schemeOf(location) === 'sqlite') return location.replace(scheme, '');
	return location.includes('://') ? undefined : location;
};

const projectFolder = (folder: string): string | undefined => {
	const [file] = suiteFilesAbove(folder);
	return file === undefined ? undefined : dirname(file);
};

/**
 * The folder where benchtop keeps a user's data: the XDG base directory, or what macOS and Windows have in its place.
 * https://specifications.freedesktop.org/basedir-spec/latest/
 */
export const dataFolder = (environment: Variables, platform: NodeJS.Platform = process.platform): string => {
	const home = environment.HOME || environment.USERPROFILE || homedir();
	const {XDG_DATA_HOME: xdg, LOCALAPPDATA: local} = environment;
	// The specification asks for relative paths to be ignored.
	if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'benchtop');
	if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'benchtop');
	if (platform === 'win32') return join(local || join(home, 'AppData', 'Local'), 'benchtop');
	return join(home, '.local', 'share', 'benchtop');
};

/**
 * Where the history is: what `--store` says; else `.benchtop/history.db` beside the suite file found upwards from the
 * folder; else what the settings say; else the user's data folder. A path is absolute; a URL is left as it is.
 */
export const storeLocation = ({
	store,
	setting,
	folder,
	environment,
	platform = process.platform,
}: {
	readonly store?: string | undefined;
	/** What the settings say; a path that is not absolute is one from the home folder. */
	readonly setting?: string | undefined;
	readonly folder: string;
	readonly environment: Variables;
	readonly platform?: NodeJS.Platform;
}): string => {
	const home = environment.HOME || homedir();
	const asked = (location: string, from: string): string => {
		const path = sqlitePath(location);
		if (path === undefined) return location;
		// A shell leaves the tilde in '--store=~/history.db' alone.
		const expanded = /^~[\\/]/.test(path) ? join(home, path.slice(2)) : path;
		return resolve(from, expanded);
	};
	if (store !== undefined && store !== '') return asked(store, folder);
	const project = projectFolder(folder);
	if (project !== undefined) return join(project, '.benchtop', 'history.db');
	return setting === undefined ? join(dataFolder(environment, platform), 'history.db') : asked(setting, home);
};

/** The folder of the event logs: `runs` beside the database, or in the user's data folder when that is no file. */
export const runsFolder = (location: string, environment: Variables = process.env): string => {
	const path = sqlitePath(location);
	return join(path === undefined ? dataFolder(environment) : dirname(resolve(path)), 'runs');
};

import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The built command line, as users run it. */
export const cliPath = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The surroundings of a command whose home is this folder: nothing of the machine's own settings and runs. */
export const environmentOf = (folder: string): NodeJS.ProcessEnv => {
	const environment: NodeJS.ProcessEnv = {
		...process.env,
		HOME: folder,
		XDG_DATA_HOME: join(folder, 'data'),
		XDG_CONFIG_HOME: join(folder, 'config'),
		TMPDIR: folder,
		TERM: 'xterm-256color',
		// Node's cache of compiled code would lie among what benchtop writes.
		NODE_DISABLE_COMPILE_CACHE: '1',
	};
	for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'BENCHTOP_THEME', 'VITEST', 'NODE_OPTIONS', 'NODE_V8_COVERAGE'])
		delete environment[name];
	return environment;
};

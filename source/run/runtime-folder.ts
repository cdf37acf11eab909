import {lstatSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {BenchtopError} from '../errors.ts';
import {makeFolder} from '../operating-system.ts';

/** A socket's path has room for 103 bytes on macOS; the file in the folder takes 16 of them. */
const longestFolder = 87;

/**
 * The folder where running benchmarks of this user can be found and spoken to; only the user can enter it. Throws a
 * BenchtopError when somebody else owns it.
 */
export const runtimeFolder = (environment: Readonly<Record<string, string | undefined>>): string => {
	const user = process.getuid?.();
	// Not XDG_RUNTIME_DIR: that one is gone with the user's last session, and a run must outlive a lost SSH line.
	const base = resolve(environment.TMPDIR || tmpdir());
	const folder = join(base, user === undefined ? 'benchtop' : `benchtop-${user}`);
	if (process.platform !== 'win32' && Buffer.byteLength(folder) > longestFolder) {
		throw new BenchtopError(`${folder} is too long a path for a socket.`, {
			hint: 'Set TMPDIR to a shorter one, such as /tmp.',
		});
	}

	makeFolder(folder);
	const found = lstatSync(folder);
	if (!found.isDirectory() || (user !== undefined && (found.uid !== user || (found.mode & 0o077) !== 0))) {
		throw new BenchtopError(`${folder} is not a folder that only you can enter.`, {
			hint: `Remove it, or run: chmod 700 ${folder}; or set TMPDIR to a folder of your own.`,
		});
	}

	return folder;
};

import {join} from 'node:path';

/** Where a run listens: a socket file, on Windows a named pipe. */
export const socketPath = (folder: string, id: string): string =>
	process.platform === 'win32' ? `\\\\.\\pipe\\benchtop-${id}` : join(folder, `${id}.sock`);

import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {entryUrl} from '../entries.ts';
import {BenchtopError} from '../errors.ts';

/** Starts the demo server in a process of its own, which ends by itself when nobody has used it for a while. */
export const startDemoServer = async (): Promise<{origin: string; stop: () => void}> => {
	const child = spawn(process.execPath, [fileURLToPath(entryUrl('demo'))], {
		detached: true,
		windowsHide: true,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	child.unref();
	for await (const origin of createInterface({input: child.stdout})) {
		child.stdout.destroy();
		return {origin, stop: () => child.kill()};
	}

	throw new BenchtopError('The demo server did not start.', {
		hint: 'Is 127.0.0.1 usable on this machine?',
		exitCode: 4,
	});
};

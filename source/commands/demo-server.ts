import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import type {Flags} from '../config/flags.ts';
import {httpRunPlan} from '../config/http-flags.ts';
import type {RunPlan} from '../core/plan.ts';
import {entryUrl} from '../entries.ts';
import {BenchtopError} from '../errors.ts';
import type {Surroundings} from './command.ts';

/** Starts the demo server in a process of its own, which ends by itself when nobody has used it for a while. */
const startDemoServer = async (): Promise<{origin: string; stop: () => void}> => {
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

/** A load of the demo server. Once released, the server goes on only for runs that still need it. */
export type Demo = {readonly plan: Promise<RunPlan>; readonly release: () => Promise<void>};

/** Starts the demo server for a run against one of its paths. Rejects, and starts none, where the flags make no plan. */
export const startDemo = async (path: string, flags: Flags, {environment}: Surroundings): Promise<Demo> => {
	// The port is not known yet, and no flag depends on it.
	const planOf = async (origin: string): Promise<RunPlan> => ({
		...(await httpRunPlan(new URL(path, origin).href, flags)),
		name: flags.text('name') ?? `demo ${path}`,
	});
	await planOf('http://127.0.0.1');
	const server = startDemoServer();
	const plan = server.then(({origin}) => planOf(origin));
	plan.catch(() => {});
	return {
		plan,
		release: async () => {
			const started = await server.catch(() => undefined);
			if (started === undefined) return;
			// A run that goes on without its viewer still needs its target.
			const [{runningRuns}, {runtimeFolder}] = await Promise.all([
				import('../run/registry.ts'),
				import('../run/runtime-folder.ts'),
			]);
			const inUse = runningRuns(runtimeFolder(environment)).some(({target}) => target.includes(started.origin));
			if (!inUse) started.stop();
		},
	};
};

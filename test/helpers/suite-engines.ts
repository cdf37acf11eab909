import * as z from 'zod';
import {type Engine, suiteEntry} from '../../source/engines/engine.ts';
import {type AnyEngine, erase} from '../../source/engines/index.ts';
import {BenchtopError} from '../../source/errors.ts';

const idle = {latencyMeans: 'nothing', run: async () => {}};

const webPlan = z.strictObject({
	url: z.url(),
	connections: z.int().min(1),
	headers: z.record(z.string(), z.string()),
});
type WebPlan = z.infer<typeof webPlan>;

/** Loads URLs, shared among as many threads as it has connections. */
const web: Engine<WebPlan> = {
	...idle,
	name: 'web',
	about: 'loads a URL',
	plan: webPlan,
	split: (plan, threads) =>
		Array.from({length: Math.min(threads, plan.connections)}, () => ({...plan, connections: 1})),
	suite: suiteEntry(
		'url',
		() =>
			z.strictObject({
				url: z.string().describe('What is loaded.'),
				connections: z.int().min(1).default(10).describe('Open connections.'),
				headers: z.record(z.string(), z.string()).optional(),
				body: z.union([z.string(), z.strictObject({file: z.string(), type: z.string().optional()})]).optional(),
			}),
		async ({url, connections, headers = {}}) => {
			if (!URL.canParse(url))
				throw new BenchtopError(`url: "${url}" is no URL.`, {hint: 'For example: http://localhost'});
			return {
				load: {url, connections, headers},
				target: url,
				watchPort: Number(new URL(url).port || 80),
				duration: 10_000,
				warmup: 1000,
			};
		},
	),
};

const shellPlan = z.strictObject({command: z.string(), runs: z.int(), folder: z.string(), environment: z.unknown()});

/** Runs commands until its own plan says that it is over, in one thread. */
const shell: Engine<z.infer<typeof shellPlan>> = {
	...idle,
	name: 'shell',
	about: 'runs a command',
	plan: shellPlan,
	suite: suiteEntry(
		'command',
		() =>
			z.strictObject({
				command: z.string().min(1),
				runs: z.int().min(1).max(1000).optional(),
				prepare: z.string().optional(),
			}),
		async ({command, runs = 10}, {folder, environment}) => ({
			load: {command, runs, folder, environment},
			target: command,
		}),
	),
};

/** Another that loads URLs, with less to say. */
const plain: Engine<{readonly url: string}> = {
	...idle,
	name: 'plain',
	about: 'loads a URL plainly',
	plan: z.strictObject({url: z.string()}),
	suite: suiteEntry(
		'url',
		() => z.strictObject({url: z.string()}),
		async ({url}) => ({load: {url}, target: url, duration: 1000}),
	),
};

/** No benchmark of a suite can ask for this one. */
const alone: Engine<unknown> = {...idle, name: 'alone', about: 'stands alone', plan: z.unknown()};

/** Engines that load nothing, for what is read from suite files. */
export const fakeEngines: readonly AnyEngine[] = [erase(web), erase(shell), erase(plain), erase(alone)];

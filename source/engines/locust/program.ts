import {open} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import type {Versions} from '../engine.ts';
import {askTool, findTool, type RunningTool, startTool, type Tool, type ToolOptions, whereIs} from '../tool.ts';
import type {LocustPlan} from './plan.ts';

const locust: Tool = {
	name: 'Locust',
	programs: ['locust'],
	hint: 'Install it: pip install locust (in a virtual environment .venv beside the locustfile, or with pipx)',
};

/** What Locust is given beside the user's files; it lies beside this file, or beside the bundle. */
export const listenerPath = (): string =>
	fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './listener.py' : './locust-listener.py', import.meta.url));

/** Where Locust lies. Throws a BenchtopError (exit code 4) where it does not. */
export const findLocust = ({folder, environment}: Pick<LocustPlan, 'folder' | 'environment'>): string =>
	findTool(locust, folder, environment);

/** The interpreter that a script begins with, if it is a Python. */
const interpreterOf = async (path: string): Promise<string | undefined> => {
	try {
		const file = await open(path);
		try {
			const {buffer, bytesRead} = await file.read(Buffer.alloc(256), 0, 256, 0);
			return /^#!(\/\S*python[\d.]*)\s*\n/.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
		} finally {
			await file.close();
		}
	} catch {
		return undefined;
	}
};

const askVersions =
	'import importlib.metadata as m, platform; print("locust", m.version("locust"), "(Python", platform.python_version() + ")")';

/** Versions of Locust and of its Python. Never rejects. */
export const locustVersions = async ({folder, environment}: LocustPlan): Promise<Versions> => {
	const path = whereIs(locust, folder, environment);
	if (path === undefined) return {};
	const python = await interpreterOf(path);
	// Locust takes a second or more to say its own version: it loads all that it is made of first.
	const told =
		(python === undefined ? undefined : await askTool(python, ['-c', askVersions], {folder, environment})) ??
		(await askTool(path, ['--version'], {folder, environment}));
	const [, version, by] = /locust (\S+).*?\(Python ([^)]+)\)/.exec(told ?? '') ?? [];
	return version === undefined || by === undefined ? {} : {locust: version, python: by};
};

/** What a process of Locust's is to do. */
export type Role =
	| {readonly role: 'local'}
	| {readonly role: 'master'}
	| {readonly role: 'worker'; readonly port: number};

/** Where workers of this host find a master that listens there. */
const nearHost = (host = '*'): string => (['*', '0.0.0.0', '[::]'].includes(host) ? '127.0.0.1' : host);

/** The words that a process is started with. What may be secret is in its environment. */
const wordsFor = (plan: LocustPlan, role: Role): readonly string[] => {
	const words = ['-f', [...plan.files, listenerPath()].join(','), '--headless', '--loglevel', plan.logLevel];
	if (plan.config !== undefined) words.push('--config', plan.config);
	if (plan.equalWeights) words.push('--equal-weights');
	if (role.role === 'worker') {
		return [
			...words,
			'--worker',
			'--master-host',
			nearHost(plan.master?.host),
			'--master-port',
			String(role.port),
			...plan.arguments,
		];
	}

	words.push('--only-summary', '--stop-timeout', String(plan.stopTimeout / 1000));
	if (plan.users !== undefined) words.push('--users', String(plan.users));
	if (plan.spawnRate !== undefined) words.push('--spawn-rate', String(plan.spawnRate));
	if (role.role === 'master') {
		const {host = '127.0.0.1', port = 0, expect = 0} = plan.master ?? {};
		words.push('--master', '--master-bind-host', host, '--master-bind-port', String(port));
		words.push('--expect-workers', String(plan.workers + expect));
	}

	// These two take as many words as there are: user classes must not follow at once.
	if (plan.tags.length > 0) words.push('--tags', ...plan.tags);
	if (plan.excludeTags.length > 0) words.push('--exclude-tags', ...plan.excludeTags);
	return [...words, '--only-summary', ...plan.arguments];
};

/** Starts a process of Locust's. */
export const startLocust = (
	path: string,
	plan: LocustPlan,
	role: Role,
	hear: Pick<ToolOptions, 'hearChannel' | 'hearError'>,
): RunningTool =>
	startTool(path, wordsFor(plan, role), {
		folder: plan.folder,
		environment: {
			// Nothing is left in the folders of benchtop and of its users.
			PYTHONDONTWRITEBYTECODE: '1',
			...plan.environment,
			...(plan.host === undefined ? {} : {LOCUST_HOST: plan.host}),
			...(role.role === 'worker' || plan.classes.length === 0 ? {} : {LOCUST_USER_CLASSES: plan.classes.join(' ')}),
			BENCHTOP_LOCUST_ROLE: role.role,
		},
		...hear,
	});

import type {DraftBenchmark, DraftServer} from './suite-draft.ts';

/** What a project's own files say that can be measured. */
export type Findings = {
	readonly server?: DraftServer;
	readonly benchmarks: readonly DraftBenchmark[];
	readonly notes: readonly string[];
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const serverScripts = ['start', 'server', 'serve', 'preview', 'dev'];
const measuredScripts = ['build', 'test'];

/** What `npm init` writes. */
const isPlaceholder = (script: string): boolean => /no test specified/.test(script);

/** The ports that development servers take when nobody says another. */
const usualPorts: ReadonlyArray<readonly [RegExp, number]> = [
	[/\bvite\s+preview\b/, 4173],
	[/\b(?:vite|svelte-kit)\b/, 5173],
	[/\bastro\b/, 4321],
	[/\b(?:ng|angular)\b/, 4200],
	[/\bwrangler\b/, 8787],
	[/\bgatsby\b/, 8000],
	[/\b(?:webpack(?:-dev-server)?|vue-cli-service|http-server)\b/, 8080],
	[/\b(?:flask|django)\b/, 5000],
];
const usualPort = 3000;

const portOf = (text: string): number | undefined => {
	const port = Number(/(?:\bPORT=|--port[= ]|-p[= ]?|localhost:|127\.0\.0\.1:)(\d{2,5})\b/.exec(text)?.[1]);
	return port >= 1 && port <= 65_535 ? port : undefined;
};

/** Which port a script's server takes, and how that is known. `environment` is the text of a .env file. */
const portWithReason = (script: string, environment: string): readonly [port: number, reason: string] => {
	const said = portOf(script);
	if (said !== undefined) return [said, ''];
	const set = Number(/^\s*(?:export\s+)?PORT\s*=\s*["']?(\d{2,5})/m.exec(environment)?.[1]);
	if (set >= 1 && set <= 65_535) return [set, ' and .env'];
	const usual = usualPorts.find(([pattern]) => pattern.test(script))?.[1];
	return usual === undefined ? [usualPort, '; the port is a guess'] : [usual, '; the port is the usual one'];
};

/** How a project's scripts are run, by the lock files that it has. */
export const scriptRunner = (files: readonly string[]): string => {
	if (files.includes('pnpm-lock.yaml')) return 'pnpm run';
	if (files.includes('yarn.lock')) return 'yarn run';
	return files.includes('bun.lock') || files.includes('bun.lockb') ? 'bun run' : 'npm run';
};

/** The scripts of a package.json that can be measured, and the one that seems to start a server. */
export const findScripts = (manifest: unknown, runner: string, environment: string): Findings => {
	const scripts = isObject(manifest) && isObject(manifest.scripts) ? manifest.scripts : {};
	const script = (name: string): string | undefined => {
		const text = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
		return typeof text === 'string' && text.trim() !== '' && !isPlaceholder(text) ? text : undefined;
	};
	const starting = serverScripts.find((name) => script(name) !== undefined);
	const benchmarks = measuredScripts
		.filter((name) => script(name) !== undefined)
		.map((name) => ({name, members: {command: `${runner} ${name}`, runs: 3}, tags: ['daily']}));
	if (starting === undefined) return {benchmarks, notes: []};
	const [port, reason] = portWithReason(script(starting) ?? '', environment);
	return {
		server: {command: `${runner} ${starting}`, port, from: `From "${starting}" in package.json${reason}.`},
		benchmarks,
		notes: [],
	};
};

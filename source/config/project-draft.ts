import type {Project} from './project.ts';
import {type Draft, type DraftBenchmark, uniqueNames} from './suite-draft.ts';

/** A benchmark of what is described or recorded, made elsewhere. */
export type Described = {
	readonly name: string;
	readonly about: string;
	readonly members: Readonly<Record<string, unknown>>;
	readonly notes: readonly string[];
};

/** Where a server is expected that nobody says the port of. */
export const usualPort = 3000;

/** The server that a project can start; its own script goes before a container. */
export const serverOf = ({scripts, services}: Project): Draft['server'] => scripts.server ?? services.server;

/**
 * A suite for what was found. `keys` are the members that say what a benchmark runs; without its engine, nothing that was
 * found is of use.
 */
export const draftOf = (
	project: Project,
	described: readonly Described[],
	keys: readonly string[],
): Omit<Draft, 'schema'> => {
	const {scripts, services, functions} = project;
	const server = serverOf(project);
	const isOwnServer = scripts.server !== undefined;
	const loads: readonly DraftBenchmark[] = [
		...described.map(({name, about, members}) => ({
			name,
			about,
			members,
			onServer: server !== undefined,
			tags: ['smoke'],
		})),
		...(isOwnServer && server !== undefined && described.length === 0
			? [
					{
						name: 'home',
						members: {url: `http://localhost:${server.port}/`, connections: 10, duration: '10s'},
						onServer: true,
						tags: ['smoke'],
					},
				]
			: []),
		...(isOwnServer ? [] : services.benchmarks),
	];
	const others: readonly DraftBenchmark[] = [
		...(functions === undefined ? [] : [{name: 'functions', members: {functions}, tags: ['daily']}]),
		...scripts.benchmarks,
	];
	const found = [...loads, ...others].filter(({members}) => keys.some((key) => Object.hasOwn(members, key)));
	const [first, ...rest] = uniqueNames(found);
	const notes = [
		...services.notes,
		...(isOwnServer
			? services.benchmarks.map(
					({name, members}) => `Beside it, "${name}" of the containers is at ${String(members.url)}.`,
				)
			: []),
		...described.flatMap((each) => each.notes),
		...project.notes,
	];
	if (first === undefined) {
		return {
			benchmarks: [
				{
					name: 'home',
					about: 'What is loaded; start: and ready: can start it first.',
					members: {url: `http://localhost:${usualPort}/`, connections: 10, duration: '10s'},
					tags: ['smoke'],
				},
			],
			notes,
		};
	}

	// Something has to be quick enough for every day.
	const hasSmoke = found.some(({tags}) => tags.includes('smoke'));
	return {
		...(server === undefined || !loads.some(({onServer}) => onServer === true) ? {} : {server}),
		benchmarks: hasSmoke ? [first, ...rest] : [{...first, tags: ['smoke', ...first.tags]}, ...rest],
		notes,
	};
};

import type {Flags} from '../config/flags.ts';
import type {Project} from '../config/project.ts';
import type {Described} from '../config/project-draft.ts';
import type {Command, Surroundings} from './command.ts';

const fileName = 'benchtop.yaml';
const schemaFile = '.benchtop/suite.schema.json';
/** Where an installed benchtop has it, for whoever has the repository. */
const installedSchema = 'node_modules/benchtop/dist/suite.schema.json';

/** Refuses to write where a suite is, or where it would be a second one. */
const refuseIfThere = async (folder: string, force: boolean): Promise<void> => {
	const [{existsSync}, {join}, {suiteFileNames}, {BenchtopError}] = await Promise.all([
		import('node:fs'),
		import('node:path'),
		import('../suite-file.ts'),
		import('../errors.ts'),
	]);
	const there = suiteFileNames.filter((name) => existsSync(join(folder, name)));
	const other = there.find((name) => name !== fileName);
	if (other !== undefined) {
		throw new BenchtopError(`There is a suite already: ${other}.`, {
			hint: `Two in one folder are one too many: remove it first, or run what it has: benchtop run`,
		});
	}

	if (there.length > 0 && !force) {
		throw new BenchtopError(`There is a suite already: ${fileName}.`, {
			hint: 'benchtop run runs it; benchtop init --force writes over it.',
		});
	}
};

/** Where the schema is that editors complete by; written beside the history where no benchtop is installed in the project. */
const schemaFor = async (folder: string): Promise<string> => {
	const [{existsSync}, {join}, {suiteJsonSchema}, {openOutput}, {makeFolder}] = await Promise.all([
		import('node:fs'),
		import('node:path'),
		import('../config/suite-json-schema.ts'),
		import('./output.ts'),
		import('../operating-system.ts'),
	]);
	if (existsSync(join(folder, installedSchema))) return installedSchema;
	makeFolder(join(folder, '.benchtop'));
	openOutput(schemaFile, folder).write(`${JSON.stringify(suiteJsonSchema(), undefined, '\t')}\n`);
	return schemaFile;
};

const listed = (words: readonly string[]): string =>
	words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** What the flags name, and a description that was found. */
const describe = async (
	flags: Flags,
	folder: string,
	project: Project,
): Promise<{described: readonly Described[]; notes: readonly string[]}> => {
	const [{readStart, requestsOf, visitOf}, {serverOf, usualPort}] = await Promise.all([
		import('./starting-points.ts'),
		import('../config/project-draft.ts'),
	]);
	const har = flags.text('har');
	const openApi = flags.text('openapi');
	const base = `http://localhost:${serverOf(project)?.port ?? usualPort}`;
	const visits = har === undefined ? [] : [visitOf(readStart('har', har, folder), har, base)];
	if (openApi !== undefined) {
		return {described: [...visits, ...requestsOf(readStart('openapi', openApi, folder), openApi, base)], notes: []};
	}

	const {interface: found} = project;
	if (found === undefined) return {described: visits, notes: []};
	try {
		return {described: [...visits, ...requestsOf(found.document, found.file, base)], notes: []};
	} catch (error) {
		const {messageOf} = await import('../errors.ts');
		return {described: visits, notes: [`${found.file} could not be used: ${messageOf(error)}`]};
	}
};

const write = async (flags: Flags, {folder, stdout}: Surroundings): Promise<void> => {
	await refuseIfThere(folder, flags.has('force'));
	const [{lookAround}, {draftOf}, {suiteDraft}, {suiteEngines}, {engines}, {openOutput}, {printable}] =
		await Promise.all([
			import('../config/project.ts'),
			import('../config/project-draft.ts'),
			import('../config/suite-draft.ts'),
			import('../config/suite-engine.ts'),
			import('../engines/index.ts'),
			import('./output.ts'),
			import('../core/printable.ts'),
		]);
	const project = lookAround(folder);
	const {described, notes} = await describe(flags, folder, project);
	const output = openOutput(fileName, folder);
	const draft = draftOf(
		{...project, notes: [...project.notes, ...notes]},
		described,
		suiteEngines(engines).map(({suite}) => suite.key),
	);
	const schema = await schemaFor(folder);
	output.write(suiteDraft({...draft, schema}));
	const names = draft.benchmarks.map(({name}) => printable(name));
	const named = ['har', 'openapi'].flatMap((flag) => flags.text(flag) ?? []);
	const origins = [...new Set([...named, ...project.from])].map(printable);
	const from = origins.length === 0 ? 'nothing was found to go by' : `from ${listed(origins)}`;
	const lines = [
		`${fileName}: ${names.length === 1 ? 'one benchmark' : `${names.length} benchmarks`}, ${listed(names)} (${from}).`,
		...(schema === schemaFile ? [`${schemaFile}: what editors complete and check it by.`] : []),
		'Next: benchtop run smoke',
	];
	stdout.write(`${lines.join('\n')}\n`);
};

/** `benchtop init`: a suite file to begin with. */
export const init: Command = {
	name: 'init',
	usage: '',
	about: 'write a benchtop.yaml for what is found here: scripts, containers, interfaces',
	options: [
		{name: 'har', value: 'FILE', about: 'take over what a browser recorded (HAR)'},
		{name: 'openapi', value: 'FILE', about: 'take over the requests of this description, in OpenAPI 3 or Swagger 2'},
		{name: 'force', about: 'write over a benchtop.yaml that is there'},
	],
	examples: [
		['benchtop init', 'look around in this folder, and write benchtop.yaml'],
		['benchtop init --har checkout.har', 'with what a browser recorded as the visit of a user'],
	],
	run: async ([word], flags, surroundings) => {
		if (word !== undefined) {
			const {BenchtopError} = await import('../errors.ts');
			throw new BenchtopError(`${JSON.stringify(word)} is one word too many.`, {
				hint: 'benchtop init writes into the folder that it is called in.',
			});
		}

		await write(flags, surroundings);
		return 0;
	},
};

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

const write = async (force: boolean, {folder, stdout}: Surroundings): Promise<void> => {
	await refuseIfThere(folder, force);
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
	const output = openOutput(fileName, folder);
	const project = lookAround(folder);
	const draft = draftOf(
		project,
		[],
		suiteEngines(engines).map(({suite}) => suite.key),
	);
	const schema = await schemaFor(folder);
	output.write(suiteDraft({...draft, schema}));
	const names = draft.benchmarks.map(({name}) => printable(name));
	const from = project.from.length === 0 ? 'nothing was found to go by' : `from ${listed(project.from)}`;
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
	options: [{name: 'force', about: 'write over a benchtop.yaml that is there'}],
	examples: [['benchtop init', 'look around in this folder, and write benchtop.yaml']],
	run: async ([word], flags, surroundings) => {
		if (word !== undefined) {
			const {BenchtopError} = await import('../errors.ts');
			throw new BenchtopError(`${JSON.stringify(word)} is one word too many.`, {
				hint: 'benchtop init writes into the folder that it is called in.',
			});
		}

		await write(flags.has('force'), surroundings);
		return 0;
	},
};

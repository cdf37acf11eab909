import type {Command} from './command.ts';

const schemas: Readonly<Record<string, () => Promise<unknown>>> = {
	report: async () => (await import('../export/json-schema.ts')).reportJsonSchema(),
	doctor: async () => (await import('../export/doctor-schema.ts')).doctorJsonSchema(),
	trend: async () => (await import('../export/trend-schema.ts')).trendJsonSchema(),
	changes: async () => (await import('../export/trend-schema.ts')).changesJsonSchema(),
	suite: async () => (await import('../config/suite-json-schema.ts')).suiteJsonSchema(),
};

export const schema: Command = {
	name: 'schema',
	usage: 'report | suite | doctor | trend | changes',
	about: 'print the JSON Schema of a --json document, or of a suite file',
	options: [],
	run: async (words, _flags, {stdout}) => {
		const names = Object.keys(schemas);
		const [name = ''] = words;
		const make = schemas[name];
		if (make === undefined || words.length > 1) {
			const [{nearest}, {BenchtopError}] = await Promise.all([import('../core/nearest.ts'), import('../errors.ts')]);
			const meant = nearest(name, names);
			throw new BenchtopError(name === '' ? 'Which schema?' : `There is no schema ${JSON.stringify(name)}.`, {
				hint: `${meant === undefined || name === '' ? '' : `Did you mean ${meant}? `}Schemas: ${names.join(', ')}.`,
			});
		}

		stdout.write(`${JSON.stringify(await make(), undefined, '\t')}\n`);
		return 0;
	},
};

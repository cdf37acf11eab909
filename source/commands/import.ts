import type {Flags, Option} from '../config/flags.ts';
import type {Environment} from '../core/environment.ts';
import type {Result} from '../core/result.ts';
import type {Command, Surroundings} from './command.ts';
import {historyOptions, withHistory} from './open-history.ts';

/** A machine that nothing is known of. */
const unknownMachine = (benchtop: string): Environment => ({
	hostname: 'unknown',
	os: {platform: 'unknown', release: 'unknown'},
	cpu: {model: 'unknown', cores: 1, usableCores: 1},
	memory: {totalBytes: 0},
	loadAverage: [0, 0, 0],
	versions: {benchtop, node: 'unknown'},
});

const options: readonly Option[] = [
	{name: 'format', value: 'NAME', about: 'what the files are', otherwise: 'found out'},
	{name: 'unit', value: 'UNIT', about: 'what values are in where a file does not say it: ns, us or ms'},
	{name: 'name', value: 'NAME', about: 'what the history calls the benchmark', otherwise: 'what the tool calls it'},
	{name: 'tag', value: 'TAG', repeatable: true, about: 'a tag for the history, repeatable'},
	{name: 'here', about: 'it was measured on this machine, of the code in this folder'},
	{name: 'commit', value: 'SHA', about: 'the commit that was measured', otherwise: "with --here, this folder's"},
	{name: 'branch', value: 'NAME', about: 'its branch'},
	{
		name: 'began',
		value: 'TIME',
		about: 'when it was measured (ISO 8601)',
		otherwise: "what the file says, else the file's own time",
	},
	{
		name: 'json',
		value: 'FILE',
		optional: true,
		about: 'one document of the runs, to a file or alone to standard output',
	},
	{name: 'no-save', about: 'only show what the files tell'},
	...historyOptions,
];

/** More than this is no report but a log of days. Bytes. */
const mostBytes = 512 * 1024 * 1024;

const readGiven = async (word: string, {stdin, folder}: Surroundings) => {
	const [{readFileSync, statSync}, {resolve}, {BenchtopError, messageOf}, {textOf}] = await Promise.all([
		import('node:fs'),
		import('node:path'),
		import('../errors.ts'),
		import('../intake/decode.ts'),
	]);
	try {
		if (word === '-') {
			const pieces: Buffer[] = [];
			let length = 0;
			for await (const piece of stdin) {
				const bytes = Buffer.from(piece);
				pieces.push(bytes);
				length += bytes.length;
				if (length > mostBytes) throw new Error(`it is larger than ${mostBytes / 1024 ** 2} MiB: give a file`);
			}

			return {text: textOf(Buffer.concat(pieces)), file: 'standard input', written: new Date()};
		}

		const path = resolve(folder, word);
		const {size, mtime} = statSync(path);
		if (size > mostBytes) throw new Error(`it is larger than ${mostBytes / 1024 ** 2} MiB`);
		return {text: textOf(readFileSync(path)), file: path, written: mtime};
	} catch (error) {
		throw new BenchtopError(`${word === '-' ? 'Standard input' : word} cannot be read: ${messageOf(error)}.`, {
			hint: 'benchtop import takes files that other tools wrote; - is standard input.',
			cause: error,
		});
	}
};

const momentOf = async (flags: Flags): Promise<string | undefined> => {
	const given = flags.text('began');
	if (given === undefined || !Number.isNaN(Date.parse(given))) {
		return given === undefined ? undefined : new Date(given).toISOString();
	}

	const {BenchtopError} = await import('../errors.ts');
	throw new BenchtopError(`--began takes a time, not ${JSON.stringify(given)}.`, {
		hint: 'For example: --began 2026-03-01T12:00:00Z',
	});
};

/** Where and of which code it was measured, as far as the flags tell. */
const environmentOf = async (flags: Flags, {folder}: Surroundings): Promise<Environment> => {
	const [{readEnvironment}, {version}] = await Promise.all([
		import('../monitor/environment.ts'),
		import('../version.ts'),
	]);
	const base = flags.has('here')
		? await readEnvironment({folder, benchtop: version, versions: {}})
		: unknownMachine(version);
	const [commit = base.git?.commit, branch = base.git?.branch] = ['commit', 'branch'].map(flags.text);
	if (commit === undefined) {
		if (branch === undefined) return base;
		const {BenchtopError} = await import('../errors.ts');
		throw new BenchtopError('--branch says nothing without the commit.', {hint: 'Give --commit, or --here.'});
	}

	return {
		...base,
		git: {
			commit,
			...(branch === undefined ? {} : {branch}),
			dirty: flags.has('commit') ? false : (base.git?.dirty ?? false),
		},
	};
};

/** The runs of all files. Rejects with a BenchtopError (exit code 2) on what cannot be read: then nothing is kept. */
const toldResults = async (
	words: readonly string[],
	flags: Flags,
	surroundings: Surroundings,
): Promise<readonly Result[]> => {
	const [{readRuns}, {resultOfTold}, {fingerprintOf}, {redactWords}] = await Promise.all([
		import('../intake/index.ts'),
		import('../intake/told-run.ts'),
		import('../run/fingerprint.ts'),
		import('../core/secret.ts'),
	]);
	const [environment, began] = await Promise.all([environmentOf(flags, surroundings), momentOf(flags)]);
	const asked = flags.text('name');
	const name = asked === undefined ? undefined : redactWords(asked);
	const results: Result[] = [];
	for (const word of words) {
		const {text, file, written} = await readGiven(word, surroundings);
		const {format, runs} = readRuns(text, file, {name: flags.text('format'), unit: flags.text('unit')});
		for (const [index, run] of runs.entries()) {
			results.push(
				resultOfTold(began === undefined ? run : {...run, began}, {
					tool: format.name,
					identity: `${index} ${name ?? ''} ${text}`,
					began: written.toISOString(),
					...(name === undefined ? {} : {name: runs.length === 1 ? name : `${name} ${run.name}`}),
					tags: flags.texts('tag').map(redactWords),
					environment,
					fingerprint: (plan, versions) => fingerprintOf(plan, versions, environment),
					limits: flags.has('here') ? [] : ['Where it was measured is not known.'],
				}),
			);
		}
	}

	return results;
};

/** `benchtop import`: results of other tools, into the history. */
export const importRuns: Command = {
	name: 'import',
	usage: '<file…>',
	about: 'results of other tools, into the history; - is standard input',
	options,
	examples: [
		['benchtop import results/k6.json --here', 'a run of another tool on this machine'],
		['go test -bench . | benchtop import - --name parser', 'from a pipe'],
	],
	run: async (words, flags, surroundings) => {
		const [{BenchtopError}, {reportOf}, {exporters}, {writeJson, wantsJsonAlone}] = await Promise.all([
			import('../errors.ts'),
			import('../core/report.ts'),
			import('../export/index.ts'),
			import('./write-json.ts'),
		]);
		if (words.length === 0) {
			throw new BenchtopError('benchtop import takes files.', {hint: 'For example: benchtop import wrk.txt'});
		}

		const results = await toldResults(words, flags, surroundings);
		const {stdout} = surroundings;
		const report = reportOf(results);
		const show = (name: string): string => exporters.find((exporter) => exporter.name === name)?.render(report) ?? '';
		if (flags.has('json')) writeJson(flags, surroundings, show('json'));
		if (!wantsJsonAlone(flags)) stdout.write(show(results.length === 1 ? 'text' : 'overview'));
		if (flags.has('no-save')) return 0;
		return withHistory(flags, surroundings, async (store) => {
			let added = 0;
			for (const result of results) if (await store.save(result)) added += 1;
			const known = results.length - added;
			surroundings.stderr.write(
				`benchtop: ${added} of ${results.length} runs are new in ${store.location}${known === 0 ? '' : `; ${known} were there already`}.\n`,
			);
			return 0;
		});
	},
};

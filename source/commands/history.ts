import type {Command} from './command.ts';
import {historyOptions, withHistory} from './open-history.ts';

const defaultLimit = 20;

/** `benchtop history`: what is stored, newest first. */
export const history: Command = {
	name: 'history',
	usage: '[name]',
	about: 'what is stored, newest first',
	options: [
		{name: 'branch', value: 'NAME', about: 'runs of this git branch'},
		{name: 'commit', value: 'SHA', about: 'runs of this commit, or of those that begin so'},
		{name: 'tag', value: 'TAG', about: 'runs with this tag'},
		{name: 'machine', value: 'HOST', about: 'runs made on this machine'},
		{name: 'limit', value: 'N', about: 'how many', otherwise: String(defaultLimit)},
		{
			name: 'json',
			value: 'FILE',
			optional: true,
			about: 'one JSON array of runs, to a file or alone to standard output',
		},
		...historyOptions,
	],
	examples: [['benchtop history checkout --branch main', 'the last runs of one benchmark']],
	run: async (words, flags, surroundings) => {
		const [{BenchtopError}, {renderHistory}, {writeJson}] = await Promise.all([
			import('../errors.ts'),
			import('./history-table.ts'),
			import('./write-json.ts'),
		]);
		const [name, ...more] = words;
		if (more.length > 0) {
			throw new BenchtopError(`benchtop history takes one name; ${JSON.stringify(more[0])} is one word too many.`, {
				hint: 'Put a name with spaces in quotes.',
			});
		}

		const limit = flags.integer('limit', {least: 1}) ?? defaultLimit;
		const [branch, commit, tag, hostname] = ['branch', 'commit', 'tag', 'machine'].map(flags.text);
		const filter = {
			...(name === undefined ? {} : {name}),
			...(branch === undefined ? {} : {branch}),
			...(commit === undefined ? {} : {commit}),
			...(tag === undefined ? {} : {tag}),
			...(hostname === undefined ? {} : {hostname}),
		};
		const [runs, location] = await withHistory(flags, surroundings, async (store) => [
			await store.list({...filter, limit: limit + 1}),
			store.location,
		]);
		const shown = runs.slice(0, limit);
		const {stdout} = surroundings;
		if (flags.has('json')) {
			writeJson(flags, surroundings, `${JSON.stringify(shown, undefined, '\t')}\n`);
			return 0;
		}

		const {printable} = await import('../core/printable.ts');
		if (shown.length === 0) {
			stdout.write(
				Object.keys(filter).length === 0
					? `No runs yet in ${printable(location)}. Make one: benchtop demo, or benchtop <url>.\n`
					: `No run in ${printable(location)} fits. benchtop history without a name or filter lists all.\n`,
			);
			return 0;
		}

		stdout.write(renderHistory(shown, stdout.isTTY === true ? stdout.columns : undefined));
		if (runs.length > limit) stdout.write(`There are more: --limit ${limit * 5}\n`);
		return 0;
	},
};

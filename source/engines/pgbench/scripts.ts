import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {basename, resolve} from 'node:path';
import {nearest} from '../../core/nearest.ts';
import {BenchtopError, messageOf} from '../../errors.ts';
import type {PgbenchScript} from './plan.ts';

const builtins = ['tpcb-like', 'simple-update', 'select-only'] as const;

/** 'name@3' is three times as frequent as 'name'. */
const weighed = (member: string, given: string): {readonly name: string; readonly weight: number} => {
	const at = given.lastIndexOf('@');
	if (at < 0) return {name: given, weight: 1};
	const weight = Number(given.slice(at + 1));
	if (at > 0 && /^\d+$/.test(given.slice(at + 1)) && Number.isSafeInteger(weight))
		return {name: given.slice(0, at), weight};
	throw new BenchtopError(`${member}: ${JSON.stringify(given)} has no weight behind its @.`, {
		hint: 'A weight is a whole number: name@3. A name with an @ in it takes one, too: a@b.sql@1.',
	});
};

const builtinOf = (given: string): PgbenchScript => {
	const {name, weight} = weighed('builtin', given);
	// pgbench itself takes any beginning that is the beginning of one alone.
	const meant = builtins.filter((builtin) => name !== '' && builtin.startsWith(name));
	const [builtin] = meant;
	if (builtin !== undefined && meant.length === 1) return {builtin, weight};
	const near = nearest(name, builtins);
	throw new BenchtopError(
		`builtin: pgbench has no script ${JSON.stringify(name)}${meant.length > 1 ? ' alone that begins so' : ''}.`,
		{hint: near === undefined ? `It has ${builtins.join(', ')}.` : `Did you mean "${near}"?`},
	);
};

/** The SHA-256 of a script file. Throws a BenchtopError (exit code 2) where it cannot be read. */
export const hashOfScript = (file: string): string => {
	try {
		return createHash('sha256').update(readFileSync(file)).digest('hex');
	} catch (error) {
		throw new BenchtopError(`file: The script ${file} cannot be read: ${messageOf(error)}.`, {
			hint: 'Its path is meant from the folder of the suite file, or from where benchtop was started.',
			cause: error,
		});
	}
};

const fileOf = (given: string, folder: string): PgbenchScript => {
	const {name, weight} = weighed('file', given);
	const file = resolve(folder, name);
	return {file, sha256: hashOfScript(file), weight};
};

const listOf = (given: string | readonly string[] | undefined): readonly string[] =>
	given === undefined ? [] : typeof given === 'string' ? [given] : given;

/** The scripts that are asked for, built-in ones first; pgbench's own default where none is. */
export const scriptsOf = (
	builtin: string | readonly string[] | undefined,
	file: string | readonly string[] | undefined,
	folder: string,
): PgbenchScript[] => {
	const all = [...listOf(builtin).map(builtinOf), ...listOf(file).map((each) => fileOf(each, folder))];
	if (all.length > 0 && all.every(({weight}) => weight === 0)) {
		throw new BenchtopError('All scripts have the weight 0: none of them would run.', {
			hint: 'Give one of them a weight.',
		});
	}

	return all.length === 0 ? [{builtin: 'tpcb-like', weight: 1}] : all;
};

/** What each script is called, all of them differently, in the order in which pgbench numbers them. */
export const namesOf = (scripts: readonly PgbenchScript[]): readonly string[] => {
	const plain = scripts.map((script) =>
		'builtin' in script ? script.builtin : basename(script.file).replace(/\.sql$/, ''),
	);
	const seen = new Map<string, number>();
	return plain.map((name) => {
		const times = (seen.get(name) ?? 0) + 1;
		seen.set(name, times);
		return times === 1 ? name : `${name} (${times})`;
	});
};

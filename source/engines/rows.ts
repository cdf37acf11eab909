import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import type {Random} from '../core/random.ts';
import {parseCsv} from '../csv.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import type {Feeder} from './feeder.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Gives rows to users. */
export type RowSource = {
	readonly name: string;
	readonly per: Feeder['per'];
	/** The next row; nothing when each has been given once and must not be given again. */
	readonly take: (random: Random) => Row | undefined;
};

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const readJson = (text: string, shown: string): readonly Row[] => {
	const rows: unknown = JSON.parse(text);
	if (!Array.isArray(rows) || !rows.every(isRow)) {
		throw new BenchtopError(`${shown} holds no list of objects.`, {
			hint: 'For example: [{"name": "ann"}, {"name": "bob"}]',
		});
	}

	return rows;
};

const readCsv = (text: string): readonly Row[] => {
	const rows: unknown = parseCsv(text, {columns: true, bom: true, skip_empty_lines: true, trim: true});
	return Array.isArray(rows) ? rows.filter(isRow) : [];
};

/**
 * Reads rows from a CSV file, whose first line names the columns, or from a JSON file with a list of objects. Throws a
 * BenchtopError (exit code 2) on what is neither.
 */
export const readRows = (file: string): {readonly rows: readonly Row[]; readonly sha256: string} => {
	const shown = basename(file);
	let bytes: Buffer;
	try {
		bytes = readFileSync(file);
	} catch (error) {
		throw new BenchtopError(`${shown} cannot be read: ${messageOf(error)}`, {hint: 'Check the path.', cause: error});
	}

	let rows: readonly Row[];
	try {
		rows = /\.json$/i.test(file) ? readJson(bytes.toString('utf8'), shown) : readCsv(bytes.toString('utf8'));
	} catch (error) {
		if (error instanceof BenchtopError) throw error;
		throw new BenchtopError(`${shown}: ${messageOf(error)}`, {
			hint: 'A .json file holds a list of objects; any other file is CSV, and its first line names the columns.',
			cause: error,
		});
	}

	if (rows.length === 0) {
		throw new BenchtopError(`${shown} has no rows.`, {hint: 'The first line of a CSV file names its columns.'});
	}

	return {rows, sha256: createHash('sha256').update(bytes).digest('hex')};
};

const rowsOf = (feeder: Feeder): readonly Row[] => {
	if ('values' in feeder) return feeder.values;
	const {rows, sha256} = readRows(feeder.file);
	if (sha256 !== feeder.sha256) {
		throw new BenchtopError(`${basename(feeder.file)} has changed since the run began.`, {exitCode: 4});
	}

	return rows;
};

/**
 * The rows of a feeder for one of several threads: in turns, so that a row that is to be used once is used by one thread
 * alone, and that rows in their order are taken by all threads together about in it.
 */
export const openFeeder = (feeder: Feeder, {index, of}: {readonly index: number; readonly of: number}): RowSource => {
	const all = rowsOf(feeder);
	const {name, per, order} = feeder;
	if (order === 'random') return {name, per, take: (random) => all[Math.floor(random() * all.length)]};
	let next = index;
	return {
		name,
		per,
		take() {
			if (next >= all.length && order === 'unique') return undefined;
			const row = all[next % all.length];
			next += of;
			return row;
		},
	};
};

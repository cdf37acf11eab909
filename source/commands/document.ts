import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import type {ZodType} from 'zod';
import {printable} from '../core/printable.ts';
import type {Result} from '../core/result.ts';
import {BenchtopError, messageOf} from '../errors.ts';
import {reportSchema, resultSchema} from '../export/json-schema.ts';

const readText = (file: string, folder: string): string => {
	try {
		return readFileSync(resolve(folder, file), 'utf8');
	} catch (error) {
		const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
		throw new BenchtopError(missing ? `There is no file ${file}.` : `${file} cannot be read: ${messageOf(error)}`, {
			hint: 'A document is written by benchtop … --json FILE.',
			cause: error,
		});
	}
};

/** Where a value is not what it should be; a field that a later benchtop added is no fault. */
const faultIn = (schema: ZodType, value: unknown): string | undefined => {
	const {error} = schema.safeParse(value);
	const issue = error?.issues.find(({code}) => code !== 'unrecognized_keys');
	return issue === undefined ? undefined : printable(`${issue.path.join('.') || 'the whole'}: ${issue.message}`);
};

const faultOf = (value: unknown): string | undefined => faultIn(reportSchema, value);

/** Where a value is no run of a document; `undefined` where it is one. */
export const runFault = (value: unknown): string | undefined => faultIn(resultSchema, value);

/** Whether a value is a run as documents have it. */
export const isRun = (value: unknown): value is Result => runFault(value) === undefined;

const isDocument = (value: unknown): value is {readonly results: readonly Result[]} => faultOf(value) === undefined;

/** The runs of a document that `--json FILE` wrote. Throws a BenchtopError that says where it is none. */
export const readDocument = (file: string, folder: string): readonly Result[] => {
	const text = readText(file, folder);
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new BenchtopError(`${file} is not JSON: ${messageOf(error)}`, {
			hint: 'A document is written by benchtop … --json FILE.',
			cause: error,
		});
	}

	if (isDocument(value)) return value.results;
	throw new BenchtopError(`${file} is not a document of benchtop's, version 1: ${faultOf(value)}`, {
		hint: 'A document is written by benchtop … --json FILE; benchtop schema report describes it.',
	});
};

import {readFileSync} from 'node:fs';
import {extname} from 'node:path';
import {BenchtopError, messageOf} from '../errors.ts';
import type {Reading} from './document.ts';

const readText = (file: string): string => {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new BenchtopError(`The suite cannot be read: ${messageOf(error)}`, {
			hint: 'Check the path; benchtop init writes a benchtop.yaml to begin with.',
			cause: error,
		});
	}
};

/** Reads a suite file in the format that its name says. Rejects with a BenchtopError (exit code 2) when it cannot be read. */
export const suiteDocument = async (
	file: string,
	environment: Readonly<Record<string, string | undefined>>,
): Promise<Reading> => {
	switch (extname(file).toLowerCase()) {
		case '.json':
			return (await import('./json-document.ts')).jsonDocument(readText(file));
		case '.ts':
		case '.mts':
		case '.js':
		case '.mjs':
		case '.cjs':
			readText(file);
			return (await import('./suite-module.ts')).moduleDocument(file, environment);
		case '.yaml':
		case '.yml':
			return (await import('./yaml-document.ts')).yamlDocument(readText(file));
		default:
			throw new BenchtopError(`${file} is no suite file.`, {
				hint: 'A suite is written in YAML (.yaml, .yml), JSON (.json), TypeScript (.ts) or JavaScript (.js, .mjs).',
			});
	}
};

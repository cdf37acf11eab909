// What a project's own files say of what could be measured. Nothing is run, and nothing but a port is read of a .env file.
import {readdirSync, readFileSync} from 'node:fs';
import {extname, join} from 'node:path';
import {printable} from '../core/printable.ts';
import {messageOf} from '../errors.ts';
import {jsonDocument} from './json-document.ts';
import {findServices} from './project-compose.ts';
import {type Findings, findScripts, scriptRunner} from './project-scripts.ts';
import {yamlDocument} from './yaml-document.ts';

/** What was found in a folder. */
export type Project = {
	readonly scripts: Findings;
	readonly services: Findings;
	/** A description of an interface in OpenAPI. */
	readonly interface?: {readonly file: string; readonly document: unknown};
	/** A folder with functions to measure, and the ending of its files. */
	readonly functions?: string;
	/** The files that something was found in. */
	readonly from: readonly string[];
	/** Files that could not be read, and why. */
	readonly notes: readonly string[];
};

const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const interfaceFile = /^(?:openapi|swagger)\.(?:ya?ml|json)$/i;
const functionFile = /\.(?:ts|mts|js|mjs)$/;

const filesIn = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder).sort();
	} catch {
		return [];
	}
};

/** Reads a file in YAML or JSON. Throws an Error that says what is wrong with it. */
export const readData = (path: string): unknown => {
	const text = readFileSync(path, 'utf8');
	const {document, faults} = extname(path).toLowerCase() === '.json' ? jsonDocument(text) : yamlDocument(text);
	if (document !== undefined) return document.value;
	const [fault] = faults;
	throw new Error(fault === undefined ? 'it holds nothing' : `${fault.line}:${fault.column}: ${fault.message}`);
};

/** Looks into a folder. */
export const lookAround = (folder: string): Project => {
	const files = filesIn(folder);
	const notes: string[] = [];
	const data = (name: string | undefined): unknown => {
		if (name === undefined) return undefined;
		try {
			return readData(join(folder, name));
		} catch (error) {
			notes.push(`${name} could not be read: ${printable(messageOf(error))}`);
			return undefined;
		}
	};
	const text = (name: string): string => {
		try {
			return files.includes(name) ? readFileSync(join(folder, name), 'utf8') : '';
		} catch {
			return '';
		}
	};
	const compose = composeFiles.find((name) => files.includes(name));
	const described = files.find((name) => interfaceFile.test(name));
	const functions = filesIn(join(folder, 'bench')).filter((name) => functionFile.test(name));
	const [module] = functions;
	const manifest = files.includes('package.json') ? 'package.json' : undefined;
	const scripts = findScripts(data(manifest), scriptRunner(files), text('.env'));
	const services = compose === undefined ? {benchmarks: [], notes: []} : findServices(data(compose), compose);
	const document = data(described);
	const isUsed = ({server, benchmarks}: Findings): boolean => server !== undefined || benchmarks.length > 0;
	return {
		scripts,
		services,
		...(described === undefined || document === undefined ? {} : {interface: {file: described, document}}),
		...(module === undefined ? {} : {functions: `bench/*${extname(module)}`}),
		from: [
			...(manifest !== undefined && isUsed(scripts) ? [manifest] : []),
			...(compose !== undefined && isUsed(services) ? [compose] : []),
			...(described === undefined || document === undefined ? [] : [described]),
			...(module === undefined ? [] : ['bench/']),
		],
		notes,
	};
};

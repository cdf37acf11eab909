import {version} from '../version.ts';
import type {Exporter} from './exporter.ts';

/** The document that `json-schema.ts` describes; apart from the schema, which takes a while to load. */
export const json: Exporter = {
	name: 'json',
	ending: '.json',
	about: 'one document for scripts; its schema: benchtop schema report',
	render: (report) =>
		`${JSON.stringify({version: 1, tool: {name: 'benchtop', version}, ...report}, undefined, '\t')}\n`,
};

// The suite file for editors: what completes and checks it while it is written.
import * as z from 'zod';
import {type AnyEngine, engines as allEngines} from '../engines/index.ts';
import {isObject, type Members, ownMembers, type SuiteEngine, suiteEngines} from './suite-engine.ts';
import {benchmarkMembers, suiteMembers} from './suite-schema.ts';
import {thresholdFigures} from './threshold.ts';

type Json = Readonly<Record<string, unknown>>;

const variable = {$ref: '#/$defs/variable'};

/** Every schema that is referred to, by the name that it gets. */
type Definitions = Record<string, unknown>;

/** Formats that the schema language knows; zod has more, each with a pattern that says the same. */
const formats = ['uri', 'date-time', 'date', 'time', 'email', 'uuid', 'ipv4', 'ipv6', 'hostname', 'regex'];

/** With references into definitions that have this prefix, and without formats that nobody knows. */
const tidied = (schema: unknown, prefix: string): unknown => {
	if (Array.isArray(schema)) return schema.map((each) => tidied(each, prefix));
	if (!isObject(schema)) return schema;
	return Object.fromEntries(
		Object.entries(schema)
			.filter(([name, value]) => name !== 'format' || typeof value !== 'string' || formats.includes(value))
			.map(([name, value]) =>
				name === '$ref' && typeof value === 'string'
					? [name, value.replace('#/$defs/', `#/$defs/${prefix}`)]
					: [name, tidied(value, prefix)],
			),
	);
};

/** As JSON Schema; what holds itself is put among the definitions, under names that begin so. */
const plain = (schema: z.ZodType, prefix: string, definitions: Definitions): Json => {
	const {
		$schema: _,
		$defs,
		...json
	}: Json = z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any', reused: 'ref'});
	for (const [name, definition] of Object.entries(isObject($defs) ? $defs : {})) {
		definitions[`${prefix}${name}`] = withVariables(tidied(definition, prefix));
	}

	return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, tidied(value, prefix)]));
};

const propertiesOf = (schema: z.ZodType, prefix: string, definitions: Definitions): Json => {
	const {properties} = plain(schema, prefix, definitions);
	return isObject(properties) ? mapped(properties, withVariables) : {};
};

const isNarrow = ({type, enum: choices, const: only, pattern, format}: Members): boolean =>
	['number', 'integer', 'boolean'].includes(String(type)) ||
	choices !== undefined ||
	only !== undefined ||
	(type === 'string' && (pattern !== undefined || format !== undefined));

const mapped = (members: Json, change: (value: unknown) => unknown): Json =>
	Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value)]));

/** The schema, and where it allows no text that is still to be filled in, that as well. */
const withVariables = (schema: unknown): unknown => {
	if (Array.isArray(schema)) return schema.map(withVariables);
	if (!isObject(schema)) return schema;
	if (isNarrow(schema)) {
		const {description, default: otherwise, ...rest} = schema;
		return {
			...(description === undefined ? {} : {description}),
			...(otherwise === undefined ? {} : {default: otherwise}),
			anyOf: [rest, variable],
		};
	}

	return Object.fromEntries(
		Object.entries(schema).map(([name, value]) => {
			if (name === 'properties' && isObject(value)) return [name, mapped(value, withVariables)];
			const isSchema = ['anyOf', 'oneOf', 'allOf', 'items', 'prefixItems', 'additionalProperties'].includes(name);
			return [name, isSchema ? withVariables(value) : value];
		}),
	);
};

/** Limits by the names of figures, so that editors offer them. */
const thresholdsOf = (): unknown => {
	const limit = {type: 'string', pattern: '^\\s*[<>]=?', description: 'A limit: < 450ms, < 0.1%, > 1200/s.'};
	return {
		description: benchmarkMembers.shape.thresholds.description,
		anyOf: [
			{
				type: 'object',
				properties: Object.fromEntries(thresholdFigures.map((name) => [name, withVariables(limit)])),
				additionalProperties: withVariables(limit),
			},
			{type: 'array', items: {type: 'string', description: 'A figure and its limit: latency.p95 < 450ms.'}},
		],
	};
};

const commonOf = (definitions: Definitions): Json => {
	const {engine: _, ...rest} = propertiesOf(benchmarkMembers.omit({thresholds: true}), 'common-', definitions);
	return {...rest, thresholds: thresholdsOf()};
};

/** Of an engine, all of its members may come from the defaults or a matrix: none is asked for. */
const benchmarkOf = ({name, about}: SuiteEngine, own: Json, common: Json): Json => ({
	type: 'object',
	description: about,
	properties: {...own, engine: {const: name, description: about}, ...common},
	additionalProperties: false,
});

const defaultsOf = (able: readonly SuiteEngine[], members: readonly Json[], common: Json): Json => {
	const forms = new Map<string, unknown[]>();
	for (const [name, form] of members.flatMap((own) => Object.entries(own))) {
		const known = forms.get(name) ?? [];
		const isNew = known.every((each) => JSON.stringify(each) !== JSON.stringify(form));
		forms.set(name, isNew ? [...known, form] : known);
	}

	return {
		type: 'object',
		description: 'Members of all benchmarks that say nothing else; those of an engine are for its benchmarks.',
		properties: {
			...Object.fromEntries([...forms].map(([name, all]) => [name, all.length === 1 ? all[0] : {anyOf: all}])),
			engine: {enum: able.map(({name}) => name), description: 'What drives benchmarks that do not tell.'},
			...common,
		},
		additionalProperties: false,
	};
};

/** JSON Schema (draft 2020-12) of a suite file. It allows all that `readSuite` takes. */
export const suiteJsonSchema = (engines: readonly AnyEngine[] = allEngines): unknown => {
	const able = suiteEngines(engines);
	const definitions: Definitions = {};
	const common = commonOf(definitions);
	// Said once, and referred to: every engine has them.
	const shared = Object.fromEntries(
		Object.keys(common).map((name) => [name, {$ref: `#/$defs/common/properties/${name}`}]),
	);
	const members = able.map((engine) => propertiesOf(ownMembers(engine), `${engine.name}-`, definitions));
	const {properties, ...frame} = plain(suiteMembers, 'suite-', definitions);
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'benchtop suite',
		description: 'The benchmarks of a repository: benchtop run.',
		...frame,
		properties: {
			...mapped(isObject(properties) ? properties : {}, withVariables),
			defaults: {$ref: '#/$defs/defaults'},
			benchmarks: {
				type: 'object',
				description: 'What is measured, by name.',
				minProperties: 1,
				additionalProperties: {$ref: '#/$defs/benchmark'},
			},
		},
		$defs: {
			variable: {type: 'string', pattern: '\\$\\{', description: 'Filled in: ${NAME} or ${NAME:-otherwise}.'},
			defaults: defaultsOf(able, members, shared),
			benchmark: {anyOf: able.map(({name}) => ({$ref: `#/$defs/${name}`}))},
			common: {properties: common},
			...Object.fromEntries(
				able.map((engine, index) => [engine.name, benchmarkOf(engine, members[index] ?? {}, shared)]),
			),
			...definitions,
		},
	};
};

// The suite file for editors: what completes and checks it while it is written.
import * as z from 'zod';
import {type AnyEngine, engines as allEngines} from '../engines/index.ts';
import {isObject, type Members, ownMembers, type SuiteEngine, suiteEngines} from './suite-engine.ts';
import {benchmarkMembers, suiteMembers} from './suite-schema.ts';
import {thresholdFigures} from './threshold.ts';

type Json = Readonly<Record<string, unknown>>;

const variable = {$ref: '#/$defs/variable'};

const plain = (schema: z.ZodType): Json => {
	const {$schema: _, ...json}: Json = z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any', reused: 'inline'});
	return json;
};

const propertiesOf = (schema: z.ZodType): Json => {
	const {properties} = plain(schema);
	return isObject(properties) ? properties : {};
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

/** Figures by their names, so that editors offer them. */
const withFigures = (thresholds: unknown): unknown => {
	if (!isObject(thresholds) || !Array.isArray(thresholds.anyOf)) return thresholds;
	const figures = Object.fromEntries(thresholdFigures.map((name) => [name, {type: 'string'}]));
	return {
		...thresholds,
		anyOf: thresholds.anyOf.map((form: unknown) =>
			isObject(form) && form.type === 'object' ? {...form, properties: figures} : form,
		),
	};
};

const commonProperties = (): Json => {
	const {engine: _, thresholds, ...rest} = mapped(propertiesOf(benchmarkMembers), withVariables);
	return {...rest, thresholds: withFigures(thresholds)};
};

const ownProperties = (engine: SuiteEngine): Json => mapped(propertiesOf(ownMembers(engine)), withVariables);

/** Of an engine, all of its members may come from the defaults or a matrix: none is asked for. */
const benchmarkOf = (engine: SuiteEngine, common: Json): Json => ({
	type: 'object',
	description: engine.about,
	properties: {
		...ownProperties(engine),
		engine: {const: engine.name, description: engine.about},
		...common,
	},
	additionalProperties: false,
});

const defaultsOf = (able: readonly SuiteEngine[], common: Json): Json => {
	const forms = new Map<string, unknown[]>();
	for (const engine of able) {
		for (const [name, form] of Object.entries(ownProperties(engine))) {
			const known = forms.get(name) ?? [];
			const isNew = known.every((each) => JSON.stringify(each) !== JSON.stringify(form));
			forms.set(name, isNew ? [...known, form] : known);
		}
	}

	return {
		type: 'object',
		description: 'Members of all benchmarks that say nothing else; those of an engine are for its benchmarks.',
		properties: {
			...Object.fromEntries(
				[...forms].map(([name, [form, ...more]]) => [name, more.length === 0 ? form : {anyOf: [form, ...more]}]),
			),
			engine: {enum: able.map(({name}) => name), description: 'What drives benchmarks that do not tell.'},
			...common,
		},
		additionalProperties: false,
	};
};

/** JSON Schema (draft 2020-12) of a suite file. It allows all that `readSuite` takes. */
export const suiteJsonSchema = (engines: readonly AnyEngine[] = allEngines): unknown => {
	const able = suiteEngines(engines);
	const common = commonProperties();
	const frame = plain(suiteMembers);
	const {benchmarks: _benchmarks, defaults: _defaults, $schema, ...properties} = propertiesOf(suiteMembers);
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'benchtop suite',
		description: 'The benchmarks of a repository: benchtop run.',
		...frame,
		properties: {
			$schema,
			...mapped(properties, withVariables),
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
			defaults: defaultsOf(able, common),
			benchmark: {anyOf: able.map((engine) => ({$ref: `#/$defs/${engine.name}`}))},
			...Object.fromEntries(able.map((engine) => [engine.name, benchmarkOf(engine, common)])),
		},
	};
};

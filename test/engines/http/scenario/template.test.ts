import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../../../source/core/random.ts';
import {
	compileJson,
	compileTemplate,
	jsonFault,
	literally,
	type Scope,
	templateFault,
	Unset,
} from '../../../../source/engines/template.ts';

const scope = (variables: Readonly<Record<string, unknown>> = {}): Scope => ({
	get: (name) => variables[name],
	random: seededRandom(1),
	now: () => 1_700_000_000_123,
});

describe('a template', () => {
	test.each([
		['plain', {}, 'plain'],
		['', {}, ''],
		['{{a}}', {a: 'x'}, 'x'],
		['<{{ a }}|{{b}}>', {a: 1, b: false}, '<1|false>'],
		['{{user.name}} {{user.tags.0}}', {user: {name: 'ann', tags: ['t']}}, 'ann t'],
		['{{user}}', {user: {name: 'ann'}}, '{"name":"ann"}'],
		['{{now()}}', {}, '1700000000123'],
		['a } b { c }} d', {}, 'a } b { c }} d'],
		['{{a}}{{a}}', {a: '{{b}}'}, '{{b}}{{b}}'],
		[literally('x {{y}} {{'), {}, 'x {{y}} {{'],
		['{{empty}}', {empty: ''}, ''],
		['{{none}}', {none: null}, 'null'],
	])('%j with %j is %j', (text, variables, filled) => {
		expect(templateFault(text)).toBeUndefined();
		expect(compileTemplate(text).fill(scope(variables))).toBe(filled);
	});

	test.each([
		['{{a b}}', 'neither a variable nor'],
		['{{}}', 'neither a variable nor'],
		['{{a', 'has no }} after it'],
		['{{rand()}}', 'no function rand'],
		['{{random(5, 1)}}', 'two whole numbers'],
		['{{random(1)}}', 'two whole numbers'],
		['{{uuid(1)}}', 'uuid takes nothing'],
		['{{"open}}', 'no text in quotes'],
	])('%j is none', (text, why) => {
		expect(templateFault(text)).toContain(why);
		expect(jsonFault({deep: [1, text]})).toContain(why);
	});

	test.each([['{{a}}'], ['{{user.name}}'], ['{{user.constructor}}'], ['x{{user.a.b}}']])(
		'%j has no value yet',
		(text) => {
			const template = compileTemplate(text);
			expect(() => template.fill(scope({user: {a: 1}}))).toThrow(Unset);
			expect(template.isFillable(scope({user: {a: 1}}))).toBe(false);
		},
	);

	test('knows its variables, and encodes what fills it alone', () => {
		const template = compileTemplate('/a b/{{user.id}}/{{x}}?{{uuid()}}');
		expect(template.variables).toEqual(['user.id', 'x']);
		expect(compileTemplate('/a b/{{x}}').fill(scope({x: 'c/d'}), encodeURIComponent)).toBe('/a b/c%2Fd');
	});

	test('makes random numbers of all that it says, and uuids', () => {
		const at = scope();
		const die = compileTemplate('{{random(1, 6)}}');
		const thrown = Array.from({length: 600}, () => Number(die.fill(at)));
		expect([...new Set(thrown)].sort()).toEqual([1, 2, 3, 4, 5, 6]);
		expect(compileTemplate('{{uuid()}}').fill(at)).toMatch(/^[\da-f]{8}-[\da-f]{4}-4/);
	});

	test('alone in a string of JSON it is its value, with its type', () => {
		const json = {id: '{{id}}', text: 'n {{id}}', list: [true, null, '{{list}}']};
		const compiled = compileJson(json);
		expect(compiled.value(scope({id: 7, list: [1]}))).toEqual({id: 7, text: 'n 7', list: [true, null, [1]]});
		expect(compiled.variables).toEqual(['id', 'id', 'list']);
	});
});

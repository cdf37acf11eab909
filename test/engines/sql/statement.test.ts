import {describe, expect, test} from 'vitest';
import {seededRandom} from '../../../source/core/random.ts';
import {compileStatement, shortOf, statementFault, variablesIn} from '../../../source/engines/sql/statement.ts';
import type {Scope} from '../../../source/engines/template.ts';

const scope = (values: Readonly<Record<string, unknown>> = {}): Scope => ({
	get: (name) => values[name],
	random: seededRandom(1),
	now: () => 0,
});

describe('a statement', () => {
	test('has the marks of its database where holes were, and their values apart', () => {
		const sql = 'select * from t where a = {{user.id}} and b > {{random(7, 7)}} limit {{n}}';
		const postgres = compileStatement('one', sql, (number) => `$${number}`);
		expect(postgres.text).toBe('select * from t where a = $1 and b > $2 limit $3');
		expect(postgres.values(scope({user: {id: "o'hara"}, n: 3}))).toEqual(["o'hara", 7, 3]);
		expect(compileStatement('one', sql, () => '?').text).toBe('select * from t where a = ? and b > ? limit ?');
	});

	test('gives what is nothing as NULL, and what has members as JSON', () => {
		const {values} = compileStatement('one', 'select {{a}}, {{b}}, {{c}}', () => '?');
		expect(values(scope({a: null, b: {x: [1]}, c: true}))).toEqual([null, '{"x":[1]}', true]);
		expect(() => values(scope({a: 1, b: 2}))).toThrow('c is not set');
	});

	test.each([
		["select '{{name}}'", 'quotes'],
		['select "{{name}}" from t', 'quotes'],
		['select `{{name}}` from t', 'quotes'],
		['select 1 -- {{name}}', 'a comment'],
		['select /* {{name}} */ 1', 'a comment'],
		['do $body$ {{name}} $body$', 'quotes'],
		["select 'it''s {{name}}'", 'quotes'],
	])('refuses a hole within text: %s', (sql, within) => {
		expect(statementFault(sql)).toContain(`stands in ${within}`);
	});

	test.each([
		["select '{' where a = {{a}} and b = 'it''s' and c = {{b}}"],
		['select 1 -- not here\n where a = {{a}}'],
		["select $$ ' $$, {{a}}"],
		["select '--', {{a}}"],
		['select a - -{{a}} / 2 * 3'],
	])('takes a hole beside text: %s', (sql) => {
		expect(statementFault(sql)).toBeUndefined();
	});

	test('refuses what is empty, and holes that say nothing', () => {
		expect(statementFault('  ')).toBe('a statement is empty');
		expect(statementFault('select {{random(5)}}')).toContain('two whole numbers');
		expect(statementFault('select {{a')).toContain('}}');
	});

	test('is told in few words, and says what it needs', () => {
		expect(shortOf('select *\n\tfrom t where a = {{a}};')).toBe('select * from t where a = ?');
		expect(shortOf(`select ${'x, '.repeat(60)}1`)).toHaveLength(60);
		expect(variablesIn('select {{a.b}}, {{random(1, 2)}}, {{c}}')).toEqual(['a.b', 'c']);
	});
});

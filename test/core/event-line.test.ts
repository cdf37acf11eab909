import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseEvent, type RunEvent} from '../../source/core/event.ts';
import {readLine} from '../../source/core/event-line.ts';
import {resultOf} from '../../source/core/result.ts';
import {emptyRunState, hasBegun, reduceRun} from '../../source/core/run-state.ts';
import {frame} from '../../source/tui/frame.ts';
import {panes} from '../../source/tui/panes/index.ts';
import {createTape} from '../../source/tui/tape.ts';
import {defaultLook, viewOf} from '../../source/tui/view.ts';
import {openBoard} from '../helpers/board.ts';
import {fakeEvents, fakeRun} from '../helpers/fake-source.ts';

const events = [...fakeEvents({...fakeRun, duration: 9000})].map(([, event]) => event);
const lines = events.map((event) => JSON.stringify(event));

describe('a line of an event log', () => {
	test('is the event that was written', () => {
		for (const [index, line] of lines.entries())
			expect(readLine(line)).toEqual(JSON.parse(JSON.stringify(events[index])));
	});

	test.each(['1e300', '-1e6', '1e999', '"soon"', 'null', '{}', '[]'])('with the time %s is damaged', (at) => {
		expect(readLine(`{"kind":"mark","at":${at},"text":"x"}`)).toBe('damaged');
		expect(parseEvent(`{"kind":"mark","at":${at},"text":"x"}`)).toBeUndefined();
	});

	test('a snapshot of the moment in which a phase hands over what is in flight is none that is damaged', () => {
		const line = lines.find((each) => each.startsWith('{"kind":"snapshot"')) ?? '';
		expect(readLine(line.replace(/"offered":\d+/, '"offered":-2'))).toMatchObject({snapshot: {offered: -2}});
	});

	test('a moment before the run is its beginning', () => {
		expect(readLine('{"kind":"phase","at":-3,"phase":"measure"}')).toMatchObject({at: 0});
	});

	test.each([
		['', undefined],
		['{"kind":"of a later version","at":1}', undefined],
		['{"kind":"constructor"}', undefined],
		['{"kind":"mark"', 'cut'],
		['null', 'damaged'],
		['[1]', 'damaged'],
	])('%j', (line, read) => expect(readLine(line)).toBe(read));
});

/** What a disk or an editor may make of a value. */
const odd = fc.constantFrom<unknown>(
	1e300,
	-1e300,
	-5,
	0,
	1.5,
	1e17,
	null,
	'x',
	'',
	{},
	[],
	true,
	[[]],
	'\u001b[2J',
	1e308,
);

const places = (value: unknown, path: readonly string[] = []): string[][] =>
	typeof value !== 'object' || value === null
		? []
		: Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...places(inner, [...path, key])]);

const changed = (value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown => {
	if (key === undefined) return to;
	if (Array.isArray(value))
		return value.map((inner, index) => (String(index) === key ? changed(inner, rest, to) : inner));
	return Object.fromEntries(
		Object.entries(Object(value)).flatMap(([name, inner]) => {
			if (name !== key) return [[name, inner]];
			return rest.length === 0 && to === undefined ? [] : [[name, changed(inner, rest, to)]];
		}),
	);
};

test('whatever becomes of a line, the run is folded, drawn and summed up, and no figure is nonsense', () => {
	const began = fc.tuple(fc.constant(0), fc.constantFrom(...places(events[0])));
	const others = fc
		.integer({min: 1, max: events.length - 1})
		.chain((index) => fc.tuple(fc.constant(index), fc.constantFrom(...places(events[index]))));
	fc.assert(
		fc.property(
			fc.array(fc.tuple(fc.oneof(began, others), fc.oneof(odd, fc.constant(undefined))), {minLength: 1, maxLength: 3}),
			(damage) => {
				const read = events.flatMap((event, index): RunEvent[] => {
					let value: unknown = event;
					for (const [[at, path], to] of damage) if (at === index) value = changed(value, path, to);
					const parsed = parseEvent(JSON.stringify(value));
					return parsed === undefined ? [] : [parsed];
				});
				const tape = createTape();
				for (const event of read) tape.add(event);
				const run = tape.at(Number.POSITIVE_INFINITY);
				expect(run).toEqual(read.reduce(reduceRun, emptyRunState));
				for (const focus of panes.map(({name}) => name)) {
					const state = {...openBoard({panes: panes.map(({name}) => name)}), latest: run, shown: run, focus};
					const {canvas} = frame(state, viewOf(run, defaultLook), {columns: 120, rows: 40}, panes);
					const text = canvas.characters.join('');
					expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
					expect(text).not.toMatch(/\d{4,}:\d\d/);
				}

				if (hasBegun(run)) expect(JSON.stringify(resultOf(run))).not.toContain('[object');
			},
		),
		{numRuns: 60},
	);
});

test.each([
	['{"kind":"knee","severity":"low","text":"t","recommendations":["r"],"figures":{"a":1,"b":"x","c":null}}', 'whole'],
	['{"kind":"knee","severity":"grave","text":"t","recommendations":["r"],"figures":{}}', 'damaged'],
	['{"kind":"knee","severity":"low","text":"t","recommendations":"r","figures":{}}', 'damaged'],
	['{"kind":"knee","severity":"low","text":"t","recommendations":[],"figures":{"a":{}}}', 'damaged'],
])('the insight %s is %s', (insight, verdict) => {
	const read = readLine(`{"kind":"insight","at":5,"insight":${insight}}`);
	expect(read).toEqual(verdict === 'damaged' ? 'damaged' : {kind: 'insight', at: 5, insight: JSON.parse(insight)});
});

test.each([
	['{"kind":"leak","subject":"s","text":"t","figures":{"a":1e300,"b":"x","c":null,"d":[1,null]}}', 'whole'],
	['{"kind":"leak","subject":"s","text":"t","figures":{"a":{}}}', 'damaged'],
	['{"kind":"leak","subject":"s","text":"t","figures":{"a":["x"]}}', 'damaged'],
	['{"kind":"leak","subject":"s","text":"t"}', 'damaged'],
])('the finding %s is %s', (finding, verdict) => {
	const read = readLine(`{"kind":"finding","at":5,"finding":${finding}}`);
	expect(read).toEqual(verdict === 'damaged' ? 'damaged' : {kind: 'finding', at: 5, finding: JSON.parse(finding)});
});

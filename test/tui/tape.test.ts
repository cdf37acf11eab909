import fc from 'fast-check';
import {expect, test} from 'vitest';
import {emptyRunState, type RunState, reduceRun} from '../../source/core/run-state.ts';
import {createTape} from '../../source/tui/tape.ts';
import {fakeEvents, fakeRun} from '../helpers/fake-source.ts';

const run = {...fakeRun, warmup: 1000, duration: 29_000, rate: 200};

const events = [...fakeEvents(run)];

const recorded = () => {
	const tape = createTape();
	for (const [, event] of events) tape.add(event);
	return tape;
};

/** The run after each of its events. */
const states = events.reduce<RunState[]>((list, [, event]) => {
	list.push(reduceRun(list.at(-1) ?? emptyRunState, event));
	return list;
}, []);

const stateAt = (moment: number): RunState => states[events.findLastIndex(([at]) => at <= moment)] ?? emptyRunState;

/** What tells one moment of a run from another. */
const essence = ({at, phase, timeline, total, recent, occurrences, ending}: RunState) => ({
	at,
	phase,
	seconds: timeline.length,
	newest: timeline.at(-1)?.latency,
	count: total?.latency.count,
	outcomes: total?.outcomes,
	recent: recent.map(({from}) => from),
	occurrences,
	ending,
});

test('at any moment, in any order, the run is what it was then', () => {
	const tape = recorded();
	fc.assert(
		fc.property(fc.array(fc.integer({min: 0, max: 40_000}), {minLength: 1, maxLength: 12}), (moments) => {
			for (const moment of moments) expect(essence(tape.at(moment))).toEqual(essence(stateAt(moment)));
		}),
		{numRuns: 30},
	);
});

test('its end is the last moment, and there all of the run', () => {
	const tape = recorded();
	expect(tape.end()).toBe(30_000);
	expect(tape.at(30_000)).toEqual(states.at(-1));
	expect(createTape().at(5)).toBe(emptyRunState);
});

test('what is added later is read on', () => {
	const tape = createTape();
	for (const [, event] of events.slice(0, 20)) tape.add(event);
	const before = tape.at(60_000);
	for (const [, event] of events.slice(20)) tape.add(event);
	expect(tape.at(before.at).at).toBe(before.at);
	expect(tape.at(60_000).ending).toEqual({state: 'finished'});
});

test('a long way is gone in parts, each as long as is enough, and ends at the same run', () => {
	const tape = recorded();
	const steps: number[] = [];
	for (let run = tape.at(30_000, () => true); !tape.reached(30_000); run = tape.at(30_000, () => true))
		steps.push(run.at);
	expect(steps.length).toBeGreaterThan(100);
	expect(steps.toSorted((a, b) => a - b)).toEqual(steps);
	expect(tape.at(30_000)).toEqual(states.at(-1));
});

test('there and back again reads on from what is nearest before', () => {
	const tape = recorded();
	tape.at(30_000);
	tape.at(0);
	let read = 0;
	const enough = () => {
		read += 1;
		return false;
	};
	expect(essence(tape.at(29_000, enough))).toEqual(essence(stateAt(29_000)));
	expect(read).toBeLessThan(events.length / 8);
});

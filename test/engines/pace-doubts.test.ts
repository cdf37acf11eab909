import {expect, test} from 'vitest';
import {gaugeOf} from '../../source/core/gauge.ts';
import {histogramOf} from '../../source/core/histogram.ts';
import {emptySnapshot, type Snapshot} from '../../source/core/snapshot.ts';
import {paceDoubts} from '../../source/engines/pace-doubts.ts';

const words = {operations: 'requests', late: 'The load generator sent', blame: 'it is its own.'};

/** A second in which so many were due and so many ended, each after 4 ms, sent so late at worst. */
const second = (due: number, ended: number, lag?: number): Snapshot => ({
	...emptySnapshot(0),
	to: 1000,
	offered: due,
	outcomes: {ok: ended},
	latency: histogramOf(Array.from({length: ended}, () => 4000)),
	waiting: histogramOf(Array.from({length: due - ended}, () => 4000)),
	gauges: lag === undefined ? {} : {'generator.scheduleLag': gaugeOf(lag)},
});

const kinds = (total: Snapshot): readonly string[] => paceDoubts(total, words).map(({kind}) => kind);

test('a load that came to an end as it was due, in time, raises no doubt', () => {
	expect(kinds(second(1000, 1000))).toEqual([]);
	expect(kinds(second(1000, 985, 1.9))).toEqual([]);
});

test('one of which more than a fiftieth did not end missed its rate, and says by how much', () => {
	const waiting = {...second(1000, 970), waiting: histogramOf([])};
	// What was in flight at the end is not due yet.
	expect(kinds(waiting)).toEqual([]);
	expect(paceDoubts(second(1000, 970), words)).toEqual([
		{
			kind: 'rate-missed',
			message: expect.stringMatching(/^Of 1000 requests per second that were due, 970 came to an end/),
		},
	]);
});

test('one that was late by half of p99, and by more than two milliseconds, says whose the tail is', () => {
	expect(kinds(second(1000, 1000, 2))).toEqual([]);
	expect(paceDoubts(second(1000, 1000, 2.5), words)).toEqual([
		{
			kind: 'schedule-lag',
			message:
				'The load generator sent up to 2.50 ms late, on average of the worst in each 200 ms, against a p99 of 4.00 ms: it is its own.',
		},
	]);
	const slow = {...second(1000, 1000, 2.5), latency: histogramOf(Array.from({length: 1000}, () => 8000))};
	expect(kinds(slow)).toEqual([]);
});

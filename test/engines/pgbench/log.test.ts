import {describe, expect, test} from 'vitest';
import {readEntry} from '../../../source/engines/pgbench/log.ts';

const none = {lag: false, retries: false};

describe('a line of the log', () => {
	test('of a closed loop, all versions', () => {
		expect(readEntry('0 199 2241 1 1175850568 995598', none)).toEqual({
			client: 0,
			latency: 2241,
			script: 1,
			ended: 1_175_850_568_995_598,
			lag: undefined,
			retries: 0,
		});
	});

	test('with a rate has the lag, and was skipped where it was too late', () => {
		expect(readEntry('0 81 4621 0 1412881037 912698 3005', {lag: true, retries: false})).toMatchObject({
			latency: 4621,
			lag: 3005,
		});
		expect(readEntry('0 83 skipped 0 1412881037 914578 5217', {lag: true, retries: false})).toMatchObject({
			latency: 'skipped',
			lag: undefined,
			ended: 1_412_881_037_914_578,
		});
	});

	test('with several tries has the retries at its end, since version 15', () => {
		expect(readEntry('3 0 47423 0 1499414498 34501 3', {lag: false, retries: true})).toMatchObject({
			latency: 47_423,
			retries: 3,
		});
		expect(readEntry('3 2 773 0 1795733059 734335 92 1', {lag: true, retries: true})).toMatchObject({
			lag: 92,
			retries: 1,
		});
	});

	test.each(['failed', 'serialization', 'deadlock', 'other'])(
		'of one that failed says %s instead of a time',
		(word) => {
			expect(readEntry(`2 0 ${word} 0 1499414498 84905 9`, {lag: false, retries: true})).toMatchObject({
				latency: word,
				retries: 9,
			});
		},
	);

	test.each([
		'',
		'0 199 2241 1 1175850568',
		'0 199 2241 1 1175850568 995598 7',
		'0 199 quick 1 1175850568 995598',
		'0 199  1 1175850568 995598',
		'x 199 2241 1 1175850568 995598',
	])('is not %j', (line) => {
		expect(readEntry(line, none)).toBe(undefined);
	});
});

import {describe, expect, test} from 'vitest';
import {emptyTally, type Tally} from '../../../source/engines/pgbench/counting.ts';
import {reconcile} from '../../../source/engines/pgbench/reconcile.ts';
import {type Report, readReport} from '../../../source/engines/pgbench/report.ts';

/** Versions 13 and 14 by their manuals; 15 as it printed. */
const reports: Readonly<Record<string, string>> = {
	13: `starting vacuum...end.
transaction type: <builtin: TPC-B (sort of)>
scaling factor: 10
query mode: simple
number of clients: 10
number of threads: 1
number of transactions per client: 1000
number of transactions actually processed: 10000/10000
latency average = 11.013 ms
latency stddev = 7.351 ms
tps = 905.127000 (including connections establishing)
tps = 906.133000 (excluding connections establishing)
statement latencies in milliseconds:
         0.002  \\set aid random(1, 100000 * :scale)
         0.326  BEGIN;
         6.501  END;`,
	14: `transaction type: <builtin: select only>
scaling factor: 10
query mode: simple
number of clients: 10
number of threads: 1
duration: 10 s
number of transactions actually processed: 8960
number of transactions skipped: 12 (0.134 %)
number of transactions above the 50.0 ms latency limit: 7/8960 (0.078 %)
latency average = 11.013 ms
latency stddev = 7.351 ms
rate limit schedule lag: avg 0.133 (max 3.337) ms
initial connection time = 12.302 ms
tps = 896.967014 (without initial connection time)`,
	15: `pgbench (15.18 (Debian 15.18-0+deb12u1))
transaction type: multiple scripts
scaling factor: 1
query mode: simple
number of clients: 4
number of threads: 1
maximum number of tries: 3
number of transactions per client: 30
number of transactions actually processed: 119/120
number of failed transactions: 1 (0.833%)
number of serialization failures: 1 (0.833%)
number of deadlock failures: 0 (0.000%)
number of transactions retried: 16 (13.333%)
total number of retries: 19
latency average = 0.640 ms
latency stddev = 0.657 ms
initial connection time = 41.678 ms
tps = 344.848571 (without initial connection time)
SQL script 1: <builtin: select only>
 - weight: 3 (targets 75.0% of total)
 - 100 transactions (75.2% of total, tps = 260.8)
 - number of failed transactions: 0 (0.000%)
 - latency average = 0.177 ms
 - latency stddev = 0.143 ms
 - statement latencies in milliseconds, failures and retries:
         0.176           0           0  SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
SQL script 2: ser.sql
 - weight: 1 (targets 25.0% of total)
 - 19 transactions (24.8% of total, tps = 84.0)
 - latency average = 0.831 ms
 - latency stddev = 0.347 ms
 - statement latencies in milliseconds, failures and retries:
         0.069           0           0  begin isolation level serializable;
         0.137           1          19  update pgbench_branches set bbalance = bbalance + 1 where bid = 1;
         0.102           0           0  end;`,
};

const read = (version: number): Report | undefined => readReport((reports[version] ?? '').split('\n'));

describe('the report of pgbench', () => {
	test('13 names both rates: the one without connections counts', () => {
		expect(read(13)).toEqual({
			processed: 10_000,
			latency: 11.013,
			stddev: 7.351,
			rate: 906.133,
			statements: [
				{script: 0, text: '\\set aid random(1, 100000 * :scale)', latency: 0.002},
				{script: 0, text: 'BEGIN;', latency: 0.326},
				{script: 0, text: 'END;', latency: 6.501},
			],
		});
	});

	test('14 has skipped and late transactions', () => {
		expect(read(14)).toEqual({
			processed: 8960,
			skipped: 12,
			late: 7,
			latency: 11.013,
			stddev: 7.351,
			connecting: 12.302,
			rate: 896.967014,
			statements: [],
		});
	});

	test('15 has failures and retries, and statements of several scripts', () => {
		expect(read(15)).toMatchObject({
			processed: 119,
			failed: 1,
			retried: 16,
			retries: 19,
			latency: 0.64,
			rate: 344.848571,
		});
		expect(
			read(15)?.statements.map(({script, latency, failures, retries}) => [script, latency, failures, retries]),
		).toEqual([
			[0, 0.176, 0, 0],
			[1, 0.069, 0, 0],
			[1, 0.137, 1, 19],
			[1, 0.102, 0, 0],
		]);
	});

	test('is nothing else', () => {
		expect(readReport([])).toBe(undefined);
		expect(readReport(['pgbench: error: no'])).toBe(undefined);
	});
});

describe('the log held against the report', () => {
	const tally: Tally = {
		...emptyTally(),
		processed: 8960,
		skipped: 12,
		late: 7,
		mean: 11_013.2,
		squares: 8960 * 7351 ** 2,
		begun: 0,
		ended: 10_000_000,
	};

	test('says nothing where they agree', () => {
		expect(reconcile(tally, read(14), true)).toEqual([]);
	});

	test.each([
		[{processed: 8961}, '8 960 transactions processed, in its log 8 961'],
		[{skipped: 0}, '12 skipped transactions, in its log 0'],
		[{late: 8}, '7 transactions above the latency limit, in its log 8'],
		[{mean: 11_100}, 'a mean latency of 11.0 ms, in its log 11.1 ms'],
		[{squares: 0}, 'a standard deviation of 7.35 ms, in its log 0'],
		[{ended: 20_000_000}, '897 transactions per second, in its log 448'],
	])('tells by how much they differ: %j', (change, words) => {
		const [doubt, ...others] = reconcile({...tally, ...change}, read(14), true);
		expect([doubt?.kind, others]).toEqual(['report-differs', []]);
		expect(doubt?.message).toContain(words);
	});

	test('holds no rate against it where clients wait for theirs', () => {
		expect(reconcile({...tally, ended: 20_000_000}, read(14), false)).toEqual([]);
	});

	test('tells that there was none, and of lines that nobody could read', () => {
		expect(reconcile(tally, undefined, true).map(({kind}) => kind)).toEqual(['no-report']);
		expect(reconcile({...tally, unreadable: 2}, read(14), true).map(({kind}) => kind)).toEqual(['log-unreadable']);
	});
});

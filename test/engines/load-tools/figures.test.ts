import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {quantiles} from '../../../source/core/histogram.ts';
import {inFlightIn} from '../../../source/core/snapshot.ts';
import {httpTarget} from '../../helpers/target.ts';
import {describeWith} from '../../helpers/tools.ts';
import {drive, type Name, names, planFor} from './drive.ts';
import {layOver, ownReport} from './own-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'benchtop-own-'));
const path = process.env.PATH ?? '';
afterEach(() => {
	process.env.PATH = path;
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** Answers after 1 to 20 ms, evenly: neighbouring ranks lie close together. */
const slowly = () =>
	httpTarget((_, response) => {
		setTimeout(
			() => response.writeHead(200, {'Content-Length': 5, Connection: 'keep-alive'}).end('hello'),
			1 + Math.random() * 19,
		);
	});

const within = (what: string, ours: number | null, theirs: number | undefined, share: number, least: number): void => {
	if (theirs === undefined) return;
	expect(Math.abs((ours ?? Number.NaN) - theirs), `${what}: ${ours} against ${theirs}`).toBeLessThanOrEqual(
		Math.max(least, share * theirs),
	);
};

const check = (name: Name): void =>
	describeWith(name, () => {
		describe(`the figures of ${name}`, () => {
			test('are its own, and the counts those of the target', async () => {
				const target = await slowly();
				try {
					const kept = layOver(name, folder);
					process.env.PATH = `${folder}${delimiter}${path}`;
					const {total, latency, rate, ended, doubts} = await drive(name, planFor(target.url), {
						warmup: 0,
						duration: 2000,
					});
					const own = ownReport(name, kept);
					if (process.env.BENCHTOP_SHOW) console.table({ours: {ended, rate, ...latency}, own});
					expect([...doubts.keys()].filter((kind) => kind !== 'corrected-latencies')).toEqual([]);
					expect(ended).toBe(own.count);
					expect(inFlightIn(total)).toBe(0);
					// What was in flight at the end may have reached the target.
					expect(Math.abs(target.requests() - total.offered)).toBeLessThanOrEqual(4);
					within('rate', rate, own.rate, 0.002, 0.02);
					within('mean', latency.mean, own.mean, 0.002, 0.006);
					const least = name === 'ab' ? 500 : 6;
					for (const [q, theirs] of [
						[0.5, own.p50],
						[0.9, own.p90],
						[0.95, own.p95],
						[0.99, own.p99],
					] as const) {
						if (theirs === undefined) continue;
						// Ranks are counted in different ways, vegeta's percentiles are estimates, and histograms have three digits.
						const ranks = (name === 'vegeta' ? 8 : 2) / own.count;
						const [low = 0, high = 0] = quantiles(total.latency, [q - ranks, Math.min(1, q + ranks)]);
						expect(theirs * 1000, `p${q * 100}`).toBeGreaterThanOrEqual(low * 0.998 - least);
						expect(theirs * 1000, `p${q * 100}`).toBeLessThanOrEqual(high * 1.002 + least);
					}
				} finally {
					await target.close();
				}
			});
		});
	});

for (const name of names) check(name);

import {describe, expect, test} from 'vitest';
import {inFlightIn} from '../../../source/core/snapshot.ts';
import {httpTarget} from '../../helpers/target.ts';
import {describeWith} from '../../helpers/tools.ts';
import {drive, type Name, names, planFor} from './drive.ts';

const check = (name: Name): void =>
	describeWith(name, () => {
		describe(`${name} that is stopped`, () => {
			test('tells what it has measured, over the time that it took', async () => {
				const target = await httpTarget((_, response) => setTimeout(() => response.end('hello'), 5));
				try {
					const stop = new AbortController();
					// Once it has been at it for a while.
					const poll = setInterval(() => {
						if (target.requests() > 200) stop.abort();
					}, 20);
					const driven = await drive(name, planFor(target.url), {warmup: 0, duration: 60_000}, stop.signal);
					clearInterval(poll);
					expect(inFlightIn(driven.total)).toBe(0);
					expect(driven.ended).toBeGreaterThan(100);
					expect(driven.ended).toBeLessThanOrEqual(target.requests());
					// Four connections of 5 ms each, at the best.
					expect(driven.rate).toBeLessThan(1000);
					expect(driven.covered).toBeGreaterThan(150);
					expect(driven.doubts.has('ended-by-force')).toBe(false);
				} finally {
					await target.close();
				}
			});
		});
	});

for (const name of names) check(name);

import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {inFlightIn} from '../../../source/core/snapshot.ts';
import {rejectionOf} from '../../helpers/rejection.ts';
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

/** A folder with a program of this name that does what its shell script says. */
const fakeOf = (name: Name, script: string): string => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-fake-'));
	writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, {mode: 0o755});
	return folder;
};

describe.skipIf(process.platform === 'win32')('another program of the name', () => {
	test.each(names)('%s that ends at once and tells nothing is an error', async (name) => {
		const target = await httpTarget((_, response) => response.end('hello'));
		const path = process.env.PATH ?? '';
		const folder = fakeOf(name, 'cat > /dev/null; echo nothing of use; exit 0');
		try {
			process.env.PATH = `${folder}:${path}`;
			const driving = drive(name, planFor(target.url), {warmup: 0, duration: 500});
			expect(await rejectionOf(driving)).toMatchObject({
				message: `${name} ended with exit code 0, and told nothing of its requests.`,
				exitCode: 4,
			});
		} finally {
			process.env.PATH = path;
			rmSync(folder, {recursive: true, force: true});
			await target.close();
		}
	});
});

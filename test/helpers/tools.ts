import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {describe, test} from 'vitest';

const found = new Map<string, boolean>();

/** Where Debian keeps the programs of each version of PostgreSQL. */
const versioned = '/usr/lib/postgresql';

const isOutsideOfThePath = (tool: string): boolean =>
	existsSync(versioned) && readdirSync(versioned).some((version) => existsSync(`${versioned}/${version}/bin/${tool}`));

const isInstalled = (tool: string): boolean => {
	const known = found.get(tool);
	if (known !== undefined) return known;
	const here =
		spawnSync('sh', ['-c', `command -v "$0"`, tool], {stdio: 'ignore'}).status === 0 || isOutsideOfThePath(tool);
	found.set(tool, here);
	return here;
};

/**
 * `test` for what needs a program of the real world. Without it the test is skipped and its name says why; where
 * BENCHTOP_REQUIRE_ENGINES is set, it fails instead.
 */
export const testWith = (tool: string): typeof test => {
	if (isInstalled(tool)) return test;
	if (process.env.BENCHTOP_REQUIRE_ENGINES) {
		throw new Error(`${tool} is not installed, and BENCHTOP_REQUIRE_ENGINES is set. Run test/setup-engines.`);
	}

	process.stdout.write(`skipped: ${tool} is not installed (test/setup-engines installs it)\n`);
	return test.skip as typeof test;
};

/** All tests of a block need a program: without it they are left out together, as by `testWith`. */
export const describeWith = (tool: string, body: () => void): void => {
	if (testWith(tool) === test) body();
	else describe.skip(`with ${tool}`, () => test('is not installed', () => {}));
};

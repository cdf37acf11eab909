import {spawnSync} from 'node:child_process';
import {test} from 'vitest';

const found = new Map<string, boolean>();

const isInstalled = (tool: string): boolean => {
	const known = found.get(tool);
	if (known !== undefined) return known;
	const here = spawnSync('sh', ['-c', `command -v "$0"`, tool], {stdio: 'ignore'}).status === 0;
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
